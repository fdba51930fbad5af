@epic:Security
Feature: Who may say what in the scheme
  A message is its sender's own, or it is refused; what was paid once is not paid again because somebody repeats the words.
  Nothing moves because of a message that is refused.

  # -- whose message it is ------------------------------------------------------------------------------------------------

  @S19 @severity:critical
  Scenario: No institution orders a payment in another's name
    Given Bob has paid 100 MWK to Amina
    When Zed Bank orders the payment once more under a new id, as if it were Blue Wallet's
    Then Zed Bank is told that the terms were not kept (3100)
    And Bob has paid 100 MWK, once
    And Amina has received 100 MWK, once
