"""Random tables with secondary indexes, random writes, queries and scans, compared with a naive model of them.

STATOR_TEST_INDEX_ROUNDS is the number of tables, STATOR_TEST_INDEX_SEED the first one's seed; a failure names its own.
"""

import os
import random
import re
import time

import pytest

from harness.index_random import Maker
from harness.index_reads import Reader
from harness.server import Server
from harness.wire import Wire

ROUNDS = int(os.environ.get("STATOR_TEST_INDEX_ROUNDS", "1000"))
SEED = int(os.environ.get("STATOR_TEST_INDEX_SEED", "1"))


def run(wire: Wire, seed: int, act) -> int:
    """One table; the number of requests. What fails says how to see it again."""
    chance = random.Random(seed)
    locals_, globals_ = chance.choice([0, 0, 1, 2, 3, 5]), chance.choice([0, 1, 1, 2, 3, 6] * 5 + [20])
    driver = Reader(wire, Maker.of(chance, f"model-{seed}", locals_, globals_))
    try:
        driver.create()
        act(driver)
        driver.must("DeleteTable", {})
    except Exception as error:
        text = f"seed {seed}: {error!r}\n{driver.table.create_request()}\n{driver.last}"
        raise AssertionError(re.sub(r"(.{1,4}?)\1{20,}", r"\1...\1", text)) from error
    return driver.requests


def read_and_write(driver: Reader) -> None:
    for _ in range(4):
        for _ in range(driver.chance.choice([0, 5, 15, 40])):
            driver.write()
        for _ in range(3):
            driver.check_read()
    driver.check_all()


def follow_pages_and_write(driver: Reader) -> None:
    for _ in range(60):
        driver.write()
    for _ in range(6):
        driver.check_pages_while_writing()


@pytest.fixture(scope="module")
def memory_wire(tmp_path_factory):
    with Server(tmp_path_factory.mktemp("model") / "data", ("--in-memory",)) as server, Wire(server.port) as wire:
        yield wire


@pytest.mark.parametrize(
    ("act", "first", "count"),
    [
        (read_and_write, SEED, 40),
        pytest.param(read_and_write, SEED + 40, ROUNDS, marks=pytest.mark.slow),
        (follow_pages_and_write, SEED, ROUNDS // 20 + 1),
    ],
    ids=["a few", "many", "writes between pages"],
)
def test_random_tables(memory_wire, act, first, count):
    started = time.monotonic()
    requests = sum(run(memory_wire, seed, act) for seed in range(first, first + count))
    seconds = time.monotonic() - started
    print(f"{count} tables, {requests} requests in {seconds:.1f} s, {requests / seconds:.0f} a second")
