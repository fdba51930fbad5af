@epic:RequestToPay
Feature: Being asked for money, and asking for it
  A merchant asks a customer for money. She sees what it costs, agrees or not, may have to prove with a one-time password
  that it is her, and pays once, or not at all.

  # -- a customer of the bank is asked --------------------------------------------------------------------------------------

  @I23 @severity:blocker @needs:request-to-pay
  Scenario: She agrees to pay what she was asked for
    Given Bob has asked Amina for 100 MWK
    And Amina has looked at the request
    When Amina agrees to pay
    Then Amina is told that the request is paid
    And Amina has paid 101 MWK, once
    And Bob has received 100 MWK, once
    And at Blue Wallet the request is paid
    And no password has been asked for

  @I23 @severity:critical @needs:request-to-pay
  Scenario: The request waits for her, and the institution that asks hears that it has arrived
    When Bob asks Amina for 100 MWK
    Then Blue Wallet has been told that the request is received
    And at Blue Wallet the request is received
    And no money has moved

  @I23 @severity:critical @needs:request-to-pay
  Scenario: She sees what it costs before she agrees
    Given Bob has asked Amina for 100 MWK
    When Amina looks at the request
    Then Amina is shown that she pays 101 MWK
    And no transfer has reached the hub
    And no money has moved

  @I23 @severity:critical @needs:request-to-pay
  Scenario: Agreeing twice pays once
    Given Bob has asked Amina for 100 MWK
    And Amina has looked at the request
    And Amina has agreed to pay
    When Amina agrees to pay once more
    Then Amina is told that the request is paid
    And Amina has paid 101 MWK, once
    And the request has brought about one transfer

  @I23 @severity:critical @needs:request-to-pay
  Scenario: Who cannot afford it does not pay, and the institution that asks hears of it
    Given Amina has 50 MWK at Green Bank
    And Bob has asked Amina for 100 MWK
    And Amina has looked at the request
    When Amina agrees to pay
    Then Amina is told 4000
    And at Blue Wallet the request is rejected
    And no money has moved

  @I23 @severity:normal @needs:request-to-pay
  Scenario: Who is asked for another currency than hers is not shown the request
    When Bob asks Amina for 100 ZMW
    Then Blue Wallet has been refused the request with 4103
    And at Blue Wallet the request is failed

  @I24 @severity:critical @needs:request-to-pay
  Scenario: She rejects the request when she has seen the terms
    Given Bob has asked Amina for 100 MWK
    And Amina has looked at the request
    When Amina rejects the request
    Then Amina is told 4101
    And Blue Wallet has been told that the request is rejected
    And no transfer has reached the hub
    And no money has moved

  @I24 @severity:critical @needs:request-to-pay
  Scenario: She rejects the request without looking at it, and cannot pay it any more
    Given Bob has asked Amina for 100 MWK
    When Amina rejects the request
    Then Amina is told 4101
    And at Blue Wallet the request is rejected
    When Amina agrees to pay
    Then Amina is told 4101
    And no money has moved

  # -- the four ways that a request can go ----------------------------------------------------------------------------------

  @Q01 @severity:blocker @needs:request-to-pay
  Scenario: Accepted: the password is hers, and she pays
    Given Bob has asked Amina for 100 MWK, with a password
    And Amina has looked at the request
    And Amina has agreed to pay
    When Bob types the password that Amina was sent
    Then Amina has paid 101 MWK, once
    And Bob has received 100 MWK, once
    And Blue Wallet has been asked for the password 1 time
    When Amina asks how the request stands
    Then Amina is told that the request is paid

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Until the password has come nothing is paid
    Given Bob has asked Amina for 100 MWK, with a password
    And Amina has looked at the request
    When Amina agrees to pay
    Then Amina is told that the request is under way
    And no transfer has reached the hub
    And nothing is held for Amina

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Rejected: the password is wrong three times
    Given Bob has asked Amina for 100 MWK, with a password
    And Amina has looked at the request
    And Amina has agreed to pay
    When Bob types a wrong password 3 times
    Then Blue Wallet has been asked for the password 3 times
    And Blue Wallet has been told that the request is rejected
    And no transfer has reached the hub
    And no money has moved
    When Amina asks how the request stands
    Then Amina is told 4100

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Accepted at the second try
    Given Bob has asked Amina for 100 MWK, with a password
    And Amina has looked at the request
    And Amina has agreed to pay
    And Bob has typed a wrong password
    When Bob types the password that Amina was sent
    Then Amina has paid 101 MWK, once
    And the request has brought about one transfer
    And Blue Wallet has been asked for the password 2 times

  @Q01 @severity:critical @needs:request-to-pay @slow
  Scenario: A password that never comes holds nothing, and she can agree once more
    Given Bob has asked Amina for 100 MWK, with a password
    And Amina has looked at the request
    And Amina has agreed to pay
    When 31 seconds pass
    And Amina asks how the request stands
    Then Amina is told that the request is under way
    And no money has moved
    When Amina looks at the request once more
    Then Amina is shown that she pays 101 MWK

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Expired: what is not paid in time is not paid
    Given Bob has asked Amina for 100 MWK within 20 seconds
    And Amina has looked at the request
    When 21 seconds pass
    And Amina agrees to pay
    Then Amina is told 3301
    And at Blue Wallet the request is expired
    And no transfer has reached the hub
    And no money has moved

  # -- a customer of the bank asks ------------------------------------------------------------------------------------------

  @Q01 @severity:blocker @needs:request-to-pay
  Scenario: Our customer asks, and is paid
    Given Grace wants 100 MWK from Bob
    And Grace has sent the request
    When Blue Wallet's customer agrees to pay
    And Grace asks what became of the request
    Then Grace is told that the request is paid
    And Grace has received 100 MWK, once
    And Bob has paid 100 MWK, once

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Our customer sees who would be asked, and may leave it at that
    When Grace looks for Bob, to ask for 100 MWK
    Then Grace is shown that Bob would be asked
    When Grace does not send the request
    Then Grace is told that the request is under way
    And no money has moved

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Our customer hears that her request was rejected
    Given Grace wants 100 MWK from Bob
    And Grace has sent the request
    When Blue Wallet's customer rejects the request
    And Grace asks what became of the request
    Then Grace is told 4101
    And no money has moved

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Our customer types the payer's password
    Given Grace wants 100 MWK from Bob, with a password
    And Grace has sent the request
    And Blue Wallet's customer has agreed to pay
    When Grace types the password that Blue Wallet's customer was sent
    And Grace asks what became of the request
    Then Grace is told that the request is paid
    And Grace has received 100 MWK, once

  @Q01 @severity:critical @needs:request-to-pay
  Scenario: Our customer types three wrong passwords
    Given Grace wants 100 MWK from Bob, with a password
    And Grace has sent the request
    And Blue Wallet's customer has agreed to pay
    When Grace types 3 wrong passwords
    And Grace asks what became of the request
    Then Grace is told 4101
    And at Blue Wallet the request is rejected
    And no money has moved

  # -- what a connector may get wrong ---------------------------------------------------------------------------------------

  @Q01 @severity:normal @needs:request-to-pay
  Scenario: A word on a request that nobody has made is an error of that request
    When Blue Wallet tells Green Bank that a request is rejected which was never made
    Then Blue Wallet has been refused the request with 3206
    And Blue Wallet has been told of no quote

  @Q01 @severity:normal @needs:request-to-pay @needs:mojaloop-settings
  Scenario: A Mojaloop connector that makes it an error of a quote, as the real one does, is caught
    Given Green Bank's Mojaloop connector runs with like_sdk.request_errors_on_quotes = true
    When Blue Wallet tells Green Bank that a request is rejected which was never made
    Then Blue Wallet has been told of an error of a quote for which it never asked

  @Q01 @severity:normal @needs:request-to-pay @needs:mojaloop-settings
  Scenario: A Mojaloop connector that takes payer for payee, as the real one does, asks in vain
    Given Green Bank's Mojaloop connector runs with like_sdk.swaps_request_roles = true
    And Grace wants 100 MWK from Bob
    When Grace sends the request
    Then Grace is told 3204
    And no money has moved
