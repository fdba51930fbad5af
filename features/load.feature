Feature: Under load
  The load tests drive a world of its own, in another process, for some seconds of real time; their verdict says how it went.
  The full profiles are `make load` and `make soak`. Run these with --load.

  @L01 @load
  Scenario: Ever more customers pay at once, and each payment ends in time
    Given under load the world is there beforehand
    When ever more customers pay out for 5 seconds, up to 30 at once
    Then every journey has kept its objectives, and every ledger is in order
    And every callback was taken the first time

  @L02 @load
  Scenario: However long it goes on, memory stays what it was
    When 4 customers do what a day brings as in a soak, for 12 seconds
    Then every journey has kept its objectives, and every ledger is in order

  @L03 @load
  Scenario: A burst of payments meets a net debit cap that is nearly used up
    Given under load the institution may owe the scheme up to 1000 MWK
    When 20 customers pay out all the time for 4 seconds
    Then 10 or more payments were made, and 10 or more refused
    And the institution has never owed the scheme more than 1000 MWK
    And every ledger is in order

  @L04 @load
  Scenario: Discovery, payments, conversions, requests to pay and payments to us go on side by side
    When 10 customers do all that there is all the time for 5 seconds
    Then every journey has kept its objectives, and every ledger is in order
    And these journeys were made
      | send money, to final state             |
      | receive money, to final state          |
      | send money abroad, to final state      |
      | ask for money, to final state          |
      | pay a request, to final state          |
      | discovery, to the answer               |
      | transfer over the hub, to final state  |
    And 99 in 100 of each of its 10 phases took 5000 ms at most

  @L05 @load
  Scenario: A core that takes two seconds for everything is asked no more than there are payments
    Given under load the core takes 2 seconds for whatever it is asked
    When 10 customers pay out all the time for 8 seconds
    Then every journey has kept its objectives, and every ledger is in order
    And never more than 10 requests waited for the core at once
