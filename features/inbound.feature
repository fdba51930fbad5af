@epic:Inbound
Feature: Receiving money from somebody at another institution
  A customer of another institution pays a customer of Green Bank through the scheme. Green Bank says who she is and at what
  terms she can be paid, keeps the money ready, and credits her once the hub has committed: once, or not at all.

  # -- who is it ----------------------------------------------------------------------------------------------------------

  @I01 @severity:critical
  Scenario: The payer's institution learns who a number belongs to
    When Bob looks Amina up
    Then Blue Wallet learns that the number belongs to Amina Banda of Green Bank, who takes MWK
    And the answer has come within 1 second

  @I02 @severity:critical
  Scenario: A number that the scheme believes to be Green Bank's, and that is not
    When Bob looks the number 265991000999 up at Green Bank
    Then Blue Wallet is told that the party cannot be found (3204)
    And no payment has reached the hub

  @I03 @severity:normal
  Scenario Outline: An account that cannot receive
    Given Amina's account is <status>
    When Bob pays 100 MWK to Amina
    Then Blue Wallet is told that the payee cannot receive (5400)
    And no payment has reached the hub
    And no money has moved

    Examples:
      | status  |
      | blocked |
      | dormant |

  @I03 @severity:normal @needs:core-settings
  Scenario: A scheme in which an account that cannot receive counts as none
    Given Green Bank's core connector runs with inactive_party = "3204"
    When Bob pays 100 MWK to Blessings
    Then Blue Wallet is told that the party cannot be found (3204)
    And no money has moved

  # -- at what terms ------------------------------------------------------------------------------------------------------

  @I04 @severity:normal
  Scenario: Terms in a currency that the account does not have
    Given Blue Wallet asks for terms in ZMW
    When Bob pays 100 MWK to Amina
    Then Blue Wallet is told that the payee does not take this currency (5106)
    And no payment has reached the hub
    And no money has moved

  @I05 @severity:critical
  Scenario: The fee is taken from what is sent
    Given Green Bank charges 2 MWK for receiving
    When Bob pays 100 MWK to Amina
    Then the terms are that 100 MWK are sent and 98 MWK received
    And the payment is committed
    And Bob has paid 100 MWK, once
    And Amina has received 98 MWK, once

  @I06 @severity:critical
  Scenario: The fee comes on top of what shall arrive
    Given Green Bank charges 2 MWK for receiving
    When Bob pays so that Amina receives 100 MWK
    Then the terms are that 102 MWK are sent and 100 MWK received
    And the payment is committed
    And Bob has paid 102 MWK, once
    And Amina has received 100 MWK, once

  @I06 @severity:normal
  Scenario: A fee in percent of what is sent leaves exactly what shall arrive
    Given Green Bank charges 1.5 % for receiving MWK
    When Bob pays so that Amina receives 100 MWK
    Then the terms are that 101.52 MWK are sent and 100 MWK received
    And Bob has paid 101.52 MWK, once
    And Amina has received 100 MWK, once

  @I07 @severity:normal
  Scenario: More than the payee may receive in a day
    Given Amina may receive no more than 150 MWK a day
    And Bob has paid 100 MWK to Amina
    When Bob pays 60 MWK to Amina
    Then Blue Wallet is told that the payee's limit does not allow it (5200)
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  # -- reserve, then credit -----------------------------------------------------------------------------------------------

  @I08 @severity:blocker
  Scenario: The money is kept ready first and credited when the hub has committed
    Given the hub's last word reaches Green Bank 5 seconds late
    When Bob pays 100 MWK to Amina
    Then Green Bank holds 100 MWK for incoming payments
    And Amina has received nothing
    When 5 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once
    And Green Bank holds nothing for incoming payments
    And the hub's position of Blue Wallet has risen by 100 MWK
    And the hub's position of Green Bank has fallen by 100 MWK

  @I09 @severity:critical @needs:mojaloop-settings
  Scenario: A payment for which Green Bank knows of no terms
    Given Blue Wallet waits 5 seconds between the terms and the payment
    And Bob is paying 100 MWK to Amina
    And Green Bank's Mojaloop connector has forgotten everything
    When 5 seconds pass
    Then Blue Wallet is told that something went wrong there (2001)
    And the payment is aborted
    And Green Bank has reserved nothing
    And no money has moved

  @I10 @severity:critical
  Scenario Outline: A payment on other terms than were agreed
    Given Blue Wallet pays on another <term> than was agreed
    When Bob pays 100 MWK to Amina
    Then Blue Wallet is told that <meaning> (<code>)
    And the payment is aborted
    And Green Bank has reserved nothing
    And no money has moved

    Examples:
      | term      | meaning                    | code |
      | condition | something went wrong there | 2001 |
      | amount    | the terms were not kept    | 3100 |

  @I11 @severity:critical
  Scenario: The hub aborts what was reserved, and says so six times
    Given payments of Blue Wallet expire after 2 seconds
    And Green Bank's core takes 3 seconds for reservations
    And the hub tells Green Bank its last word 6 times
    When Bob pays 100 MWK to Amina
    And 30 seconds pass
    Then the payment is aborted
    And Green Bank has released its one reservation
    And Green Bank has been told once to release
    And no money has moved

  @I11 @severity:critical @slow
  Scenario Outline: The core does not take the release at once
    Given payments of Blue Wallet expire after 2 seconds
    And Green Bank's core takes 3 seconds for reservations
    And Green Bank's core at first answers 5 releases with <trouble>
    When Bob pays 100 MWK to Amina
    And 10 minutes pass
    Then the payment is aborted
    And Green Bank has released its one reservation
    And no money has moved

    Examples:
      | trouble  |
      | an error |
      | silence  |

  @I12 @severity:critical
  Scenario: The hub's last word does not come, and Green Bank asks for it
    Given the hub's last word never reaches Green Bank
    When Bob pays 100 MWK to Amina
    Then Amina has received nothing
    When 16 seconds pass
    Then Green Bank has asked the hub how the payment stands
    And Amina has received 100 MWK, once
    And Green Bank holds nothing for incoming payments

  @I12 @severity:critical @slow
  Scenario: The hub's last word would have been that it aborted
    Given payments of Blue Wallet expire after 2 seconds
    And Green Bank's core takes 3 seconds for reservations
    And the hub's last word never reaches Green Bank
    When Bob pays 100 MWK to Amina
    And 5 seconds pass
    Then Green Bank holds 100 MWK for incoming payments
    When 60 seconds pass
    Then Green Bank has asked the hub how the payment stands
    And Green Bank has released its one reservation
    And no money has moved

  @I13 @severity:critical
  Scenario: The hub says twice that it has committed
    Given the hub tells Green Bank its last word 2 times
    When Bob pays 100 MWK to Amina
    And 10 seconds pass
    Then Amina has received 100 MWK, once
    And Green Bank has been told once to credit
    And Green Bank has credited its one reservation

  @I14 @severity:critical
  Scenario: The hub's last word comes before the acknowledgement of Green Bank's own
    Given the hub takes 10 seconds to acknowledge Green Bank's answers
    When Bob pays 100 MWK to Amina
    Then Amina has received 100 MWK, once
    When 30 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Green Bank has been told once to credit

  @I15 @severity:blocker
  Scenario: The hub delivers a payment twice
    Given the hub delivers each payment to Green Bank twice
    When Bob pays 100 MWK to Amina
    And 30 seconds pass
    Then Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once
    And Green Bank has credited its one reservation
    And Green Bank has answered payments 2 times, each time alike

  @I15 @severity:blocker @needs:mojaloop-settings
  Scenario: The Mojaloop connector hands a repeated payment on, as the real one does
    Given Green Bank's Mojaloop connector runs with like_sdk.duplicates_reach_backend = true
    And the hub delivers each payment to Green Bank twice
    When Bob pays 100 MWK to Amina
    And 30 seconds pass
    Then Amina has received 100 MWK, once
    And Green Bank has been told once to reserve
    And Green Bank has credited its one reservation

  @I15 @severity:critical
  Scenario: The payer's institution sends a payment again that is over
    Given Bob has paid 100 MWK to Amina
    When Blue Wallet sends the payment again
    Then Blue Wallet has been told 2 times that the payment is committed
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once
    And Green Bank has credited its one reservation

  @I16 @severity:critical
  Scenario: A payment whose time is over when it comes
    Given payments of Blue Wallet expire after 2 seconds
    And payments reach Green Bank 3 seconds late
    When Bob pays 100 MWK to Amina
    And 30 seconds pass
    Then Blue Wallet is told that the payment has expired (3303)
    And the payment is aborted
    And Green Bank has reserved nothing
    And no money has moved

  @I17 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: Green Bank insists that a payment comes while its terms are good
    Given Green Bank's core connector runs with quote_expiry_seconds = 10
    And Green Bank's Mojaloop connector runs with reject_transfers_on_expired_quotes = true
    And Blue Wallet waits 20 seconds between the terms and the payment
    When Bob pays 100 MWK to Amina
    And 20 seconds pass
    Then Blue Wallet is told that the terms have expired (3302)
    And Green Bank has reserved nothing
    And no money has moved

  @I17 @severity:normal @needs:core-settings
  Scenario: Green Bank honours terms that have just expired
    Given Green Bank's core connector runs with quote_expiry_seconds = 10
    And Blue Wallet waits 20 seconds between the terms and the payment
    When Bob pays 100 MWK to Amina
    And 20 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once

  # -- a core that is slow or broken --------------------------------------------------------------------------------------

  @I18 @severity:critical
  Scenario Outline: The core is too slow, and the payer's institution hears in time that it is
    Given Green Bank's core takes 20 seconds for <what>
    When Bob pays 100 MWK to Amina
    And 25 seconds pass
    Then Blue Wallet is told that the service is not available (2003)
    And no payment has reached the hub
    And no money has moved

    Examples:
      | what               |
      | lookups            |
      | requests for terms |

  @I18 @severity:critical
  Scenario: The core is too slow to say that it has reserved, and Green Bank finds out before the payer gives up
    Given Green Bank's core takes 20 seconds for reservations
    When Bob pays 100 MWK to Amina
    And 20 seconds pass
    Then the payment is committed
    And Blue Wallet is told of no error
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @I18 @severity:normal @slow
  Scenario: The core is too slow for a payment that is in a hurry
    Given payments of Blue Wallet expire after 4 seconds
    And Green Bank's core takes 20 seconds for reservations
    When Bob pays 100 MWK to Amina
    And 40 seconds pass
    Then Blue Wallet is told that the payment has expired (3303)
    And the payment is aborted
    When 10 minutes pass
    Then Green Bank has released its one reservation
    And no money has moved

  @I18 @severity:normal @needs:core-settings
  Scenario: The core is slow and Green Bank is patient
    Given Green Bank's core connector runs with http_timeout_ms = 30000
    And Green Bank's core takes 20 seconds for reservations
    When Bob pays 100 MWK to Amina
    And 20 seconds pass
    Then the payment is committed
    And Blue Wallet is told of no error
    And Amina has received 100 MWK, once

  @I19 @severity:critical @slow
  Scenario Outline: The core fails, and the payer's institution is always told something
    Given Green Bank's core answers <what> with <trouble>
    When Bob pays 100 MWK to Amina
    And 6 seconds pass
    Then Blue Wallet is told that <meaning> (<code>)
    When 10 minutes pass
    Then Green Bank holds nothing for incoming payments
    And no money has moved

    Examples:
      | what               | trouble                 | meaning                      | code |
      | lookups            | an error                | the service is not available | 2003 |
      | lookups            | an error without a word | the service is not available | 2003 |
      | lookups            | an empty success        | the service is not available | 2003 |
      | requests for terms | an error                | the service is not available | 2003 |
      | requests for terms | an error without a word | the service is not available | 2003 |
      | requests for terms | an empty success        | the service is not available | 2003 |
      | reservations       | an error                | something went wrong there   | 2001 |
      | reservations       | an error without a word | something went wrong there   | 2001 |

  @I19 @severity:critical
  Scenario Outline: The core reserves and does not say so
    Given Green Bank's core answers reservations with <trouble>
    When Bob pays 100 MWK to Amina
    And 6 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

    Examples:
      | trouble          |
      | an empty success |
      | silence          |

  @I19 @severity:critical @needs:core-settings
  Scenario Outline: The core connector itself has no word for what is wrong
    Given Green Bank's core connector answers with <trouble> where it should answer with an error
    When Bob pays 100 MWK to Blessings
    Then Blue Wallet is told that something went wrong there (2001)
    And no money has moved

    Examples:
      | trouble                 |
      | an error without a word |
      | an empty success        |

  # -- the two ways to answer a payment -----------------------------------------------------------------------------------

  @I20 @severity:critical @slow @needs:core-settings
  Scenario Outline: Whatever Green Bank answers, it credits only after the hub has committed
    Given Green Bank's core connector runs with receipts = <pattern> and transfer_state = <state>
    And the hub's last word reaches Green Bank 5 seconds late
    When Bob pays 100 MWK to Amina
    Then Green Bank has answered the payment with <state>
    And Amina has received nothing
    # to COMMITTED no PATCH follows: the core connector asks by itself after 90 seconds
    When <seconds> seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

    Examples:
      | pattern             | state     | seconds |
      | reserve-then-commit | RESERVED  | 5       |
      | reserve-then-commit | COMMITTED | 90      |
      | single-on-patch     | RESERVED  | 5       |
      | single-on-patch     | COMMITTED | 90      |

  @I21 @severity:critical @needs:core-settings
  Scenario: The backend supplies a fulfilment that does not answer the condition
    Given Green Bank's core connector supplies a fulfilment that answers no condition
    When Bob pays 100 MWK to Amina
    Then Blue Wallet is told that the terms were not kept (3100)
    And the payment is aborted
    And Green Bank has released its one reservation
    And no money has moved

  # -- questions ----------------------------------------------------------------------------------------------------------

  @I22 @severity:normal
  Scenario: Green Bank is asked how a payment stands
    Given Bob has paid 100 MWK to Amina
    When the hub asks Green Bank how the payment stands
    Then Green Bank says COMMITTED, with the fulfilment that the payer's condition asks for
    And Amina has received 100 MWK, once

  @I22 @severity:normal @slow
  Scenario: Green Bank is asked before it has heard that the hub has committed
    Given the hub's last word reaches Green Bank 30 seconds late
    And Bob is paying 100 MWK to Amina
    When the hub asks Green Bank how the payment stands
    Then Green Bank says RESERVED, without a fulfilment
    When 60 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once

  @I25 @severity:normal
  Scenario: Green Bank is asked for terms that it never gave
    When Blue Wallet asks Green Bank for terms that were never given
    Then Blue Wallet is told that there are no such terms (3205)

  @I25 @severity:normal
  Scenario: Green Bank repeats the terms that it gave
    Given Bob has asked for terms to pay 100 MWK to Amina
    When Blue Wallet asks Green Bank for the terms that it was given
    Then Blue Wallet is given the same terms again
    And no money has moved
