@epic:FXP
Feature: Sending money in another currency
  A customer of Green Bank pays somebody who has another currency. An FX provider promises a rate, converts when the transfer
  has been made, and only then; if the transfer fails, the conversion has never been.

  # -- when all goes well -----------------------------------------------------------------------------------------------------

  @F01 @severity:blocker
  Scenario: She fixes what she sends
    Given Chikondi has asked to send 1000 MWK to Mutale
    Then Chikondi is shown that Mutale will receive 12 ZMW
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And Chikondi has paid 1000 MWK, once
    And Mutale has received 12 ZMW, once
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once

  @F02 @severity:blocker
  Scenario: The payee shall receive an exact amount
    Given Chikondi has asked to pay Mutale exactly 12 ZMW
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And Mutale has received 12 ZMW, once
    And Chikondi has paid 1000 MWK, once
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once

  @F24 @severity:blocker
  Scenario: What each owes the scheme afterwards
    Given Chikondi has sent 1000 MWK to Mutale and accepted the terms
    And Chikondi has sent 400 MWK to Mutale and accepted the terms
    Then the hub's position of Green Bank has risen by 1400 MWK
    And the hub's position of Lake FX has fallen by 1400 MWK
    And the hub's position of Lake FX has risen by 17.5 ZMW
    And the hub's position of Zed Bank has fallen by 17.5 ZMW

  @F04 @severity:normal
  Scenario: Of several FX providers the first is asked
    Given Chikondi has sent 1000 MWK to Okello and accepted the terms
    Then only Lake FX was asked for a rate
    And Okello has received 2050 UGX, once

  @F18 @severity:critical
  Scenario Outline: Half a cent is rounded to the even one, and what she fixed stays fixed
    Given Chikondi has asked to send <sent> MWK to Mutale
    When Chikondi accepts the terms
    Then Chikondi has paid <sent> MWK, once
    And Lake FX has taken in <sent> MWK and given out <given> ZMW, once

    Examples:
      | sent  | given |
      | 100.4 | 1.26  |
      | 101.2 | 1.26  |

  @F12 @severity:critical
  Scenario: The provider hears three times that it may convert
    Given the hub tells Lake FX of the conversion's end 3 times
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Lake FX is told that the conversion is committed
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once

  @F14 @severity:critical
  Scenario: The order to convert comes twice
    Given Lake FX answers 5 seconds late when asked to convert
    And Mutale is paying 100 ZMW to Bob
    When Zed Bank sends its order to convert again
    And 10 seconds pass
    Then the payment is committed
    And Lake FX has taken in 100 ZMW and given out 7800 MWK, once
    And Bob has received 7799 MWK, once

  # -- before any money is touched --------------------------------------------------------------------------------------------

  @F03 @severity:critical
  Scenario: She does not like the rate
    Given Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi refuses the terms
    Then Green Bank refuses with code 4101
    And nobody was asked to convert
    And no money has moved

  @F04 @severity:normal
  Scenario: No FX provider is known
    Given Green Bank's Mojaloop connector knows no FX provider
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank refuses
    And no money has moved

  @F05 @severity:critical
  Scenario: The provider gives no rate in time
    Given Lake FX does not answer when asked for a rate
    When Chikondi asks to send 1000 MWK to Mutale
    And 5 minutes pass
    Then nobody was asked to convert
    And no money has moved

  @F06 @severity:normal
  Scenario Outline: The provider refuses to give a rate, and says why
    Given Lake FX refuses to give a rate (<code>)
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank refuses with code <code>
    And no money has moved

    Examples:
      | code |
      | 5001 |
      | 5002 |

  @F07 @severity:blocker
  Scenario: The provider changes the amount that she fixed
    Given Lake FX gives terms for 999 MWK instead of what was asked
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank refuses with code 4000
    And nobody was asked to convert
    And no money has moved

  # -- when it fails half-way -------------------------------------------------------------------------------------------------

  @F08 @severity:blocker
  Scenario: The provider is silent when asked to convert
    Given Lake FX does not answer when asked to convert
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    And 10 minutes pass
    Then no money has moved
    And nothing is held for Chikondi

  @F09 @severity:blocker
  Scenario: The provider refuses to convert
    Given Lake FX refuses to convert (5002)
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 5002
    And no money has moved
    And nothing is held for Chikondi

  @F10 @severity:blocker
  Scenario: The payee's institution rejects the transfer after the provider has promised
    Given Zed Bank rejects the transfer (5100)
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 5100
    And Lake FX is told that the conversion is aborted
    And Lake FX has converted nothing
    And no money has moved

  @F11 @severity:blocker
  Scenario: The payee's institution never answers after the provider has promised
    Given Zed Bank never answers the transfer
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    And 10 minutes pass
    Then the transfer is aborted
    And Lake FX has converted nothing
    And no money has moved
    And nothing is held for Chikondi

  @F16 @severity:critical
  Scenario: The provider cannot cover what it has promised
    Given Lake FX has only 10 ZMW of liquidity
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 4001
    And Lake FX has converted nothing
    And Chikondi has paid nothing
    And nothing is held for Chikondi

  @F17 @severity:critical
  Scenario: Green Bank itself may owe no more
    Given Green Bank may owe the scheme no more than 500 MWK
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 4200
    And no money has moved
    And nothing is held for Chikondi

  @F20 @severity:blocker
  Scenario: The provider's promise cannot be held against it
    Given Lake FX promises with a fulfilment that does not fit
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 3100
    And no money has moved
    And nothing is held for Chikondi

  @F21 @severity:critical
  Scenario: The provider says that it has converted before it may
    Given Lake FX says that it has converted before it may
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 3100
    And no money has moved
    And nothing is held for Chikondi

  @F22 @severity:critical
  Scenario: The transfer comes before the provider has promised
    Given Lake FX does not answer when asked to convert
    And Mutale is paying 100 ZMW to Bob
    When Zed Bank sends the payment before the provider has promised
    Then Zed Bank is told that the terms were not kept (3100)
    When 10 minutes pass
    Then no money has moved
