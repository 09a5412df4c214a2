"""A table with indexes on a server, and the naive model of it: writes, and what must hold after them."""

import itertools
import random

from harness.index_model import Index, Item, Table, item_size, normal, normal_item, units
from harness.index_random import Maker
from harness.wire import Wire

REFUSED: dict = {}  # what is compared by `is`


class Driver:
    """A random table on the server, and the model of it."""

    def __init__(self, wire: Wire, maker: Maker):
        self.wire, self.maker = wire, maker
        self.chance: random.Random = maker.chance
        self.table: Table = maker.table
        self.requests = 0
        self.last: tuple = ()  # request and answer

    def call(self, operation: str, more: dict) -> dict:
        """The answer, or REFUSED if that is a ValidationException or a failed condition."""
        self.requests += 1
        body = {"TableName": self.table.name} | more
        answer = self.wire.call(operation, body)
        self.last = (operation, body, answer.body)
        if answer.status == 200:
            return answer.json()
        assert answer.code in ("ValidationException", "ConditionalCheckFailedException"), "another error"
        return REFUSED

    def must(self, operation: str, more: dict) -> dict:
        answer = self.call(operation, more)
        assert answer is not REFUSED, "refused"
        return answer

    def create(self) -> None:
        self.must("CreateTable", self.table.create_request())

    # Writes

    def write(self) -> None:
        pick = self.chance.random()
        if pick < 0.45:
            item = self.maker.item()
            self.apply("PutItem", {"Item": item}, item, normal_item(item))
            return
        key = self.maker.key()
        old = self.table.items.get(self.table.place(key))
        if pick < 0.6:
            self.apply("DeleteItem", {"Key": key}, key, None)
            return
        update, new = self.maker.update(old, key)
        self.apply("UpdateItem", {"Key": key} | update, key, new)

    def apply(self, operation: str, more: dict, key: Item, new: Item | None) -> None:
        """Sends a write that makes `new` of the item with that key, unless it must be refused."""
        place = self.table.place(key)
        old = self.table.items.get(place)
        is_refused = new is not None and self.table.refuses(new)
        if self.chance.random() < 0.2:
            holds = self.chance.random() < 0.5
            not_ = "" if (old is not None) == holds else "not_"
            names = more.get("ExpressionAttributeNames", {}) | {"#k": self.table.partition}
            more = more | {"ConditionExpression": f"attribute_{not_}exists(#k)", "ExpressionAttributeNames": names}
            is_refused = is_refused or not holds
        collection = self.chance.random() < 0.1
        more = more | {"ReturnConsumedCapacity": "INDEXES"}
        if collection:
            more = more | {"ReturnItemCollectionMetrics": "SIZE"}
        answer = self.call(operation, more)
        assert (answer is REFUSED) == is_refused, "refused" if answer is REFUSED else f"not refused: {new}"
        if is_refused:
            found = self.must("GetItem", {"Key": self.table.key(key), "ConsistentRead": True}).get("Item")
            assert (found and normal_item(found)) == old, f"a refused write changed the item: {old}"
            return
        costs = self.table.write(place, new)
        self.check_write_cost(operation, answer["ConsumedCapacity"], max(units(old), units(new), 1), costs)
        if collection:
            metrics = answer.get("ItemCollectionMetrics", {}).get("ItemCollectionKey")
            has_local = any(index.is_local for index in self.table.indexes.values())
            wanted = {self.table.partition: normal(key[self.table.partition])} if has_local else None
            assert (metrics and normal_item(metrics)) == wanted, "item collection"

    def check_write_cost(self, operation: str, consumed: dict, table_units: int, costs: dict[str, int]) -> None:
        found = {
            name: arm["CapacityUnits"]
            for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
            for name, arm in consumed.get(kind, {}).items()
        }
        assert found == costs, f"capacity of indexes: should be {costs}"
        charged = consumed["Table"]["CapacityUnits"]
        is_right = charged >= table_units if operation == "UpdateItem" else charged == table_units
        assert is_right, f"capacity of the table: should be {table_units}"
        assert consumed["CapacityUnits"] == charged + sum(costs.values()), "capacity in all"

    # Reads

    def pages(self, operation: str, more: dict) -> list[dict]:
        found, start = [], {}
        while True:
            found.append(self.must(operation, more | start))
            if "LastEvaluatedKey" not in found[-1]:
                return found
            start = {"ExclusiveStartKey": found[-1]["LastEvaluatedKey"]}

    def check_plain_query(self, index: Index | None, clauses: list[tuple], more: dict) -> list[Item]:
        """All entries as a forward query without a limit gives them."""
        found = [normal_item(item) for page in self.pages("Query", more) for item in page["Items"]]
        wanted = self.table.query(index, clauses)
        assert len(found) == len(wanted), f"found {len(found)} items instead of {len(wanted)}"
        assert {self.table.place(item): item for item in found} == wanted, "other items"
        keys = [self.table.sort_key(index, item) for item in found]
        assert keys == sorted(keys), "out of order"
        return found

    def check_plain_scan(self, index: Index | None, target: dict) -> list[Item]:
        found = [normal_item(item) for page in self.pages("Scan", target) for item in page["Items"]]
        wanted = self.table.entries(index)
        assert len(found) == len(wanted), f"found {len(found)} items instead of {len(wanted)}"
        assert {self.table.place(item): item for item in found} == wanted, "other items"
        groups = [list(group) for _, group in itertools.groupby(found, lambda i: self.table.partition_key(index, i))]
        partitions = {self.table.partition_key(index, group[0]) for group in groups}
        assert len(groups) == len(partitions), "a partition in parts"
        for group in groups:
            keys = [self.table.sort_key(index, item) for item in group]
            assert keys == sorted(keys), "out of order"
        return found

    def check_counters(self) -> None:
        found = self.must("DescribeTable", {})["Table"]
        counts = {None: (found["ItemCount"], found["TableSizeBytes"])}
        for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
            counts |= {i["IndexName"]: (i["ItemCount"], i["IndexSizeBytes"]) for i in found.get(kind, [])}
        wanted = {}
        for name in [None, *self.table.indexes]:
            entries = self.table.entries(self.table.indexes.get(name)).values()
            wanted[name] = (len(entries), sum(map(item_size, entries)))
        assert counts == wanted, f"counters: found {counts} instead of {wanted}"

    def check_all(self) -> None:
        for index in [None, *self.table.indexes.values()]:
            self.check_plain_scan(index, {"IndexName": index.name} if index else {})
        self.check_counters()
