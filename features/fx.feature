@epic:FXP
Feature: Sending money in another currency
  A customer of Green Bank pays somebody who has another currency. An FX provider promises a rate, converts when the transfer
  has been made, and only then; if the transfer fails, the conversion has never been.

  # -- when all goes well -----------------------------------------------------------------------------------------------------

  @F01 @severity:blocker @needs:fx
  Scenario: She fixes what she sends
    Given Chikondi has asked to send 1000 MWK to Mutale
    Then Chikondi is shown that Mutale will receive 12 ZMW
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And Chikondi has paid 1000 MWK, once
    And Mutale has received 12 ZMW, once
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once
    And Green Bank has asked the hub for a lookup, a rate, terms, the conversion, the transfer, in this order

  @F02 @severity:blocker @needs:fx @needs:merchant-payment
  Scenario: The payee shall receive an exact amount
    Given Chikondi has asked to pay Mutale exactly 12 ZMW
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is completed
    And Mutale has received 12 ZMW, once
    And Chikondi has paid 1000 MWK, once
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once
    And Green Bank has asked the hub for a lookup, terms, a rate, the conversion, the transfer, in this order

  @F24 @severity:blocker @needs:fx
  Scenario: What each owes the scheme afterwards
    Given Chikondi has sent 1000 MWK to Mutale and accepted the terms
    And Chikondi has sent 400 MWK to Mutale and accepted the terms
    Then the hub's position of Green Bank has risen by 1400 MWK
    And the hub's position of Lake FX has fallen by 1400 MWK
    And the hub's position of Lake FX has risen by 17.5 ZMW
    And the hub's position of Zed Bank has fallen by 17.5 ZMW

  @F04 @severity:normal @needs:fx
  Scenario: Of several FX providers the first is asked
    Given Chikondi has sent 1000 MWK to Okello and accepted the terms
    Then only Lake FX was asked for a rate
    And Okello has received 2050 UGX, once

  @F04 @severity:normal @needs:fx @needs:mojaloop-settings
  Scenario: The bank prefers another provider
    Given Green Bank asks Nile FX for rates
    And Chikondi has sent 1000 MWK to Okello and accepted the terms
    Then only Nile FX was asked for a rate
    And Okello has received 2000 UGX, once

  @F19 @severity:critical @needs:fx @needs:fspiop
  Scenario: The provider's charge is shown, and is inside what she fixed
    Given Lake FX charges 20 MWK for converting
    And Chikondi has asked to send 1000 MWK to Mutale
    Then Chikondi is shown charges of 20 MWK, worth 0.25 ZMW
    And Chikondi is shown that Mutale will receive 11.75 ZMW
    When Chikondi accepts the terms
    Then Chikondi has paid 1000 MWK, once
    And Lake FX has taken in 1000 MWK and given out 12.25 ZMW, once
    And Mutale has received 11.75 ZMW, once

  @F19 @severity:critical @needs:fx @needs:merchant-payment @needs:fspiop
  Scenario: The provider's charge is shown, and comes on top of what the payee shall receive
    Given Lake FX charges 20 MWK for converting
    And Chikondi has asked to pay Mutale exactly 12 ZMW
    Then Chikondi is shown charges of 20 MWK, worth 0.25 ZMW
    When Chikondi accepts the terms
    Then Chikondi has paid 1020 MWK, once
    And Lake FX has taken in 1020 MWK and given out 12.5 ZMW, once
    And Mutale has received 12 ZMW, once

  @F19 @severity:critical @needs:fx @needs:fspiop
  Scenario: The provider's charges are more than what it converts
    Given Lake FX states charges of 1001 MWK, whatever it converts
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank refuses with code 4000
    And nobody was asked to convert
    And no money has moved

  @F18 @severity:critical @needs:fx @needs:merchant-payment
  Scenario Outline: Half a tambala is rounded to the even one, and what the payee shall receive stays fixed
    Given Lake FX gives 0.8 ZMW for one MWK
    And Chikondi has asked to pay Mutale exactly <arrives> ZMW
    When Chikondi accepts the terms
    Then Mutale has received <arrives> ZMW, once
    And Lake FX has taken in <taken> MWK and given out <given> ZMW, once
    And Chikondi has paid <taken> MWK, once

    Examples:
      | arrives | given | taken |
      | 1.52    | 2.02  | 2.52  |
      | 1.56    | 2.06  | 2.58  |

  @F18 @severity:critical @needs:fx
  Scenario Outline: Half a cent is rounded to the even one, and what she fixed stays fixed
    Given Chikondi has asked to send <sent> MWK to Mutale
    When Chikondi accepts the terms
    Then Chikondi has paid <sent> MWK, once
    And Lake FX has taken in <sent> MWK and given out <given> ZMW, once

    Examples:
      | sent  | given |
      | 100.4 | 1.26  |
      | 101.2 | 1.26  |

  @F12 @severity:critical @needs:fx
  Scenario: The provider hears three times that it may convert
    Given the hub tells Lake FX of the conversion's end 3 times
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Lake FX is told that the conversion is committed
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once

  @F13 @severity:critical @needs:fx @slow
  Scenario: The provider never hears how it ended, and asks
    Given the hub's last word on the conversion never reaches Lake FX
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    And 16 seconds pass
    Then Lake FX has asked the hub how the conversion stands
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once
    When 10 minutes pass
    Then Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once

  @F14 @severity:critical @needs:fx
  Scenario: The hub's answer to the order is lost, and Green Bank sends it again
    Given the hub's answer to an order to convert is lost once
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    And 10 seconds pass
    Then Green Bank tells Chikondi that the transfer is completed
    And Green Bank has sent the hub 2 orders to convert, all one and the same
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once
    And Chikondi has paid 1000 MWK, once

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

  @F03 @severity:critical @needs:fx
  Scenario: She does not like the rate
    Given Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi refuses the terms
    Then Green Bank refuses with code 4101
    And nobody was asked to convert
    And no money has moved

  @F03 @severity:critical @needs:fx @needs:merchant-payment
  Scenario: She does not like what it costs that the payee receives so much
    Given Chikondi has asked to pay Mutale exactly 12 ZMW
    When Chikondi refuses the terms
    Then Green Bank refuses with code 4101
    And nobody was asked to convert
    And no money has moved

  @F04 @severity:normal @needs:mojaloop-settings
  Scenario: No FX provider is known
    Given Green Bank's Mojaloop connector knows no FX provider
    When Green Bank asks its Mojaloop connector to send 1000 MWK from Chikondi to Mutale
    Then it answers 500, because "No FX provider detected"
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank tells Chikondi that the transfer is failed
    And nobody has been asked for terms
    And no money has moved

  @F05 @severity:critical @needs:fx @slow
  Scenario: The provider gives no rate in time
    Given Lake FX does not answer when asked for a rate
    When Chikondi asks to send 1000 MWK to Mutale
    And 5 minutes pass
    Then nobody was asked to convert
    And no money has moved

  @F06 @severity:normal @needs:fx
  Scenario Outline: The provider refuses to give a rate, and says why
    Given Lake FX refuses to give a rate (<code>)
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank refuses with code <code>
    And no money has moved

    Examples:
      | code |
      | 5001 |
      | 5002 |

  @F07 @severity:blocker @needs:fx
  Scenario: The provider changes the amount that she fixed
    Given Lake FX gives terms for 999 MWK instead of what was asked
    When Chikondi asks to send 1000 MWK to Mutale
    Then Green Bank refuses with code 4000
    And nobody was asked to convert
    And no money has moved

  # -- when it fails half-way -------------------------------------------------------------------------------------------------

  @F08 @severity:blocker @needs:fx @slow
  Scenario: The provider is silent when asked to convert
    Given Lake FX does not answer when asked to convert
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    And 10 minutes pass
    Then no money has moved
    And nothing is held for Chikondi

  @F09 @severity:blocker @needs:fx
  Scenario: The provider refuses to convert
    Given Lake FX refuses to convert (5002)
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 5002
    And no money has moved
    And nothing is held for Chikondi

  @F10 @severity:blocker @needs:fx
  Scenario: The payee's institution rejects the transfer after the provider has promised
    Given Zed Bank rejects the transfer (5100)
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 5100
    And Lake FX is told that the conversion is aborted
    And Lake FX has converted nothing
    And no money has moved

  @F11 @severity:blocker @needs:fx @slow
  Scenario: The payee's institution never answers after the provider has promised
    Given Zed Bank never answers the transfer
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    And 10 minutes pass
    Then the transfer is aborted
    And Lake FX has converted nothing
    And no money has moved
    And nothing is held for Chikondi

  @F15 @severity:critical @needs:fx @slow
  Scenario: The rate has run out when she accepts
    Given Chikondi has asked to send 1000 MWK to Mutale
    When 2 minutes pass
    And Chikondi accepts the terms
    Then Green Bank refuses with code 3302
    And nobody was asked to convert
    And no money has moved

  @F15 @severity:critical @needs:fx @slow
  Scenario: The rate has run out when the order reaches the provider
    Given orders to convert reach Lake FX 15 seconds late
    And Chikondi has asked to send 1000 MWK to Mutale
    When 50 seconds pass
    And Chikondi accepts the terms
    And 10 minutes pass
    Then Lake FX answers that the terms have expired (3302)
    And no transfer has followed the conversion
    And Lake FX has converted nothing
    And no money has moved
    And nothing is held for Chikondi

  @F16 @severity:critical @needs:fx
  Scenario: The provider cannot cover what it has promised
    Given Lake FX has only 10 ZMW of liquidity
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 4001
    And Lake FX has converted nothing
    And Chikondi has paid nothing
    And nothing is held for Chikondi

  @F17 @severity:critical @needs:fx
  Scenario: Green Bank itself may owe no more
    Given Green Bank may owe the scheme no more than 500 MWK
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 4200
    And no money has moved
    And nothing is held for Chikondi

  @F20 @severity:blocker @needs:fx
  Scenario: The provider's promise cannot be held against it
    Given Lake FX promises with a fulfilment that does not fit
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 3100
    And no money has moved
    And nothing is held for Chikondi

  @F20 @severity:blocker @needs:fx @slow
  Scenario: The hub lets such a promise pass, and Green Bank does not pay on it
    Given the hub holds no fulfilment against its condition
    And Lake FX promises with a fulfilment that does not fit
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    And 10 minutes pass
    Then no payment has reached the payee's institution
    And Chikondi has paid nothing
    And nothing is held for Chikondi

  @F21 @severity:critical @needs:fx
  Scenario: The provider says that it has converted before it may
    Given Lake FX says that it has converted before it may
    And Chikondi has asked to send 1000 MWK to Mutale
    When Chikondi accepts the terms
    Then Green Bank refuses with code 3100
    And no money has moved
    And nothing is held for Chikondi

  @F22 @severity:critical @slow
  Scenario: The transfer comes before the provider has promised
    Given Lake FX does not answer when asked to convert
    And Mutale is paying 100 ZMW to Bob
    When Zed Bank sends the payment before the provider has promised
    Then Zed Bank is told that the terms were not kept (3100)
    When 10 minutes pass
    Then no money has moved

  # -- what the scheme does not do yet -----------------------------------------------------------------------------------------

  @F23 @severity:minor
  Scenario: The payee's institution wants to convert what it has got
    Given Amina has sent 100 MWK to Bob and accepted the terms
    When Blue Wallet orders Lake FX to convert 100 MWK to 1.25 ZMW for the transfer that it got
    Then Blue Wallet is told that that is not implemented (2002)
    And Lake FX has converted nothing
    And Amina has paid 100 MWK, once
    And Bob has received 99 MWK, once
