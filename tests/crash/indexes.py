"""The indexes of the crash test's table: those that stay, and those that come and go while the server is killed."""

import asyncio
import random

from crash.connection import Connection, Wrong
from harness.index_model import Index, Item, Table, item_size, normal_item

TYPES = {"pk": "S", "sk": "S", "gr": "S", "sq": "N", "ck": "N", "od": "S"}
LASTING = [
    Index("by-sequence", True, ("pk",), ("sq",), None),
    Index("by-group", True, ("pk",), ("gr",), frozenset()),
    Index("groups", False, ("gr",), ("sq",), frozenset(["ck"])),
    Index("several", False, ("gr", "pk"), ("sq", "ck"), None),
]
PASSING = [
    Index("odd", False, ("od",), ("sq",), None),
    Index("checks", False, ("ck",), (), frozenset(["tx"])),
    Index("inverted", False, ("sk",), ("pk",), frozenset()),
]


def model(name: str, indexes: list[Index]) -> Table:
    return Table(name, TYPES, "pk", "sk", {index.name: index for index in indexes})


def table_request(name: str, indexes: list[Index]) -> dict:
    return model(name, indexes).create_request()


class Indexes:
    def __init__(self, table: str):
        self.table = table
        self.passing: dict[str, bool | None] = {index.name: False for index in PASSING}  # there, gone, in doubt
        self.changes = self.resumed = 0
        self.pauses = [0, 0, 0.01, 0.05]  # seconds between two changes
        self.began: asyncio.Event | None = None  # set when an index is added

    def summary(self) -> str:
        return f"{self.changes} changes of indexes, {self.resumed} backfills resumed"

    def may_refuse(self, item: Item | None) -> bool:
        """True if a write of it need not succeed, since one of the indexes that come and go has no place for it."""
        return item is not None and model(self.table, PASSING).refuses(item)

    async def change(self, connection: Connection, chance: random.Random) -> None:
        """Adds and deletes indexes until the server dies; a change often comes before the one before it is done."""
        while True:
            index = chance.choice(PASSING)
            there = self.passing[index.name]
            if there:
                more = {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": index.name}}]}
            else:
                definitions = [{"AttributeName": n, "AttributeType": TYPES[n]} for n in index.attributes]
                create = {"Create": index.description()}
                more = {"AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [create]}
            self.passing[index.name] = None
            status, answer = await connection.call("UpdateTable", {"TableName": self.table} | more)
            if status == 200:
                self.passing[index.name] = not there
                self.changes += 1
                if self.began and not there:
                    self.began.set()
            elif answer["__type"].partition("#")[2] in ("LimitExceededException", "ResourceInUseException"):
                self.passing[index.name] = there
            else:
                raise Wrong(f"UpdateTable {more}: {status} {answer}")
            if chance.random() < 0.5:
                await connection.until_active(self.table)
            await asyncio.sleep(chance.choice(self.pauses))

    async def wait_for_backfill(self, longest: float) -> None:
        """Until the next one begins, at most `longest` seconds."""
        self.began = asyncio.Event()
        try:
            await asyncio.wait_for(self.began.wait(), longest)
        except TimeoutError:
            pass

    async def look(self, connection: Connection) -> None:
        """Counts what a restarted server goes on with."""
        table = (await connection.must("DescribeTable", {"TableName": self.table}))["Table"]
        self.resumed += any("Backfilling" in index for index in table["GlobalSecondaryIndexes"])

    async def verify(self, connection: Connection, items: list[Item]) -> None:
        """`items` are the table's. Lets backfills end, and compares."""
        description = await connection.until_active(self.table)
        self.settle({index["IndexName"] for index in description["GlobalSecondaryIndexes"]})
        table = model(self.table, LASTING + [index for index in PASSING if self.passing[index.name]])
        table.items = {table.place(item): normal_item(item) for item in items}
        counters = {
            index["IndexName"]: (index["ItemCount"], index["IndexSizeBytes"])
            for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
            for index in description[kind]
        }
        for index in table.indexes.values():
            found = await connection.scan({"TableName": self.table, "IndexName": index.name})
            wanted = table.entries(index)
            there = {table.place(entry): normal_item(entry) for entry in found}
            if there != wanted or len(found) != len(wanted):
                wrong = [(p, there.get(p), wanted.get(p)) for p in there.keys() | wanted.keys()]
                raise Wrong(f"{index.name}, {len(found)} entries: {[w for w in wrong if w[1] != w[2]][:5]}")
            if counters[index.name] != (count := (len(wanted), sum(map(item_size, wanted.values())))):
                raise Wrong(f"{index.name}: counters say {counters[index.name]}, there are {count}")

    def settle(self, found: set[str]) -> None:
        for name, there in self.passing.items():
            if there is not None and there != (name in found):
                raise Wrong(f"index {name}: there should be {there}, found are {found}")
            self.passing[name] = name in found
