@epic:Outbound
Feature: Sending money to somebody at another institution
  A customer of Green Bank sends money through the scheme. She sees what it will cost and who will get it, consents,
  and is debited once, or not at all.

  @O01 @severity:blocker
  Scenario: She consents to the terms and the money arrives
    Given Amina has 500 MWK at Green Bank
    And Amina has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once
    And the hub's position of Green Bank has risen by 100 MWK
    And the hub's position of Blue Wallet has fallen by 100 MWK
