@epic:Resilience
Feature: A payee in another scheme is paid once or not at all, whatever happens between the two hubs
  Coast Bank and Hill Bank belong to other schemes, each with a hub of its own behind a proxy. What Green Bank's hub has sent across
  does not expire there: it asks until the other hub has said how it ended, and then both hubs have it alike.

  @R21 @severity:blocker
  Scenario: Amina pays somebody in another scheme
    Given Amina has 500 MWK at Green Bank
    When Amina asks to send 100 MWK to Fatima
    Then Amina is shown that Fatima will receive 98 MWK
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Fatima has received 98 MWK, once
    And Coast Proxy is owed 100 MWK in Green Bank's scheme and owes as much in Coast Bank's

  @R21 @severity:blocker
  Scenario: Somebody in another scheme pays Amina
    When Fatima pays 30 MWK to Amina
    Then the payment is committed
    And Amina has received 30 MWK, once
    And Coast Proxy owes 30 MWK in Green Bank's scheme and is owed as much in Coast Bank's

  @R21 @severity:blocker @slow
  Scenario: The other scheme has committed, and its word is lost on the way
    Given Amina has 500 MWK at Green Bank
    And the proxies lose the first answer to a payment
    When Amina sends 100 MWK to Fatima and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And Fatima has received 98 MWK, once
    And the transfer is forwarded at Green Bank's hub
    When 2 minutes pass
    Then the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Fatima has received 98 MWK, once
    When Amina asks how the transfer stands
    Then Green Bank tells Amina that the transfer is completed

  @R21 @severity:blocker @slow
  Scenario: The link is cut for longer than the transfer lives, and the hub asks again and again
    Given Amina has 500 MWK at Green Bank
    And Amina has asked to send 100 MWK to Fatima
    And the link of Coast Proxy will be cut once the payment has crossed
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 5 minutes pass
    Then the transfer is forwarded at Green Bank's hub
    And 100 MWK and the fees are held for Amina
    And Fatima has received 98 MWK, once
    When the link of Coast Proxy is mended
    And 2 minutes pass
    Then the transfer is committed
    And Amina has paid 100 MWK and the fees she accepted, once
    And Fatima has received 98 MWK, once

  @R21 @severity:blocker @slow
  Scenario: The other scheme has aborted, and its word is lost on the way
    Given Amina has 500 MWK at Green Bank
    And Coast Bank aborts the payments that it gets
    And the proxies lose the first answer to a payment
    When Amina sends 100 MWK to Fatima and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    And the transfer is forwarded at Green Bank's hub
    When 2 minutes pass
    Then the transfer is aborted
    And nothing is held for Amina
    And no money has moved

  @R21 @severity:critical @slow
  Scenario: The payee's institution says nothing, and the transfer expires in the other scheme
    Given Amina has 500 MWK at Green Bank
    And Coast Bank keeps the money ready and says nothing
    When Amina sends 100 MWK to Fatima and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 3 minutes pass
    Then the transfer is aborted
    And nothing is held for Amina
    And no money has moved

  @R21 @severity:critical @slow
  Scenario: The payment itself is lost on the way, and the other scheme does not know of it
    Given Amina has 500 MWK at Green Bank
    And the proxies lose the first payment
    When Amina sends 100 MWK to Fatima and accepts the terms
    Then Green Bank tells Amina that the transfer is pending
    When 3 minutes pass
    Then the transfer is aborted
    And nothing is held for Amina
    And no money has moved

  @R21 @severity:blocker @needs:fx @slow
  Scenario: A payment is converted here, crosses, and its end is lost on the way
    Given the proxies lose the first answer to a payment
    And Chikondi has asked to send 1000 MWK to Zawadi
    Then Chikondi is shown that Zawadi will receive 10.5 ZMW
    When Chikondi accepts the terms
    Then Green Bank tells Chikondi that the transfer is pending
    When 3 minutes pass
    Then the transfer is committed
    And Chikondi has paid 1000 MWK, once
    And Zawadi has received 10.5 ZMW, once
    And Lake FX has taken in 1000 MWK and given out 12.5 ZMW, once
    And Coast Proxy is owed 12.5 ZMW in Green Bank's scheme and owes as much in Coast Bank's

  @R21 @severity:blocker @needs:fx @slow
  Scenario: A payment is converted here, crosses, and is rejected there, which nobody hears at first
    Given the proxies lose the first answer to a payment
    And Coast Bank rejects the transfer (5100)
    And Chikondi has asked to send 1000 MWK to Zawadi
    When Chikondi accepts the terms
    And 3 minutes pass
    Then the transfer is aborted
    And Lake FX is told that the conversion is aborted
    And Lake FX has converted nothing
    And no money has moved
    And nothing is held for Chikondi

  @R22 @severity:critical
  Scenario: The payee has moved to another institution of the other scheme
    Given Amina has 500 MWK at Green Bank
    And Amina has sent 20 MWK to Fatima and accepted the terms
    And Fatima's number belongs to Salim from now on
    When Amina asks to send 100 MWK to Fatima
    Then Green Bank refuses with code 2006
    And no institution has been found for Fatima
    When Amina asks to send 100 MWK to Fatima
    Then Amina is shown that Salim will receive 100 MWK
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And Salim has received 100 MWK, once

  @R22 @severity:normal
  Scenario: Nobody in any scheme knows the payee
    When Amina asks to send 100 MWK to the unknown number 255700000000
    Then Green Bank refuses with code 3204
    And both other schemes have been asked

  @R22 @severity:normal
  Scenario: One scheme cannot be reached, and the other does not know the payee
    Given the link of Hill Proxy is cut
    When Amina asks to send 100 MWK to the unknown number 255700000000
    Then Green Bank refuses with code 3204

  @R22 @severity:normal
  Scenario: No other scheme can be reached
    Given the link of Hill Proxy is cut
    And the link of Coast Proxy is cut
    When Amina asks to send 100 MWK to Fatima
    Then Green Bank refuses with code 3200

  @R22 @severity:normal
  Scenario: A scheme that does not answer is given up
    Given the link of Hill Proxy is cut
    And Coast Bank does not answer lookups
    When Bob looks Fatima up
    And 25 seconds pass
    Then Blue Wallet is told that nobody has answered in time (3300)

  @R23 @severity:critical
  Scenario: A payee who is known in two schemes is paid in the one that answers first
    Given Amina has 500 MWK at Green Bank
    And Fatima can be found under the ALIAS market
    And Hawa can be found under the ALIAS market
    When Amina asks to send 100 MWK to the ALIAS market
    Then both other schemes have answered
    When Amina accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And one of Fatima and Hawa has received the money, once

  @R23 @severity:critical @needs:mojaloop-settings
  Scenario: A payee who is known in two schemes is shown with both, and the customer chooses
    Given Green Bank's Mojaloop connector runs with auto_accept_party = false and multiple_parties_response = true and multiple_parties_response_seconds = 2
    And Fatima can be found under the ALIAS market
    And Hawa can be found under the ALIAS market
    When Amina's app asks the Mojaloop connector to send 100 MWK to the ALIAS market
    Then the Mojaloop connector shows Coast Bank and Hill Bank
    When Amina's app chooses Hill Bank
    Then Hill Bank alone has been asked for terms

  @R23 @severity:normal @needs:mojaloop-settings
  Scenario: An app that consents to nobody in particular is not understood
    Given Green Bank's Mojaloop connector runs with auto_accept_party = false and multiple_parties_response = true and multiple_parties_response_seconds = 2
    And Fatima can be found under the ALIAS market
    And Hawa can be found under the ALIAS market
    When Amina asks to send 100 MWK to the ALIAS market
    Then Green Bank refuses with code 3100
    And no institution has been asked for terms
