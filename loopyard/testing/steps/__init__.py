"""The steps of the features, grouped by noun. Given = state, When = one action or time, Then = one look at one moment."""
