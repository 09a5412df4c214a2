"""Some rounds of damage.py for each kind of file; more by its own command line."""

import pytest

from crash import damage


@pytest.mark.parametrize("kind", [".log", ".sst", "MANIFEST", "CURRENT"])
def test_damage_is_never_served(kind):
    assert damage.main(["--rounds", "12", "--seed", "7", "--kinds", kind]) == 0
