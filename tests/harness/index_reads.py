"""Random reads of a table with indexes: each plainly, and then in a variant that must agree with it."""

import base64
import dataclasses
import itertools
import math
from collections.abc import Callable

from harness.index_driver import REFUSED, Driver
from harness.index_model import Index, Item, item_size, meets, normal, normal_item, order, value_size
from harness.index_random import KEYS, PLAIN, scalar

Clause = tuple  # the attribute's name, the operator, operands


def clause_text(name: str, operator: str, operands: list[str]) -> str:
    if operator == "begins_with":
        return f"begins_with({name}, {operands[0]})"
    return f"{name} {operator} {' AND '.join(operands)}"


def key_condition(clauses: list[Clause], place: Callable = lambda texts: texts) -> dict:
    """The members of a Query; `place` puts the clauses in the order of the text."""
    texts, names, values = [], {}, {}
    for n, (name, operator, *operands) in enumerate(clauses):
        marks = [f":k{n}_{m}" for m in range(len(operands))]
        texts.append(clause_text(f"#k{n}", operator, marks))
        names[f"#k{n}"] = name
        values |= dict(zip(marks, operands, strict=True))
    return {
        "KeyConditionExpression": " AND ".join(place(texts)),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


@dataclasses.dataclass
class Variant:
    """Of a read: what is asked for beside its entries, and what that means."""

    operation: str
    index: Index | None
    request: dict
    limit: int | None = None
    forward: bool = True
    consistent: bool = False
    shown: set[str] | None = None  # attributes; None for all that there are
    fetches: bool = False  # attributes that the index has not
    filtered: str | None = None  # the attribute that the filter is about
    passes: Callable[[Item], bool] = lambda item: True

    def name(self, mark: str, name: str) -> None:
        self.request["ExpressionAttributeNames"] = self.request.get("ExpressionAttributeNames", {}) | {mark: name}

    def chunks(self, entries: list[Item]) -> list[list[Item]]:
        """What each page reads; a full one is followed by another, be it empty."""
        if self.limit is None:
            return [entries]
        return [entries[n : n + self.limit] for n in range(0, len(entries) + 1, self.limit)]


class Reader(Driver):
    def check_read(self) -> None:
        index = self.chance.choice([None, *self.table.indexes.values(), *self.table.indexes.values()])
        target = {"IndexName": index.name} if index else {}
        if self.chance.random() < 0.25:
            self.check_variant(Variant("Scan", index, target), self.check_plain_scan(index, target))
            return
        clauses = self.clauses(index)
        request = target | key_condition(clauses, lambda texts: self.chance.sample(texts, len(texts)))
        if not self.is_in_order(index, clauses):
            assert self.call("Query", request) is REFUSED, "such a key condition must be refused"
            return
        self.check_variant(Variant("Query", index, request), self.check_plain_query(index, clauses, request))

    # Key conditions

    def clauses(self, index: Index | None) -> list[Clause]:
        """A key condition, mostly of a partition that is there; now and then one that is out of order."""
        partition, sort = self.table.key_names(index)
        entries = list(self.table.entries(index).values())
        model = self.chance.choice(entries) if entries and self.chance.random() < 0.9 else None
        used = partition + sort[: self.chance.randrange(len(sort) + 1)]
        clauses: list[Clause] = [(name, "=", model[name] if model else self.operand(name)) for name in used]
        ranges = len(used) - len(partition)
        if ranges and self.chance.random() < 0.8:
            clauses[-1] = (used[-1], *self.comparison(used[-1]))
        if ranges > 1 and self.chance.random() < 0.1:
            del clauses[-2]
        elif ranges > 1 and self.chance.random() < 0.1:
            clauses[-2] = (clauses[-2][0], ">=", clauses[-2][2])
        elif len(clauses) > 1 and self.chance.random() < 0.03:
            del clauses[self.chance.randrange(len(partition))]
        elif self.chance.random() < 0.02:
            clauses[0] = (clauses[0][0], "<=", clauses[0][2])
        return clauses

    def is_in_order(self, index: Index | None, clauses: list[Clause]) -> bool:
        """True if the partition key, and of the sort key all attributes before the last one, are given by `=`."""
        partition, sort = self.table.key_names(index)
        operators = {name: operator for name, operator, *_ in clauses}
        given = [n for n, name in enumerate(sort) if name in operators]
        needed = partition + (sort[: given[-1]] if given else ())
        return all(operators.get(name) == "=" for name in needed)

    def comparison(self, name: str) -> tuple:
        """An operator and its operands."""
        kind = self.table.types[name]
        operator = self.chance.choice(["=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"][: 6 + (kind != "N")])
        operands = sorted((self.operand(name) for _ in range(1 + (operator == "BETWEEN"))), key=order)
        if operator != "begins_with":
            return operator, *operands
        length = self.chance.randrange(1, 3)
        if kind == "S":
            return operator, {"S": operands[0]["S"][:length]}
        return operator, {"B": base64.b64encode(order(operands[0])[:length]).decode()}

    def operand(self, name: str) -> dict:
        """A value that a key of any kind may have."""
        values = [value for value in self.maker.domains[name] if value_size(value) < 100]
        return self.chance.choice(values) if values else scalar(self.chance, self.table.types[name])

    # Variants

    def check_variant(self, variant: Variant, entries: list[Item]) -> None:
        """The same read in pages, backwards, filtered, projected, in segments; `entries` is what it gave plainly."""
        variant.request = variant.request | {"ReturnConsumedCapacity": "INDEXES"}
        self.choose_way(variant)
        self.choose_attributes(variant)
        if self.chance.random() < 0.4:
            self.choose_filter(variant)
        if self.is_wrong(variant):
            assert self.call(variant.operation, variant.request) is REFUSED, "must be refused"
            return
        segments = self.chance.choice([1, 1, 2, 3, 5]) if variant.operation == "Scan" else 1
        if segments == 1:
            self.check_pages(variant, {}, entries if variant.forward else entries[::-1])
            return
        rest = list(entries)
        for segment in range(segments):
            part = {"TotalSegments": segments, "Segment": segment}
            self.check_pages(variant, part, self.take_segment(variant, part, rest))
        assert not rest, f"in no segment: {rest}"

    def choose_way(self, variant: Variant) -> None:
        is_global = variant.index is not None and not variant.index.is_local
        if self.chance.random() < (0.03 if is_global else 0.3):
            variant.request["ConsistentRead"] = variant.consistent = True
        if variant.operation == "Query" and self.chance.random() < 0.5:
            variant.request["ScanIndexForward"] = variant.forward = self.chance.random() < 0.3
        is_one_item = variant.operation == "Query" and variant.index is None and not self.table.sort
        variant.limit = None if is_one_item else self.chance.choice([None, 1, 2, 3, 7])  # one item cannot be continued
        if variant.limit:
            variant.request["Limit"] = variant.limit

    def choose_attributes(self, variant: Variant) -> None:
        """Select and ProjectionExpression; mostly such as the index has."""
        index, pick = variant.index, self.chance.random()
        is_wild = index is None or self.chance.random() < (0.5 if index.is_local else 0.05)
        if pick < 0.1:
            variant.request["Select"] = "COUNT"
        elif pick < 0.2 and (is_wild or index.included is None):
            variant.request["Select"] = "ALL_ATTRIBUTES"
            variant.fetches = index is not None and index.included is not None
        elif pick < 0.3 and index:
            variant.request["Select"] = "ALL_PROJECTED_ATTRIBUTES"
        elif pick < 0.6:
            names = self.chance.sample(KEYS + PLAIN, self.chance.randrange(1, 5))
            if not is_wild:
                names = [name for name in names if self.table.projects(index, name)] or [self.table.partition]
            variant.shown = set(names)
            variant.fetches = not all(self.table.projects(index, name) for name in names)
            for n, name in enumerate(names):
                variant.name(f"#p{n}", name)
            variant.request["ProjectionExpression"] = ", ".join(f"#p{n}" for n in range(len(names)))
            if self.chance.random() < 0.5:
                variant.request["Select"] = "SPECIFIC_ATTRIBUTES"

    def choose_filter(self, variant: Variant) -> None:
        index = variant.index
        fit = [name for name in KEYS + PLAIN if self.table.projects(index, name)]
        fit = [name for name in fit if index is None or name not in index.attributes]
        name = self.chance.choice(fit if fit and self.chance.random() < 0.9 else KEYS + PLAIN)
        if variant.operation == "Scan" and variant.fetches and not self.table.projects(index, name):
            return  # whether the filter sees what is fetched is not known
        having = [item[name] for item in self.table.items.values() if name in item]
        operand = self.chance.choice(having) if having else {"S": "a"}
        text, variant.passes = self.chance.choice([
            ("attribute_exists(#f)", lambda item: name in item),
            ("attribute_not_exists(#f)", lambda item: name not in item),
            ("#f = :f", lambda item: item.get(name) == operand),
            ("#f <> :f", lambda item: item.get(name) != operand),
        ])  # fmt: skip
        variant.filtered, variant.request["FilterExpression"] = name, text
        variant.name("#f", name)
        if ":f" in text:
            values = variant.request.get("ExpressionAttributeValues", {})
            variant.request["ExpressionAttributeValues"] = values | {":f": operand}

    def is_wrong(self, variant: Variant) -> bool:
        index, name = variant.index, variant.filtered
        if index and not index.is_local and (variant.consistent or variant.fetches):
            return True
        if variant.operation == "Scan" or name is None:
            return False
        return name in itertools.chain(*self.table.key_names(index)) or not self.table.projects(index, name)

    def take_segment(self, variant: Variant, part: dict, rest: list[Item]) -> list[Item]:
        """The entries of a segment, which are taken from `rest`: those that have been in none."""
        target = {"IndexName": variant.index.name} if variant.index else {}
        found = [normal_item(item) for page in self.pages("Scan", target | part) for item in page["Items"]]
        for item in found:
            assert item in rest, f"in two segments, or not in the table: {item}"
            rest.remove(item)
        return found

    def check_pages(self, variant: Variant, part: dict, entries: list[Item]) -> None:
        pages = self.pages(variant.operation, variant.request | part)
        chunks = variant.chunks(entries)
        assert len(pages) == len(chunks), f"{len(pages)} pages instead of {len(chunks)}"
        for page, chunk in zip(pages, chunks, strict=True):
            passed = [item for item in chunk if variant.passes(item)]
            assert page["ScannedCount"] == len(chunk), f"ScannedCount: should be {len(chunk)}"
            assert page["Count"] == len(passed), f"Count: should be {len(passed)}"
            if "LastEvaluatedKey" in page:
                names = set(self.table.attributes).union(*self.table.key_names(variant.index))
                wanted = {name: chunk[-1][name] for name in names}
                assert normal_item(page["LastEvaluatedKey"]) == wanted, f"LastEvaluatedKey: should be {wanted}"
            self.check_items(variant, page, passed)
            if variant.operation == "Query":
                self.check_read_cost(variant, page["ConsumedCapacity"], chunk)

    def check_items(self, variant: Variant, page: dict, passed: list[Item]) -> None:
        if variant.request.get("Select") == "COUNT":
            assert "Items" not in page, "items in spite of COUNT"
            return
        source = [self.table.items[self.table.place(item)] for item in passed] if variant.fetches else passed
        wanted = [{k: v for k, v in item.items() if variant.shown is None or k in variant.shown} for item in source]
        assert [normal_item(item) for item in page["Items"]] == wanted, f"should be {wanted}"

    def check_read_cost(self, variant: Variant, consumed: dict, read: list[Item]) -> None:
        index, unit = variant.index, 1 if variant.consistent else 0.5
        whole = unit * max(1, math.ceil(sum(map(item_size, read)) / 4096))
        items = [self.table.items[self.table.place(item)] for item in read] if variant.fetches else []
        fetched = sum(unit * math.ceil(item_size(item) / 4096) for item in items)
        table = fetched if index else whole
        assert consumed["Table"]["CapacityUnits"] == table, f"capacity of the table: should be {table}"
        if index:
            arm = consumed["LocalSecondaryIndexes" if index.is_local else "GlobalSecondaryIndexes"][index.name]
            assert arm["CapacityUnits"] == whole, f"capacity of the index: should be {whole}"
        assert consumed["CapacityUnits"] == table + (whole if index else 0), "capacity in all"

    # Reads that writes come between

    def check_pages_while_writing(self) -> None:
        """Items that stay as they are must be in it once, the others as they are at that moment."""
        index = self.chance.choice([None, *self.table.indexes.values()])
        variant = Variant("Scan", index, {"Limit": self.chance.randrange(1, 4)})
        clauses: list[Clause] = []
        before, entries = dict(self.table.items), self.table.entries(index)
        if index:
            variant.request["IndexName"] = index.name
        if entries and (index or self.table.sort) and self.chance.random() < 0.5:
            partition, _ = self.table.key_names(index)
            chosen = self.chance.choice(list(entries.values()))
            clauses = [(name, "=", chosen[name]) for name in partition]
            variant.operation, variant.forward = "Query", self.chance.random() < 0.5
            variant.request |= key_condition(clauses) | {"ScanIndexForward": variant.forward}
        found, touched = self.read_while_writing(variant)
        if variant.operation == "Query":
            keys = [self.table.sort_key(index, item) for item in found]
            assert keys == sorted(keys, reverse=not variant.forward), "out of order"
        wanted = {p for p, e in entries.items() if all(meets(e[name], *rest) for name, *rest in clauses)} - touched
        got = [place for place in map(self.table.place, found) if place in before and place not in touched]
        assert sorted(got) == sorted(wanted), f"should be {sorted(wanted)}"

    def read_while_writing(self, variant: Variant) -> tuple[list[Item], set[tuple]]:
        """What was found, and the places of the items that were different after some page."""
        before, found, touched, start = dict(self.table.items), [], set(), {}
        while True:
            page = self.must(variant.operation, variant.request | start)
            items = [normal_item(item) for item in page["Items"]]
            now = self.table.entries(variant.index)
            assert all(now.get(self.table.place(item)) == item for item in items), "not as the table has it"
            found += items
            if "LastEvaluatedKey" not in page:
                return found, touched
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
            for _ in range(self.chance.randrange(3)):
                self.write()
            after = self.table.items
            touched |= {place for place in before.keys() | after.keys() if before.get(place) != after.get(place)}
