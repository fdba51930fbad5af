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
