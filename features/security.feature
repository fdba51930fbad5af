@epic:Security
Feature: Who may say what in the scheme
  A message is its sender's own, or it is refused; what was paid once is not paid again because somebody repeats the words.
  Nothing moves because of a message that is refused, and the log says why it was.

  # -- what is signed, and by whom ----------------------------------------------------------------------------------------

  @S01 @needs:mojaloop-signatures @severity:critical
  Scenario: Green Bank signs what it says as the payer's institution, and everybody can see that
    Given every institution signs what it says
    And the hub verifies signatures, too
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And every message of Green Bank that has a body is signed, but for its answers to lookups
    And everything that the hub says in its own name is signed

  @S01 @needs:mojaloop-signatures @severity:critical
  Scenario: Green Bank signs what it says as the payee's institution, and takes what is signed
    Given every institution signs what it says
    And the hub verifies signatures, too
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And every message of Green Bank that has a body is signed, but for its answers to lookups
    And Green Bank has refused no signature

  @S01 @needs:mojaloop-signatures @severity:normal
  Scenario: Refusals are signed, too
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Blue Wallet asks for terms in ZMW
    When Bob asks for terms to pay 100 MWK to Amina
    Then Blue Wallet is told that the payee does not take this currency (5106)
    And every message of Green Bank that has a body is signed, but for its answers to lookups

  @S01 @needs:fx @needs:mojaloop-signatures @severity:normal
  Scenario: A conversion is signed by all who take part
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And every message of Lake FX that has a body is signed, but for its answers to lookups
    And everything that the hub says in its own name is signed

  @S08 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:normal
  Scenario Outline: Institutions sign with keys of either kind, whatever the others have
    Given every institution signs what it says
    And the hub verifies signatures, too
    And <bank> has a key for ES256
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And every message of <bank> that has a body is signed, but for its answers to lookups

    Examples:
      | bank        |
      | Blue Wallet |
      | Green Bank  |

  # -- what is signed wrongly ---------------------------------------------------------------------------------------------

  @S02 @needs:mojaloop-signatures @severity:critical
  Scenario: Green Bank refuses a message that was changed on its way
    Given every institution signs what it says
    And Bob has paid 100 MWK to Amina
    When the hub passes Green Bank a payment of Blue Wallet, each time signed with one fault
      | then amount.amount was changed to 200                                           |
      | then payeeFsp was changed to zed-bank                                           |
      | then note was changed to words that nobody signed                               |
      | then condition was changed to bm90IHRoZSBjb25kaXRpb24gb2YgYW55IHF1b3RlIGE       |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature
    And Amina has received 100 MWK, once

  @S02 @needs:mojaloop-signatures @severity:critical
  Scenario: The hub refuses a message that was changed on its way, when it verifies
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub a payment, each time signed with one fault
      | then amount.amount was changed to 200 |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature - invalid signature
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @S02 @needs:mojaloop-signatures @severity:normal
  Scenario: A hub that does not verify passes it on, and the payee's institution refuses
    Given every institution signs what it says
    And Blue Wallet's payments are changed to 200 MWK on their way to the hub
    When Bob pays 100 MWK to Amina
    Then Green Bank has answered no payment
    And the log says of the signature: invalid signature; it holds over none of raw, insertion-order and sorted bytes; the body was changed after it was signed, or the key is nobody's here
    And the audit reports "refused callback" by Green Bank

  @S02 @needs:mojaloop-signatures @severity:normal
  Scenario: Peers refuse a message that was changed on its way
    Given every institution signs what it says
    And Amina has sent 100 MWK to Bob and accepted the terms
    When the hub passes Blue Wallet a payment of Zed Bank, each time signed with one fault
      | then amount.amount was changed to 200 |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature - invalid signature
    And Bob has received 99 MWK, once

  @S03 @needs:mojaloop-signatures @severity:critical
  Scenario: Another institution's key is no key
    Given every institution signs what it says
    And Bob has paid 100 MWK to Amina
    When the hub passes Green Bank a payment of Blue Wallet, each time signed with one fault
      | with the key of Zed Bank |
      | with the key of Lake FX  |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature
    And the log gives these reasons
      | signature: invalid signature; it holds over none of raw, insertion-order and sorted bytes; it was made with the key of zed-bank, and it holds over raw, insertion-order and sorted bytes under that |
      | signature: invalid signature; it holds over none of raw, insertion-order and sorted bytes; it was made with the key of lake-fx, and it holds over raw, insertion-order and sorted bytes under that |
    And Amina has received 100 MWK, once

  @S03 @needs:fx @needs:mojaloop-signatures @severity:normal
  Scenario: An FX provider refuses what was signed with another's key
    Given every institution signs what it says
    And Chikondi has asked to send 1000 MWK to Mutale
    When the hub passes Lake FX a request for a rate of Zed Bank, each time signed with one fault
      | with the key of Blue Wallet |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature - invalid signature

  @S04 @needs:mojaloop-signatures @severity:normal
  Scenario: The destination stands in header and signature, or in neither
    Given every institution signs what it says
    And Bob has paid 100 MWK to Amina
    When the hub passes Green Bank a payment of Blue Wallet, each time signed with one fault
      | without naming its FSPIOP-Destination         |
      | then header FSPIOP-Destination was taken away |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature
    And Amina has received 100 MWK, once

  @S04 @needs:mojaloop-signatures @severity:normal
  Scenario: The hub says which of the two lacks the destination
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub a payment, each time signed with one fault
      | without naming its FSPIOP-Destination                             |
      | then header FSPIOP-Destination was taken away                     |
      | then header FSPIOP-Destination was changed to zed-bank            |
    Then each is refused for its signature, in words that begin like these
      | HTTP fspiop-destination header is present but is not present in protected header:                                             |
      | FSPIOP-Destination header is present in protected header but not in HTTP request:                                             |
      | HTTP FSPIOP-Destination header: zed-bank does not match protected header FSPIOP-Destination value: green-bank                 |
    And Amina has received 100 MWK, once

  @S05 @needs:mojaloop-signatures @severity:normal
  Scenario: Method, address, source and date are those that were signed
    Given every institution signs what it says
    And Bob has paid 100 MWK to Amina
    When the hub passes Green Bank a payment of Blue Wallet, each time signed with one fault
      | then header FSPIOP-HTTP-Method was changed to PUT                  |
      | then header FSPIOP-URI was changed to /quotes                      |
      | then header Date was changed to Mon, 02 Mar 2026 09:00:00 GMT      |
      | then header Date was taken away                                    |
      | then header FSPIOP-Source was changed to zed-bank                  |
    Then each is refused at once
      | 400 | 3105 | Invalid signature |
      | 400 | 3105 | Invalid signature |
      | 400 | 3105 | Invalid signature |
      | 400 | 3105 | Invalid signature |
      | 400 | 3105 | Invalid signature |
    And Amina has received 100 MWK, once

  @S05 @needs:mojaloop-signatures @severity:normal
  Scenario: The hub says what is not as it was signed
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub a payment, each time signed with one fault
      | then header FSPIOP-HTTP-Method was changed to PUT                  |
      | then header FSPIOP-URI was changed to /quotes                      |
      | then header Date was changed to Mon, 02 Mar 2026 09:00:00 GMT      |
      | with the key of Zed Bank                                           |
      | without naming its FSPIOP-Source                                   |
    Then each is refused for its signature, in words that begin like these
      | FSPIOP-HTTP-Method HTTP request header value: PUT does not match protected header value: POST                              |
      | FSPIOP-URI HTTP request header value: /quotes does not match protected header value: /transfers                            |
      | HTTP date header: Mon, 02 Mar 2026 09:00:00 GMT does not match protected header Date value:                               |
      | invalid signature                                                                                                          |
      | Decoded protected header does not contain required FSPIOP-Source element:                                                  |
    And Amina has received 100 MWK, once

  @S06 @needs:mojaloop-signatures @severity:normal
  Scenario: A message without signature, or without what belongs to one, is refused
    Given every institution signs what it says
    And Bob has paid 100 MWK to Amina
    When the hub passes Green Bank a payment of Blue Wallet, each time signed with one fault
      | not at all                                    |
      | then header FSPIOP-URI was taken away         |
      | then header FSPIOP-HTTP-Method was taken away |
      | then header FSPIOP-Signature was taken away   |
      | then header FSPIOP-Signature was changed to x |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature
    And Amina has received 100 MWK, once

  @S06 @needs:mojaloop-signatures @severity:normal
  Scenario: The hub names the headers that a signature needs
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub a payment, each time signed with one fault
      | not at all                                    |
      | then header FSPIOP-URI was taken away         |
      | then header FSPIOP-HTTP-Method was taken away |
    Then each is refused for its signature, in words that begin like these
      | fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. Only got |
      | fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. Only got |
      | fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. Only got |
    And Amina has received 100 MWK, once

  # -- the two generations of the scheme's library ------------------------------------------------------------------------

  @S07 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:critical
  Scenario Outline: A signature of the other generation is refused, and the log says what it is over
    Given every institution signs what it says
    And signatures count when they are over <accepted>
    And Blue Wallet signs over <signed>, and does not sort what it sends
    When Bob asks for terms to pay 100 MWK to Amina
    Then Blue Wallet is told that the signature does not hold (3105)
    And the log says of the signature: invalid signature; <it>
    And the audit reports "refused callback" by Green Bank
    And no money has moved

    Examples:
      | accepted               | signed                 | it                                                                                               |
      | sorted                 | the order of insertion | it holds over raw and insertion-order bytes, not over sorted bytes; sorted is accepted            |
      | the order of insertion | sorted                 | it holds over sorted bytes, not over raw or insertion-order bytes; insertion is accepted          |

  @S07 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:critical
  Scenario Outline: Who takes either form can deal with either generation
    Given every institution signs what it says
    And the hub verifies signatures, too
    And signatures count when they are over either form
    And Blue Wallet signs over <signed>, and does not sort what it sends
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And Amina has received 100 MWK, once

    Examples:
      | signed                 |
      | the order of insertion |
      | sorted                 |

  @S07 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:critical
  Scenario Outline: What Green Bank signs holds for verifiers of either generation
    Given every institution signs what it says
    And the hub verifies signatures, too
    And signatures count when they are over <accepted>
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed

    Examples:
      | accepted               |
      | sorted                 |
      | the order of insertion |

  @S07 @needs:mojaloop-settings @needs:mojaloop-keys @needs:mojaloop-signatures @severity:normal
  Scenario: A connector that signs one form and sends another is found out
    Given every institution signs what it says
    And signatures count when they are over the order of insertion
    And Green Bank's Mojaloop connector runs with like_sdk.sends_unsorted = true
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 3105
    And the log says of the signature: invalid signature; it holds over sorted bytes, not over raw or insertion-order bytes; insertion is accepted
    And the audit reports "refused callback" by Blue Wallet
    And no money has moved

  @S06 @needs:mojaloop-settings @needs:core-settings @needs:mojaloop-signatures @severity:normal
  Scenario: What the hub puts into another form has lost its signature, and is refused
    Given every institution signs what it says
    And the hub signs nothing that it puts into another form
    And Green Bank speaks FSPIOP
    And Blue Wallet speaks ISO 20022
    When Bob asks for terms to pay 100 MWK to Amina
    Then Blue Wallet is told that the signature does not hold (3105)
    And the log says why Green Bank has refused: fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. Only got
    And the audit reports "refused callback" by Green Bank
    And no money has moved

  @S01 @needs:mojaloop-settings @needs:core-settings @needs:mojaloop-signatures @severity:normal
  Scenario Outline: A scheme of two forms is signed when its hub may sign for the sender
    Given every institution signs what it says
    And the hub signs for the sender what it puts into another form
    And the hub verifies signatures, too
    And Green Bank speaks <one>
    And Blue Wallet speaks <other>
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And every message of Blue Wallet that has a body is signed, but for its answers to lookups

    Examples:
      | one       | other     |
      | FSPIOP    | ISO 20022 |
      | ISO 20022 | FSPIOP    |

  # -- what looks like a signature ----------------------------------------------------------------------------------------

  @S09 @needs:mojaloop-signatures @severity:critical
  Scenario: The key decides on the algorithm, and not the message
    Given every institution signs what it says
    And Bob has paid 100 MWK to Amina
    When the hub passes Green Bank a payment of Blue Wallet, each time signed with one fault
      | by the algorithm none  |
      | by the algorithm HS256 |
      | by the algorithm ES256 |
      | by the algorithm RS512 |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature
    And Amina has received 100 MWK, once

  @S09 @needs:mojaloop-signatures @severity:critical
  Scenario: The hub says why an algorithm is none
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub a payment, each time signed with one fault
      | by the algorithm none  |
      | by the algorithm HS256 |
      | by the algorithm ES256 |
    Then each is refused for its signature, in words that begin like these
      | jwt signature is required                          |
      | invalid algorithm                                  |
      | "alg" parameter for "rsa" key type must be one of: |
    And Amina has received 100 MWK, once

  # -- keys change --------------------------------------------------------------------------------------------------------

  @S10 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:critical
  Scenario: A new key is good at once, and the old one as long as both are good
    Given every institution signs what it says
    And Blue Wallet has published a new key, with the old one good for 20 seconds more
    And Bob has paid 30 MWK to Amina
    And Blue Wallet signs with its new key
    When Bob pays 100 MWK to Amina
    Then the payment is committed
    And Amina has received 130 MWK, once
    And Green Bank has refused no signature

  @S10 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:critical
  Scenario: When its time is over the old key is refused
    Given every institution signs what it says
    And Blue Wallet has published a new key, with the old one good for 20 seconds more
    And Blue Wallet signs with its new key
    And Bob has paid 100 MWK to Amina
    When 20 seconds pass
    And the hub passes Green Bank a payment of Blue Wallet that is signed with the key it had before
    Then each is refused at once with HTTP 400 and 3105: Invalid signature
    And the log gives these reasons
      | signature: invalid signature; it holds over none of raw, insertion-order and sorted bytes; it was made with a key that blue-wallet has replaced, and it holds over raw, insertion-order and sorted bytes under that |
    And Amina has received 100 MWK, once

  @S10 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:normal
  Scenario: Green Bank changes its own key, and goes on
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Green Bank has published a new key, with the old one good for 20 seconds more
    And Amina has asked to send 100 MWK to Bob
    And Green Bank signs with its new key
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed

  @S10 @needs:mojaloop-settings @needs:mojaloop-keys @needs:mojaloop-signatures @severity:normal
  Scenario: A connector that keeps one key of each institution is found out
    Given every institution signs what it says
    And Green Bank's Mojaloop connector runs with like_sdk.one_key_per_participant = true
    And Blue Wallet has published a new key, with the old one good for 20 seconds more
    When Bob asks for terms to pay 100 MWK to Amina
    Then Blue Wallet is told that the signature does not hold (3105)
    And the audit reports "refused callback" by Green Bank
    And no money has moved

  # -- answers to lookups -------------------------------------------------------------------------------------------------

  @S11 @needs:mojaloop-signatures @severity:normal
  Scenario: An answer to a lookup need not be signed
    Given every institution signs what it says
    And the hub verifies signatures, too
    When Amina asks to send 100 MWK to Bob
    Then Amina is shown that Bob will receive 99 MWK
    And every message of Blue Wallet that has a body is signed, but for its answers to lookups

  @S11 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:normal
  Scenario: Where an answer to a lookup has to be signed, one that is not is refused
    Given every institution signs what it says
    And answers to lookups have to be signed
    When Amina asks to send 100 MWK to Bob
    Then the log says why Green Bank has refused: fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. Only got
    And the audit reports "refused callback" by Green Bank
    And no money has moved

  @S11 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:normal
  Scenario: Where an answer to a lookup has to be signed, the hub that verifies refuses one that is not
    Given every institution signs what it says
    And the hub verifies signatures, too
    And answers to lookups have to be signed
    When Bob looks Amina up
    Then the log says why the hub has refused: fspiop-uri, fspiop-http-method and fspiop-signature HTTP headers are all required for JWS. Only got

  @S11 @needs:mojaloop-keys @needs:mojaloop-signatures @severity:normal
  Scenario: Where everybody signs answers to lookups they are taken
    Given every institution signs what it says
    And the hub verifies signatures, too
    And answers to lookups have to be signed
    And answers to lookups are signed
    And Bob has paid 30 MWK to Amina
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And every message of Green Bank that has a body is signed, its answers to lookups with them

  # -- whose message it is, and how often ---------------------------------------------------------------------------------

  @S18 @needs:mojaloop-signatures @severity:critical
  Scenario: A payment that somebody repeats to Green Bank is credited once
    Given every institution signs what it says
    And Bob has paid 100 MWK to Amina
    When somebody repeats the payment to Green Bank, as it was signed
    Then Amina has received 100 MWK, once
    And Green Bank has refused no signature

  @S18 @needs:mojaloop-signatures @severity:critical
  Scenario: A payment that somebody repeats to the hub is made once
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Bob has paid 100 MWK to Amina
    When somebody repeats the payment to the hub, as it was signed
    Then Bob has paid 100 MWK, once
    And Amina has received 100 MWK, once
    And Blue Wallet has been told 2 times that the payment is committed

  @S19 @severity:critical
  Scenario: No institution orders a payment in another's name
    Given Bob has paid 100 MWK to Amina
    When Zed Bank orders the payment once more under a new id, as if it were Blue Wallet's
    Then Zed Bank is told that the terms were not kept (3100)
    And Bob has paid 100 MWK, once
    And Amina has received 100 MWK, once

  @S19 @needs:mojaloop-signatures @severity:critical
  Scenario: Another institution's name over one's own signature does not help
    Given every institution signs what it says
    And the hub verifies signatures, too
    And Bob has paid 100 MWK to Amina
    When Zed Bank sends the hub a payment, each time signed with one fault
      | then header FSPIOP-Source was changed to blue-wallet |
    Then each is refused at once with HTTP 400 and 3105: Invalid signature - invalid signature
    And the log gives these reasons
      | signature: invalid signature; it holds over none of raw, insertion-order and sorted bytes; it was made with the key of zed-bank, and it holds over raw, insertion-order and sorted bytes under that |
    And Bob has paid 100 MWK, once
