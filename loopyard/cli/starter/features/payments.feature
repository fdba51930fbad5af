@epic:Payments
Feature: Paying and being paid
  Green Bank is the institution under test. The names of people and banks are those of the cast in world.toml. Nobody writes
  "and the books balance": an audit reconciles every ledger of the world after every scenario.

  @P01 @severity:blocker
  Scenario: She consents to the terms and the money arrives
    Given Amina has 500 MWK at Green Bank
    And Amina has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once

  @P02 @severity:critical
  Scenario: She refuses the terms and nothing happens
    Given Amina has asked to send 100 MWK to Bob
    When Amina refuses the terms
    Then Green Bank refuses with code 4101
    And no transfer has reached the hub
    And no money has moved

  @P03 @severity:critical
  Scenario: A customer of another institution pays her
    When Bob pays 100 MWK to Amina
    Then Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once
    And Green Bank holds nothing for incoming payments
