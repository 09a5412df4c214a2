"""A naive table with secondary indexes: a dict of items; what an index holds is computed from them at each call."""

import base64
import dataclasses
import decimal
import math
from collections.abc import Iterable

Item = dict[str, dict]

EXACT = decimal.Context(prec=300)
LONGEST_PARTITION, LONGEST_SORT = 2048, 1024  # bytes of all texts and binaries of that part of an index key


def normal_number(text: str) -> str:
    number = EXACT.create_decimal(text).normalize(EXACT)
    return "0" if number == 0 else format(number, "f")


def normal(value: dict) -> dict:
    """The value as the server gives it back, with its sets in a fixed order."""
    ((kind, content),) = value.items()
    if kind == "N":
        return {kind: normal_number(content)}
    if kind == "NS":
        return {kind: sorted(normal_number(member) for member in content)}
    if kind in ("SS", "BS"):
        return {kind: sorted(content)}
    if kind == "L":
        return {kind: [normal(element) for element in content]}
    if kind == "M":
        return {kind: {name: normal(element) for name, element in content.items()}}
    return value


def normal_item(item: Item) -> Item:
    return {name: normal(value) for name, value in item.items()}


def order(value: dict):
    """Something that Python compares as the server compares keys of one type."""
    ((kind, content),) = value.items()
    if kind == "N":
        return decimal.Decimal(content)
    return content.encode() if kind == "S" else base64.b64decode(content)


def number_size(text: str) -> int:
    whole, _, fraction = normal_number(text).lstrip("-").partition(".")
    whole = whole.lstrip("0")
    fraction = fraction if whole else fraction.lstrip("0")
    if not fraction:
        whole = whole.rstrip("0")
    if not whole and not fraction:
        return 1
    return 1 + math.ceil(len(whole) / 2) + math.ceil(len(fraction) / 2) + text.startswith("-")


def value_size(value: dict) -> int:
    ((kind, content),) = value.items()
    if kind in ("SS", "NS", "BS"):
        return sum(value_size({kind[0]: member}) for member in content)
    if kind == "L":
        return 3 + sum(1 + value_size(element) for element in content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + value_size(element) for name, element in content.items())
    if kind == "N":
        return number_size(content)
    return 1 if kind in ("BOOL", "NULL") else len(order(value))


def item_size(item: Item) -> int:
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def units(item: Item | None) -> int:
    """Of writing it: a unit for each begun KB, none for none."""
    return 0 if item is None else math.ceil(item_size(item) / 1024)


def meets(value: dict, operator: str, *operands: dict) -> bool:
    """A clause of a key condition."""
    left, right = order(value), [order(operand) for operand in operands]
    if operator == "begins_with":
        return left.startswith(right[0])
    if operator == "BETWEEN":
        return right[0] <= left <= right[1]
    return {"=": left == right[0], "<": left < right[0], "<=": left <= right[0],
            ">": left > right[0], ">=": left >= right[0]}[operator]  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Index:
    name: str
    is_local: bool
    partition: tuple[str, ...]
    sort: tuple[str, ...]
    included: frozenset[str] | None  # beside the keys; None for all

    @property
    def attributes(self) -> tuple[str, ...]:
        return self.partition + self.sort

    def description(self) -> dict:
        kind = "ALL" if self.included is None else "INCLUDE" if self.included else "KEYS_ONLY"
        more = {"NonKeyAttributes": sorted(self.included)} if self.included else {}
        return {
            "IndexName": self.name,
            "KeySchema": key_schema(self.partition, self.sort),
            "Projection": {"ProjectionType": kind} | more,
        }


def key_schema(partition: Iterable[str], sort: Iterable[str]) -> list[dict]:
    return [{"AttributeName": name, "KeyType": "HASH"} for name in partition] + [
        {"AttributeName": name, "KeyType": "RANGE"} for name in sort
    ]


@dataclasses.dataclass
class Table:
    name: str
    types: dict[str, str]  # of attributes that are or may become keys
    partition: str
    sort: str | None
    indexes: dict[str, Index]
    items: dict[tuple, Item] = dataclasses.field(default_factory=dict)

    @property
    def attributes(self) -> tuple[str, ...]:
        return (self.partition, self.sort) if self.sort else (self.partition,)

    def definitions(self) -> list[dict]:
        used = set(self.attributes).union(*(index.attributes for index in self.indexes.values()))
        return [{"AttributeName": name, "AttributeType": self.types[name]} for name in sorted(used)]

    def create_request(self) -> dict:
        request = {
            "TableName": self.name,
            "KeySchema": key_schema((self.partition,), (self.sort,) if self.sort else ()),
            "AttributeDefinitions": self.definitions(),
            "BillingMode": "PAY_PER_REQUEST",
        }
        for member, is_local in (("LocalSecondaryIndexes", True), ("GlobalSecondaryIndexes", False)):
            if found := [index.description() for index in self.indexes.values() if index.is_local == is_local]:
                request[member] = found
        return request

    def key(self, item: Item) -> Item:
        return {name: item[name] for name in self.attributes}

    def place(self, item: Item) -> tuple:
        """Of the item among the items."""
        return tuple(order(item[name]) for name in self.attributes)

    def key_names(self, index: Index | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Of the partition key and of the sort key."""
        return (index.partition, index.sort) if index else (self.attributes[:1], self.attributes[1:])

    def partition_key(self, index: Index | None, item: Item) -> tuple:
        return tuple(order(item[name]) for name in self.key_names(index)[0])

    def sort_key(self, index: Index | None, item: Item) -> tuple:
        return tuple(order(item[name]) for name in self.key_names(index)[1])

    # What indexes hold

    def is_bad(self, item: Item, names: tuple[str, ...], longest: int) -> bool:
        """True if one of those attributes that are there cannot be a key, or all of them are too long together."""
        values = [(name, item[name]) for name in names if name in item]
        if any(self.types[name] not in value for name, value in values):
            return True
        keys = [order(value) for _, value in values if "N" not in value]
        return b"" in keys or sum(map(len, keys)) > longest

    def has_bad_key(self, index: Index, item: Item) -> bool:
        return self.is_bad(item, index.partition, LONGEST_PARTITION) or self.is_bad(item, index.sort, LONGEST_SORT)

    def refuses(self, item: Item) -> bool:
        return any(self.has_bad_key(index, item) for index in self.indexes.values())

    def projects(self, index: Index | None, name: str) -> bool:
        if index is None or index.included is None:
            return True
        return name in index.included or name in self.attributes + index.attributes

    def entry(self, index: Index | None, item: Item | None) -> Item | None:
        if item is None or index is None:
            return item
        if not all(name in item for name in index.attributes) or self.has_bad_key(index, item):
            return None
        return {name: value for name, value in item.items() if self.projects(index, name)}

    def entries(self, index: Index | None) -> dict[tuple, Item]:
        """All, by the places of their items."""
        found = {place: self.entry(index, item) for place, item in self.items.items()}
        return {place: entry for place, entry in found.items() if entry is not None}

    def query(self, index: Index | None, clauses: list[tuple]) -> dict[tuple, Item]:
        """The entries that meet all clauses (name, operator, operands...), by the places of their items, in the order
        of their sort keys."""
        entries = self.entries(index)
        found = {p: e for p, e in entries.items() if all(meets(e[name], *rest) for name, *rest in clauses)}
        return dict(sorted(found.items(), key=lambda pair: self.sort_key(index, pair[1])))

    # What writes do

    def write(self, place: tuple, item: Item | None) -> dict[str, int]:
        """Puts or deletes, and gives the units that each index consumes; those that consume none are left out."""
        old = self.items.pop(place, None)
        if item is not None:
            self.items[place] = item
        costs = {name: self.cost(index, old, item) for name, index in self.indexes.items()}
        return {name: cost for name, cost in costs.items() if cost}

    def cost(self, index: Index, old: Item | None, new: Item | None) -> int:
        before, after = self.entry(index, old), self.entry(index, new)
        if before == after:
            return 0
        if before and after and all(before[name] == after[name] for name in index.attributes):
            return max(units(before), units(after))
        return units(before) + units(after)
