@epic:Refunds
Feature: Giving money back
  The scheme reverses nothing: what was paid goes back by a new transfer in the other direction, which names the payment
  that it gives back.

  @O25 @severity:critical @needs:refunds
  Scenario: A customer gives back all that she was paid
    Given Bob has paid 100 MWK to Chikondi
    When Chikondi gives back 100 MWK of it
    Then Green Bank tells Chikondi that the transfer is completed
    And the refund names the payment that it gives back
    And the hub has moved 100 MWK there and 101 MWK back
    And Bob has paid nothing

  @O25 @severity:critical @needs:refunds
  Scenario: A customer gives a part of it back
    Given Bob has paid 100 MWK to Chikondi
    When Chikondi gives back 40 MWK of it
    Then Green Bank tells Chikondi that the transfer is completed
    And Bob has paid 60 MWK, once

  @O25 @severity:critical @needs:refunds
  Scenario: More than was paid is not given back
    Given Bob has paid 100 MWK to Chikondi
    When Chikondi gives back 70 MWK of it
    And Chikondi asks to give back 40 MWK of it
    Then Green Bank refuses with code 3100
    And Bob has paid 30 MWK, once

  @O25 @severity:critical
  Scenario: A customer is given back what she has paid
    Given Amina has sent 100 MWK to Bob and accepted the terms
    When Blue Wallet gives Amina back 99 MWK of it
    Then the refund names the payment that it gives back
    And the payment is committed
    And the hub has moved 100 MWK there and 99 MWK back
    And Amina has paid 1 MWK, once
