@epic:Accounts
Feature: An institution tells the scheme under what its customers are found
  Green Bank registers identifiers at the scheme's directory and removes them again. What the directory refuses, it hears for each
  identifier by itself.

  @A01 @severity:critical @needs:accounts
  Scenario Outline: Green Bank registers <count> identifiers
    When Green Bank registers <count> identifiers
    Then Green Bank says that all of them are registered
    And the hub has been sent lists of <lists>
    And the hub finds them all at Green Bank

    Examples:
      | count | lists       |
      | 1     | 1           |
      | 1000  | 1000        |
      | 10001 | 10000 and 1 |

  @A01 @severity:normal @needs:accounts
  Scenario: Each currency has a list of its own
    When Green Bank registers 3 identifiers in MWK and 2 in ZMW
    Then Green Bank says that all of them are registered
    And the hub has been sent lists of 3 and 2
    And the hub finds them all at Green Bank

  @A01 @severity:blocker @needs:accounts
  Scenario: Who is registered can be paid
    Given Green Bank has removed Amina's number
    When Green Bank registers Amina's number
    And Bob pays 100 MWK to Amina
    Then the payment is committed
    And Amina has received 100 MWK, once

  @A01 @severity:critical @needs:accounts
  Scenario: Who is removed is not found any more
    When Green Bank removes Amina's number
    Then Green Bank says that it is gone
    And no institution has been found for Amina
    When Bob looks Amina up
    Then Blue Wallet is told that the party cannot be found (3204)
    And Green Bank has answered no lookup

  @A02 @severity:critical @needs:accounts
  Scenario: Identifiers that are there already are refused one by one
    Given Green Bank has registered 3 identifiers
    When Green Bank registers the same identifiers again, and one more
    Then Green Bank says that 3 of them are refused with 3003
    And the hub finds them all at Green Bank

  @A02 @severity:critical @needs:accounts
  Scenario: A kind of identifier that the scheme does not serve is refused by itself
    Given the hub has no oracle for IBAN
    When Green Bank registers an identifier of each kind: ALIAS, IBAN, EMAIL
    Then Green Bank says that 1 of them are refused with 3003

  @A02 @severity:critical
  Scenario: Nobody registers an identifier for another institution
    When Blue Wallet asks the hub to register a number of its own and Amina's, as Green Bank's
    Then Blue Wallet is told that one is registered and the other refused with 3204

  @A03 @severity:critical @needs:accounts
  Scenario: Green Bank cannot remove the number of another institution's customer
    Given only the owner of an identifier may remove it
    When Green Bank removes Bob's number
    Then Green Bank says that it is refused with 3040
    When Amina asks to send 100 MWK to Bob
    Then Amina is shown that Bob will receive 99 MWK

  @A03 @severity:normal @needs:accounts
  Scenario: What is gone cannot be removed again
    Given only the owner of an identifier may remove it
    And Green Bank has removed Amina's number
    When Green Bank removes Amina's number
    Then Green Bank says that it is refused with 3040

  @A04 @severity:critical @needs:accounts
  Scenario: Sub-identifiers and currencies are kept, and removed one by one
    When Green Bank registers an identifier for two tills, till 7 in MWK and till 8 in ZMW
    Then Green Bank says that all of them are registered
    And the hub finds till 7 and till 8 at Green Bank, each with its currency
    When Green Bank removes the identifier of till 7
    Then Green Bank says that it is gone
    And the hub finds till 8 at Green Bank, each with its currency
