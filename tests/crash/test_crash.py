"""Dozens of rounds of crash.py; thousands by its own command line."""

import pytest

from crash import crash


@pytest.mark.parametrize(
    ("seed", "arguments"),
    [
        (None, []),
        (1, ["--connections", "64", "--keys", "3", "--longest-ms", "120"]),
        (2, ["--connections", "2", "--longest-ms", "40", "--", "--loops", "1"]),
        (3, ["--plain"]),
        (4, ["--connections", "6", "--ballast", "3000"]),
        (5, ["--connections", "6", "--", "--table-delay", "20ms"]),
        (6, ["--connections", "6", "--", "--shard-life", "100ms"]),
        (7, ["--power-cuts"]),
        (8, ["--power-cuts", "--connections", "6", "--", "--memtable", "1MiB"]),
    ],
    ids=[
        "16 connections",
        "64",
        "2, early kills",
        "no indexes",
        "long backfills",
        "slow tables",
        "short shards",
        "power cuts",
        "power cuts, small tables",
    ],
)
def test_no_acknowledged_write_is_lost(request, tmp_path, seed, arguments):
    rounds = request.config.getoption("--crash-rounds")
    chosen = [] if seed is None else ["--seed", str(seed)]
    assert crash.main(["--rounds", str(rounds), "--data", str(tmp_path), *chosen, *arguments]) == 0


def test_a_forgotten_sync_is_found(tmp_path):
    """What the power cuts are for: a server that syncs nothing loses what it has acknowledged."""
    arguments = ["--rounds", "5", "--data", str(tmp_path), "--seed", "9", "--power-cuts", "--", "--durability", "os"]
    with pytest.raises(Exception):
        crash.main(arguments)
