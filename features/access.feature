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
    Then Green Bank refuses
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
    Then Green Bank refuses
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

  @S12 @severity:critical @needs:mojaloop-settings
  Scenario: With good certificates on both sides a payment goes through over TLS
    Given the scheme wants certificates, and Green Bank has one
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Bob has received 99 MWK, once
    And nobody was refused a handshake

  @S12 @severity:critical @needs:mojaloop-settings
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

  @S12 @severity:critical @needs:mojaloop-settings
  Scenario Outline: Green Bank refuses the handshake of a hub that shows <certificate>
    Given the scheme wants certificates, and Green Bank has one
    When the hub shows <certificate> and passes Green Bank a lookup of Amina from Blue Wallet
    Then Green Bank has refused one handshake: <why>
    And Green Bank has answered no lookup

    Examples:
      | certificate                        | why                                                    |
      | no certificate                     | there was no certificate                               |
      | a certificate of another authority | the certificate is of an authority that is not trusted |

  @S13 @severity:critical @needs:mojaloop-settings
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

  @S13 @severity:critical @needs:mojaloop-settings @slow
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
    Then Green Bank refuses
    And no money has moved

  # -- addresses ------------------------------------------------------------------------------------------------------

  @S15 @severity:critical
  Scenario: A message from an address that is on no list is turned away
    Given the hub is open to the addresses of Blue Wallet alone
    When Blue Wallet sends the hub a lookup of Amina from an address of its own, and from another
    Then the first is accepted, and the second turned away with HTTP 403: RBAC: access denied
    And the hub's log says that the address is not allowed
    And no money has moved

  @S15 @severity:critical @needs:mojaloop-settings
  Scenario: A payment between two institutions whose addresses are known goes through
    Given the hub is open to the addresses of Green Bank and Blue Wallet alone
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And the hub has turned nobody away
    And Bob has received 99 MWK, once

  @S15 @severity:critical
  Scenario: An institution that calls from an address that the scheme does not know cannot pay
    Given the hub is open to the addresses of Blue Wallet alone
    When Amina asks to send 100 MWK to Bob
    Then Green Bank refuses
    And the hub's log says that the address is not allowed
    And no money has moved

  # -- the institution's own door -------------------------------------------------------------------------------------

  @S22 @severity:critical @needs:core-settings
  Scenario Outline: A send-money API that can be reached from outside serves no app <that>
    Given Green Bank's send-money API serves only apps with its key
    When an app <that> asks to send 100 MWK of Amina's to Bob
    Then Green Bank refuses
    And the app was answered with HTTP 401
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
