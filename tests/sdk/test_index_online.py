"""Indexes that come and go while others write: at rest each is what the naive model makes of the table.

STATOR_TEST_INDEX_ROUNDS / 500 is the number of tables, STATOR_TEST_INDEX_SEED the first one's seed; a failure names its
own.
"""

import base64
import concurrent.futures
import dataclasses
import os
import random
import re
import threading
import time

import pytest

from harness.check import complaints
from harness.index_driver import REFUSED, Driver
from harness.index_model import Index, Item, normal_item
from harness.index_random import Maker, global_index
from harness.server import Server
from harness.wire import Wire

ROUNDS = max(1, int(os.environ.get("STATOR_TEST_INDEX_ROUNDS", "1000")) // 500)
SEED = int(os.environ.get("STATOR_TEST_INDEX_SEED", "1"))
WRITERS = 3
PATIENCE = 60  # seconds


@dataclasses.dataclass
class Life:
    """Which indexes the table has for sure, and which it may have. Set as a whole, so that threads see it so."""

    state: tuple[frozenset[Index], frozenset[Index]]


class Writer(Driver):
    """Writes items that are its own, whichever indexes there are."""

    def __init__(self, wire: Wire, maker: Maker, life: Life):
        super().__init__(wire, maker)
        self.life = life

    def apply(self, operation: str, more: dict, key: Item, new: Item | None) -> None:
        """Must be refused if an index that is there throughout has no place for it; any other index may refuse it."""
        before = self.life.state
        is_refused = self.call(operation, more) is REFUSED
        after = self.life.state
        unfit = {i for i in before[0] | before[1] | after[0] | after[1] if new and self.table.has_bad_key(i, new)}
        assert unfit if is_refused else not unfit & before[0] & after[0], f"refused {is_refused}, unfit for {unfit}"
        if not is_refused:
            self.table.write(self.table.place(key), new)

    def write_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self.write()


class Drama:
    """One table, its writers, and the changes of its indexes."""

    def __init__(self, server: Server, seed: int):
        self.chance = random.Random(seed)
        self.polls = 0  # that saw a backfill
        self.wire = Wire(server.port)
        maker = Maker.of(self.chance, f"online-{seed}", self.chance.choice([0, 0, 1, 2]), self.chance.choice([0, 1, 3]))
        self.table = maker.table
        self.driver = Driver(self.wire, maker)
        self.life = Life((frozenset(self.table.indexes.values()), frozenset()))
        self.writers = [self.writer(Wire(server.port), maker, n) for n in range(WRITERS + 1)]
        self.still = self.writers[-1].table  # whose items stay as they are loaded

    def writer(self, wire: Wire, maker: Maker, number: int) -> Writer:
        chance = random.Random(self.chance.random())
        table = dataclasses.replace(self.table, indexes={}, items={})
        kind = table.types[table.partition]
        numbers = range(number * 1000, number * 1000 + (100 if table.sort else 1000))
        partitions = [
            {kind: base64.b64encode(f"p{n}".encode()).decode() if kind == "B" else str(n) if kind == "N" else f"p{n}"}
            for n in numbers
        ]
        domains = maker.domains | {table.partition: partitions}
        return Writer(wire, Maker(chance, table, domains, bad=0.05), self.life)

    def load(self, count: int) -> None:
        for writer in self.writers:
            maker = writer.maker
            for _ in range(count):
                key = {name: self.chance.choice(maker.domains[name]) for name in self.table.attributes}
                item = maker.item() | key
                writer.apply("PutItem", {"Item": item}, item, normal_item(item))

    # Changes

    def while_writing(self, act, *arguments) -> None:
        stop = threading.Event()
        with concurrent.futures.ThreadPoolExecutor(WRITERS) as pool:
            writing = [pool.submit(writer.write_until, stop) for writer in self.writers[:-1]]
            try:
                act(*arguments)
                self.check_still()
            finally:
                stop.set()
            for ended in writing:
                ended.result()

    def check_still(self) -> None:
        """While others write: items that stay are once on the pages of an index, none is missed."""
        for index in self.life.state[0]:
            read = {"IndexName": index.name, "Limit": self.chance.choice([50, 200, 1000])}
            found = [normal_item(item) for page in self.driver.pages("Scan", read) for item in page["Items"]]
            wanted = self.still.entries(index)
            there = [item for item in found if self.still.place(item) in self.still.items]
            assert len(there) == len(wanted), f"{index.name}: {len(there)} instead of {len(wanted)}"
            assert {self.still.place(item): item for item in there} == wanted, f"{index.name}: others"

    def update(self, **change: dict) -> str:
        """The code of the error, if any."""
        attributes = [a["AttributeName"] for a in change.get("Create", {}).get("KeySchema", [])]
        more = {"AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": self.table.types[name]} for name in attributes
        ]} if attributes else {}  # fmt: skip
        body = {"TableName": self.table.name, "GlobalSecondaryIndexUpdates": [change]} | more
        answer = self.wire.call("UpdateTable", body)
        assert answer.status == 200 or answer.code == "ResourceInUseException", answer.body
        return answer.code if answer.status != 200 else ""

    def status(self, index: Index) -> tuple[str, bool | None] | None:
        """IndexStatus and Backfilling; None if the index is not there."""
        answer = self.driver.must("DescribeTable", {})["Table"]
        for found in answer.get("GlobalSecondaryIndexes", []):
            if found["IndexName"] == index.name:
                return found["IndexStatus"], found.get("Backfilling")
        return None

    def begin(self, index: Index) -> None:
        firm, _ = self.life.state
        self.life.state = (firm, frozenset([index]))
        assert not self.update(Create=index.description()), "not created"

    def create(self, index: Index) -> None:
        self.begin(index)
        phases = [("CREATING", False), ("CREATING", True), ("ACTIVE", None)]
        reached, deadline = 0, time.monotonic() + PATIENCE
        while phases[reached][0] != "ACTIVE":
            assert time.monotonic() < deadline, f"{index.name} is still {phases[reached]}"
            before = self.status(index)
            is_readable = self.driver.call("Scan", {"IndexName": index.name, "Limit": 1}) is not REFUSED
            after = self.status(index)
            self.polls += after == ("CREATING", True)
            assert before in phases[reached:] and after in phases[phases.index(before) :], f"{before}, then {after}"
            assert is_readable or before[0] != "ACTIVE", "active and not to be read"
            assert not is_readable or after[0] == "ACTIVE", "not active and to be read"
            reached = phases.index(after)
            time.sleep(0.002)
        self.life.state = (self.life.state[0] | {index}, frozenset())

    def delete(self, index: Index) -> None:
        self.life.state = (self.life.state[0] - {index}, frozenset([index]))
        deadline = time.monotonic() + PATIENCE
        before = self.status(index)
        while self.update(Delete={"IndexName": index.name}):
            assert before == ("CREATING", False), f"not to be deleted: {before}"  # only in its allocation phase
            time.sleep(0.005)
            before = self.status(index)
        while found := self.status(index):
            assert found == ("DELETING", None), found
            assert time.monotonic() < deadline, f"{index.name} is still there"
        assert self.driver.call("Scan", {"IndexName": index.name}) is REFUSED, "deleted and to be read"
        self.life.state = (self.life.state[0], frozenset())

    def create_and_delete(self, index: Index) -> None:
        self.begin(index)
        time.sleep(self.chance.choice([0, 0.001, 0.005, 0.02]))
        self.delete(index)

    def step(self) -> None:
        old = sorted((i for i in self.life.state[0] if not i.is_local), key=lambda i: i.name)
        used = {index.name for index in self.life.state[0]}
        name = self.chance.choice([n for n in ("online-a", "online-b", "online-c") if n not in used] or ["online-d"])
        pick = self.chance.random()
        if old and (pick < 0.25 or name in used):
            change = (self.delete, self.chance.choice(old))
        else:
            change = (self.create if pick < 0.75 else self.create_and_delete, global_index(self.chance, name))
        if self.chance.random() < 0.8:
            self.while_writing(*change)
        else:
            change[0](change[1])

    def check_at_rest(self) -> None:
        self.table.indexes = {index.name: index for index in self.life.state[0]}
        self.table.items = {place: item for writer in self.writers for place, item in writer.table.items.items()}
        self.driver.check_all()
        found = self.driver.must("DescribeTable", {})["Table"]["AttributeDefinitions"]
        assert found == self.table.definitions(), f"should be {self.table.definitions()}"


@pytest.mark.slow
@pytest.mark.parametrize("flags", [("--in-memory",), ("--in-memory", "--table-delay", "30ms"), ()], ids=str)
def test_indexes_come_and_go_while_others_write(own_server, flags):
    server = own_server(*flags)
    for seed in range(SEED, SEED + ROUNDS):
        drama = Drama(server, seed)
        try:
            drama.driver.create()
            while drama.driver.must("DescribeTable", {})["Table"]["TableStatus"] != "ACTIVE":
                pass
            drama.load(1500)
            for _ in range(5):
                drama.step()
                drama.check_at_rest()
        except Exception as error:
            text = f"seed {seed}: {error!r}\n{drama.table.create_request()}\n{[w.last for w in drama.writers]}"
            raise AssertionError(re.sub(r"(.{1,4}?)\1{20,}", r"\1...\1", text)) from error
        writes, items = sum(writer.requests for writer in drama.writers), len(drama.table.items)
        print(f"seed {seed}: {writes} writes, {items} items, {len(drama.table.indexes)} indexes, {drama.polls} polls")
    assert server.stop() == 0
    assert "--in-memory" in flags or not complaints(server.data)
