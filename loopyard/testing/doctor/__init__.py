"""What `loopyard doctor` looks at before the first scenario: one module for each sort of question, and the table of checks.

A check reads what was seen and says what it means and what to do; only `setup`, `faces` and `probes` touch anything.
"""
