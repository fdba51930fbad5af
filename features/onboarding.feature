@epic:Security
Feature: Connecting to the scheme, and staying connected
  Before an institution may send a message it exchanges certificates, keys and addresses with the hub through the scheme's
  connection manager. What it has got ends, is replaced or is taken back; the institution notices, and says how its connection
  stands.

  @S21 @severity:blocker @needs:onboarding
  Scenario: Green Bank connects, and all of its connection is in place
    When Green Bank connects to the scheme
    Then all eleven parts of Green Bank's connection are in place
    And the certificates of Green Bank and of the hub are signed by whom they must be, and hold
    And the connection manager knows that every part of Green Bank is in place

  @S21 @severity:critical @needs:onboarding @needs:mojaloop-settings
  Scenario: Keys of the wrong size are refused, and Green Bank shows the connection manager's reason
    Given Green Bank's Mojaloop connector runs with private_key_length = 2048
    When Green Bank connects to the scheme
    Then Green Bank shows an error in its client certificate: "CSR Public Key length is not 4096, it is 2048"
    And Green Bank shows an error in its server certificate: "Certificate key length 2048 invalid, should be 4096"
    And Green Bank shows that its signing key is in place
    And the connection manager knows that its client certificate of Green Bank is in error
    And Green Bank has no client certificate

  @S21 @severity:critical @needs:onboarding @slow
  Scenario: The hub's operator takes his time to sign
    Given the hub's operator signs nothing by itself
    When Green Bank connects to the scheme
    Then Green Bank shows that its client certificate is awaited
    When the hub's operator signs Green Bank's request
    And 60 seconds pass
    Then all eleven parts of Green Bank's connection are in place
    And Green Bank has brought one certificate request

  @S21 @severity:critical @needs:onboarding @slow
  Scenario: A client certificate that is about to end is replaced before it does
    Given the hub's CA signs for 24 hours and 6 minutes
    When Green Bank connects to the scheme
    And 10 minutes pass
    Then Green Bank has got 2 client certificates, the last of them good for another 24 hours
    And all eleven parts of Green Bank's connection are in place

  @S21 @severity:critical @needs:onboarding @slow
  Scenario: A client certificate ends while the next one is not signed
    Given the hub's operator signs nothing by itself
    And Green Bank has connected to the scheme
    When the hub's operator signs Green Bank's request for 5 minutes
    And 7 minutes pass
    Then Green Bank shows an error in its client certificate: "has ended"
    When the hub's operator signs Green Bank's request
    And 60 seconds pass
    Then all eleven parts of Green Bank's connection are in place

  @S21 @severity:critical @needs:onboarding @slow
  Scenario: The hub begins to use another CA
    Given Green Bank has connected to the scheme
    When the hub begins to use another CA
    And 60 seconds pass
    Then the certificates of Green Bank and of the hub are signed by whom they must be, and hold
    And all eleven parts of Green Bank's connection are in place

  @S21 @severity:critical @needs:onboarding @needs:mojaloop-settings @slow
  Scenario: A peer's new key is good as soon as the connection manager has it
    Given Green Bank takes only messages that are signed with the keys that the connection manager has of their senders
    And Blue Wallet signs what it sends with a key that it has not published, the hub with its own
    And Green Bank has connected to the scheme
    When Bob pays 100 MWK to Amina
    Then no payment has reached the hub
    And no money has moved
    And the audit reports "refused callback" by Green Bank
    When Blue Wallet publishes the key that it signs with
    And 60 seconds pass
    And Bob pays 100 MWK to Amina
    Then Amina has received 100 MWK, once
    And the payment is committed

  @S21 @severity:critical @needs:onboarding @needs:mojaloop-settings
  Scenario: Messages are verified with the keys of the connection manager
    Given Green Bank takes only messages that are signed with the keys that the connection manager has of their senders
    And Blue Wallet and the hub sign what they send with the keys that they have published
    And Green Bank has connected to the scheme
    When Bob pays 100 MWK to Amina
    Then Amina has received 100 MWK, once
    And the payment is committed

  @S21 @severity:critical @needs:onboarding
  Scenario: Green Bank connects from scratch, and keeps its CA
    Given Green Bank has connected to the scheme
    When Green Bank connects to the scheme again
    Then all eleven parts of Green Bank's connection are in place
    And Green Bank has another client certificate than before, and its own CA is the same
    And Green Bank has another signing key than before, and its own CA is the same

  @S21 @severity:normal @needs:onboarding
  Scenario Outline: One thing is made anew, and nothing else
    Given Green Bank has connected to the scheme
    When Green Bank makes its <what> anew
    Then Green Bank has another <what> than before, and its <other> is the same
    And all eleven parts of Green Bank's connection are in place

    Examples:
      | what               | other              |
      | client certificate | signing key        |
      | signing key        | client certificate |

  @S21 @severity:critical @needs:onboarding @needs:mojaloop-restart
  Scenario: Green Bank's connector crashes while it connects, and goes on where it was
    Given Green Bank's Mojaloop connector will crash once its certificate request is with the hub
    When Green Bank connects to the scheme
    And Green Bank's Mojaloop connector starts again
    Then all eleven parts of Green Bank's connection are in place
    And Green Bank has brought one certificate request

  # -- who may connect ----------------------------------------------------------------------------------------------------

  @S14 @severity:critical @needs:onboarding @needs:mojaloop-settings
  Scenario: With a wrong secret Green Bank cannot connect, and shows it
    Given the connection manager asks for access tokens, and Green Bank has a wrong secret
    When Green Bank connects to the scheme
    Then Green Bank shows an error in the hub's CA: "there is no access token"
    And Green Bank shows an error in its client certificate: "there is no access token"
    And Green Bank has no client certificate

  @S14 @severity:normal @needs:onboarding @needs:mojaloop-settings
  Scenario: With its own secret Green Bank connects
    Given the connection manager asks for access tokens, and Green Bank has its own secret
    When Green Bank connects to the scheme
    Then all eleven parts of Green Bank's connection are in place
