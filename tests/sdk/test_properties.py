"""Random expressions against a naive model of their meaning, and random sort keys against Python's order."""

import decimal
import itertools
import random

import pytest

from harness.clients import refused
from harness.values import BOOL, L, M, N, NULL, S, SS, B

ORDERED = ("S", "N", "B")
NAMES = ["a", "b", "c", "d"]


def value(chance: random.Random, depth: int = 0) -> dict:
    makers = [
        lambda: S(chance.choice(["", "a", "ab", "b", "é", "漢"])),
        lambda: N(chance.choice(["0", "-1", "1", "1.5", "10", "-0.25", "1e20"])),
        lambda: B(chance.choice([b"", b"a", b"ab", b"\xff"])),
        lambda: BOOL(chance.random() < 0.5),
        lambda: NULL,
        lambda: SS(*sorted(chance.sample(["a", "ab", "b"], chance.randrange(1, 4)))),
    ]
    if depth < 2:
        makers += [
            lambda: L(*(value(chance, depth + 1) for _ in range(chance.randrange(3)))),
            lambda: M(**{name: value(chance, depth + 1) for name in chance.sample(NAMES, chance.randrange(3))}),
        ]
    return chance.choice(makers)()


def plain(v: dict):
    """The value as something Python compares rightly, with its type."""
    ((kind, content),) = v.items()
    if kind == "N":
        return kind, decimal.Decimal(content)
    if kind == "S":
        return kind, content.encode()
    if kind == "SS":
        return kind, frozenset(content)
    if kind == "L":
        return kind, tuple(plain(e) for e in content)
    if kind == "M":
        return kind, frozenset((k, plain(e)) for k, e in content.items())
    return kind, content


# A path is a list of names and indexes; an operand a ("path", [...]) or ("value", {...}) or ("size", path).


def resolve(item: dict, path: list):
    here = {"M": item}
    for step in path:
        ((kind, content),) = here.items()
        if kind == "M" and isinstance(step, str) and step in content:
            here = content[step]
        elif kind == "L" and isinstance(step, int) and step < len(content):
            here = content[step]
        else:
            return None
    return here


def size(v: dict | None):
    if v is None:
        return None
    ((kind, content),) = v.items()
    if kind == "S":
        return N(len(content.encode("utf-16-le")) // 2)
    return N(len(content)) if kind in ("B", "SS", "L", "M") else None


def look_up(operand, item):
    kind, content = operand
    if kind == "path":
        return resolve(item, content)
    return content if kind == "value" else size(resolve(item, content))


def compare(operator: str, left, right) -> bool:
    if operator == "<>":
        return not compare("=", left, right)
    if left is None or right is None:
        return False
    (kind, a), (other, b) = plain(left), plain(right)
    if operator == "=":
        return kind == other and a == b
    if kind != other or kind not in ORDERED:
        return False
    return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator]


def contains(whole, part) -> bool:
    if whole is None or part is None:
        return False
    (kind, content), (other, member) = plain(whole), plain(part)
    if kind == other and kind in ("S", "B"):
        return member in content
    if kind == "SS":
        return other == "S" and member in {text.encode() for text in content}
    return kind == "L" and plain(part) in content


def begins_with(whole, part) -> bool:
    if whole is None or part is None:
        return False
    (kind, content), (other, start) = plain(whole), plain(part)
    return kind == other and kind in ("S", "B") and content.startswith(start)


def holds(tree, item) -> bool:
    head, *rest = tree
    if head == "and":
        return all(holds(t, item) for t in rest)
    if head == "or":
        return any(holds(t, item) for t in rest)
    if head == "not":
        return not holds(rest[0], item)
    operands = [look_up(operand, item) for operand in rest]
    if head == "between":
        return compare(">=", operands[0], operands[1]) and compare("<=", operands[0], operands[2])
    if head == "in":
        return any(compare("=", operands[0], other) for other in operands[1:])
    if head == "attribute_exists":
        return operands[0] is not None
    if head == "attribute_not_exists":
        return operands[0] is None
    if head == "attribute_type":
        return operands[0] is not None and next(iter(operands[0])) == operands[1]["S"]
    if head in ("contains", "begins_with"):
        return {"contains": contains, "begins_with": begins_with}[head](*operands)
    return compare(head, *operands)


class Writer:
    """Makes a random condition, and writes it down as an expression with placeholders."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        self.values: dict[str, dict] = {}
        self.names: dict[str, str] = {}

    def path(self) -> list:
        steps: list = [self.chance.choice(NAMES)]
        while self.chance.random() < 0.4:
            steps.append(self.chance.choice([*NAMES, 0, 1]))
        return steps

    def scalar(self) -> dict:
        while (v := value(self.chance, 2)) and next(iter(v)) not in ORDERED:
            pass
        return v

    def condition(self, depth: int = 0):
        pick = self.chance.random()
        if depth < 3 and pick < 0.35:
            head = self.chance.choice(["and", "or"])
            return [head, *(self.condition(depth + 1) for _ in range(self.chance.randrange(2, 4)))]
        if depth < 3 and pick < 0.5:
            return ["not", self.condition(depth + 1)]
        path = ("path", self.path())
        head = self.chance.choice(
            ["=", "<>", "<", "<=", ">", ">=", "between", "in", "contains", "begins_with", "attribute_exists",
             "attribute_not_exists", "attribute_type", "size"]
        )  # fmt: skip
        if head in ("=", "<>"):
            return [head, path, ("value", value(self.chance))]
        if head in ("<", "<=", ">", ">="):
            return [head, path, ("value", self.scalar())]
        if head == "size":
            return [self.chance.choice(["=", "<", ">="]), ("size", path[1]), ("value", N(self.chance.randrange(4)))]
        if head == "between":
            low, high = self.scalar(), self.scalar()
            if next(iter(low)) != next(iter(high)):
                high = low
            if compare(">", low, high):
                low, high = high, low
            return [head, path, ("value", low), ("value", high)]
        if head == "in":
            return [head, path, *(("value", value(self.chance)) for _ in range(self.chance.randrange(1, 4)))]
        if head == "contains":
            return [head, path, ("value", value(self.chance))]
        if head == "begins_with":
            return [head, path, ("value", self.chance.choice([S("a"), S(""), B(b"a"), S("é")]))]
        if head == "attribute_type":
            return [head, path, ("value", S(self.chance.choice(["S", "N", "B", "BOOL", "NULL", "SS", "L", "M"])))]
        return [head, path]

    def write_path(self, steps: list) -> str:
        text = ""
        for step in steps:
            if isinstance(step, int):
                text += f"[{step}]"
                continue
            if self.chance.random() < 0.3:
                self.names[f"#{step}"] = step
                step = f"#{step}"
            text += ("." if text else "") + step
        return text

    def write_operand(self, operand) -> str:
        kind, content = operand
        if kind == "value":
            name = f":v{len(self.values)}"
            self.values[name] = content
            return name
        return f"size({self.write_path(content)})" if kind == "size" else self.write_path(content)

    def write(self, tree, parent: str = "") -> str:
        head, *rest = tree
        if head in ("and", "or"):
            text = f" {self.chance.choice([head, head.upper()])} ".join(self.write(t, head) for t in rest)
            needed = parent == "not" or (parent == "and" and head == "or")
            return f"({text})" if needed or (parent and self.chance.random() < 0.2) else text
        if head == "not":
            return f"NOT {self.write(rest[0], 'not')}"
        operands = [self.write_operand(operand) for operand in rest]
        if head == "between":
            return f"{operands[0]} BETWEEN {operands[1]} AND {operands[2]}"
        if head == "in":
            return f"{operands[0]} IN ({', '.join(operands[1:])})"
        if len(head) <= 2:
            return f"{operands[0]} {head} {operands[1]}"
        return f"{head}({', '.join(operands)})"


@pytest.mark.parametrize("seed", range(8))
def test_random_conditions(dynamodb, tables, seed):
    chance = random.Random(seed)
    name = tables.make()
    items = {}
    for n in range(25):
        attributes = {attribute: value(chance) for attribute in NAMES if chance.random() < 0.8}
        items[str(n)] = attributes
        dynamodb.put_item(TableName=name, Item={"pk": S(str(n))} | attributes)
    for _ in range(60):
        writer = Writer(chance)
        tree = writer.condition()
        request = {"TableName": name, "FilterExpression": writer.write(tree), "ProjectionExpression": "pk"}
        if writer.values:
            request["ExpressionAttributeValues"] = writer.values
        if writer.names:
            request["ExpressionAttributeNames"] = writer.names
        found = {item["pk"]["S"] for item in dynamodb.scan(**request)["Items"]}
        assert found == {n for n, item in items.items() if holds(tree, item)}, request
        target = chance.choice(sorted(items))
        put = {"TableName": name, "Item": {"pk": S(target)} | items[target]}
        put["ConditionExpression"] = request["FilterExpression"]
        put |= {key: v for key, v in request.items() if key.startswith("ExpressionAttribute")}
        if target in found:
            dynamodb.put_item(**put)
        else:
            assert refused(dynamodb.put_item, **put)[0] == "ConditionalCheckFailedException"


def test_random_number_keys_are_in_order(dynamodb, tables):
    chance = random.Random(11)
    name = tables.make("pk:S", "sk:N")
    numbers = {decimal.Decimal(0)}
    while len(numbers) < 250:
        digits = chance.randrange(1, 39)
        mantissa = decimal.Decimal(chance.randrange(10**digits)) * chance.choice([1, -1])
        exponent = chance.choice([0, 0, chance.randrange(-20, 20), chance.randrange(-130, 126 - digits)])
        with decimal.localcontext() as context:
            context.prec = 60
            number = mantissa.scaleb(exponent)
        if number == 0 or (number.adjusted() >= -130 and number.adjusted() <= 125):
            numbers.add(number.normalize(decimal.Context(prec=60)))
    for number in numbers:
        dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": N(number)})
    request = {
        "TableName": name,
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": S("p")},
    }
    found = [decimal.Decimal(item["sk"]["N"]) for item in dynamodb.query(**request)["Items"]]
    assert found == sorted(numbers)
    for low, high in itertools.islice(itertools.pairwise(chance.sample(sorted(numbers), 40)), 39):
        low, high = min(low, high), max(low, high)
        answer = dynamodb.query(
            TableName=name,
            KeyConditionExpression="pk = :p AND sk BETWEEN :l AND :h",
            ExpressionAttributeValues={":p": S("p"), ":l": N(low), ":h": N(high)},
        )
        assert answer["Count"] == sum(low <= number <= high for number in numbers)
