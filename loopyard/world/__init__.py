"""A set of running simulators with one clock, one seed and one traffic log: how it is described, composed and controlled."""
