@epic:Bulk
Feature: Many payments in one order, each made or not made by itself
  An employer pays its people with one order. Every payee is found, every payment has terms of its own, its money is held before it
  is accepted, and what fails is released and leaves the others alone. The other way round, a bulk from another bank credits each
  customer that it can.

  # -- asking alone -------------------------------------------------------------------------------------------------------

  @B01 @severity:critical @needs:bulk
  Scenario: Asking whether people can be paid moves nothing
    When Chikondi asks whether Bob, Dalitso and the number 265881999999 can be paid 100 MWK each
    Then Bob can be paid at Blue Wallet
    And Dalitso can be paid at Blue Wallet
    And the payment to the number 265881999999 has failed with code 3204
    And no bulk has reached the hub
    And no money has moved

  # -- fees ---------------------------------------------------------------------------------------------------------------

  @B02 @severity:critical @needs:bulk
  Scenario: A fee above the limit halts its own payment, and no other
    Given Blue Wallet keeps 1% of what its customers receive
    When Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once, with fees of up to 1.5 MWK each
    Then the payment to Bob is made
    And the payment to Dalitso waits for consent
    And Bob has received 99 MWK, once
    And Dalitso has received nothing
    And Chikondi has paid 100 MWK, once
    And nothing is held for Chikondi

  @B02 @severity:critical @needs:bulk
  Scenario: She accepts the fee of the payment that waits, and it is made
    Given Blue Wallet keeps 1% of what its customers receive
    And Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once, with fees of up to 1.5 MWK each
    When Chikondi accepts the terms of the payment to Dalitso
    Then the payment to Dalitso is made
    And Dalitso has received 198 MWK, once
    And Chikondi has paid 300 MWK, once

  @B02 @severity:normal @needs:bulk
  Scenario: She refuses the fee of the payment that waits, and nothing more happens
    Given Blue Wallet keeps 1% of what its customers receive
    And Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once, with fees of up to 1.5 MWK each
    When Chikondi refuses the terms of the payment to Dalitso
    Then the bulk is over
    And Dalitso has received nothing
    And Chikondi has paid 100 MWK, once
    And nothing is held for Chikondi

  # -- some fail ----------------------------------------------------------------------------------------------------------

  @B03 @severity:blocker @needs:bulk
  Scenario: What fails on the way is released, and the rest is paid
    Given Blue Wallet turns the payment of 200 MWK down with code 5001
    When Chikondi orders 100 MWK to Bob, 200 MWK to Dalitso, 5 MWK to the number 265881999999 and 50 MWK to José at once
    Then the payment to Bob is made
    And the payment to Dalitso has failed with code 5001
    And the payment to the number 265881999999 has failed with code 3204
    And the payment to José is made
    And Bob has received 99 MWK, once
    And Dalitso has received nothing
    And Chikondi has paid 150 MWK, once
    And nothing is held for Chikondi
    And the hub has made 1 bulk of 2 payments

  @B03 @severity:blocker @needs:bulk
  Scenario: Money that is not there fails its own payment before anybody is asked to make it
    Given Amina has 250 MWK at Green Bank
    When Amina orders 100 MWK to Bob, 200 MWK to Dalitso and 50 MWK to José at once
    Then the payment to Dalitso has failed with code 4000
    And the payment to José is made
    And Amina has paid 150 MWK, once
    And Amina has 100 MWK left
    And the hub has made 1 bulk of 2 payments

  @B03 @severity:critical @needs:bulk
  Scenario: What the net debit cap does not allow fails at the hub, alone
    Given Green Bank may owe the scheme no more than 150 MWK
    When Chikondi orders 100 MWK to Bob, 100 MWK to Dalitso and 50 MWK to José at once
    Then the payment to Bob is made
    And the payment to Dalitso has failed with code 4200
    And the payment to José is made
    And Chikondi has paid 150 MWK, once
    And nothing is held for Chikondi

  @B03 @severity:critical @needs:bulk @needs:mojaloop-signatures
  Scenario: What is left of a signed bulk is paid, where the hub signs for its sender
    Given every institution signs what it says
    And the hub signs for the sender what it puts into another form
    And Green Bank may owe the scheme no more than 150 MWK
    When Chikondi orders 100 MWK to Bob and 100 MWK to Dalitso at once
    Then the payment to Bob is made
    And the payment to Dalitso has failed with code 4200
    And Chikondi has paid 100 MWK, once

  @B03 @severity:critical @needs:bulk
  Scenario: An institution that refuses the whole bulk gets none of it
    Given Blue Wallet turns bulks down with code 5100
    When Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once
    Then the payment to Bob has failed with code 5100
    And the payment to Dalitso has failed with code 5100
    And Chikondi has paid nothing
    And nothing is held for Chikondi

  @B03 @severity:critical @needs:bulk
  Scenario: A fulfilment that proves nothing moves nothing, and the others are paid
    Given Blue Wallet seals the payment of 200 MWK with a wrong condition
    When Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once
    Then the payment to Bob is made
    And the payment to Dalitso has failed with code 3100
    And Chikondi has paid 100 MWK, once

  @B03 @severity:critical @needs:bulk
  Scenario: The payees are shown before anything is asked for, and a wrong one is left out
    When Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once, to see the payees first
    And Chikondi takes Bob for right and Dalitso for wrong
    Then the payment to Bob is made
    And the payment to Dalitso has failed with code 4100
    And Chikondi has paid 100 MWK, once

  @B03 @severity:critical @needs:bulk
  Scenario: The app that asks twice pays once
    Given Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once
    When the app orders the bulk again
    Then both times the app was told of the same bulk
    And Bob has received 99 MWK, once
    And Chikondi has paid 300 MWK, once

  @B03 @severity:critical @needs:bulk @needs:mojaloop-restart
  Scenario Outline: After a crash of the Mojaloop connector each payment is made once
    Given Green Bank's Mojaloop connector will crash <moment>
    And Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once
    When Green Bank's Mojaloop connector starts again
    Then the payment to Bob is made
    And the payment to Dalitso is made
    And Chikondi has paid 300 MWK, once
    And nothing is held for Chikondi

    Examples:
      | moment                               |
      | before its bulk goes out             |
      | before it notes how its bulk ended   |

  @B03 @severity:critical @needs:bulk @needs:core-restart @slow
  Scenario Outline: After a crash of the core connector each payment is made once
    Given Green Bank's core connector will crash <moment>
    And Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once
    When Green Bank's core connector starts again
    And 150 seconds pass
    Then the payment to Bob is made
    And the payment to Dalitso is made
    And Bob has received 99 MWK, once
    And Chikondi has paid 300 MWK, once
    And nothing is held for Chikondi

    Examples:
      | moment                            |
      | before the acceptance of its bulk |
      | after the acceptance of its bulk  |

  @B03 @severity:blocker @needs:bulk
  Scenario: Of a bulk that comes in, each customer is credited who can be
    When Bob, who banks elsewhere, orders 100 MWK to Amina, 20 MWK to Blessings and 50 MWK to Grace at once
    Then Amina has received 100 MWK, once
    And Grace has received 50 MWK, once
    And Blessings has received nothing
    And Bob has paid 150 MWK, once
    And nothing is held for Bob

  @B03 @severity:critical @needs:bulk
  Scenario: A wrong condition of one payment that comes in does not cost the others theirs
    Given the first payment of Blue Wallet's bulks bears a condition that was never agreed
    When Bob, who banks elsewhere, orders 100 MWK to Amina and 50 MWK to Grace at once
    Then Amina has received nothing
    And Grace has received 50 MWK, once
    And Bob has paid 50 MWK, once

  # -- time ---------------------------------------------------------------------------------------------------------------

  @B04 @severity:blocker @needs:bulk
  Scenario: A bulk that nobody answers ends with its time, and everything is released
    Given Blue Wallet answers no bulk
    And Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once, within 10 seconds
    When 20 seconds pass
    Then the bulk is over
    And the payment to Bob has failed with code 3303
    And the payment to Dalitso has failed with code 3303
    And Chikondi has paid nothing
    And nothing is held for Chikondi

  @B04 @severity:critical @needs:bulk
  Scenario: A payment that is left unanswered expires alone
    Given Blue Wallet leaves the payment of 200 MWK unanswered
    And Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once, within 10 seconds
    When 20 seconds pass
    Then the bulk is over
    And the payment to Bob is made
    And the payment to Dalitso has failed with code 3303
    And Chikondi has paid 100 MWK, once
    And nothing is held for Chikondi

  @B04 @severity:critical @needs:bulk
  Scenario: Terms that nobody accepts in time are over, and can no longer be accepted
    Given Chikondi orders 100 MWK to Bob and 200 MWK to Dalitso at once, within 10 seconds, to see the terms first
    When 11 seconds pass
    And Chikondi accepts the terms of all payments
    Then the bulk is over
    And the payment to Bob has failed with code 3300
    And no bulk has reached the hub
    And no money has moved

  # -- more than one bulk holds -------------------------------------------------------------------------------------------

  @B05 @severity:critical @needs:bulk
  Scenario: More payments to one institution than a bulk holds go out in two
    Given Chikondi orders 1001 payments of 2 MWK to Bob, to see the terms first
    When Chikondi accepts the terms of the first and the last payment alone
    Then the bulk is over
    And the terms were asked for in bulks of 1000 and 1
    And the hub has made 2 bulks of 2 payments together
    And Bob has received 2 MWK, once
    And Chikondi has paid 4 MWK, once

  # -- what the hub and the home bank refuse ------------------------------------------------------------------------------

  @E10 @severity:normal @needs:bulk
  Scenario: A bulk for an institution that does not exist is refused, and nothing of it is made
    Given the bulks of Blue Wallet are for an institution that does not exist
    When Bob, who banks elsewhere, orders 100 MWK to Amina and 50 MWK to Grace at once
    Then Blue Wallet is told that the payee's institution takes no part (3203)
    And Amina has received nothing
    And Bob has paid nothing
    And nothing is held for Bob

  @E10 @severity:normal @needs:bulk
  Scenario: A bulk of an institution that is suspended is refused, and nothing of it is made
    Given Blue Wallet waits 5 seconds between the terms and its bulk
    And Bob, who banks elsewhere, has ordered 100 MWK to Amina and 50 MWK to Grace at once
    And the hub has suspended Blue Wallet meanwhile
    When 6 seconds pass
    Then Blue Wallet is told that the payer's institution takes no part (3202)
    And Amina has received nothing
    And Bob has paid nothing
    And nothing is held for Bob

  @E19 @severity:normal
  Scenario: The hub is asked for a bulk that was never made
    When Blue Wallet asks the hub how a bulk stands that was never made
    Then Blue Wallet is told that there is no such bulk (3210)

  @E19 @severity:normal @needs:bulk
  Scenario: Green Bank is asked for terms of a bulk that it never gave
    When Blue Wallet asks Green Bank for the terms of a bulk that were never given
    Then Blue Wallet is told that there are no such terms of a bulk (3209)
