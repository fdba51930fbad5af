"""Under load: many customers at once, a core that is slow, a cap that is nearly used up."""

from pytest_bdd import scenarios

scenarios("load.feature")
