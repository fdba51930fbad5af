@epic:ISO20022
Feature: The same payments in ISO 20022, and institutions of both forms in one scheme
  An institution speaks FSPIOP's own form or ISO 20022. The hub serves both at once and translates between them: no money is
  lost on the way, and what a form has no place for is lost as the mapping says, and not otherwise.

  # -- an institution of either form pays one of the other --------------------------------------------------------------------

  @O01 @severity:blocker @needs:core-settings @needs:mojaloop-settings
  Scenario: A customer of an institution that speaks FSPIOP pays one whose institution speaks ISO 20022
    Given Green Bank speaks FSPIOP
    And Blue Wallet speaks ISO 20022
    And Amina has 500 MWK at Green Bank
    And Amina has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once
    And the hub's position of Green Bank has risen by 100 MWK
    And the hub's position of Blue Wallet has fallen by 100 MWK
    And Blue Wallet has heard the payment in ISO 20022, and there
      | CdtTrfTxInf.DbtrAgt.FinInstnId.Othr.Id              | green-bank |
      | CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount  | 100        |
      | CdtTrfTxInf.ChrgBr                                  | CRED       |
      | CdtTrfTxInf.Dbtr.Nm                                 | Amina;;Banda;Amina Banda |
    And Green Bank has heard the terms in FSPIOP, and there
      | payeeFspFee.amount        | 1       |
      | payeeReceiveAmount.amount | 99      |
      | payeeFspCommission        | nothing |

  @O01 @severity:blocker @needs:core-settings @needs:mojaloop-settings
  Scenario: A customer of an institution that speaks ISO 20022 pays one whose institution speaks FSPIOP
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks FSPIOP
    And Amina has 500 MWK at Green Bank
    And Amina has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Bob has received 99 MWK, once
    And Blue Wallet has heard the payment in FSPIOP, and there
      | payerFsp      | green-bank |
      | amount.amount | 100        |
    And Green Bank has heard the terms in ISO 20022, and there
      | CdtTrfTxInf.ChrgsInf.Amt.ActiveOrHistoricCurrencyAndAmount | 1           |
      | CdtTrfTxInf.InstdAmt.ActiveOrHistoricCurrencyAndAmount     | 99          |
      | CdtTrfTxInf.Cdtr.Nm                                        | Bob;;Kamanga; |

  @I08 @severity:blocker @needs:core-settings @needs:mojaloop-settings
  Scenario Outline: An institution of the other form is paid, and hears of the commit in its own
    Given Green Bank speaks <one>
    And Blue Wallet speaks <other>
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once
    And Green Bank holds nothing for incoming payments

    Examples:
      | one       | other     |
      | FSPIOP    | ISO 20022 |
      | ISO 20022 | FSPIOP    |

  @F01 @severity:blocker @needs:fx @needs:core-settings @needs:mojaloop-settings
  Scenario Outline: The provider or the payee's institution speaks another form than the payer's
    Given Green Bank speaks <green>
    And Lake FX speaks <lake>
    And Zed Bank speaks <zed>
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And Chikondi has paid 1000 MWK, once
    And Mutale has received 12 ZMW, once
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once

    Examples:
      | green     | lake      | zed       |
      | FSPIOP    | ISO 20022 | FSPIOP    |
      | FSPIOP    | FSPIOP    | ISO 20022 |
      | FSPIOP    | ISO 20022 | ISO 20022 |
      | ISO 20022 | FSPIOP    | FSPIOP    |
      | ISO 20022 | ISO 20022 | FSPIOP    |

  @F01 @severity:blocker @needs:fx @needs:core-settings @needs:mojaloop-settings
  Scenario Outline: A conversion on the way to a customer whose institution speaks the other form
    Given Green Bank speaks <green>
    And Lake FX speaks <lake>
    And Zed Bank speaks <zed>
    When Mutale pays 100 ZMW to Amina
    Then the payment is committed
    And Amina has received 7800 MWK, once
    And Lake FX has taken in 100 ZMW and given out 7800 MWK, once

    Examples:
      | green     | lake      | zed       |
      | FSPIOP    | ISO 20022 | ISO 20022 |
      | ISO 20022 | FSPIOP    | FSPIOP    |

  @I10 @severity:critical @slow @needs:core-settings @needs:mojaloop-settings
  Scenario: A payment on another condition than its packet says cannot be told in ISO 20022, and the hub refuses it at once
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks FSPIOP
    And Blue Wallet pays on another condition than was agreed
    When Bob pays 100 MWK to Amina
    Then no payment has reached the hub
    When 5 minutes pass
    Then nothing is held for Bob
    And Bob has paid nothing
    And Amina has received nothing

  @E06 @severity:critical @needs:core-settings @needs:mojaloop-settings
  Scenario: A UUID of an institution that speaks FSPIOP cannot be told in ISO 20022, and the hub refuses it at once
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks FSPIOP
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the request for terms again, each time with one fault
      | quoteId: b51ec534-ee48-4575-b6a9-ead2955b8069              |
      | transactionId: b51ec534-ee48-4575-b6a9-ead2955b8069        |
      | transactionRequestId: b51ec534-ee48-4575-b6a9-ead2955b8069 |
    And Blue Wallet sends the hub the payment again, each time with one fault
      | transferId: b51ec534-ee48-4575-b6a9-ead2955b8069 |
    Then each is refused at once with HTTP 400 and 3100, in these words
      | Generic validation error - quoteId must be a ULID: green-bank speaks ISO 20022, which has no UUIDs              |
      | Generic validation error - transactionId must be a ULID: green-bank speaks ISO 20022, which has no UUIDs        |
      | Generic validation error - transactionRequestId must be a ULID: green-bank speaks ISO 20022, which has no UUIDs |
      | Generic validation error - transferId must be a ULID: green-bank speaks ISO 20022, which has no UUIDs           |
    And Green Bank has heard the request for terms once
    And Green Bank has heard the payment once
    And Bob has paid 100 MWK, once
    And Amina has received 100 MWK, once

  @E06 @severity:critical @needs:core-settings @needs:mojaloop-settings
  Scenario: Green Bank makes UUIDs, and its customer learns at once that an institution which speaks ISO 20022 takes none
    Given Green Bank speaks FSPIOP
    And Blue Wallet speaks ISO 20022
    And Green Bank's Mojaloop connector runs with id_generator = uuid
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 3100
    And Blue Wallet has heard no request for terms
    And no transfer has reached the hub
    And no money has moved

  @E06 @severity:critical @needs:fx @needs:core-settings @needs:mojaloop-settings
  Scenario: Green Bank makes UUIDs, and asks a provider that speaks ISO 20022 for a rate
    Given Green Bank speaks FSPIOP
    And Lake FX speaks ISO 20022
    And Zed Bank speaks FSPIOP
    And Green Bank's Mojaloop connector runs with id_generator = uuid
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank refuses with code 3100
    And Lake FX has heard no request for a rate
    And no transfer has reached the hub
    And no money has moved

  @E11 @severity:critical @needs:core-settings @needs:mojaloop-settings
  Scenario: A payment in ISO 20022 comes again under a new message id, and is the same payment
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the payment again
    Then the payment is committed
    And Blue Wallet is told of no error
    And Bob has paid 100 MWK, once
    And Amina has received 100 MWK, once

  # -- conversions ------------------------------------------------------------------------------------------------------------

  @F25 @severity:critical @needs:fx @needs:core-settings @needs:mojaloop-settings
  Scenario: She fixes what she sends, and the amount that nobody knows yet is no amount of zero
    Given Green Bank speaks ISO 20022
    And Lake FX speaks ISO 20022
    And Zed Bank speaks ISO 20022
    And Chikondi has asked to send 1000 MWK to Mutale
    Then Lake FX has heard the request for a rate in ISO 20022, and there
      | CdtTrfTxInf.InstrForCdtrAgt.InstrInf                                      | SEND       |
      | CdtTrfTxInf.UndrlygCstmrCdtTrf.InstdAmt.Ccy                               | MWK        |
      | CdtTrfTxInf.UndrlygCstmrCdtTrf.InstdAmt.ActiveOrHistoricCurrencyAndAmount | 1000       |
      | CdtTrfTxInf.IntrBkSttlmAmt.Ccy                                            | ZMW        |
      | CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount                        | 0          |
      | CdtTrfTxInf.Dbtr.FinInstnId.Othr.Id                                       | green-bank |
      | CdtTrfTxInf.Cdtr.FinInstnId.Othr.Id                                       | lake-fx    |
    And Green Bank has heard the rate in ISO 20022, and there
      | CdtTrfTxInf.UndrlygCstmrCdtTrf.InstdAmt.ActiveOrHistoricCurrencyAndAmount | 1000 |
      | CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount                        | 12.5 |
    When Chikondi accepts the terms
    Then Lake FX has heard the conversion in ISO 20022, and there
      | CdtTrfTxInf.UndrlygCstmrCdtTrf.InstdAmt.ActiveOrHistoricCurrencyAndAmount | 1000    |
      | CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount                        | 12.5    |
      | CdtTrfTxInf.InstrForCdtrAgt.InstrInf                                      | nothing |
      | CdtTrfTxInf.VrfctnOfTerms.IlpV4PrepPacket                                 | nothing |
    And Lake FX has heard the conversion's end in ISO 20022, and there
      | TxInfAndSts.TxSts | COMM |
    And Green Bank tells Chikondi that the transfer is completed
    And Chikondi has paid 1000 MWK, once
    And Mutale has received 12 ZMW, once
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once

  @F25 @severity:critical @needs:fx @needs:merchant-payment @needs:core-settings @needs:mojaloop-settings
  Scenario: The payee shall receive an exact amount, and what she will send is open
    Given Green Bank speaks ISO 20022
    And Lake FX speaks ISO 20022
    And Zed Bank speaks ISO 20022
    And Chikondi has asked to pay Mutale exactly 12 ZMW
    Then Lake FX has heard the request for a rate in ISO 20022, and there
      | CdtTrfTxInf.InstrForCdtrAgt.InstrInf                                      | RECEIVE |
      | CdtTrfTxInf.UndrlygCstmrCdtTrf.InstdAmt.ActiveOrHistoricCurrencyAndAmount | 0       |
      | CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount                        | 12.5    |
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And Chikondi has paid 1000 MWK, once
    And Mutale has received 12 ZMW, once

  @F19 @severity:critical @needs:fx @needs:core-settings @needs:mojaloop-settings
  Scenario: The provider's charge has no place in ISO 20022, and the sums are right all the same
    Given Green Bank speaks ISO 20022
    And Lake FX speaks ISO 20022
    And Zed Bank speaks ISO 20022
    And Lake FX charges 20 MWK for converting
    And Chikondi has asked to send 1000 MWK to Mutale
    Then Chikondi is shown no charges
    And Chikondi is shown that Mutale will receive 11.75 ZMW
    When Chikondi accepts the terms
    Then Chikondi has paid 1000 MWK, once
    And Lake FX has taken in 1000 MWK and given out 12.25 ZMW, once
    And Mutale has received 11.75 ZMW, once

  @O09 @severity:critical @needs:core-settings @needs:mojaloop-settings
  Scenario: What a commission takes has no place in ISO 20022, and Green Bank agrees to no sum that the terms do not explain
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Blue Wallet asks the payer's institution for a commission of 2
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 5101
    And no transfer has reached the hub
    And no money has moved

  # -- what the law wants to know --------------------------------------------------------------------------------------------

  @O20 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: What the law wants to know of a payer stands where ISO 20022 has it
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Amina, born on 1990-05-17 in Lilongwe (MW), has asked to send 100 MWK to Bob
    When Amina accepts the terms
    Then Blue Wallet has heard the request for terms in ISO 20022, and there
      | CdtTrfTxInf.Dbtr.Nm                                    | Amina;;Banda;Amina Banda |
      | CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth.BirthDt     | 1990-05-17               |
      | CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth.CityOfBirth | Lilongwe                 |
      | CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth.CtryOfBirth | MW                       |
    And Blue Wallet has heard the payment in ISO 20022, and there
      | CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth.BirthDt     | 1990-05-17 |
      | CdtTrfTxInf.Dbtr.Id.PrvtId.DtAndPlcOfBirth.CtryOfBirth | MW         |
    And Bob has received 99 MWK, once

  # -- errors -----------------------------------------------------------------------------------------------------------------

  @E09 @severity:normal
  Scenario: That nobody is found has a code in ISO 20022, and no words
    Given Blue Wallet speaks ISO 20022
    When Bob looks the number 265991000999 up
    Then Blue Wallet is told that the party cannot be found (3204)
    And Blue Wallet has heard the lookup's refusal in ISO 20022, and there
      | Rpt.Rsn.Cd                              | 3204        |
      | Assgnmt.Assgne.Agt.FinInstnId.Othr.Id   | blue-wallet |
      | Rpt.UpdtdPtyAndAcctId                   | nothing     |

  @E17 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: Words that are longer than ISO 20022 holds are cut, and the code reaches the customer as it is
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks FSPIOP
    And Amina has 500 MWK at Green Bank
    And Blue Wallet refuses payments with code 5002 in 128 letters
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank refuses with code 5002
    And Green Bank has heard the payment's refusal in ISO 20022, with 105 letters
    And Amina has paid nothing
    And nothing is held for Amina

  @E03 @severity:normal
  Scenario: The hub lists the versions of ISO 20022 to whoever wants another, and takes no other form
    Given Blue Wallet speaks ISO 20022
    When Blue Wallet sends the hub a lookup of Amina, each time with one fault
      | header Accept: application/vnd.interoperability.iso20022.parties+json;version=3.0       |
      | header Content-Type: application/vnd.interoperability.iso20022.parties+json;version=1.1 |
    Then each is refused at once with HTTP 406 and 3001, in these words
      | Unacceptable version requested - The Client requested an unsupported version, see extension list for supported version(s). |
      | Unacceptable version requested - Client supplied a protocol version which is not supported by the server                   |
    And each refusal lists the versions 2.0

  @E02 @severity:normal
  Scenario: The hub refuses a message that says another form than its sender's
    Given Blue Wallet speaks ISO 20022
    When Blue Wallet sends the hub a lookup of Amina, each time with one fault
      | header Accept: application/vnd.interoperability.parties+json;version=2         |
      | header Content-Type: application/vnd.interoperability.parties+json;version=2.0 |
    Then each is refused at once with HTTP 400 and 3101, in these words
      | Malformed syntax - Invalid accept header       |
      | Malformed syntax - Invalid content-type header |

  @E02 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: Green Bank refuses a message of the other form
    Given Green Bank speaks ISO 20022
    When the hub passes Green Bank a lookup of Amina from Blue Wallet, each time with one fault
      | header Accept: application/vnd.interoperability.parties+json;version=2         |
      | header Content-Type: application/vnd.interoperability.parties+json;version=2.0 |
    Then each is refused at once with HTTP 400 and 3101: Malformed syntax
    And Green Bank has answered no lookup

  @E04 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: The hub refuses a payment in ISO 20022 that lacks a mandatory element
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the payment again, each time with one fault
      | without GrpHdr                                    |
      | without GrpHdr.MsgId                              |
      | without CdtTrfTxInf                               |
      | without CdtTrfTxInf.PmtId.TxId                    |
      | without CdtTrfTxInf.IntrBkSttlmAmt.Ccy            |
    Then each is refused at once with HTTP 400 and 3102, in these words
      | Missing mandatory element - /requestBody must have required property 'GrpHdr'                         |
      | Missing mandatory element - /requestBody/GrpHdr must have required property 'MsgId'                   |
      | Missing mandatory element - /requestBody must have required property 'CdtTrfTxInf'                    |
      | Missing mandatory element - /requestBody/CdtTrfTxInf/PmtId must have required property 'TxId'         |
      | Missing mandatory element - /requestBody/CdtTrfTxInf/IntrBkSttlmAmt must have required property 'Ccy' |
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @E05 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: The hub refuses an amount that the form allows and the scheme does not
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the payment again, each time with one fault
      | CdtTrfTxInf.IntrBkSttlmAmt.ActiveCurrencyAndAmount: 1.00001 |
    Then each is refused at once with HTTP 400 and 3100: Generic validation error - /requestBody/amount/amount must match pattern "^([0]|([1-9][0-9]{0,17}))([.][0-9]{0,3}[1-9])?$"
    And Amina has received 100 MWK, once

  @E06 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: In ISO 20022 an id is a ULID, and the hub refuses every other
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the payment again, each time with one fault
      | CdtTrfTxInf.PmtId.TxId: 4711                                 |
      | CdtTrfTxInf.PmtId.TxId: 01HZZZZZZZZZZZZZZZZZZZZZZ            |
      | CdtTrfTxInf.PmtId.TxId: 01HZZZZZZZZZZZZZZZZZZZZZIL           |
      | CdtTrfTxInf.PmtId.TxId: b51ec534-ee48-4575-b6a9-ead2955b8069 |
    Then each is refused at once with HTTP 400 and 3100: Generic validation error - /requestBody/CdtTrfTxInf/PmtId/TxId must match pattern "^[0-9A-HJKMNP-TV-Z]{26}$"
    And Green Bank has heard the payment once
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @E06 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: In ISO 20022 an id is a ULID, and Green Bank refuses every other
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Bob has paid 100 MWK to Amina
    When the hub passes Green Bank the payment from Blue Wallet again, each time with one fault
      | CdtTrfTxInf.PmtId.TxId: 4711                                 |
      | CdtTrfTxInf.PmtId.TxId: 01HZZZZZZZZZZZZZZZZZZZZZIL           |
      | CdtTrfTxInf.PmtId.TxId: b51ec534-ee48-4575-b6a9-ead2955b8069 |
    Then each is refused at once with HTTP 400 and 3100: must match pattern "^[0-9A-HJKMNP-TV-Z]{26}$"
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @E08 @severity:normal @needs:core-settings @needs:mojaloop-settings
  Scenario: The hub refuses a message in ISO 20022 that is too much, for its size and before it looks into it
    Given Green Bank speaks ISO 20022
    And Blue Wallet speaks ISO 20022
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the request for terms again, each time with one fault
      | with 5242881 octets in CdtTrfTxInf.Dbtr.Nm |
      | with 5000000 octets in CdtTrfTxInf.Dbtr.Nm |
    And Blue Wallet sends the hub the payment again, each time with one fault
      | with 5242881 octets in CdtTrfTxInf.PmtId.TxId |
      | with 5000000 octets in CdtTrfTxInf.PmtId.TxId |
    Then each is refused at once
      | 400 | 3104 | Too large payload - Payload size is too large                                                                           |
      | 400 | 3100 | Generic validation error - /requestBody/CdtTrfTxInf/Dbtr/Nm must NOT have more than 140 characters                       |
      | 400 | 3104 | Too large payload - Payload size is too large                                                                           |
      | 400 | 3100 | Generic validation error - /requestBody/CdtTrfTxInf/PmtId/TxId must match pattern "^[0-9A-HJKMNP-TV-Z]{26}$" |
    And Green Bank has heard the request for terms once
    And Green Bank has heard the payment once
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once
