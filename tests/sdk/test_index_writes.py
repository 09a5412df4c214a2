"""Writes of items with index keys: what enters an index, what is refused, what is charged, what a collection holds."""

import pytest

from harness.clients import make_client, refused
from harness.patience import eventually
from harness.values import BOOL, NULL, SS, B, L, M, N, S

INVALID = "One or more parameter values were invalid: "
KEYS = {"ProjectionType": "KEYS_ONLY"}


def index(name: str, partition: str, sort: str = "", projection: dict | None = None) -> dict:
    key = [{"AttributeName": n, "KeyType": role} for n, role in ((partition, "HASH"), (sort, "RANGE")) if n]
    return {"IndexName": name, "KeySchema": key, "Projection": projection or {"ProjectionType": "ALL"}}


def indexed(attributes: str, *indexes: dict, local: tuple = ()) -> dict:
    """What makes a table of pk and sk one with indexes; attributes are written name or name:type."""
    pairs = [f"{attribute}:S".split(":")[:2] for attribute in f"pk sk {attributes}".split()]
    lists = {"GlobalSecondaryIndexes": list(indexes), "LocalSecondaryIndexes": list(local)}
    types = [{"AttributeName": name, "AttributeType": kind} for name, kind in pairs]
    return {"AttributeDefinitions": types} | {kind: made for kind, made in lists.items() if made}


KEY = {"pk": S("p"), "sk": S("1")}


@pytest.fixture
def written(dynamodb, tables):
    """A table, and what its index holds."""
    name = tables.make("pk:S", "sk:S", **indexed("a n:N", index("by-a", "a", "n")))
    return name, lambda: dynamodb.scan(TableName=name, IndexName="by-a")["Items"]


@pytest.mark.parametrize(
    ("item", "update", "values", "held"),
    [
        ({"a": S("A"), "n": N(1)}, "SET v = :v", {":v": BOOL(True)}, {"a": S("A"), "n": N(1), "v": BOOL(True)}),
        ({"a": S("A"), "n": N(1)}, "SET a = :v", {":v": S("B")}, {"a": S("B"), "n": N(1)}),
        ({"a": S("A"), "n": N(1)}, "ADD n :v", {":v": N("0.50")}, {"a": S("A"), "n": N("1.5")}),
        ({"a": S("A"), "n": N(1)}, "SET n = n - :v", {":v": N(9)}, {"a": S("A"), "n": N(-8)}),
        ({"a": S("A"), "n": N(1)}, "REMOVE a", None, None),
        ({"a": S("A")}, "SET n = :v", {":v": N(1)}, {"a": S("A"), "n": N(1)}),
        ({"a": S("A")}, "ADD n :v", {":v": N(1)}, {"a": S("A"), "n": N(1)}),
        ({"b": S("A"), "n": N(1)}, "SET a = b", None, {"a": S("A"), "b": S("A"), "n": N(1)}),
        ({}, "SET a = :v", {":v": S("A")}, None),
        (None, "SET a = :v, n = :n", {":v": S("A"), ":n": N(1)}, {"a": S("A"), "n": N(1)}),
    ],
    ids=str,
)
def test_an_update_moves_the_entry(dynamodb, written, item, update, values, held):
    table, entries = written
    if item is not None:
        dynamodb.put_item(TableName=table, Item=KEY | item)
        assert entries() == ([KEY | item] if {"a", "n"} <= set(item) else [])
    more = {"ExpressionAttributeValues": values} if values else {}
    dynamodb.update_item(TableName=table, Key=KEY, UpdateExpression=update, **more)
    assert entries() == ([] if held is None else [KEY | held])
    dynamodb.delete_item(TableName=table, Key=KEY)
    assert entries() == []


def test_a_put_replaces_the_entry(dynamodb, written):
    table, entries = written
    for item in ({"a": S("A"), "n": N(1), "v": S("x")}, {"a": S("A"), "n": N(1)}, {"a": S("B"), "n": N(-1)}):
        dynamodb.put_item(TableName=table, Item=KEY | item)
        assert entries() == [KEY | item]
    for item in ({"a": S("B")}, {"n": N(1)}, {}):
        dynamodb.put_item(TableName=table, Item=KEY | item)
        assert entries() == []


@pytest.fixture(scope="module")
def strict(module_tables) -> str:
    """Index keys of every type and role; by name, the index on n comes first."""
    keys = (index("c-text", "s", "r"), index("a-number", "n"), index("d-blob", "b"))
    return module_tables.make("pk:S", "sk:S", **indexed("s r n:N b:B t", *keys, local=(index("e-local", "pk", "t"),)))


def mismatch(attribute: str, expected: str, actual: str, name: str) -> str:
    return INVALID + f"Type mismatch for Index Key {attribute} Expected: {expected} Actual: {actual} IndexName: {name}"


def empty(kind: str, name: str, attribute: str) -> str:
    return (
        "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The "
        f"AttributeValue for a key attribute cannot contain an empty {kind} value. IndexName: {name}, "
        f"IndexKey: {attribute}"
    )


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"s": N(1)}, mismatch("s", "S", "N", "c-text")),
        ({"s": NULL}, mismatch("s", "S", "NULL", "c-text")),
        ({"s": L()}, mismatch("s", "S", "L", "c-text")),
        ({"s": M()}, mismatch("s", "S", "M", "c-text")),
        ({"s": BOOL(True)}, mismatch("s", "S", "BOOL", "c-text")),
        ({"s": SS("x")}, mismatch("s", "S", "SS", "c-text")),
        ({"r": B(b"x")}, mismatch("r", "S", "B", "c-text")),
        ({"n": S("1")}, mismatch("n", "N", "S", "a-number")),
        ({"b": S("1")}, mismatch("b", "B", "S", "d-blob")),
        ({"t": N(1)}, mismatch("t", "S", "N", "e-local")),
        ({"t": N(1), "b": N(1), "s": N(1), "n": S("1")}, mismatch("n", "N", "S", "a-number")),
        ({"t": N(1), "b": N(1), "r": N(1)}, mismatch("r", "S", "N", "c-text")),
        ({"s": S("")}, empty("string", "c-text", "s")),
        ({"s": S("x"), "r": S("")}, empty("string", "c-text", "r")),
        ({"b": B(b"")}, empty("binary", "d-blob", "b")),
        ({"t": S("")}, empty("string", "e-local", "t")),
        (
            {"s": S("x" * 2049), "r": S("x")},
            INVALID + "Size limit exceeded for Index Key s Actual Size: 2049 bytes Max Size: 2048 bytes "
            "IndexName: c-text",
        ),
        (
            {"b": B(b"x" * 40_000)},
            INVALID + "Size limit exceeded for Index Key b Actual Size: 40000 bytes Max Size: 2048 bytes "
            "IndexName: d-blob",
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_put_refuses_index_keys(dynamodb, strict, item, message):
    before = {"pk": S("put"), "sk": S("1"), "s": S("kept"), "r": S("kept")}
    dynamodb.put_item(TableName=strict, Item=before)
    got = refused(dynamodb.put_item, TableName=strict, Item={"pk": S("put"), "sk": S("1")} | item)
    assert got == ("ValidationException", message)
    assert dynamodb.query(
        TableName=strict,
        IndexName="c-text",
        KeyConditionExpression="s = :s",
        ExpressionAttributeValues={":s": S("kept")},
    )["Items"] == [before]


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"pk": S("p"), "s": N(1)}, INVALID + "Missing the key sk in the item"),
        ({"pk": N(1), "sk": S("1"), "n": S("1")}, INVALID + "Type mismatch for key pk expected: S actual: N"),
    ],
)
def test_the_key_of_the_table_comes_first(dynamodb, strict, item, message):
    assert refused(dynamodb.put_item, TableName=strict, Item=item) == ("ValidationException", message)


def test_index_keys_come_before_the_condition(dynamodb, strict):
    key = {"pk": S("condition"), "sk": S("1")}
    want = ("ValidationException", mismatch("s", "S", "N", "c-text"))
    request = {"TableName": strict, "ConditionExpression": "attribute_exists(pk)"}
    assert refused(dynamodb.put_item, Item=key | {"s": N(1)}, **request) == want


@pytest.mark.parametrize("item", [{"r": S("x" * 1025), "s": S("x")}, {"t": S("é" * 513)}], ids=["global", "local"])
def test_put_refuses_long_sort_keys(dynamodb, strict, item):
    code, message = refused(dynamodb.put_item, TableName=strict, Item={"pk": S("long"), "sk": S("1")} | item)
    assert code == "ValidationException" and "1024" in message


def test_the_longest_index_keys(dynamodb, strict):
    item = {"s": S("x" * 2048), "r": S("y" * 1024), "b": B(b"z" * 2048), "t": S("é" * 512)}
    item |= {"pk": S("longest"), "sk": S("1")}
    dynamodb.put_item(TableName=strict, Item=item)
    for name in ("c-text", "d-blob", "e-local"):
        assert item in dynamodb.scan(TableName=strict, IndexName=name)["Items"]


NOT_SCALAR = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: "
UNSUPPORTED = "The update expression attempted to update the secondary index key to unsupported type"
UPDATED_EMPTY = (
    "One or more parameter values are not valid. The update expression attempted to update a secondary index key to a "
    "value that is not supported. The AttributeValue for a key attribute cannot contain an empty {} value."
)
TOO_LONG = "The update expression attempted to update the secondary index key beyond allowed size limits"


@pytest.mark.parametrize(
    ("update", "values", "message"),
    [
        ("SET s = :v", {":v": N(1)}, mismatch("s", "S", "N", "c-text")),
        ("SET s = :v", {":v": NULL}, mismatch("s", "S", "NULL", "c-text")),
        ("SET n = :v", {":v": S("x")}, mismatch("n", "N", "S", "a-number")),
        ("SET t = :v", {":v": L()}, mismatch("t", "S", "L", "e-local")),
        ("ADD s :v", {":v": N(1)}, mismatch("s", "S", "N", "c-text")),
        ("ADD n :v", {":v": SS("x")}, mismatch("n", "N", "SS", "a-number")),
        ("SET s = num + :v", {":v": N(1)}, mismatch("s", "S", "N", "c-text")),
        ("SET s = num", {}, UNSUPPORTED),
        ("SET b = word", {}, UNSUPPORTED),
        ("SET s = :v", {":v": S("")}, UPDATED_EMPTY.format("string")),
        ("SET b = :v", {":v": B(b"")}, UPDATED_EMPTY.format("binary")),
        ("SET s = nothing", {}, UPDATED_EMPTY.format("string")),
        ("SET s = long", {}, TOO_LONG),
        ("SET s.x = :v", {":v": S("x")}, NOT_SCALAR + "s"),
        ("REMOVE t[0]", {}, NOT_SCALAR + "t"),
        ("SET s.x = :v, n = :v", {":v": S("x")}, mismatch("n", "N", "S", "a-number")),
    ],
    ids=str,
)
def test_update_refuses_index_keys(dynamodb, strict, update, values, message):
    key = {"pk": S("update"), "sk": S("1")}
    before = key | {"num": N(1), "word": S("x"), "nothing": S(""), "long": S("x" * 2049)}
    dynamodb.put_item(TableName=strict, Item=before)
    more = {"ExpressionAttributeValues": values} if values else {}
    more |= {"ExpressionAttributeNames": {"#long": "long"}} if "long" in update else {}
    update = update.replace("long", "#long")
    got = refused(dynamodb.update_item, TableName=strict, Key=key, UpdateExpression=update, **more)
    assert got == ("ValidationException", message)
    assert dynamodb.get_item(TableName=strict, Key=key)["Item"] == before


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        ({"s": {"Action": "PUT", "Value": N(1)}}, mismatch("s", "S", "N", "c-text")),
        ({"s": {"Action": "ADD", "Value": N(1)}}, mismatch("s", "S", "N", "c-text")),
        ({"n": {"Action": "PUT", "Value": SS("x")}}, mismatch("n", "N", "SS", "a-number")),
        ({"s": {"Action": "PUT", "Value": S("")}}, ""),
        ({"s": {"Action": "PUT", "Value": S("x" * 2049)}}, ""),
    ],
    ids=lambda value: str(value)[:60],
)
def test_attribute_updates_refuse_index_keys(dynamodb, strict, updates, message):
    key = {"pk": S("legacy"), "sk": S("1")}
    code, got = refused(dynamodb.update_item, TableName=strict, Key=key, AttributeUpdates=updates)
    assert code == "ValidationException"
    assert got == (message or got)
    assert "Item" not in dynamodb.get_item(TableName=strict, Key=key)


@pytest.mark.parametrize(
    ("operation", "more", "attribute"),
    [
        ("put_item", {"Item": KEY, "ConditionExpression": "attribute_exists(s.x)"}, "s"),
        ("delete_item", {"Key": KEY, "ConditionExpression": "attribute_exists(b[0])"}, "b"),
        ("update_item", {"Key": KEY, "ConditionExpression": "size(t.x) > s", "UpdateExpression": "SET v = s"}, "t"),
        ("get_item", {"Key": KEY, "ProjectionExpression": "n.x"}, "n"),
        ("scan", {"ProjectionExpression": "s[1]"}, "s"),
        ("scan", {"FilterExpression": "attribute_exists(t.x)"}, "t"),
    ],
)
def test_paths_into_index_keys(dynamodb, strict, operation, more, attribute):
    got = refused(getattr(dynamodb, operation), TableName=strict, **more)
    assert got == ("ValidationException", NOT_SCALAR + attribute)


def test_items_that_an_index_cannot_take(dynamodb, tables):
    """They are from before the index; they stay out of it and can be mended and deleted."""
    name = tables.make("pk:S", "sk:S")
    bad = [N(1), NULL, S(""), S("x" * 2049), S("fine")]
    for n, value in enumerate(bad):
        dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": S(str(n)), "a": value})
    dynamodb.update_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": index("late", "a")}],
    )
    described = eventually(lambda: active(dynamodb, name), seconds=30)
    assert described["ItemCount"] == 1

    def entries() -> list[dict]:
        return dynamodb.scan(TableName=name, IndexName="late")["Items"]

    assert entries() == [{"pk": S("p"), "sk": S("4"), "a": S("fine")}]
    dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": S("0"), "a": S("mended")})
    for sort, update in (("1", "REMOVE a"), ("2", "SET a = :a")):
        more = {"ExpressionAttributeValues": {":a": S("set")}} if ":a" in update else {}
        dynamodb.update_item(TableName=name, Key={"pk": S("p"), "sk": S(sort)}, UpdateExpression=update, **more)
    dynamodb.delete_item(TableName=name, Key={"pk": S("p"), "sk": S("3")})
    assert sorted(item["a"]["S"] for item in entries()) == ["fine", "mended", "set"]
    dynamodb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "late"}}])
    gone = ("ValidationException", "The table does not have the specified index: late")
    eventually(lambda: not active(dynamodb, name))
    assert refused(entries) == gone


def active(dynamodb, table: str) -> dict | None:
    """The description of the table's only global index once it is ACTIVE."""
    described = dynamodb.describe_table(TableName=table)["Table"].get("GlobalSecondaryIndexes", [])
    return described[0] if described and described[0]["IndexStatus"] == "ACTIVE" else None


# Costs: GSI "gsi" on g, projecting proj; LSI "lsi" on l, projecting everything.
@pytest.fixture(scope="module")
def priced(module_tables) -> str:
    included = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["proj"]}
    local = (index("lsi", "pk", "l"),)
    return module_tables.make("pk:S", "sk:S", **indexed("g l", index("gsi", "g", projection=included), local=local))


G, BOTH = {"g": S("G")}, {"g": S("G"), "l": S("L")}
FULL = BOTH | {"proj": S("x"), "more": S("x")}


def sized(entry: int, key: str = "G") -> dict:
    """An item whose entry of the GSI is so large: pk 3, sk 3, g 2, proj 4 and its text."""
    return {"g": S(key), "proj": S("x" * (entry - 12))}


def units(answer: dict) -> list:
    """Of the write: in all, of the table, of the GSI and the LSI, None if they were not charged."""
    consumed = answer["ConsumedCapacity"]
    arms = [consumed.get(f"{kind}SecondaryIndexes", {}) for kind in ("Global", "Local")]
    assert all(set(arm) <= {name} for arm, name in zip(arms, ("gsi", "lsi")))
    parts = (consumed, consumed["Table"], arms[0].get("gsi"), arms[1].get("lsi"))
    return [part and part["CapacityUnits"] for part in parts]


@pytest.mark.parametrize(
    ("before", "write", "want"),
    [
        (None, G, [2, 1, 1, None]),
        (None, {"v": S("x")}, [1, 1, None, None]),
        (None, {"l": S("L")}, [2, 1, None, 1]),
        (None, BOTH, [3, 1, 1, 1]),
        (FULL, FULL, [1, 1, None, None]),
        (FULL | {"v": SS("a", "b")}, FULL | {"v": SS("b", "a")}, [1, 1, None, None]),
        (BOTH | {"proj": SS("a", "b")}, BOTH | {"proj": SS("b", "a")}, [1, 1, None, None]),
        (BOTH | {"proj": L(S("a"), S("b"))}, BOTH | {"proj": L(S("b"), S("a"))}, [3, 1, 1, 1]),
        (FULL, "SET more = :v", [2, 1, None, 1]),
        (FULL, "SET proj = :v", [3, 1, 1, 1]),
        (FULL, "SET g = :v", [4, 1, 2, 1]),
        (FULL, "REMOVE g", [3, 1, 1, 1]),
        (FULL, "SET l = :v", [3, 1, None, 2]),
        (FULL, "SET proj = proj", [1, 1, None, None]),
        (FULL, "DELETE", [3, 1, 1, 1]),
        ({"v": S("x")}, "DELETE", [1, 1, None, None]),
        (None, "DELETE", [1, 1, None, None]),
        (None, "SET more = :v", [1, 1, None, None]),
        (None, {"g": S("G"), "more": S("x" * 3000)}, [4, 3, 1, None]),
        (sized(3017), sized(18), [6, 3, 3, None]),
        (sized(18), sized(3020), [6, 3, 3, None]),
        (sized(617), sized(616) | {"proj": S("y" * 605)}, [2, 1, 1, None]),
        (sized(1517), {"g": S("G"), "proj": S("y" * 1505)}, [4, 2, 2, None]),
        (sized(2017), sized(117), [4, 2, 2, None]),
        (sized(1517), sized(1517, "H"), [6, 2, 4, None]),
        (sized(3017), sized(18, "H"), [7, 3, 4, None]),
        (sized(3017), "DELETE", [6, 3, 3, None]),
        (sized(3017), "REMOVE g", [6, 3, 3, None]),
    ],
    ids=lambda value: str(value)[:50],
)
def test_cost_of_writes(dynamodb, priced, before, write, want):
    request = {"TableName": priced, "ReturnConsumedCapacity": "INDEXES"}
    dynamodb.delete_item(TableName=priced, Key=KEY)
    if before:
        dynamodb.put_item(TableName=priced, Item=KEY | before)
    if isinstance(write, dict):
        answer = dynamodb.put_item(Item=KEY | write, **request)
    elif write == "DELETE":
        answer = dynamodb.delete_item(Key=KEY, **request)
    else:
        more = {"ExpressionAttributeValues": {":v": S("y")}} if ":v" in write else {}
        answer = dynamodb.update_item(Key=KEY, UpdateExpression=write, **more, **request)
    assert units(answer) == want


def test_cost_in_total_includes_the_indexes(dynamodb, priced):
    dynamodb.delete_item(TableName=priced, Key=KEY)
    for want in (3, 1):
        answer = dynamodb.put_item(TableName=priced, Item=KEY | FULL, ReturnConsumedCapacity="TOTAL")
        assert answer["ConsumedCapacity"] == {"TableName": priced, "CapacityUnits": want}


def test_cost_of_keys_only(dynamodb, tables):
    name = tables.make("pk:S", "sk:S", **indexed("g", index("gsi", "g", projection=KEYS)))
    request = {"TableName": name, "ReturnConsumedCapacity": "INDEXES"}
    for item, want in (
        ({"g": S("G"), "v": S("x" * 5000)}, [6, 5, 1, None]),
        ({"g": S("G"), "v": S("y" * 5000)}, [5, 5, None, None]),
        ({"g": S("H"), "v": S("y" * 5000)}, [7, 5, 2, None]),
        ({}, [6, 5, 1, None]),
    ):
        assert units(dynamodb.put_item(Item=KEY | item, **request)) == want


def test_cost_with_as_many_indexes_as_there_can_be(dynamodb, tables):
    keys = [index(f"gsi{n:02}", "g", projection=KEYS) for n in range(20)]
    local = tuple(index(f"lsi{n}", "pk", "l") for n in range(5))
    name = tables.make("pk:S", "sk:S", **indexed("g l", *keys, local=local))
    request = {"TableName": name, "ReturnConsumedCapacity": "INDEXES"}
    for item, want in ((BOTH, 26), (BOTH, 1), (BOTH | {"v": S("x")}, 6), (BOTH | {"g": S("H")}, 46), ({}, 26)):
        consumed = dynamodb.put_item(Item=KEY | item, **request)["ConsumedCapacity"]
        arms = consumed.get("GlobalSecondaryIndexes", {}) | consumed.get("LocalSecondaryIndexes", {})
        assert consumed["CapacityUnits"] == want == 1 + sum(arm["CapacityUnits"] for arm in arms.values())


def test_item_collection_metrics(dynamodb, priced, tables):
    request = {"TableName": priced, "ReturnItemCollectionMetrics": "SIZE"}
    want = {"ItemCollectionKey": {"pk": S("p")}, "SizeEstimateRangeGB": [0.0, 1.0]}
    update = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": S("x")}}
    assert dynamodb.put_item(Item=KEY | FULL, **request)["ItemCollectionMetrics"] == want
    assert dynamodb.update_item(Key=KEY, **update, **request)["ItemCollectionMetrics"] == want
    assert dynamodb.delete_item(Key=KEY, **request)["ItemCollectionMetrics"] == want
    assert "ItemCollectionMetrics" not in dynamodb.put_item(TableName=priced, Item=KEY | FULL)
    none = request | {"ReturnItemCollectionMetrics": "NONE"}
    assert "ItemCollectionMetrics" not in dynamodb.put_item(**none, Item=KEY)
    only_global = tables.make("pk:S", "sk:S", **indexed("g", index("gsi", "g")))
    assert "ItemCollectionMetrics" not in dynamodb.put_item(**request | {"TableName": only_global}, Item=KEY)


def test_item_collection_limit(own_server):
    dynamodb = make_client(own_server("--in-memory", "--item-collection-limit", "10000").endpoint)
    schema = indexed("l g", index("gsi", "g"), local=(index("lsi", "pk", "l"),))
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    dynamodb.create_table(TableName="held", KeySchema=key, BillingMode="PAY_PER_REQUEST", **schema)
    free = indexed("g", index("gsi", "g"))
    dynamodb.create_table(TableName="free", KeySchema=key, BillingMode="PAY_PER_REQUEST", **free)
    full = "ItemCollectionSizeLimitExceededException"

    def put(sort: int, size: int, partition: str = "p", table: str = "held", **more):
        item = {"pk": S(partition), "sk": S(str(sort)), "g": S("G"), "v": S("x" * size)}
        dynamodb.put_item(TableName=table, Item=item | more)

    for sort in range(2):  # about 2,000 bytes in the table and as many in its local index
        put(sort, 2_000, l=S("L"))
    assert refused(put, 2, 2_000, l=S("L"))[0] == full
    put(2, 1_500)
    assert refused(put, 3, 2_000)[0] == full
    update = {"UpdateExpression": "SET l = :l", "ExpressionAttributeValues": {":l": S("L")}}
    assert refused(dynamodb.update_item, TableName="held", Key={"pk": S("p"), "sk": S("2")}, **update)[0] == full
    put(1, 2_000, partition="q", l=S("L"))
    put(0, 20_000, table="free")
    put(1, 1_000, l=S("L"))
    put(3, 1_000)
    dynamodb.delete_item(TableName="held", Key={"pk": S("p"), "sk": S("0")})
    put(4, 1_900, l=S("L"))
    counted = dynamodb.query(
        TableName="held",
        IndexName="lsi",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": S("p")},
    )
    assert [item["sk"]["S"] for item in counted["Items"]] == ["1", "4"]


def test_an_index_cannot_be_read_before_it_is_active(own_server):
    dynamodb = make_client(own_server("--in-memory", "--table-delay", "1s").endpoint)
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    definitions = indexed("g")["AttributeDefinitions"]
    dynamodb.create_table(
        TableName="slow", KeySchema=key, BillingMode="PAY_PER_REQUEST", AttributeDefinitions=definitions[:2]
    )
    eventually(lambda: dynamodb.put_item(TableName="slow", Item=KEY | G))
    updates = [{"Create": index("gsi", "g")}]
    dynamodb.update_table(TableName="slow", AttributeDefinitions=definitions, GlobalSecondaryIndexUpdates=updates)
    query = {"KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": S("G")}}
    for call, more in ((dynamodb.query, query), (dynamodb.scan, {})):
        assert refused(call, TableName="slow", IndexName="gsi", **more) == (
            "ValidationException",
            "Cannot read from backfilling global secondary index: gsi",
        )
    late = KEY | {"sk": S("2")} | G
    dynamodb.put_item(TableName="slow", Item=late)
    eventually(lambda: active(dynamodb, "slow"))
    assert dynamodb.query(TableName="slow", IndexName="gsi", **query)["Items"] == [KEY | G, late]


def test_index_delay(own_server):
    dynamodb = make_client(own_server("--in-memory", "--index-delay", "1500ms").endpoint)
    schema = indexed("l g", index("gsi", "g"), local=(index("lsi", "pk", "l"),))
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    dynamodb.create_table(TableName="slow", KeySchema=key, BillingMode="PAY_PER_REQUEST", **schema)

    def found(name: str, **more) -> list[dict]:
        condition = "g = :k" if name == "gsi" else "pk = :k"
        values = {":k": S("G" if name == "gsi" else "p")}
        request = {"KeyConditionExpression": condition, "ExpressionAttributeValues": values} | more
        return dynamodb.query(TableName="slow", IndexName=name, **request)["Items"]

    item = KEY | BOTH
    dynamodb.put_item(TableName="slow", Item=item)
    assert found("gsi") == []
    assert dynamodb.scan(TableName="slow", IndexName="gsi")["Items"] == []
    assert found("lsi", ConsistentRead=True) == [item]
    assert eventually(lambda: found("gsi")) == [item]
    dynamodb.delete_item(TableName="slow", Key=KEY)
    assert found("gsi") == [item]
    assert found("lsi", ConsistentRead=True) == []
    eventually(lambda: not found("gsi"))


def test_counts_of_indexes(dynamodb, tables):
    included = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["v"]}
    keys = (index("all", "g"), index("keys", "g", projection=KEYS), index("some", "g", projection=included))
    name = tables.make("pk:S", "sk:S", **indexed("g l", *keys, local=(index("local", "pk", "l"),)))

    def counts() -> dict[str, tuple[int, int]]:
        table = dynamodb.describe_table(TableName=name)["Table"]
        indexes = table["GlobalSecondaryIndexes"] + table["LocalSecondaryIndexes"]
        return {one["IndexName"]: (one["ItemCount"], one["IndexSizeBytes"]) for one in indexes}

    assert set(counts().values()) == {(0, 0)}
    for n in range(10):  # 3 for pk, 3 for sk, 2 for g, 3 for v, 2 for w; l is in two of them
        item = {"pk": S("p"), "sk": S(str(n)), "g": S("G"), "v": S("xx"), "w": S("y")}
        dynamodb.put_item(TableName=name, Item=item | ({"l": S("L")} if n < 2 else {}))
    assert counts() == {"all": (10, 134), "keys": (10, 80), "some": (10, 110), "local": (2, 30)}
    dynamodb.update_item(TableName=name, Key={"pk": S("p"), "sk": S("0")}, UpdateExpression="REMOVE l, g")
    dynamodb.delete_item(TableName=name, Key={"pk": S("p"), "sk": S("9")})
    assert counts() == {"all": (8, 106), "keys": (8, 64), "some": (8, 88), "local": (1, 15)}


@pytest.mark.parametrize("indexes", [0, 1, 2])
def test_what_local_indexes_keep_counts_in_an_item_s_size(dynamodb, tables, indexes):
    """All of it together is 400 KB at most; an item that is in no index may have them alone."""
    local = [index(f"local-{n}", "pk", f"l{n}") for n in range(indexes)]
    name = tables.make("pk:S", "sk:S", **indexed(" ".join(f"l{n}" for n in range(indexes)), local=local)) if local else tables.make("pk:S", "sk:S")
    keys = {"pk": S("p"), "sk": S("s")}
    indexed_by = {f"l{n}": S("l") for n in range(indexes)}
    most = 409_600 // (1 + indexes)

    def item(size: int, more: dict) -> dict:
        made = keys | more
        return made | {"v": S("x" * (size - 1 - sum(len(a) + len(value["S"]) for a, value in made.items())))}

    dynamodb.put_item(TableName=name, Item=item(409_600, {}))
    dynamodb.put_item(TableName=name, Item=item(most, indexed_by))
    large = item(most + 1, indexed_by)
    refusal = ("ValidationException", "Item size has exceeded the maximum allowed size")
    assert refused(dynamodb.put_item, TableName=name, Item=large) == refusal
    assert refused(dynamodb.batch_write_item, RequestItems={name: [{"PutRequest": {"Item": large}}]}) == refusal
    assert refused(dynamodb.transact_write_items, TransactItems=[{"Put": {"TableName": name, "Item": large}}]) == refusal
    longer = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": large["v"]}}
    refusal = ("ValidationException", "Item size to update has exceeded the maximum allowed size")
    assert refused(dynamodb.update_item, TableName=name, Key=keys, **longer) == refusal
    assert dynamodb.get_item(TableName=name, Key=keys)["Item"] == item(most, indexed_by)


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({"UpdateExpression": "SET g = :g", "ExpressionAttributeValues": {":g": S("g" * 2049)}}, "The update expression attempted to update the secondary index key beyond allowed size limits"),
        ({"AttributeUpdates": {"g": {"Value": S("g" * 2049)}}}, INVALID + "Size limit exceeded for Index Key g Actual Size: 2049 bytes Max Size: 2048 bytes IndexName: by-g"),
    ],
)
def test_an_update_to_an_index_key_that_is_too_long(dynamodb, tables, update, message):
    name = tables.make("pk:S", "sk:S", **indexed("g", index("by-g", "g")))
    assert refused(dynamodb.update_item, TableName=name, Key=KEY, **update) == ("ValidationException", message)
    assert "Item" not in dynamodb.get_item(TableName=name, Key=KEY)
