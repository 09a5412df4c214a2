"""Two rounds of history.py, hundreds by its own command line; and what is wrong on purpose must be found."""

import pytest

from history import history
from history.senders import PLANTED


@pytest.mark.parametrize(
    "arguments",
    [
        ["--longest-ms", "700"],
        ["--clients", "64", "--slots", "8", "--kills", "3"],
        ["--clients", "24", "--slots", "2", "--kills", "8", "--longest-ms", "400"],
    ],
    ids=["16 clients", "64", "few items, many kills"],
)
def test_an_order_explains_what_all_clients_saw(request, tmp_path, arguments):
    rounds = request.config.getoption("--history-rounds")
    assert history.main(["--rounds", str(rounds), "--data", str(tmp_path), *arguments]) == 0


@pytest.mark.parametrize("plant", PLANTED)
def test_a_planted_bug_is_found(tmp_path, plant):
    arguments = ["--rounds", "10", "--kills", "1", "--longest-ms", "500", "--data", str(tmp_path), "--plant", plant]
    assert history.main(arguments) == 1
