"""Random tables with indexes, random items and writes for them. All choices are taken from the given `Random`."""

import base64
import dataclasses
import decimal
import random

from harness.index_model import Index, Item, Table, normal, normal_item, normal_number

KEYS = ("a", "b", "c", "d", "e", "f", "g", "h")  # attributes that may become keys
PLAIN = ("x", "y", "é漢")
CHARACTERS = "\0\x7faabcé漢～😀"  # in the order of UTF-8 the last two are the other way round than in UTF-16
NUMBERS = ["0", "-0", "1", "1.0", "+1", "10", "1e1", "-1", "-10", "0.5", ".25", "-0.25", "100.5", "1e20", "-1e20",
           "9.9e125", "-9.9e125", "1e-130", "-1e-130", "0.0010", "123456789012345678901234567890.12345678"]  # fmt: skip
LONG = [600, 1024, 1025, 2048, 2049]


def scalar(chance: random.Random, kind: str) -> dict:
    """One that a key can have; numbers in any spelling."""
    if kind == "N":
        return {"N": chance.choice([*NUMBERS, str(chance.randrange(-300, 300)), f"{chance.randrange(-9**9, 9**9)}e-4"])}
    length = chance.randrange(1, 5)
    if kind == "S":
        return {"S": "".join(chance.choices(CHARACTERS, k=length))}
    return {"B": base64.b64encode(bytes(chance.choices(b"\x00\x00\x01ab\xff", k=length))).decode()}


def long_scalar(chance: random.Random, kind: str, length: int) -> dict:
    start = chance.choice(b"abc")
    return {"S": chr(start) * length} if kind == "S" else {"B": base64.b64encode(bytes([start]) * length).decode()}


def value(chance: random.Random, depth: int = 0) -> dict:
    """Of an attribute that is no key."""
    pick = chance.randrange(10 if depth < 2 else 7)
    if pick < 3:
        return scalar(chance, "SNB"[pick])
    if pick < 5:
        return chance.choice([{"BOOL": True}, {"BOOL": False}, {"NULL": True}, {"S": ""}, {"B": ""}])
    if pick == 5:
        return {"SS": chance.sample(["a", "b", "é", "漢"], chance.randrange(1, 4))}
    if pick == 6:
        return {"NS": chance.sample(["1", "2.50", "-3", "1e3"], chance.randrange(1, 4))}
    if pick == 7 and depth == 0:
        return {"S": "x" * chance.choice([500, 1000, 2000, 4100])}
    if pick == 8:
        return {"L": [value(chance, depth + 1) for _ in range(chance.randrange(4))]}
    return {"M": {name: value(chance, depth + 1) for name in chance.sample("pqr", chance.randrange(3))}}


def projection(chance: random.Random) -> frozenset[str] | None:
    pick = chance.random()
    if pick < 0.3:
        return None
    return frozenset(chance.sample(KEYS + PLAIN, chance.randrange(1, 5))) if pick < 0.7 else frozenset()


def global_index(chance: random.Random, name: str) -> Index:
    several = chance.randrange(2, 5)
    partitions, sorts = chance.choice([(1, 0), (1, 1), (1, 1), (1, several), (several, chance.randrange(5))])
    names = chance.sample(KEYS, partitions + sorts)
    return Index(name, False, tuple(names[:partitions]), tuple(names[partitions:]), projection(chance))


@dataclasses.dataclass
class Maker:
    """A table, and the few values that its keys have, so that entries meet."""

    chance: random.Random
    table: Table
    domains: dict[str, list[dict]]
    bad: float = 0.01  # how often an attribute that may be a key is something else, or empty

    @classmethod
    def of(cls, chance: random.Random, name: str, locals_: int, globals_: int) -> "Maker":
        """A table with a sort key if it is to have local indexes; the names of indexes are not in order."""
        partition, *others = chance.sample(KEYS, len(KEYS))
        sort = others[0] if locals_ or chance.random() < 0.5 else None
        letters = chance.sample("abcdefghijklmnopqrstuvwxyz", locals_ + globals_)
        names = [f"{letter}{n}-index" for n, letter in enumerate(letters)]
        indexes = [Index(n, True, (partition,), (chance.choice(others),), projection(chance)) for n in names[:locals_]]
        indexes += [global_index(chance, n) for n in names[locals_:]]
        table = Table(name, {k: chance.choice("SSNB") for k in KEYS}, partition, sort, {i.name: i for i in indexes})
        counts = {key: chance.choice([1, 2, 2, 3, 8]) for key in KEYS}
        counts |= {partition: chance.randrange(1, 4), sort: 12} if sort else {partition: 20}
        domains = {key: [scalar(chance, table.types[key]) for _ in range(counts[key])] for key in KEYS}
        for key, kind in table.types.items():
            if kind != "N" and chance.random() < 0.08:
                most = 1024 if key == sort else 2048
                lengths = [n for n in LONG if n <= most] if key in table.attributes else LONG
                domains[key].append(long_scalar(chance, kind, chance.choice(lengths)))
        return cls(chance, table, domains)

    def key(self) -> Item:
        """Of an item that is there, mostly."""
        if self.table.items and self.chance.random() < 0.6:
            return self.table.key(self.chance.choice(list(self.table.items.values())))
        return {name: self.chance.choice(self.domains[name]) for name in self.table.attributes}

    def attribute(self, name: str) -> dict:
        """A value for it that a key has, a few times one that a key cannot have."""
        if name not in self.domains or self.chance.random() < self.bad:
            return value(self.chance)
        if self.table.types[name] != "N" and self.chance.random() < self.bad / 2:
            return {self.table.types[name]: ""}
        return self.chance.choice(self.domains[name])

    def item(self) -> Item:
        absent = self.chance.choice([0, 0, 0.1, 0.4])
        names = [n for n in KEYS + PLAIN if n not in self.table.attributes and self.chance.random() >= absent]
        return self.key() | {name: self.attribute(name) for name in names}

    def update(self, old: Item | None, key: Item) -> tuple[dict, Item | None]:
        """Expressions of a random update, and the item it makes (unless that is refused)."""
        chance = self.chance
        names = chance.sample([n for n in KEYS + PLAIN if n not in self.table.attributes], chance.randrange(1, 4))
        new, used, values = dict(old or normal_item(key)), {}, {}
        clauses: dict[str, list[str]] = {"SET": [], "REMOVE": [], "ADD": []}
        for n, name in enumerate(names):
            used[f"#{n}"] = name
            pick = chance.random()
            others = [other for other in KEYS if old and other in old and other != name]
            if pick < 0.25:
                clauses["REMOVE"].append(f"#{n}")
                new.pop(name, None)
            elif pick < 0.35 and others:
                used[f"#o{n}"] = others[0]
                clauses["SET"].append(f"#{n} = #o{n}")
                new[name] = old[others[0]]
            elif pick < 0.5 and (total := self.sum(old, name)):
                values[f":{n}"] = {"N": "1"}
                clauses["ADD"].append(f"#{n} :{n}")
                new[name] = total
            else:
                values[f":{n}"] = self.attribute(name)
                clauses["SET"].append(f"#{n} = :{n}")
                new[name] = normal(values[f":{n}"])
        text = " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)
        only_removes = not clauses["SET"] and not clauses["ADD"]
        request = {"UpdateExpression": text, "ExpressionAttributeNames": used}
        return request | ({"ExpressionAttributeValues": values} if values else {}), (
            None if only_removes and old is None else new
        )

    def sum(self, old: Item | None, name: str) -> dict | None:
        """The attribute and 1, if that is a number."""
        before = (old or {}).get(name, {"N": "0"})
        if "N" not in before:
            return None
        total = normal_number(str(decimal.Context(prec=300).add(decimal.Decimal(before["N"]), 1)))
        digits = total.replace("-", "").replace(".", "").strip("0")
        return {"N": total} if len(digits) <= 38 else None
