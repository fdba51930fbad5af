@epic:Resilience
Feature: When systems fail, no money is lost and none is doubled
  Messages get lost, come late, twice or in the wrong order; cores, hubs and connectors go down and come back. Green Bank's
  customer is told the truth, which may be that nobody knows yet, and in the end every book says the same.

  # -- the hub's word does not come ---------------------------------------------------------------------------------------

  @R01 @severity:blocker @slow
  Scenario: The notice of a committed transfer is lost, and Green Bank asks
    Given Amina has 500 MWK at Green Bank
    And the hub's notice of the committed transfer never reaches Green Bank
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And 100 MWK and the fees are held for Amina
    When 60 seconds pass
    Then the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is completed

  @R01 @severity:blocker @needs:worklist @slow
  Scenario: The hub's answers are lost as well, and nobody refunds what the hub has committed
    Given Amina has 500 MWK at Green Bank
    And the hub's notice of the committed transfer never reaches Green Bank
    And the hub's first 8 answers to Green Bank's questions are lost
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 3 minutes pass
    Then the transfer is committed
    And 100 MWK and the fees are held for Amina
    And Green Bank itself lists the transfer as unfinished
    When 20 minutes pass
    Then Amina has paid 100 MWK and the fees she accepted, once
    And Green Bank itself lists nothing as unfinished

  @R01 @severity:critical @slow
  Scenario: The notice of an aborted transfer is lost, and Amina gets her money back when the hub has said so
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet will not take the transfer
    And the hub's notice of the aborted transfer never reaches Green Bank
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And the transfer is aborted
    And 100 MWK and the fees are held for Amina
    When 60 seconds pass
    Then nothing is held for Amina
    And no money has moved
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed

  @R02 @severity:critical @slow @needs:mojaloop-settings
  Scenario: The notice comes 25 seconds late, when the Mojaloop connector has given up
    Given Green Bank's Mojaloop connector runs with request_processing_timeout_seconds = 10
    And Amina has 500 MWK at Green Bank
    And the hub's notice of the committed transfer reaches Green Bank 25 seconds late
    And the hub's first 3 answers to Green Bank's questions are lost
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 2 minutes pass
    Then the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is completed

  # -- it comes too often, or out of order --------------------------------------------------------------------------------

  @R03 @severity:blocker @slow
  Scenario: Everything arrives three times while Amina sends money
    Given Amina has 500 MWK at Green Bank
    And everything that the hub sends Green Bank arrives 3 times
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    When 60 seconds pass
    Then Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once
    And the hub's position of Green Bank has risen by 100 MWK

  @R03 @severity:blocker @slow
  Scenario: Everything arrives three times while Amina receives money
    Given everything that the hub sends Green Bank arrives 3 times
    When Bob pays 100 MWK to Amina
    And 60 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @R04 @severity:critical @slow
  Scenario: The hub's last word overtakes its answer to Green Bank's fulfil
    Given the hub takes 3 seconds to acknowledge Green Bank's answers
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And Amina has received 100 MWK, once
    When 60 seconds pass
    Then Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @R04 @severity:critical @slow
  Scenario: The notices of two transfers change places
    Given Amina has 500 MWK at Green Bank
    And the hub's notice of the committed transfer reaches Green Bank after that of the next one
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When Amina sends 30 MWK to Dalitso and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    When 30 seconds pass
    Then Amina has paid 130 MWK, once
    And Bob has received 99 MWK, once
    And Dalitso has received 29 MWK, once

  @R25 @severity:critical @slow
  Scenario: Yesterday's messages come again while Amina has sent money
    Given Amina has 500 MWK at Green Bank
    And everything that the hub sends Green Bank arrives again a day later
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    When a day passes
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is completed
    And everything that the hub sent Green Bank has come again
    And Amina has paid 100 MWK and the fees she accepted, once
    And nothing is held for Amina

  @R25 @severity:critical @slow
  Scenario: Yesterday's messages come again while Amina has received money
    Given everything that the hub sends Green Bank arrives again a day later
    When Bob pays 100 MWK to Amina
    And a day passes
    Then the payment is committed
    And everything that the hub sent Green Bank has come again
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  # -- nobody waits as long as it takes -----------------------------------------------------------------------------------

  @R05 @severity:blocker @slow
  Scenario: The channel gives up waiting, the transfer commits later, the customer pays once
    # the core connector waits 5 s, the Mojaloop connector 30 s, the transfer expires after 60 s
    Given Amina has 500 MWK at Green Bank
    And the hub's notice of the committed transfer reaches Green Bank 40 seconds late
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 60 seconds pass
    Then the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once

  @R05 @severity:blocker @slow
  Scenario: The channel gives up waiting, the transfer is made later still, and Amina has accepted twice
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet fulfils 20 seconds late
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And 100 MWK and the fees are held for Amina
    When Amina accepts the terms again
    Then Green Bank tells Amina that the transfer is pending
    When 60 seconds pass
    Then the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once
    When Amina accepts the terms again
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once

  # -- connectors crash ---------------------------------------------------------------------------------------------------

  @R06 @severity:blocker @needs:core-restart
  Scenario Outline: The core connector crashes between the reserve and the acceptance
    Given Amina has 500 MWK at Green Bank
    And Green Bank's core connector will crash <moment>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And 100 MWK and the fees are held for Amina
    When Green Bank's core connector starts again
    Then nothing is held for Amina
    And no money has moved
    And the hub knows nothing of the transfer
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed

    Examples:
      | moment                                       |
      | before it notes that the bank has reserved   |
      | once it has noted that the bank has reserved |

  @R07 @severity:blocker @needs:worklist @needs:core-restart
  Scenario Outline: The core connector crashes after the acceptance
    Given Amina has 500 MWK at Green Bank
    And Green Bank's core connector will crash <moment>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When Green Bank's core connector starts again
    Then the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Green Bank itself lists nothing as unfinished
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is completed

    Examples:
      | moment                                    |
      | before it hears how the transfer ended    |
      | once it knows how the transfer ended      |
      | before it notes that the bank has debited |

  @R07 @severity:critical @slow @needs:core-restart
  Scenario: The core connector crashes when the acceptance is written and has not gone out
    Given Amina has 500 MWK at Green Bank
    And Green Bank's core connector will crash before the acceptance goes out
    When Amina sends 100 MWK to Bob and accepts the terms
    Then 100 MWK and the fees are held for Amina
    When Green Bank's core connector starts again
    And 5 minutes pass
    Then no money has moved
    And the hub knows nothing of the transfer
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed

  @R07 @severity:critical @needs:core-restart
  Scenario: The core connector crashes after an abort, when the bank has released
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet will not take the transfer
    And Green Bank's core connector will crash before it notes that the bank has released
    When Amina sends 100 MWK to Bob and accepts the terms
    And Green Bank's core connector starts again
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed
    And no money has moved

  # -- the core is down ---------------------------------------------------------------------------------------------------

  @R08 @severity:blocker @needs:worklist @slow
  Scenario: The core is down when it shall reserve
    Given Amina has 500 MWK at Green Bank
    And Green Bank's core is down the first 10 times that it shall reserve
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And the hub knows nothing of the transfer
    When 10 minutes pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed
    And no money has moved
    And Green Bank itself lists nothing as unfinished

  @R08 @severity:blocker
  Scenario Outline: The core says nothing when it shall reserve, whether it has reserved or not
    Given Amina has 500 MWK at Green Bank
    And Green Bank's core is silent the first 1 times that it shall reserve, and <truth>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And nothing is held for Amina

    Examples:
      | truth          |
      | does it        |
      | does not do it |

  @R08 @severity:blocker
  Scenario: The core says nothing when it has reserved, and would reserve once more if asked again
    Given Green Bank's core reserves once more whenever it is asked again
    And Green Bank's core is silent the first 1 times that it shall reserve, and does it
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And nothing is held for Amina

  @R08 @severity:blocker @needs:worklist @slow
  Scenario: The core is down when it shall debit what the hub has committed
    Given Amina has 500 MWK at Green Bank
    And Green Bank's core is down the first 10 times that it shall debit
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And 100 MWK and the fees are held for Amina
    And Green Bank itself lists the transfer as unfinished
    When 20 minutes pass
    Then Amina has paid 100 MWK and the fees she accepted, once
    And nothing is held for Amina
    And Green Bank itself lists nothing as unfinished

  @R08 @severity:blocker @needs:worklist @slow
  Scenario: The core is down when it shall release
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet will not take the transfer
    And Green Bank's core is down the first 10 times that it shall release
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is failed
    And 100 MWK and the fees are held for Amina
    And Green Bank itself lists the transfer as unfinished
    When 20 minutes pass
    Then no money has moved
    And Green Bank itself lists nothing as unfinished

  @R08 @severity:blocker @needs:worklist @slow
  Scenario: The core is down when it shall credit what the hub has committed
    Given Green Bank's core is down the first 10 times that it shall credit
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And Amina has received nothing
    When 2 seconds pass
    Then Green Bank itself lists a payment as unfinished
    When 20 minutes pass
    Then Amina has received 100 MWK, once
    And Green Bank itself lists nothing as unfinished

  # -- the core is slow, or fails in bursts -------------------------------------------------------------------------------

  @R09 @severity:critical
  Scenario: The core is slow when it shall reserve, and nobody else waits for it
    Given Chikondi has 10000 MWK at Green Bank
    And Green Bank's core takes 4 seconds for reservations
    And Chikondi has asked 12 times to send 10 MWK to Bob
    When Chikondi accepts all terms, and Bob looks Amina up meanwhile
    Then all 12 of them are completed
    And Blue Wallet has been told who Amina is within 1 second
    And all of that took no more than 6 seconds
    And Chikondi has paid 120 MWK, once
    And nothing is held for Chikondi

  @R09 @severity:critical @needs:core-settings
  Scenario: The core takes only three calls at once, and is never called more often
    Given Green Bank's core connector runs with bank_calls_at_once = 3 and http_timeout_ms = 30000
    And Chikondi has 10000 MWK at Green Bank
    And Green Bank's core takes 2 seconds for reservations
    And Chikondi has asked 12 times to send 10 MWK to Bob
    When Chikondi accepts all terms at once
    Then all 12 of them are completed
    And Green Bank's core has had no more than 3 calls at once
    And all of that took no more than 12 seconds
    And Chikondi has paid 120 MWK, once

  @R09 @severity:critical @needs:core-settings @needs:worklist @slow
  Scenario: The line before a slow core is too long, and whoever cannot wait is told so and pays nothing
    Given Green Bank's core connector runs with bank_calls_at_once = 1
    And Chikondi has 10000 MWK at Green Bank
    And Green Bank's core takes 4 seconds for reservations
    And Chikondi has asked 12 times to send 10 MWK to Bob
    When Chikondi accepts all terms at once
    And 10 minutes pass
    Then Green Bank's core has had no more than 1 call at once
    And Chikondi has paid for what the hub has committed, and for nothing else
    And nothing is held for Chikondi
    And Green Bank itself lists nothing as unfinished

  @R09 @severity:blocker @needs:worklist @slow
  Scenario: The core answers a burst of debits with errors, is left in peace, and catches up
    Given Chikondi has 10000 MWK at Green Bank
    And Green Bank's core is down whenever it shall debit
    And Chikondi has asked 12 times to send 10 MWK to Bob
    When Chikondi accepts all terms at once
    Then all 12 of them are completed
    When 60 seconds pass
    Then Green Bank's core has been told no more than 96 times to debit
    And Green Bank itself lists the transfer as unfinished
    When Green Bank's core works again
    And 2 minutes pass
    Then Chikondi has paid 120 MWK, once
    And nothing is held for Chikondi
    And Green Bank itself lists nothing as unfinished

  # -- the hub is down ----------------------------------------------------------------------------------------------------

  @R10 @severity:critical @slow
  Scenario: The hub is down for a minute: no terms, nothing reserved, and the same wish again makes one transfer
    Given Amina has 500 MWK at Green Bank
    And the hub answers Green Bank with 503
    When Amina asks to send 100 MWK to Bob
    Then Green Bank tells Amina that the transfer is failed
    And no money has moved
    When 60 seconds pass
    And the hub works again
    And Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once

  @R10 @severity:blocker @slow
  Scenario: The hub goes down before the prepare: it is repeated as it was, never with another id
    Given Amina has 500 MWK at Green Bank
    And the hub answers Green Bank's prepares and questions with 503
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And Green Bank has sent the hub 4 prepares, all one and the same
    And 100 MWK and the fees are held for Amina
    When 60 seconds pass
    And the hub works again
    And 10 minutes pass
    Then no money has moved
    And Green Bank has sent the hub 4 prepares, all one and the same
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed

  # -- the Mojaloop connector's state lies in Redis -----------------------------------------------------------------------

  @R11 @severity:blocker @slow @needs:mojaloop-restart @needs:mojaloop-settings
  Scenario Outline: The Mojaloop connector restarts while money is sent, and knows from Redis what it was about
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And Amina has 500 MWK at Green Bank
    And Green Bank's Mojaloop connector will crash <moment>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And 100 MWK and the fees are held for Amina
    When Green Bank's Mojaloop connector starts again
    And 10 minutes pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is <told>
    And Amina has paid <paid>
    And nothing is held for Amina

    Examples:
      | moment                        | told      | paid          |
      | while it waits for the fulfil | completed | 100 MWK, once |
      | before its prepare goes out   | failed    | nothing       |

  @R11 @severity:blocker @slow @needs:mojaloop-restart @needs:mojaloop-settings
  Scenario Outline: The Mojaloop connector restarts while money is received, and goes on from what Redis knows
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And Green Bank's Mojaloop connector will crash <moment>
    And the hub's last word reaches Green Bank 2 seconds late
    When Bob pays 100 MWK to Amina
    Then Green Bank holds 100 MWK for incoming payments
    When Green Bank's Mojaloop connector starts again
    And 60 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

    Examples:
      | moment                                      |
      | when the bank has reserved and nobody knows |
      | while it waits for the hub's last word      |

  @R12 @severity:critical @needs:mojaloop-settings
  Scenario: Redis is down: no terms are had and nothing moves, and all is well when it is back
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And Amina has 500 MWK at Green Bank
    And Redis is down
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 2001
    And nobody has been asked for terms
    And no money has moved
    When Redis is back
    And Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once

  @R12 @severity:critical @needs:mojaloop-settings
  Scenario: What the Mojaloop connector answers while Redis is down
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And Redis is down
    When Green Bank asks its Mojaloop connector to send 100 MWK from Amina to Bob
    Then it answers 500 with statusCode 500 and no state, because Redis does not answer
    And no transfer has reached the hub
    And no money has moved

  @R12 @severity:blocker @slow @needs:mojaloop-settings
  Scenario: Redis goes down between the terms and the acceptance
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And Amina has 500 MWK at Green Bank
    And Amina has asked to send 100 MWK to Bob
    When Redis goes down
    And Amina accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And 100 MWK and the fees are held for Amina
    And no transfer has reached the hub
    When Redis is back
    And 10 minutes pass
    Then nothing is held for Amina
    And no transfer has reached the hub
    And no money has moved

  @R12 @severity:blocker @slow @needs:mojaloop-settings
  Scenario: Redis goes down while the hub commits, and the customer pays once
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And Amina has 500 MWK at Green Bank
    And the hub's notice of the committed transfer reaches Green Bank 20 seconds late
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When Redis goes down
    And 60 seconds pass
    Then 100 MWK and the fees are held for Amina
    When Redis is back
    And 3 minutes pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once

  @R12 @severity:critical @needs:mojaloop-settings
  Scenario: Redis is down when somebody pays, and the payer's institution is told so
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And Redis is down
    When Bob asks for terms to pay 100 MWK to Amina
    Then Blue Wallet is told that something went wrong there (2001)
    And Green Bank has reserved nothing
    When Redis is back
    And Bob pays 100 MWK to Amina
    Then the payment is committed
    And Amina has received 100 MWK, once

  @R12 @severity:blocker @slow @needs:mojaloop-settings
  Scenario Outline: Redis goes down while money is received, and it is credited once
    Given Green Bank's Mojaloop connector keeps its state in Redis
    And <what is slow>
    When Bob pays 100 MWK to Amina
    And Redis goes down
    And 30 seconds pass
    Then Amina has received nothing
    When Redis is back
    And 20 seconds pass
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

    Examples:
      | what is slow                                              |
      | the hub's last word reaches Green Bank 5 seconds late     |
      | Green Bank's core takes 3 seconds for reservations        |

  # -- the transfer expires -----------------------------------------------------------------------------------------------

  @R13 @severity:blocker @slow
  Scenario: Green Bank has reserved, and the payment expires at the hub
    Given Green Bank's fulfils never reach the hub
    When Bob pays 100 MWK to Amina
    Then Green Bank holds 100 MWK for incoming payments
    When 90 seconds pass
    Then the payment is aborted
    And Blue Wallet is told that the payment has expired (3303)
    And Green Bank is told that the payment has expired (3303)
    And Green Bank has released its one reservation
    And Bob has paid nothing
    And Amina has received nothing

  @R13 @severity:blocker @slow
  Scenario: The payee's institution has reserved and says nothing
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet keeps the money ready and says nothing
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And 100 MWK and the fees are held for Amina
    When 90 seconds pass
    Then the transfer is aborted
    And Green Bank is told that the payment has expired (3303)
    And Blue Wallet is told that the payment has expired (3303)
    And no money has moved
    When Amina asks how the transfer stands
    Then Green Bank refuses with code 3303

  @R14 @severity:blocker @slow
  Scenario: Green Bank fulfils after the payment has expired, and takes everything back
    Given payments of Blue Wallet expire after 2 seconds
    And Green Bank's core takes 4 seconds for reservations
    When Bob pays 100 MWK to Amina
    And 90 seconds pass
    Then the payment is aborted
    And Green Bank is told that the payment has expired (3303)
    And Green Bank has released its one reservation
    And no money has moved

  @R14 @severity:blocker @slow
  Scenario: The payee's institution fulfils after the transfer has expired
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet fulfils 65 seconds late
    When 5 seconds pass
    And Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 3 minutes pass
    Then the transfer is aborted
    And Blue Wallet is told that the payment has expired (3303)
    And no money has moved
    When Amina asks how the transfer stands
    Then Green Bank refuses with code 3303

  @R15 @severity:critical
  Scenario: The hub cannot reach the payee's institution for terms
    Given Amina has 500 MWK at Green Bank
    And the hub cannot reach Blue Wallet with a request for terms
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 1001
    And no money has moved

  @R15 @severity:blocker @slow
  Scenario: The hub cannot reach the payee's institution with the prepare
    Given Amina has 500 MWK at Green Bank
    And the hub cannot reach Blue Wallet with a prepare
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 90 seconds pass
    And Amina asks how the transfer stands
    Then Green Bank refuses with code 3303
    And no money has moved

  @R15 @severity:critical @slow
  Scenario: The hub cannot reach Green Bank with the prepare
    Given the hub cannot reach Green Bank with a prepare
    When Bob pays 100 MWK to Amina
    And 90 seconds pass
    Then the payment is aborted
    And Blue Wallet is told that the payment has expired (3303)
    And Green Bank has reserved nothing
    And no money has moved

  # -- clocks -------------------------------------------------------------------------------------------------------------

  @R16 @severity:normal @needs:core-clock @needs:mojaloop-clock @needs:mojaloop-settings
  Scenario Outline: Green Bank's clocks are a minute off, and what is valid for two minutes is sent
    Given Green Bank's Mojaloop connector runs with expiry_seconds = 120
    And terms and payments of Blue Wallet are valid for 120 seconds
    And Green Bank's clocks are 60 seconds <wrong>
    And Amina has 500 MWK at Green Bank
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And the dates of Green Bank's messages are 60 seconds <wrong>

    Examples:
      | wrong |
      | fast  |
      | slow  |

  @R16 @severity:normal @needs:core-clock @needs:core-settings @needs:mojaloop-clock
  Scenario: Green Bank's clocks are a minute slow, and what is valid for two minutes is received
    Given Green Bank's core connector runs with quote_expiry_seconds = 120
    And terms and payments of Blue Wallet are valid for 120 seconds
    And Green Bank's clocks are 60 seconds slow
    When Bob pays 50 MWK to Amina
    Then the payment is committed
    And Amina has received 50 MWK, once
    And the dates of Green Bank's messages are 60 seconds slow

  @R16 @severity:critical @slow @needs:core-clock @needs:mojaloop-clock
  Scenario: Green Bank's clocks are a minute fast, and the hub takes no fulfil from the future
    Given Green Bank's clocks are 60 seconds fast
    And terms and payments of Blue Wallet are valid for 90 seconds
    And the hub answers no question of Green Bank
    When Bob pays 50 MWK to Amina
    Then Green Bank holds 50 MWK for incoming payments
    When 3 minutes pass
    Then the payment is aborted
    And Green Bank has released its one reservation
    And no money has moved

  @R16 @severity:critical @needs:worklist @slow @needs:core-clock @needs:mojaloop-clock
  Scenario Outline: Green Bank's clocks are further off than anything is valid, and nothing is made or lost
    Given Green Bank's clocks are 180 seconds <wrong>
    And Amina has 500 MWK at Green Bank
    When Amina asks to send 100 MWK to Bob
    And Amina accepts the terms if she is shown any
    And 5 minutes pass
    Then no money has moved
    And Green Bank itself lists nothing as unfinished

    Examples:
      | wrong |
      | fast  |
      | slow  |

  # -- the sum ------------------------------------------------------------------------------------------------------------

  @R24 @severity:blocker @needs:fx @needs:worklist @slow
  Scenario: After a day of payments that succeed, fail and hang, every book still sums to zero
    Given Amina has 500 MWK at Green Bank
    And Chikondi has 5000 MWK at Green Bank
    And the hub's notice of the committed transfer reaches Green Bank after that of the next one
    And Green Bank's core is down the first 2 times that it shall debit
    When Amina sends 100 MWK to Bob and accepts the terms
    And Chikondi sends 1000 MWK to Mutale and accepts the terms
    And Bob pays 70 MWK to Amina
    And Amina asks to send 10 MWK to the unknown number 265991999999
    And Dalitso pays 40 MWK to Chikondi
    And Chikondi sends 20 MWK to Dalitso and accepts the terms
    And a day passes
    Then every book is in balance in every currency
    And the positions at the hub sum to zero in every currency
    And what some have paid others have received, in every currency
    And Green Bank itself lists nothing as unfinished
