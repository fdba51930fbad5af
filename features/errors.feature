@epic:Errors
Feature: What is malformed, refused or contradictory
  Hub and connector refuse a malformed message at once, with the code of the scheme and HTTP's status. What cannot be done is
  told by code to whoever asked, and reaches the customer unchanged. No money moves because of any of it.

  # -- a message with a fault: headers ------------------------------------------------------------------------------------

  @E01 @severity:normal
  Scenario: The hub refuses a message without one of its headers
    When Blue Wallet sends the hub a lookup of Amina, each time with one fault
      | without header Accept        |
      | without header Date          |
      | without header Content-Type  |
      | without header FSPIOP-Source |
    Then each is refused at once with HTTP 400 and 3102, in these words
      | Missing mandatory element - Accept is required                                      |
      | Missing mandatory element - Missing required date header                            |
      | Missing mandatory element - Content-type is required                                |
      | Missing mandatory element - /header must have required property 'fspiop-source'     |
    And no money has moved

  @E01 @severity:normal
  Scenario: Green Bank refuses a message without one of its headers
    When the hub passes Green Bank a lookup of Amina from Blue Wallet, each time with one fault
      | without header Accept        |
      | without header Date          |
      | without header Content-Type  |
      | without header FSPIOP-Source |
    Then each is refused at once with HTTP 400 and 3102, in these words
      | undefined must have required property 'accept'        |
      | undefined must have required property 'date'          |
      | undefined must have required property 'content-type'  |
      | undefined must have required property 'fspiop-source' |
    And Green Bank has answered no lookup

  @E02 @severity:normal
  Scenario: The hub refuses a message with a malformed header
    When Blue Wallet sends the hub a lookup of Amina, each time with one fault
      | header Accept: application/json                                               |
      | header Accept: application/vnd.interoperability.quotes+json;version=2         |
      | header Date: 2026-03-02T08:00:00.000Z                                         |
      | header Content-Type: application/json                                         |
      | header FSPIOP-Source: no-such-bank                                            |
    Then each is refused at once with HTTP 400 and 3101, in these words
      | Malformed syntax - Invalid accept header        |
      | Malformed syntax - Invalid accept header        |
      | Malformed syntax - Invalid date header          |
      | Malformed syntax - Invalid content-type header  |
      | Malformed syntax - invalid fspiop-source header |
    And no money has moved

  @E02 @severity:normal
  Scenario: Green Bank refuses a message with a malformed media type
    When the hub passes Green Bank a lookup of Amina from Blue Wallet, each time with one fault
      | header Accept: application/json                                               |
      | header Accept: application/vnd.interoperability.quotes+json;version=2         |
      | header Content-Type: application/json                                         |
    Then each is refused at once with HTTP 400 and 3101: Malformed syntax
    And Green Bank has answered no lookup

  @E03 @severity:normal @needs:fspiop
  Scenario: The hub lists its versions to whoever wants another
    When Blue Wallet sends the hub a lookup of Amina, each time with one fault
      | header Accept: application/vnd.interoperability.parties+json;version=3.0       |
      | header Content-Type: application/vnd.interoperability.parties+json;version=3.0 |
    Then each is refused at once with HTTP 406 and 3001, in these words
      | Unacceptable version requested - The Client requested an unsupported version, see extension list for supported version(s). |
      | Unacceptable version requested - Client supplied a protocol version which is not supported by the server                   |
    And each refusal lists the versions 1.0, 1.1, 2.0

  @E03 @severity:normal @needs:fspiop
  Scenario: Green Bank lists its versions to whoever wants another
    When the hub passes Green Bank a lookup of Amina from Blue Wallet, each time with one fault
      | header Accept: application/vnd.interoperability.parties+json;version=3.0       |
      | header Content-Type: application/vnd.interoperability.parties+json;version=3.0 |
    Then each is refused at once with HTTP 406 and 3001: Unacceptable version requested
    And each refusal lists the versions 1.0, 1.1, 2.0
    And Green Bank has answered no lookup

  # -- a message with a fault: bodies -------------------------------------------------------------------------------------

  @E04 @severity:normal @needs:fspiop
  Scenario: The hub refuses a payment that lacks a mandatory element
    Given Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the payment again, each time with one fault
      | without transferId      |
      | without payeeFsp        |
      | without payerFsp        |
      | without amount          |
      | without amount.currency |
      | without amount.amount   |
      | without ilpPacket       |
      | without condition       |
      | without expiration      |
    Then each is refused at once with HTTP 400 and 3102, in these words
      | Missing mandatory element - /requestBody must have required property 'transferId'      |
      | Missing mandatory element - /requestBody must have required property 'payeeFsp'        |
      | Missing mandatory element - /requestBody must have required property 'payerFsp'        |
      | Missing mandatory element - /requestBody must have required property 'amount'          |
      | Missing mandatory element - /requestBody/amount must have required property 'currency' |
      | Missing mandatory element - /requestBody/amount must have required property 'amount'   |
      | Missing mandatory element - /requestBody must have required property 'ilpPacket'       |
      | Missing mandatory element - /requestBody must have required property 'condition'       |
      | Missing mandatory element - /requestBody must have required property 'expiration'      |
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @E04 @severity:normal @needs:fspiop
  Scenario: The hub refuses a request for terms that lacks a mandatory element
    Given Bob has asked for terms to pay 100 MWK to Amina
    When Blue Wallet sends the hub the request for terms again, each time with one fault
      | without quoteId                           |
      | without transactionId                     |
      | without payee                             |
      | without payee.partyIdInfo.partyIdentifier |
      | without payer                             |
      | without amountType                        |
      | without amount                            |
      | without transactionType.scenario          |
    Then each is refused at once with HTTP 400 and 3102, in these words
      | Missing mandatory element - /requestBody must have required property 'quoteId'                               |
      | Missing mandatory element - /requestBody must have required property 'transactionId'                         |
      | Missing mandatory element - /requestBody must have required property 'payee'                                 |
      | Missing mandatory element - /requestBody/payee/partyIdInfo must have required property 'partyIdentifier'     |
      | Missing mandatory element - /requestBody must have required property 'payer'                                 |
      | Missing mandatory element - /requestBody must have required property 'amountType'                            |
      | Missing mandatory element - /requestBody must have required property 'amount'                                |
      | Missing mandatory element - /requestBody/transactionType must have required property 'scenario'              |
    And no money has moved

  @E04 @severity:normal @needs:fspiop
  Scenario: Green Bank refuses a payment that lacks a mandatory element
    Given Bob has paid 100 MWK to Amina
    When the hub passes Green Bank the payment from Blue Wallet again, each time with one fault
      | without transferId      |
      | without payeeFsp        |
      | without payerFsp        |
      | without amount          |
      | without amount.currency |
      | without ilpPacket       |
      | without condition       |
      | without expiration      |
    Then each is refused at once with HTTP 400 and 3102, in these words
      | undefined must have required property 'transferId' |
      | undefined must have required property 'payeeFsp'   |
      | undefined must have required property 'payerFsp'   |
      | undefined must have required property 'amount'     |
      | undefined must have required property 'currency'   |
      | undefined must have required property 'ilpPacket'  |
      | undefined must have required property 'condition'  |
      | undefined must have required property 'expiration' |
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @E05 @severity:critical @needs:fspiop
  Scenario: The hub refuses an amount that is not written as the scheme writes it
    Given Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the payment again, each time with one fault
      | amount.amount: 1.10                 |
      | amount.amount: 01                   |
      | amount.amount: -1                   |
      | amount.amount: +1                   |
      | amount.amount: 1.00001              |
      | amount.amount: 1.                   |
      | amount.amount: .5                   |
      | amount.amount: 1e3                  |
      | amount.amount: 1234567890123456789  |
    Then each is refused at once with HTTP 400 and 3100: Generic validation error - /requestBody/amount/amount must match pattern "^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$"
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @E05 @severity:critical @needs:fspiop
  Scenario: Green Bank refuses an amount that is not written as the scheme writes it
    Given Bob has paid 100 MWK to Amina
    When the hub passes Green Bank the payment from Blue Wallet again, each time with one fault
      | amount.amount: 1.10                 |
      | amount.amount: 01                   |
      | amount.amount: -1                   |
      | amount.amount: 1.00001              |
      | amount.amount: 1e3                  |
      | amount.amount: 1234567890123456789  |
    Then each is refused at once with HTTP 400 and 3100: must match pattern "^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$"
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @E06 @severity:normal @needs:fspiop
  Scenario: The hub refuses an id that is none
    Given Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the payment again, each time with one fault
      | transferId: 4711                                 |
      | transferId: b51ec534-ee48-8575-b6a9-ead2955b8069 |
      | transferId: B51EC534-EE48-4575-B6A9-EAD2955B8069 |
      | transferId: 01HZZZZZZZZZZZZZZZZZZZZZZ            |
      | transferId: 01HZZZZZZZZZZZZZZZZZZZZZIL           |
    Then each is refused at once with HTTP 400 and 3100: Generic validation error - /requestBody/transferId must match pattern "^[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @E06 @severity:normal @needs:fspiop
  Scenario: Green Bank refuses an id that is none
    Given Bob has paid 100 MWK to Amina
    When the hub passes Green Bank the payment from Blue Wallet again, each time with one fault
      | transferId: 4711                                 |
      | transferId: b51ec534-ee48-8575-b6a9-ead2955b8069 |
      | transferId: 01HZZZZZZZZZZZZZZZZZZZZZIL           |
    Then each is refused at once with HTTP 400 and 3100: must match pattern "^[0-9a-f]{8}-[0-9a-f]{4}-[1-7][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$|^[0-9A-HJKMNP-TV-Z]{26}$"
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @E07 @severity:minor
  Scenario: The hub is called for what it does not serve
    When Blue Wallet calls the hub for what it does not serve
      | GET /nowhere                          |
      | DELETE /parties/MSISDN/265991000101   |
      | POST /parties/MSISDN/265991000101     |
      | PUT /quotes                           |
      | GET /transfers                        |
    Then each is refused at once
      | 404 | 3002 | Unknown URI - get /nowhere get /nowhere                                                |
      | 405 | 3000 | Generic client error - Method Not Allowed - delete /parties/MSISDN/265991000101         |
      | 405 | 3000 | Generic client error - Method Not Allowed - post /parties/MSISDN/265991000101           |
      | 405 | 3000 | Generic client error - Method Not Allowed - put /quotes                                 |
      | 405 | 3000 | Generic client error - Method Not Allowed - get /transfers                              |

  @E07 @severity:minor
  Scenario: Green Bank is called for what it does not serve
    When the hub calls Green Bank for what it does not serve
      | GET /nowhere                          |
      | DELETE /parties/MSISDN/265991000101   |
      | PUT /quotes                           |
    Then each is refused at once
      | 404 | 3002 | Unknown URI                               |
      | 405 | 3000 | Generic client error - Method Not Allowed |
      | 405 | 3000 | Generic client error - Method Not Allowed |

  @E08 @severity:normal @needs:fspiop
  Scenario: The hub refuses what is too many and too much
    Given Bob has asked for terms to pay 100 MWK to Amina
    When Blue Wallet sends the hub the request for terms again, each time with one fault
      | with 17 extensions          |
      | colour: blue                |
      | with 5242881 octets in note |
    Then each is refused at once
      | 400 | 3100 | Generic validation error - /requestBody/extensionList/extension must NOT have more than 16 items |
      | 400 | 3103 | Too many elements - /requestBody must NOT have additional properties                            |
      | 400 | 3104 | Too large payload - Payload size is too large                                                   |
    And no money has moved

  @E08 @severity:normal @needs:fspiop
  Scenario: Green Bank refuses too many extensions
    Given Bob has paid 100 MWK to Amina
    When the hub passes Green Bank the payment from Blue Wallet again, each time with one fault
      | with 17 extensions |
    Then each is refused at once with HTTP 400 and 3100: must NOT have more than 16 items
    And Green Bank has credited its one reservation

  # -- who is not there ---------------------------------------------------------------------------------------------------

  @E09 @severity:critical
  Scenario: Nobody in the scheme knows the number that a peer's customer wants to pay
    When Bob looks the number 265991000999 up
    Then Blue Wallet is told that the party cannot be found (3204)
    And no payment has reached the hub

  @E09 @severity:critical
  Scenario: Nobody in the scheme knows the number that a customer of Green Bank wants to pay
    When Amina asks to send 100 MWK to the unknown number 265881000999
    Then Green Bank refuses with code 3204
    And no payment has reached the hub
    And no money has moved

  @E10 @severity:normal
  Scenario: A request for terms to an institution that does not exist
    Given Bob has asked for terms to pay 100 MWK to Amina
    When Blue Wallet addresses its request for terms to an institution that does not exist
    Then Blue Wallet is told that the other institution cannot be reached (3201)
    And no money has moved

  # -- the same id again --------------------------------------------------------------------------------------------------

  @E11 @severity:critical
  Scenario: A payment that comes again with another amount
    Given Bob has paid 100 MWK to Amina
    When Blue Wallet sends the payment again, now of 200 MWK
    Then Blue Wallet is told that the request was changed (3106)
    And the payment is committed
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once
    And Green Bank has credited its one reservation

  @E11 @severity:critical
  Scenario: A payment comes again to Green Bank with another amount, past the hub's own check
    Given Bob has paid 100 MWK to Amina
    When the hub passes Green Bank the payment from Blue Wallet again, now with amount.amount: 200
    Then Green Bank answers that the request was changed (3106)
    And the payment is committed
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @E12 @severity:minor
  Scenario: Terms that are asked for again with another amount are given anew where the hub remembers no requests
    # simple routing, as real hubs have it unless they are told otherwise
    Given the hub relays requests for terms and remembers none
    And Bob has asked for terms to pay 100 MWK to Amina
    When Blue Wallet asks for the terms again, now for 150 MWK
    Then the terms are that 150 MWK are sent and 150 MWK received
    And Blue Wallet is told of no error
    And no money has moved

  @E12 @severity:normal
  Scenario: Terms that are asked for again with another amount are refused where the hub remembers requests
    Given Bob has asked for terms to pay 100 MWK to Amina
    When Blue Wallet asks for the terms again, now for 150 MWK
    Then Blue Wallet is told that the request was changed (3106)
    And the terms are that 100 MWK are sent and 100 MWK received
    And no money has moved

  # -- liquidity and limits at the hub ------------------------------------------------------------------------------------

  @E13 @severity:critical
  Scenario Outline: The hub does not let Green Bank pay, and the customer keeps her money
    Given Amina has 500 MWK at Green Bank
    And Green Bank <has little>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank refuses with code <code>
    And the transfer is aborted
    And Amina has paid nothing
    And nothing is held for Amina
    And Bob has received nothing

    Examples:
      | has little                                | code |
      | has only 99.99 MWK of liquidity           | 4001 |
      | may owe the scheme no more than 99.99 MWK | 4200 |

  @E13 @severity:critical
  Scenario Outline: The hub does not let the payer's institution pay, and Green Bank hears nothing of it
    Given Blue Wallet <has little>
    When Bob pays 100 MWK to Amina
    Then Blue Wallet is told that <meaning> (<code>)
    And the payment is aborted
    And Green Bank has reserved nothing
    And Bob has paid nothing
    And nothing is held for Bob
    And Amina has received nothing

    Examples:
      | has little                                | meaning                        | code |
      | has only 99.99 MWK of liquidity           | its liquidity does not suffice | 4001 |
      | may owe the scheme no more than 99.99 MWK | its limit does not allow it    | 4200 |

  # -- codes on their way -------------------------------------------------------------------------------------------------

  @E14 @severity:critical
  Scenario Outline: The payee's institution refuses to give terms, and the customer is told why, in its own code
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet refuses requests for terms with code <code>
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code <code>
    And no transfer has reached the hub
    When the app asks again under the same reference
    Then Green Bank refuses with code <code>
    And no money has moved

    Examples:
      | code |
      | 5000 |
      | 5100 |
      | 5101 |
      | 5102 |
      | 5103 |
      | 5106 |
      | 5107 |
      | 5200 |
      | 5300 |
      | 5400 |

  @E14 @severity:critical
  Scenario Outline: The payee's institution refuses the payment, and the customer is told why, in its own code, whenever she asks
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet refuses payments with code <code>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank refuses with code <code>
    And the transfer is aborted
    And nothing is held for Amina
    And no money has moved
    When Amina asks how the transfer stands
    Then Green Bank refuses with code <code>
    When Amina accepts the terms again
    Then Green Bank refuses with code <code>
    And no money has moved

    Examples:
      | code |
      | 5000 |
      | 5001 |
      | 5100 |
      | 5104 |
      | 5105 |
      | 5106 |
      | 5107 |
      | 5200 |
      | 5300 |
      | 5400 |

  @E15 @severity:critical
  Scenario Outline: A code that blames the payer's side reaches the customer as it is, whoever says it and when
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet refuses <what> with code <code>
    When Amina <does>
    Then Green Bank refuses with code <code>
    And nothing is held for Amina
    And no money has moved

    Examples:
      | what               | code | does                                       |
      | lookups            | 4200 | asks to send 100 MWK to Bob                |
      | lookups            | 4300 | asks to send 100 MWK to Bob                |
      | requests for terms | 4000 | asks to send 100 MWK to Bob                |
      | requests for terms | 4100 | asks to send 100 MWK to Bob                |
      | requests for terms | 4101 | asks to send 100 MWK to Bob                |
      | requests for terms | 4102 | asks to send 100 MWK to Bob                |
      | requests for terms | 4103 | asks to send 100 MWK to Bob                |
      | requests for terms | 4200 | asks to send 100 MWK to Bob                |
      | requests for terms | 4300 | asks to send 100 MWK to Bob                |
      | requests for terms | 4400 | asks to send 100 MWK to Bob                |
      | payments           | 4100 | sends 100 MWK to Bob and accepts the terms |
      | payments           | 4101 | sends 100 MWK to Bob and accepts the terms |
      | payments           | 4200 | sends 100 MWK to Bob and accepts the terms |
      | payments           | 4300 | sends 100 MWK to Bob and accepts the terms |
      | payments           | 4400 | sends 100 MWK to Bob and accepts the terms |

  @E15 @severity:critical
  Scenario Outline: Her own bank will not reserve, and says so in the code for it
    Given Amina has asked to send 100 MWK to Bob
    And <trouble>
    When Amina accepts the terms
    Then Green Bank refuses with code <code>
    And no transfer has reached the hub
    And nothing is held for Amina
    When Amina asks how the transfer stands
    Then Green Bank refuses with code <code>
    And no money has moved

    Examples:
      | trouble                            | code |
      | Amina's account is blocked         | 4400 |
      | Amina has 99.99 MWK at Green Bank  | 4000 |
      | Amina may send no more than 99.99 MWK a day | 4200 |

  @E16 @severity:critical
  Scenario Outline: The hub is out of order for a moment, and the same message goes out again
    Given Amina has 500 MWK at Green Bank
    And the hub answers Green Bank's first 2 <messages> with <code>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Green Bank has sent the hub 3 <messages>, all one and the same
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once

    Examples:
      | messages           | code |
      | requests for terms | 1001 |
      | requests for terms | 2003 |
      | requests for terms | 2005 |
      | prepares           | 1001 |
      | prepares           | 2003 |
      | prepares           | 2005 |

  @E16 @severity:critical
  Scenario Outline: The hub is out of order for longer, and no terms are had; nobody goes on asking for her
    Given Amina has 500 MWK at Green Bank
    And the hub answers Green Bank's first 4 requests for terms with <code>
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code <code>
    And Green Bank has sent the hub 4 requests for terms, all one and the same
    And no money has moved
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once

    Examples:
      | code |
      | 1001 |
      | 2003 |
      | 2005 |

  @E16 @severity:blocker @slow
  Scenario Outline: A code that says that somebody is out of order does not say how a payment ended: the hub is asked
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet refuses payments with code <code>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And 100 MWK and the fees are held for Amina
    And Green Bank has sent the hub 1 prepares, all one and the same
    When 60 seconds pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed
    And the transfer is aborted
    And Green Bank has sent the hub 1 prepares, all one and the same
    And no money has moved

    Examples:
      | code |
      | 1001 |
      | 2003 |
      | 2005 |

  @E17 @severity:normal
  Scenario Outline: A code that the scheme does not list reaches the customer as it is
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet refuses <what> with code 5002
    When Amina <does>
    Then Green Bank refuses with code 5002
    And Amina has paid nothing
    And nothing is held for Amina
    And Bob has received nothing

    Examples:
      | what               | does                                      |
      | lookups            | asks to send 100 MWK to Bob               |
      | requests for terms | asks to send 100 MWK to Bob               |
      | payments           | sends 100 MWK to Bob and accepts the terms |

  @E17 @severity:normal
  Scenario Outline: So does a code of the scheme's that nobody has a rule for
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet refuses <what> with code <code>
    When Amina <does>
    Then Green Bank refuses with code <code>
    And nothing is held for Amina
    And no money has moved

    Examples:
      | what               | code | does                                       |
      | requests for terms | 1000 | asks to send 100 MWK to Bob                |
      | requests for terms | 2000 | asks to send 100 MWK to Bob                |
      | requests for terms | 3107 | asks to send 100 MWK to Bob                |
      | payments           | 3107 | sends 100 MWK to Bob and accepts the terms |

  @E18 @severity:normal
  Scenario Outline: A code that is written as a number is understood
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet refuses <what> with the number <code> for a code
    When Amina <does>
    Then Green Bank refuses with code <code>
    And Amina has paid nothing
    And nothing is held for Amina
    And Bob has received nothing

    Examples:
      | what               | code | does                                       |
      | lookups            | 3204 | asks to send 100 MWK to Bob                |
      | requests for terms | 5103 | asks to send 100 MWK to Bob                |
      | payments           | 5104 | sends 100 MWK to Bob and accepts the terms |

  # -- questions ----------------------------------------------------------------------------------------------------------

  @E19 @severity:normal
  Scenario: The hub is asked for a payment that was never made
    When Blue Wallet asks the hub how a payment stands that was never made
    Then Blue Wallet is told that there is no such payment (3208)

  @E19 @severity:normal
  Scenario: Green Bank is asked for a payment that was never made
    When the hub asks Green Bank how a payment stands that was never made
    Then Green Bank answers that there is no such payment (3208)

  @E19 @severity:normal
  Scenario: Green Bank is asked for a transaction that was never made
    When Blue Wallet asks Green Bank how a transaction stands that was never made
    Then Blue Wallet is told that there is no such transaction (3207)

  @E20 @severity:critical
  Scenario: The hub is asked for a payment by an institution that has no part in it
    Given Bob has paid 100 MWK to Amina
    When Zed Bank asks the hub how the payment stands
    Then Zed Bank is told that it has no business with this (3000)
    And Zed Bank has not been told how the payment stands

  # -- what contradicts itself --------------------------------------------------------------------------------------------

  @E21 @severity:normal
  Scenario: A core connector that says statusCode is understood
    When Bob pays 100 MWK to Blessings
    Then Blue Wallet is told that the payee cannot receive (5400)
    And no money has moved

  @E21 @severity:normal @needs:core-settings
  Scenario Outline: A core connector that names its codes otherwise is understood as failing, never as saying nothing
    Given Green Bank's core connector names the code of an error <member>
    When Bob pays 100 MWK to Blessings
    Then Blue Wallet is told that something went wrong there (2001)
    And no money has moved

    Examples:
      | member |
      | mlCode |
      | status |

  @E21 @severity:normal @needs:core-settings @needs:mojaloop-settings @needs:fspiop
  Scenario: A Mojaloop connector that passes such codes on as they are is caught
    Given Green Bank's core connector names the code of an error mlCode
    And Green Bank's Mojaloop connector runs with like_sdk.http_code_as_error_code = true
    When Bob pays 100 MWK to Blessings
    Then the audit reports "contract breach" by Green Bank
    And no money has moved

  @E22 @severity:normal
  Scenario: The hub acknowledges a payment with a body, and the customer is told the truth all the same
    Given Amina has 500 MWK at Green Bank
    And the hub acknowledges payments with a body that does not belong there
    When Amina sends 100 MWK to Bob and accepts the terms
    Then the report flags the hub's answer as a breach of its contract that was made on purpose
    And Green Bank tells Amina that the transfer is completed
    And the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once

  @E23 @severity:blocker @slow
  Scenario: That a transfer was aborted is not taken for success because the answer is called 200
    Given Amina has 500 MWK at Green Bank
    And Blue Wallet aborts the payments that it gets
    And the hub's last word never reaches Green Bank
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 30 seconds pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed
    And the transfer is aborted
    And Amina has paid nothing
    And nothing is held for Amina
    And Bob has received nothing
