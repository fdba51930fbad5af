@epic:Access
Feature: Who is let in, and what gets out
  The scheme's gateway wants an access token, a certificate and a known address before it passes a message on, and each
  institution checks whom it talks to in its turn. What is turned away leaves no trace in any ledger, and no log tells a secret.

  # -- access tokens --------------------------------------------------------------------------------------------------

  @S14 @severity:critical @needs:mojaloop-settings
  Scenario: An access token is renewed before it grows old
    Given the hub asks for access tokens, and Green Bank renews its own every 10 seconds
    And Amina has asked to send 100 MWK to Bob
    When 15 seconds pass
    And Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Green Bank has fetched 2 access tokens
    And the hub has turned nobody away
    And Bob has received 99 MWK, once

  @S14 @severity:critical @needs:mojaloop-settings
  Scenario: An access token that the hub refuses is replaced once, and the payment goes on
    Given the hub asks for access tokens, and Green Bank renews its own every 60 seconds
    And Amina has asked to send 100 MWK to Bob
    When the identity provider withdraws its signing key, and the hub has learned of it
    And Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And the hub has turned Green Bank away once: Jwks doesn't have key to match kid or alg from Jwt
    And Green Bank has fetched 2 access tokens
    And Bob has received 99 MWK, once

  @S14 @severity:critical @needs:mojaloop-settings
  Scenario: With a wrong secret nothing reaches the hub, and the connector says so
    Given the hub asks for access tokens, and Green Bank has a wrong secret
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 2001
    And Green Bank's Mojaloop connector reports that it has no access token
    And Green Bank has sent the hub nothing
    And no money has moved

  @S14 @severity:critical @needs:mojaloop-settings @slow
  Scenario: Who loses the right to tokens in the middle of a payment moves no money, and finds out when let in again
    Given the hub asks for access tokens, and Green Bank renews its own every 10 seconds
    And Amina has asked to send 100 MWK to Bob
    When the identity provider locks Green Bank out
    And 15 seconds pass
    And Amina accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And Green Bank's Mojaloop connector reports that it has no access token
    And no transfer has reached the hub
    When the identity provider lets Green Bank in again
    And 5 minutes pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed
    And no transfer has reached the hub
    And no money has moved

  @S14 @severity:normal @needs:mojaloop-settings
  Scenario: The hub's gateway says what is wrong with a token
    Given the hub asks for access tokens, and Green Bank renews its own every 60 seconds
    When Blue Wallet sends the hub a lookup of Amina, each time with another token
      | none                         |
      | not-a-token                  |
      | one that has expired         |
      | one of another realm         |
      | one that it has signed itself |
      | one that nobody has signed   |
      | Green Bank's, with its name changed |
    Then each is turned away with HTTP 401, in these words
      | Jwt is missing                                                                  |
      | Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections |
      | Jwt is expired                                                                  |
      | Jwt issuer is not configured                                                    |
      | Jwks doesn't have key to match kid or alg from Jwt                              |
      | Jwks doesn't have key to match kid or alg from Jwt                              |
      | Jwt verification fails                                                          |
    And the hub has asked nobody for Amina
    And no money has moved

  # -- certificates ---------------------------------------------------------------------------------------------------

  @S12 @severity:critical @needs:mojaloop-settings @needs:loopback
  Scenario: With good certificates on both sides a payment goes through over TLS
    Given the scheme wants certificates, and Green Bank has one
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Bob has received 99 MWK, once
    And nobody was refused a handshake

  @S12 @severity:critical @needs:mojaloop-settings @needs:loopback
  Scenario Outline: The hub refuses the handshake of whoever shows <certificate>
    Given the scheme wants certificates, and Green Bank has one
    When Blue Wallet shows <certificate> and sends the hub a lookup of Amina
    Then the hub has refused one handshake: <why>
    And no request of Blue Wallet has reached the hub
    And no money has moved

    Examples:
      | certificate                           | why                                                     |
      | no certificate                        | there was no certificate                                |
      | a certificate of another authority    | the certificate is of an authority that is not trusted  |
      | an expired certificate                | the certificate has expired                             |
      | a revoked certificate                 | the certificate is revoked                              |

  @S12 @severity:critical @needs:mojaloop-settings @needs:loopback
  Scenario Outline: Green Bank refuses the handshake of a hub that shows <certificate>
    Given the scheme wants certificates, and Green Bank has one
    When the hub shows <certificate> and passes Green Bank a lookup of Amina from Blue Wallet
    Then Green Bank has refused one handshake: <why>
    And Green Bank has answered no lookup

    Examples:
      | certificate                        | why                                                    |
      | no certificate                     | there was no certificate                               |
      | a certificate of another authority | the certificate is of an authority that is not trusted |

  @S13 @severity:critical @needs:mojaloop-settings @needs:loopback
  Scenario Outline: Green Bank sends nothing to a hub that shows <certificate>
    Given the scheme wants certificates, and Green Bank has one
    And the hub serves its participants with <certificate>
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses, and says that the handshake was refused: <why>
    And Green Bank has sent the hub nothing
    And no money has moved

    Examples:
      | certificate                        | why                                                    |
      | a certificate of another authority | the certificate is of an authority that is not trusted |
      | an expired certificate             | the certificate has expired                            |
      | a certificate for another host     | IP address mismatch                                    |

  @S13 @severity:critical @needs:mojaloop-settings @slow @needs:loopback
  Scenario: A hub that can no longer be trusted in the middle of a payment moves no money
    Given the scheme wants certificates, and Green Bank has one
    And Amina has asked to send 100 MWK to Bob
    When somebody takes the hub's place with a certificate of another authority
    And Amina accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And no transfer has reached the hub
    When the hub is back in its place
    And 5 minutes pass
    And Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is failed
    And no money has moved

  # -- addresses ------------------------------------------------------------------------------------------------------

  @S15 @severity:critical @needs:loopback
  Scenario: A message from an address that is on no list is turned away
    Given the hub is open to the addresses of Blue Wallet alone
    When Blue Wallet sends the hub a lookup of Amina from an address of its own, and from another
    Then the first is accepted, and the second turned away with HTTP 403: RBAC: access denied
    And the hub's log says that the address is not allowed
    And no money has moved

  @S15 @severity:critical @needs:mojaloop-settings @needs:loopback
  Scenario: A payment between two institutions whose addresses are known goes through
    Given the hub is open to the addresses of Green Bank and Blue Wallet alone
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And the hub has turned nobody away
    And Bob has received 99 MWK, once

  @S15 @severity:critical @needs:loopback
  Scenario: An institution that calls from an address that the scheme does not know cannot pay
    Given the hub is open to the addresses of Blue Wallet alone
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses with code 2001
    And the hub's log says that the address is not allowed
    And no money has moved

  # -- the institution's own door -------------------------------------------------------------------------------------

  @S22 @severity:critical @needs:core-settings
  Scenario Outline: A send-money API that can be reached from outside serves no app <that>
    Given Green Bank's send-money API serves only apps with its key
    When an app <that> asks to send 100 MWK of Amina's to Bob
    Then the app was answered with HTTP 401
    And Green Bank has sent the hub nothing
    And no money has moved

    Examples:
      | that             |
      | without a key    |
      | with another key |

  @S22 @severity:critical @needs:core-settings @needs:merchant-payment
  Scenario: Nothing behind the send-money API answers an app without a key
    Given Green Bank's send-money API serves only apps with its key
    When an app without a key calls everything that Green Bank offers
      | POST /send-money            |
      | PUT /send-money/01HZ        |
      | POST /merchant-payment      |
      | PUT /merchant-payment/01HZ  |
      | GET /transfers              |
      | GET /transfers/01HZ         |
      | GET /what-there-is-not      |
    Then each time it is answered with HTTP 401
    And Green Bank has sent the hub nothing

  @S22 @severity:critical @needs:core-settings
  Scenario: An app without a key cannot accept the terms that another was shown
    Given Green Bank's send-money API serves only apps with its key
    And Amina's app shows the key
    And Amina has asked to send 100 MWK to Bob
    When an app without a key accepts the terms
    Then the app was answered with HTTP 401
    And no transfer has reached the hub
    And nothing is held for Amina
    When Amina's app shows the key
    And Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Bob has received 99 MWK, once

  # -- what gets out --------------------------------------------------------------------------------------------------

  @S16 @severity:critical @needs:mojaloop-settings @needs:mojaloop-logs
  Scenario: No log tells a token, a secret, a name or a number when calls fail
    Given the hub asks for access tokens, and Green Bank renews its own every 60 seconds
    And the hub answers Green Bank with 503
    When Bob asks for terms to pay 100 MWK to Amina
    And Amina asks to send 100 MWK to Bob
    Then Green Bank's log says that a callback was not delivered
    And no log tells a token, a secret, a name or a number of anybody

  @S16 @severity:critical @needs:mojaloop-settings @needs:mojaloop-logs
  Scenario: No log tells a secret that the identity provider refuses
    Given the hub asks for access tokens, and Green Bank has a wrong secret
    When Amina asks to send 100 MWK to Bob
    Then Green Bank's log says that there is no access token
    And no log tells a token, a secret, a name or a number of anybody

  @S16 @severity:critical @needs:mojaloop-settings @needs:mojaloop-logs
  Scenario: No log tells what stands in the headers of a message whose signature is refused
    Given the hub asks for access tokens, and Green Bank refuses what Blue Wallet has not signed
    When Amina asks to send 100 MWK to Bob
    Then Green Bank's log says that a signature is refused
    And the audit reports "refused callback" by Green Bank
    And no log tells a token, a secret, a name or a number of anybody

  @S16 @severity:critical @needs:mojaloop-settings
  Scenario: The hub does not pass an access token on to another institution
    Given the hub asks for access tokens, and Green Bank renews its own every 60 seconds
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And no message from the hub to an institution carries a token

  # -- identifiers that mean another path -----------------------------------------------------------------------------

  @S17 @severity:critical
  Scenario: An identifier with the signs of a path in it is escaped all the way
    When Amina asks to send 100 MWK to each of these numbers
      | ../../transfers                |
      | ..%2f..%2ftransfers            |
      | 265881000201/error             |
      | 265881000201?currency=ZMW#to   |
      | 265881000201;type=EMAIL        |
      | ２６５８８１０００２０１         |
    Then each time she is told that it has failed
    And the hub was asked for these numbers as they were typed, and for nothing else
    And no money has moved

  @S17 @severity:critical
  Scenario Outline: An identifier that no path can carry is refused before anything is asked
    When Amina asks to send 100 MWK to the unknown number <number>
    Then Green Bank refuses with code 3101
    And nobody has been asked who that is
    And no money has moved

    Examples:
      | number |
      | .      |
      | ..     |

  @S17 @severity:critical
  Scenario: The hub takes no path for another
    When Blue Wallet calls the hub for what it does not serve
      | GET /parties/MSISDN/..                               |
      | GET /parties/MSISDN/%2e%2e                           |
      | GET /parties/MSISDN/../../transfers/01HZ             |
      | GET /quotes/%2E./parties                             |
    Then each is refused at once with HTTP 404 and 3002, in these words
      | Unknown URI - get /parties/MSISDN/.. get /parties/MSISDN/..                                       |
      | Unknown URI - get /parties/MSISDN/%2e%2e get /parties/MSISDN/%2e%2e                               |
      | Unknown URI - get /parties/MSISDN/../../transfers/01HZ get /parties/MSISDN/../../transfers/01HZ |
      | Unknown URI - get /quotes/%2E./parties get /quotes/%2E./parties                                   |
    And the hub has asked nobody for Amina
    And no money has moved

  @S17 @severity:critical
  Scenario: Green Bank asks its core for an identifier as it came, whatever stands in it
    When the hub passes Green Bank lookups of these numbers from Blue Wallet
      | ..%2F..%2Ffunds            |
      | %252e%252e%252ffunds       |
      | 265991000101%3Fadmin=true  |
      | %D9%A2%D9%A6%D9%A5         |
    Then Green Bank's core was asked for accounts of these numbers, and for nothing else
    And Green Bank has answered each with the code 3204

  # -- messages that are made to hurt ---------------------------------------------------------------------------------

  @S20 @severity:critical
  Scenario: The hub refuses what is too large, nested too deep or unpacks too far
    Given Bob has paid 100 MWK to Amina
    When Blue Wallet sends the hub the payment again, each time made to hurt
      | with 6000000 octets of white space |
      | packed, with 6000000 octets        |
      | packed, with 50000000 octets      |
      | nested 200 levels deep             |
      | nested 50000 levels deep           |
      | packed with what cannot be unpacked |
    Then it is answered quickly, each time in this way
      | 400 | 3104 |
      | 400 | 3104 |
      | 400 | 3104 |
      | 400 | 3101 |
      | 400 | 3101 |
      | 400 |      |
    And Amina has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @S20 @severity:critical
  Scenario: Green Bank refuses what is too large, nested too deep or unpacks too far
    Given Bob has paid 100 MWK to Amina
    When the hub passes Green Bank the payment from Blue Wallet again, each time made to hurt
      | packed, with 50000000 octets      |
      | nested 200 levels deep             |
      | nested 50000 levels deep           |
      | packed with what cannot be unpacked |
    Then it is answered quickly, each time in this way
      | 400 | 3104 |
      | 400 | 3101 |
      | 400 | 3101 |
      | 400 |      |
    And Amina has received 100 MWK, once
    And Green Bank has credited its one reservation

  @S20 @severity:critical
  Scenario: The send-money API refuses what is too large, nested too deep or unpacks too far
    When an app sends Green Bank a payment of Amina's that is made to hurt
      | packed, with 50000000 octets      |
      | nested 200 levels deep             |
      | nested 50000 levels deep           |
      | packed with what cannot be unpacked |
    Then it is answered quickly, each time in this way
      | 400 | 3104 |
      | 400 | 3101 |
      | 400 | 3101 |
      | 400 |      |
    And no money has moved
