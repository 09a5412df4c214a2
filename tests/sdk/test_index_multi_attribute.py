"""Global indexes whose keys have several attributes: order, key conditions, starting keys, writes."""

import re

import pytest

from harness.clients import refused
from harness.patience import eventually
from harness.values import BOOL, B, N, S

INVALID = "One or more parameter values were invalid: "
PRIMARY = "Filter Expression can only contain non-primary key attributes: Primary key attribute: "


def index(name: str, key: str, projection: str = "ALL") -> dict:
    """The key is written "hash attributes | range attributes"."""
    hashes, _, ranges = key.partition("|")
    roles = [(n, "HASH") for n in hashes.split()] + [(n, "RANGE") for n in ranges.split()]
    schema = [{"AttributeName": name, "KeyType": role} for name, role in roles]
    return {"IndexName": name, "KeySchema": schema, "Projection": {"ProjectionType": projection}}


def definitions(attributes: str) -> list[dict]:
    """Of attributes written name or name:type."""
    pairs = [f"{attribute}:S".split(":")[:2] for attribute in attributes.split()]
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in pairs]


def sort_keys(*answers: dict) -> list[int]:
    return [int(item["sk"]["N"]) for answer in answers for item in answer["Items"]]


def pages(call, *arguments, **request) -> list[dict]:
    answers, start = [], {}
    while True:
        answers.append(call(*arguments, **request, **start))
        if "LastEvaluatedKey" not in answers[-1]:
            return answers
        start = {"ExclusiveStartKey": answers[-1]["LastEvaluatedKey"]}


# The index key of each item by its sort key, in the order of index "wide".
WIDE = index("wide", "h1 h2 | r1 r2 r3")
ITEMS = {
    1: ("x", 1, "a", -10, b"\x00"),
    2: ("x", 1, "a", -9, b"\x00"),
    3: ("x", 1, "a", 2, b"\x00"),
    4: ("x", 1, "a", 2, b"\x00\x00"),
    5: ("x", 1, "a", 2, b"\xff"),
    6: ("x", 1, "a", 10, b"\x00"),
    7: ("x", 1, "a\x00", -99, b"\x00"),
    8: ("x", 1, "ab", 0, b"\x00"),
    9: ("x", 2, "a", 0, b"\x00"),
    10: ("x1", 1, "a", 0, b"\x00"),
}


@pytest.fixture(scope="module")
def wide(dynamodb, module_tables) -> str:
    table = module_tables.make(
        "pk:S",
        "sk:N",
        AttributeDefinitions=definitions("pk sk:N h1 h2:N h3 h4 r1 r2:N r3:B r4"),
        GlobalSecondaryIndexes=[WIDE, index("eight", "h1 h2 h3 h4 | r1 r2 r3 r4", "KEYS_ONLY")],
    )
    for sort, (h1, h2, r1, r2, r3) in sorted(ITEMS.items(), key=lambda pair: pair[0] * 7 % 11):
        item = {"h1": S(h1), "h2": N(h2), "r1": S(r1), "r2": N(r2), "r3": B(r3)}
        dynamodb.put_item(TableName=table, Item=item | {"pk": S("p"), "sk": N(sort)})
        for lacking in item if sort == 1 else ():
            part = {name: value for name, value in item.items() if name != lacking}
            dynamodb.put_item(TableName=table, Item=part | {"pk": S(lacking), "sk": N(100)})
    whole = item | {name: S(name) for name in ("h1", "h3", "h4", "r4")}
    dynamodb.put_item(TableName=table, Item=whole | {"pk": S("whole"), "sk": N(50)})
    return table


H = "h1 = :x AND h2 = :one"
VALUES = {
    **{"x": S("x"), "one": N(1), "two": N(2), "a": S("a"), "nine": N("-9"), "ten": N("10.0")},
    **{"zero": B(b"\x00"), "ff": B(b"\xff")},
}


def query(dynamodb, table: str, condition: str, **more) -> dict:
    values = {name: VALUES[name[1:]] for name in re.findall(r":\w+", condition)}
    more |= {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
    return dynamodb.query(TableName=table, IndexName="wide", **more)


@pytest.mark.parametrize(
    ("condition", "want"),
    [
        (H, [1, 2, 3, 4, 5, 6, 7, 8]),
        ("h2 = :two AND h1 = :x", [9]),
        (f"{H} AND r1 = :a", [1, 2, 3, 4, 5, 6]),
        (f"{H} AND r1 > :a", [7, 8]),
        (f"{H} AND begins_with(r1, :a)", [1, 2, 3, 4, 5, 6, 7, 8]),
        (f"r2 = :two AND {H} AND r1 = :a", [3, 4, 5]),
        (f"{H} AND r1 = :a AND r2 BETWEEN :nine AND :two", [2, 3, 4, 5]),
        (f"{H} AND r1 = :a AND r2 <= :nine", [1, 2]),
        (f"{H} AND r1 = :a AND r2 = :ten", [6]),
        (f"{H} AND r1 = :a AND r2 = :two AND r3 = :zero", [3]),
        (f"{H} AND r1 = :a AND r2 = :two AND begins_with(r3, :zero)", [3, 4]),
        (f"r3 >= :zero AND {H} AND r2 = :two AND r1 = :a", [3, 4, 5]),
        (f"{H} AND r1 = :a AND r2 = :two AND r3 < :ff", [3, 4]),
        ("h1 = :x AND h2 = :ten", []),
    ],
)
def test_conditions(dynamodb, wide, condition, want):
    assert sort_keys(query(dynamodb, wide, condition)) == want
    assert sort_keys(query(dynamodb, wide, condition, ScanIndexForward=False)) == want[::-1]
    for forward in (True, False):
        paged = pages(query, dynamodb, wide, condition, Limit=1, ScanIndexForward=forward)
        assert sort_keys(*paged) == (want if forward else want[::-1])


def test_eight_conditions(dynamodb, wide):
    names = "h1 h2 h3 h4 r1 r2 r3 r4".split()
    (item,) = dynamodb.scan(TableName=wide, IndexName="eight")["Items"]
    assert set(item) == {"pk", "sk", *names}
    request = {"TableName": wide, "IndexName": "eight"}
    expression = {
        "KeyConditionExpression": " AND ".join(f"{name} = :{name}" for name in reversed(names)),
        "ExpressionAttributeValues": {f":{name}": item[name] for name in names},
    }
    assert dynamodb.query(**request, **expression)["Items"] == [item]
    legacy = {name: {"ComparisonOperator": "EQ", "AttributeValueList": [item[name]]} for name in names}
    assert dynamodb.query(**request, KeyConditions=legacy)["Items"] == [item]
    del legacy["r2"]
    assert refused(dynamodb.query, **request, KeyConditions=legacy)[0] == "ValidationException"


def gap(missing: str, present: str) -> str:
    return (
        f"RANGE key attributes {missing} must have equality conditions specified in the query because a condition is "
        f"present on key attribute {present}"
    )


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (f"{H} AND r2 = :two", gap("r1", "r2")),
        (f"{H} AND r1 = :a AND r3 = :zero", gap("r2", "r3")),
        (f"{H} AND r1 > :a AND r2 = :two", gap("r1", "r2")),
        (f"{H} AND begins_with(r1, :a) AND r2 > :two", gap("r1", "r2")),
        (f"{H} AND r1 = :a AND r2 < :two AND r3 = :zero", gap("r2", "r3")),
        (f"{H} AND r1 = :one", INVALID + "Condition parameter type does not match schema type"),
        ("h1 = :x AND h2 = :a", INVALID + "Condition parameter type does not match schema type"),
        ("h1 = :x", ("HASH", "h2", "equality")),
        ("h2 = :one AND r1 = :a", ("HASH", "h1", "equality")),
        ("h1 = :x AND h2 > :one", ("HASH", "h2", "equality")),
        ("begins_with(h1, :x) AND h2 = :one", ("HASH", "h1", "equality")),
    ],
)
def test_conditions_refused(dynamodb, wide, condition, message):
    code, got = refused(query, dynamodb, wide, condition)
    assert code == "ValidationException"
    assert got == message if isinstance(message, str) else all(part in got for part in message), got


def test_filters_on_keys_refused(dynamodb, wide):
    for name in ("h1", "r1", "r3"):
        more = {"FilterExpression": "attribute_exists(#n)", "ExpressionAttributeNames": {"#n": name}}
        assert refused(query, dynamodb, wide, H, **more) == ("ValidationException", PRIMARY + name)


def test_last_evaluated_key(dynamodb, wide):
    answer = query(dynamodb, wide, H, Limit=1)
    assert answer["LastEvaluatedKey"] == answer["Items"][0]
    assert set(answer["LastEvaluatedKey"]) == {"h1", "h2", "r1", "r2", "r3", "pk", "sk"}


START = {"h1": S("x"), "h2": N(1), "r1": S("a"), "r2": N(2), "r3": B(b"\x00"), "pk": S("p"), "sk": N(3)}
BAD_START = "The provided starting key is invalid"


@pytest.mark.parametrize(
    ("condition", "start", "want"),
    [
        (H, START, [4, 5, 6, 7, 8]),
        (H, START | {"r2": N(5)}, [6, 7, 8]),
        (f"{H} AND r1 = :a AND r2 = :two", START, [4, 5]),
        (f"{H} AND r1 = :a AND r2 = :two AND r3 = :zero", START | {"sk": N(2)}, [3]),
        (H, {name: value for name, value in START.items() if name != "r3"}, BAD_START),
        (H, {name: value for name, value in START.items() if name != "h2"} | {"v": N(1)}, BAD_START),
        (H, START | {"r2": S("2")}, "The provided key element does not match the schema"),
        (H, START | {"h2": N(2)}, "The provided starting key is outside query boundaries based on provided conditions"),
    ],
)
def test_starting_keys(dynamodb, wide, condition, start, want):
    if isinstance(want, str):
        got = refused(query, dynamodb, wide, condition, ExclusiveStartKey=start)
        assert got == ("ValidationException", want)
    else:
        assert sort_keys(query(dynamodb, wide, condition, ExclusiveStartKey=start)) == want


@pytest.mark.parametrize("name", ["h1", "h2", "r1", "r2", "r3"])
def test_writes_check_each_attribute(dynamodb, wide, name):
    key = {"pk": S("refused"), "sk": N(1)}
    expected = {"h2": "N", "r2": "N", "r3": "B"}.get(name, "S")
    message = INVALID + f"Type mismatch for Index Key {name} Expected: {expected} Actual: BOOL IndexName: "
    # h1 to r3 are in both indexes; the first by name is told.
    want = ("ValidationException", message + "eight")
    assert refused(dynamodb.put_item, TableName=wide, Item=key | {name: BOOL(True)}) == want
    update = {"UpdateExpression": f"SET {name} = :v", "ExpressionAttributeValues": {":v": BOOL(True)}}
    assert refused(dynamodb.update_item, TableName=wide, Key=key, **update) == want


def test_an_item_comes_in_with_its_last_attribute(dynamodb, tables):
    table = tables.make(
        "pk:S",
        AttributeDefinitions=definitions("pk a b c d:N"),
        GlobalSecondaryIndexes=[index("all", "a b | c d")],
    )
    request = {"TableName": table, "Key": {"pk": S("p")}, "ReturnConsumedCapacity": "INDEXES"}

    def update(expression: str, value: dict | None = None) -> float:
        more = {"ExpressionAttributeValues": {":v": value}} if value else {}
        consumed = dynamodb.update_item(UpdateExpression=expression, **more, **request)["ConsumedCapacity"]
        return consumed["CapacityUnits"]

    def count() -> int:
        return dynamodb.scan(TableName=table, IndexName="all")["Count"]

    for name in "abc":
        assert (update(f"SET {name} = :v", S("x")), count()) == (1, 0)
    assert (update("ADD d :v", N(1)), count()) == (2, 1)
    assert (update("ADD d :v", N(1)), count()) == (3, 1)
    assert (update("SET v = :v", N(1)), count()) == (2, 1)
    assert (update("REMOVE b"), count()) == (2, 0)


def test_made_later(dynamodb, tables):
    table = tables.make("pk:S", "sk:N")
    for sort, (h1, h2, r1, r2, r3) in ITEMS.items():
        item = {"h1": S(h1), "h2": N(h2), "r1": S(r1), "r2": N(r2), "r3": B(r3)}
        dynamodb.put_item(TableName=table, Item=item | {"pk": S(f"p{sort % 3}"), "sk": N(sort)})
    types = definitions("h1 h2:N r1 r2:N r3:B")
    updates = [{"Create": WIDE}]
    dynamodb.update_table(TableName=table, AttributeDefinitions=types, GlobalSecondaryIndexUpdates=updates)
    described = eventually(lambda: active(dynamodb, table), seconds=30)
    assert described["KeySchema"] == WIDE["KeySchema"]
    assert sort_keys(query(dynamodb, table, H)) == [1, 2, 3, 4, 5, 6, 7, 8]


def active(dynamodb, table: str) -> dict | None:
    """The description of the table's only index once it is ACTIVE."""
    (one,) = dynamodb.describe_table(TableName=table)["Table"]["GlobalSecondaryIndexes"]
    return one if one["IndexStatus"] == "ACTIVE" else None
