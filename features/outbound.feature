@epic:Outbound
Feature: Sending money to somebody at another institution
  A customer of Green Bank sends money through the scheme. She sees what it will cost and who will get it, consents,
  and is debited once, or not at all.

  # -- consent --------------------------------------------------------------------------------------------------------------

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

  @O02 @severity:critical @needs:core-settings
  Scenario: The bank consents for her, in one call
    Given Green Bank's core connector runs with pattern = "single"
    When Amina asks to send 100 MWK to Bob
    Then the transfer is committed
    And Amina has paid 100 MWK, once
    And Bob has received 99 MWK, once

  @O02 @severity:critical @needs:core-settings
  Scenario: The bank consents for her within its limits only
    Given Green Bank consents by itself, to fees of up to 0.5 MWK
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 4200
    And no money has moved

  @O03 @severity:critical @needs:core-settings @needs:mojaloop-settings
  Scenario: The bank does not pay to where the payee has her account, and asks nobody for terms
    Given Green Bank consents by itself, to payees at Zed Bank only
    And Green Bank's Mojaloop connector runs with auto_accept_party = false
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 4200
    And nobody has been asked for terms
    And no transfer has reached the hub
    And no money has moved

  @O03 @severity:critical @needs:mojaloop-settings
  Scenario: The payee is refused where the Mojaloop connector halts for him, and that is the end
    Given Green Bank's Mojaloop connector runs with auto_accept_party = false
    And Green Bank has asked its Mojaloop connector to send 100 MWK from Amina to Bob
    When Green Bank tells it that the payee is refused
    Then it answers that the transfer is ABORTED, because "Payee rejected by backend"
    And nobody has been asked for terms
    When Green Bank tells it that the payee is accepted
    Then it answers that the transfer is ABORTED, because "Payee rejected by backend"
    And nobody has been asked for terms
    And no transfer has reached the hub
    And no money has moved

  @O04 @severity:critical
  Scenario: She refuses the terms and nothing happens
    Given Amina has asked to send 100 MWK to Bob
    When Amina refuses the terms
    Then Green Bank refuses with code 4101
    And no transfer has reached the hub
    And no money has moved

  @O21 @severity:critical
  Scenario: What she is shown is what happens
    Given Green Bank charges 3 MWK for sending
    And Amina has asked to send 100 MWK to Bob
    Then Amina is shown that Bob will receive 99 MWK
    And Amina is shown fees of 3 MWK here and 1 MWK there
    And Amina is shown the name Bob Kamanga
    When Amina accepts the terms
    Then Amina has paid 103 MWK, once
    And Bob has received 99 MWK, once

  @O21 @severity:normal @needs:core-settings
  Scenario: Her bank's own identifier is not shown as that of the payee's bank
    Given Green Bank's core connector runs with lei = 2138008NKTVMLHCCMG95
    When Amina asks to send 100 MWK to Bob
    Then Amina is shown that Bob will receive 99 MWK
    And she is shown no 2138008NKTVMLHCCMG95 as an identifier of Blue Wallet

  @O22 @severity:critical @slow
  Scenario: The terms have run out when she accepts, and she is offered new ones
    Given Amina has asked to send 100 MWK to Bob
    When 2 minutes pass
    And Amina accepts the terms
    Then Green Bank refuses with code 3302
    And no transfer has reached the hub
    And no money has moved
    When Amina asks to send 100 MWK to Bob
    And Amina accepts the terms
    Then Amina has paid 100 MWK, once

  # -- who fixes the amount -------------------------------------------------------------------------------------------------

  @O05 @severity:critical @needs:merchant-payment
  Scenario: A merchant receives exactly what was asked, and she pays the fee on top
    Given Amina has asked to pay Bob exactly 50 MWK
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 51 MWK, once
    And Bob has received 50 MWK, once

  @O06 @severity:blocker @needs:merchant-payment @needs:core-settings
  Scenario Outline: A merchant payment within one currency is not reported as failed after the money has moved
    Given Green Bank's core connector runs with currency_mode = "<mode>"
    And Amina has asked to pay Bob exactly 50 MWK
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Bob has received 50 MWK, once
    And Amina has paid 51 MWK, once

    Examples:
      | mode     |
      | multiple |
      | single   |

  @O07 @severity:blocker @needs:core-settings
  Scenario Outline: Sending within one currency works whatever currencies the connector can do
    Given Green Bank's core connector runs with currency_mode = "<mode>"
    And Amina has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Bob has received 99 MWK, once

    Examples:
      | mode     |
      | multiple |
      | single   |

  # -- amounts --------------------------------------------------------------------------------------------------------------

  @O08 @severity:critical
  Scenario Outline: Both sides agree on what is left after the payee's fee
    Given Blue Wallet keeps <fee> of what its customers receive
    And Amina has asked to send <amount> MWK to Bob
    When Amina accepts the terms
    Then Amina has paid <amount> MWK, once
    And Bob has received <arrives> MWK, once

    Examples:
      | fee | amount | arrives |
      | 2.5 | 100    | 97.5    |
      | 1%  | 250    | 247.5   |

  @O09 @severity:critical @needs:fspiop
  Scenario Outline: A commission of the payee's institution is borne by the payer's, never by its customer
    Given Blue Wallet asks the payer's institution for a commission of <commission>
    And Amina has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And by the terms <sent> MWK are sent, which less a commission of <cost> MWK is what Amina pays
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received <arrives> MWK, once
    And the hub's position of Green Bank has risen by <sent> MWK

    Examples:
      | commission | cost | sent  | arrives |
      | 2          | 2    | 102   | 101     |
      | 0.75%      | 0.75 | 100.75 | 99.75  |

  @O10 @severity:critical @needs:fx
  Scenario: No fraction of a currency that has none
    Given Chikondi has asked to send 1001 MWK to Okello
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And no message names a fraction of UGX
    And Chikondi has paid 1001 MWK, once
    And Okello has received 2052 UGX, once

  @O11 @severity:normal
  Scenario Outline: Amounts are as fine as the bank's currency, without trailing zeros on the wire
    Given Amina has asked to send <amount> MWK to Bob
    When Amina accepts the terms
    Then the transfer that reached the hub is of <wire>
    And Amina has paid <amount> MWK, once

    Examples:
      | amount | wire  |
      | 10.50  | 10.5  |
      | 10.05  | 10.05 |
      | 10.00  | 10    |

  @O12 @severity:critical
  Scenario: Three tenths less one tenth are two tenths
    Given Blue Wallet keeps 0.1 of what its customers receive
    And Green Bank charges 0.2 MWK for sending
    And Amina has asked to send 0.3 MWK to Bob
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 0.5 MWK, once
    And Bob has received 0.2 MWK, once

  @O24 @severity:blocker
  Scenario: Two payments at once, and money for one
    Given Amina has 150 MWK at Green Bank
    And Amina has asked to send 100 MWK to Bob
    And Amina has asked to send 100 MWK to Dalitso
    When Amina accepts both terms at once
    Then one of them is completed and the other refused
    And Amina has paid 100 MWK, once
    And nothing is held for Amina

  # -- names and numbers ----------------------------------------------------------------------------------------------------

  @O13 @severity:normal
  Scenario: A till of a shop, known by the shop's number and its own
    Given Amina has asked to send 100 MWK to till-7 of Mwayi Stores
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Blue Wallet has been asked for till-7 of Mwayi Stores, in the lookup and in the request for terms
    And till-7 of Mwayi Stores has received 99 MWK, once
    And Amina has paid 100 MWK, once

  @O14 @severity:normal
  Scenario: The payer's name arrives as she writes it
    Given Amina, who writes her name Amína Ñandú မောင်, has asked to send 10 MWK to Bob
    When Amina accepts the terms
    Then Blue Wallet is told that the payer is called Amína Ñandú မောင်
    And Bob has received 9 MWK, once

  @O14 @severity:normal
  Scenario: Names in other scripts arrive as they were written
    Given Amina has asked to send 10 MWK to José
    Then Amina is shown the name José Ñandú မောင်
    When Amina accepts the terms
    Then José has received 9 MWK, once

  @O15 @severity:normal
  Scenario Outline: Each kind of identifier finds her
    Given Bob can be found under the <kind> <identifier>
    And Amina has asked to send 10 MWK to the <kind> <identifier>
    When Amina accepts the terms
    Then Blue Wallet has been asked who <kind> <identifier> is
    And Green Bank tells Amina that the transfer is completed
    And Bob has received 9 MWK, once

    Examples:
      | kind        | identifier             |
      | EMAIL       | bob@kamanga.example    |
      | PERSONAL_ID | MW-87-0042             |
      | BUSINESS    | 4711                   |
      | DEVICE      | meter-12               |
      | ACCOUNT_ID  | 1000000201             |
      | IBAN        | MT84MALT0110000012345  |
      | ALIAS       | bob.k                  |

  @O15 @severity:normal
  Scenario: A kind of identifier that the scheme does not have
    When Amina asks to send 10 MWK to the PASSPORT MW123456
    Then Green Bank refuses with code 3100
    And nobody has been asked who that is
    And no money has moved

  @O15 @severity:normal
  Scenario: A kind of identifier that nobody looks after
    When Amina asks to send 10 MWK to the IBAN MW00NOWHERE
    Then Green Bank refuses with code 3204
    And no money has moved

  @O16 @severity:normal
  Scenario: To somebody at her own bank, which the scheme does not carry
    Given Amina has asked to send 100 MWK to Chikondi
    When Amina accepts the terms
    Then Green Bank refuses with code 3100
    And no money has moved
    And nothing is held for Amina

  @O23 @severity:normal @needs:fspiop
  Scenario: The payee's institution names no currency that it could receive
    Given Blue Wallet says that its customers can receive no currency
    When Green Bank asks its Mojaloop connector to send 100 MWK from Amina to Bob
    Then it answers 500, because "No payee supportedCurrencies received"
    When Amina asks to send 100 MWK to Bob
    Then Green Bank tells Amina that the transfer is failed
    And nobody has been asked for terms
    And no transfer has reached the hub
    And no money has moved

  # -- repeats --------------------------------------------------------------------------------------------------------------

  @O17 @severity:blocker
  Scenario: The app asks twice for one and the same payment
    Given Amina has asked to send 100 MWK to Bob
    And the app has asked again under the same reference
    When Amina accepts the terms
    Then both times the app was told of the same transfer
    And Amina has paid 100 MWK, once
    And Bob has received 99 MWK, once

  @O17 @severity:blocker
  Scenario: The app asks again when all is done
    Given Amina has sent 100 MWK to Bob and accepted the terms
    When the app asks again under the same reference
    And Amina accepts the terms
    Then both times the app was told of the same transfer
    And Amina has paid 100 MWK, once

  @O18 @severity:blocker
  Scenario: She taps accept twice
    Given Amina has sent 100 MWK to Bob and accepted the terms
    When Amina accepts the terms again
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK, once
    And Bob has received 99 MWK, once

  @O18 @severity:blocker
  Scenario: She taps accept twice in the same moment
    Given Amina has asked to send 100 MWK to Bob
    When Amina taps accept twice at once
    Then both times she is told that the transfer is completed
    And Amina has paid 100 MWK, once
    And Bob has received 99 MWK, once

  @O20 @severity:normal @needs:fspiop
  Scenario: What the law wants to know of a payer is known to the payee's institution
    Given Amina, born on 1990-05-17 in Lilongwe (MW), has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Blue Wallet is told with the request for terms that the payer is Amina Banda, born on 1990-05-17
    And Blue Wallet is told with the payment that the payer is Amina Banda, born on 1990-05-17
    And Bob has received 99 MWK, once

  @O19 @severity:normal @slow
  Scenario: She asks later how it went
    Given Amina has sent 100 MWK to Bob and accepted the terms
    When 10 minutes pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is completed
    And the fulfilment that she can read is the one that Blue Wallet gave
    And Amina has paid 100 MWK, once
