@epic:Settlement
Feature: What institutions owe each other is settled to the last unit
  At the end of a window the hub says what each institution owes or is owed, and brings the positions back. The settlement bank
  moves the money between the liquidity accounts. Green Bank's books need to know nothing of it: what it has at the scheme,
  position and liquidity together, has not changed.

  # -- windows ------------------------------------------------------------------------------------------------------------

  @R17 @severity:critical
  Scenario: A payment in flight when the window closes is settled with the next one
    Given Bob has paid 30 MWK to Amina
    And payments reach Green Bank 20 seconds late
    When Bob pays 100 MWK to Amina
    And the hub closes the settlement window
    Then the closed window holds 30 MWK that Blue Wallet owes Green Bank
    When 20 seconds pass
    Then the payment is committed
    And the closed window holds 30 MWK that Blue Wallet owes Green Bank
    And the open window holds 100 MWK that Blue Wallet owes Green Bank
    When the hub closes the settlement window and settles it
    Then by the settlement report Blue Wallet owes 130 MWK and Green Bank is owed 130 MWK
    And Blue Wallet has no open position in MWK
    And Green Bank has no open position in MWK

  @R17 @severity:critical
  Scenario: A settlement leaves what is still in flight alone
    Given Bob has paid 30 MWK to Amina
    And payments reach Green Bank 20 seconds late
    When Bob pays 100 MWK to Amina
    And the hub closes the settlement window and settles it
    Then the hub's position of Blue Wallet has risen by 100 MWK
    And Green Bank has no open position in MWK
    When 20 seconds pass
    Then the payment is committed
    And the hub's position of Green Bank has fallen by 100 MWK
    And Amina has received 130 MWK, once

  # -- the report and the money -------------------------------------------------------------------------------------------

  @R18 @severity:blocker
  Scenario: The liquidity accounts move by what the settlement report says
    Given Amina has 500 MWK at Green Bank
    And Amina has sent 100 MWK to Bob and accepted the terms
    And Bob has paid 30 MWK to Amina
    When the hub closes the settlement window and settles it
    Then by the settlement report Green Bank owes 70 MWK and Blue Wallet is owed 70 MWK
    And the settlement report sums to zero in every currency
    And Green Bank has no open position in MWK
    And Blue Wallet has no open position in MWK
    When the settlement bank pays what the report says
    Then Green Bank's liquidity account has fallen by 70 MWK
    And Blue Wallet's liquidity account has risen by 70 MWK
    And the settlement report and the liquidity accounts differ by nothing
    And no funds are on their way between the hub and an institution

  @R18 @severity:critical @needs:fx
  Scenario: A conversion is settled in both currencies, each by itself
    Given Amina has 5000 MWK at Green Bank
    And Amina has sent 1400 MWK to Mutale and accepted the terms
    When the hub closes the settlement window and settles it
    Then by the settlement report Green Bank owes 1400 MWK and Lake FX is owed 1400 MWK
    And by the settlement report Lake FX owes 17.5 ZMW and Zed Bank is owed 17.5 ZMW
    And the settlement report sums to zero in every currency
    When the settlement bank pays what the report says
    Then the settlement report and the liquidity accounts differ by nothing
    And no funds are on their way between the hub and an institution

  @R18 @severity:critical
  Scenario: Where the scheme settles each payment by itself, liquidity follows a moment after the commit
    Given Amina has 500 MWK at Green Bank
    And the scheme settles each payment in MWK by itself
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    When 2 seconds pass
    Then Green Bank has no open position in MWK
    And Green Bank's liquidity account has fallen by 100 MWK
    And Blue Wallet's liquidity account has risen by 100 MWK
    And no funds are on their way between the hub and an institution

  @R18 @severity:normal @needs:fspiop
  Scenario: A payment that is settled by itself is told as settled
    Given the scheme settles each payment in MWK by itself
    And Bob has paid 100 MWK to Amina
    When 2 seconds pass
    And Blue Wallet asks the hub how the payment stands
    Then Blue Wallet is told by the hub that the payment is settled

  # -- money in and out ---------------------------------------------------------------------------------------------------

  @R19 @severity:critical
  Scenario: Money paid in covers what could not be sent before
    Given Amina has 500 MWK at Green Bank
    And Green Bank has only 50 MWK of liquidity
    When Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank refuses with code 4001
    When Green Bank pays 50 MWK into its liquidity account
    And Amina sends 100 MWK to Bob and accepts the terms
    Then Green Bank tells Amina that the transfer is completed
    And the hub's position of Green Bank has risen by 100 MWK
    And Green Bank's liquidity account has risen by 50 MWK
    And no funds are on their way between the hub and an institution

  @R20 @severity:critical
  Scenario: More than there is cannot be taken out
    Given Green Bank has only 50 MWK of liquidity
    When Green Bank takes 50.01 MWK out of its liquidity account
    Then the hub has undone the withdrawal
    And no money has moved

  @R20 @severity:critical
  Scenario: What covers an open position cannot be taken out
    Given Amina has 500 MWK at Green Bank
    And Green Bank has only 150 MWK of liquidity
    And Amina has sent 100 MWK to Bob and accepted the terms
    When Green Bank takes 50.01 MWK out of its liquidity account
    Then the hub has undone the withdrawal
    When Green Bank takes 50 MWK out of its liquidity account
    Then the hub has allowed the withdrawal
    And Green Bank's liquidity account has fallen by 50 MWK
    And no funds are on their way between the hub and an institution

  @R20 @severity:critical
  Scenario: Where the hub does not look, what covers an open position can be taken out, and then nothing more can be sent
    Given the hub pays liquidity out without a look at open positions
    And Amina has 500 MWK at Green Bank
    And Green Bank has only 150 MWK of liquidity
    And Amina has sent 100 MWK to Bob and accepted the terms
    When Green Bank takes 120 MWK out of its liquidity account
    Then the hub has allowed the withdrawal
    And Green Bank's liquidity account has fallen by 120 MWK
    When Amina sends 10 MWK to Bob and accepts the terms
    Then Green Bank refuses with code 4001
    And no funds are on their way between the hub and an institution
