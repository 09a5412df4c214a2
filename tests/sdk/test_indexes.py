"""Query and Scan of secondary indexes: projections, Select, filters, key conditions, starting keys, pages, costs."""

import threading

import pytest

from harness.clients import refused
from harness.values import B, L, M, N, S

INVALID = "One or more parameter values were invalid: "
ENVELOPE = "1 validation error detected: "
NOT_SCALAR = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: "
BAD_START = "The provided starting key is invalid"
ALL, KEYS = {"ProjectionType": "ALL"}, {"ProjectionType": "KEYS_ONLY"}


def include(*attributes: str) -> dict:
    return {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(attributes)}


def index(name: str, key: str, projection: dict | None = None) -> dict:
    """The key is written "partition | sort"."""
    attributes = key.replace("|", " ").split()
    schema = [{"AttributeName": n, "KeyType": role} for n, role in zip(attributes, ("HASH", "RANGE"))]
    return {"IndexName": name, "KeySchema": schema, "Projection": projection or ALL}


def definitions(attributes: str) -> list[dict]:
    """Of attributes written name or name:type."""
    pairs = [f"{attribute}:S".split(":")[:2] for attribute in attributes.split()]
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in pairs]


def indexed(attributes: str, *indexes: dict, local: tuple = ()) -> dict:
    """What makes a table "pk, sk:N" one with indexes."""
    lists = {"GlobalSecondaryIndexes": list(indexes), "LocalSecondaryIndexes": list(local)}
    return {"AttributeDefinitions": definitions(f"pk sk:N {attributes}")} | {k: v for k, v in lists.items() if v}


def query(dynamodb, table: str, index: str, condition: str, values: dict, **more) -> dict:
    values = {f":{name}": value for name, value in values.items()}
    more |= {"KeyConditionExpression": condition, "ExpressionAttributeValues": values}
    return dynamodb.query(TableName=table, IndexName=index, **more)


def pages(call, *arguments, **request) -> list[dict]:
    answers, start = [], {}
    while True:
        answers.append(call(*arguments, **request, **start))
        if "LastEvaluatedKey" not in answers[-1]:
            return answers
        start = {"ExclusiveStartKey": answers[-1]["LastEvaluatedKey"]}


def sort_keys(*answers: dict) -> list[int]:
    return [int(item["sk"]["N"]) for answer in answers for item in answer["Items"]]


def only(item: dict, attributes: str) -> dict:
    return {name: item[name] for name in attributes.split()}


# Three items of partition p in every index, one of them large, and one that is in none.
INDEXES = {
    "g-all": "pk sk a n t x y m",
    "g-keys": "pk sk a n",
    "g-include": "pk sk a n x m",
    "g-hash": "pk sk a n t x y m",
    "l-all": "pk sk a n t x y m",
    "l-keys": "pk sk t",
    "l-include": "pk sk t x m",
}
ITEM = {
    **{"pk": S("p"), "sk": N(1), "a": S("A"), "n": N(1), "t": N(1)},
    **{"x": S("x"), "y": S("y"), "m": M(deep=L(N(1)))},
}


@pytest.fixture(scope="module")
def table(dynamodb, module_tables) -> str:
    some = include("x", "m")
    made = module_tables.make(
        "pk:S",
        "sk:N",
        **indexed(
            "a n:N t:N",
            *(index("g-all", "a | n"), index("g-keys", "a | n", KEYS)),
            *(index("g-include", "a | n", some), index("g-hash", "a")),
            local=(index("l-all", "pk | t"), index("l-keys", "pk | t", KEYS), index("l-include", "pk | t", some)),
        ),
    )
    for n in (1, 2, 3):
        dynamodb.put_item(TableName=made, Item=ITEM | {"sk": N(n), "n": N(n), "t": N(n)})
    dynamodb.put_item(TableName=made, Item={"pk": S("p"), "sk": N(9)})
    return made


def read(dynamodb, table: str, name: str, operation: str = "query", **more) -> dict:
    """Of the partition of the index that holds everything."""
    request = {"TableName": table, "IndexName": name} | more
    if operation == "scan":
        return dynamodb.scan(**request)
    attribute, value = ("a", S("A")) if name.startswith("g") else ("pk", S("p"))
    if "AttributesToGet" in more or "QueryFilter" in more:
        condition = {"ComparisonOperator": "EQ", "AttributeValueList": [value]}
        return dynamodb.query(KeyConditions={attribute: condition}, **request)
    request["ExpressionAttributeValues"] = {":key": value} | more.get("ExpressionAttributeValues", {})
    return dynamodb.query(KeyConditionExpression=f"{attribute} = :key", **request)


BOTH = pytest.mark.parametrize("operation", ["query", "scan"])


@BOTH
@pytest.mark.parametrize("name", INDEXES)
def test_projection(dynamodb, table, name, operation):
    for more in ({}, {"Select": "ALL_PROJECTED_ATTRIBUTES"}):
        answer = read(dynamodb, table, name, operation, **more)
        assert sort_keys(answer) == [1, 2, 3]
        assert answer["Items"][0] == only(ITEM, INDEXES[name])
        assert (answer["Count"], answer["ScannedCount"]) == (3, 3)
    counted = read(dynamodb, table, name, operation, Select="COUNT")
    assert counted["Count"] == 3 and "Items" not in counted
    specific = read(dynamodb, table, name, operation, Select="SPECIFIC_ATTRIBUTES", ProjectionExpression="sk, pk")
    assert specific["Items"][0] == only(ITEM, "pk sk")


@BOTH
@pytest.mark.parametrize(
    ("name", "more", "want"),
    [
        ("g-all", {"Select": "ALL_ATTRIBUTES"}, ITEM),
        ("l-all", {"Select": "ALL_ATTRIBUTES"}, ITEM),
        ("l-keys", {"Select": "ALL_ATTRIBUTES"}, ITEM),
        ("l-include", {"Select": "ALL_ATTRIBUTES"}, ITEM),
        ("l-keys", {"ProjectionExpression": "y, t"}, only(ITEM, "t y")),
        ("l-keys", {"AttributesToGet": ["y", "nothing"]}, only(ITEM, "y")),
        ("l-include", {"ProjectionExpression": "m.deep[0], a"}, only(ITEM, "a m")),
        ("g-include", {"ProjectionExpression": "m.deep, sk"}, only(ITEM, "m sk")),
    ],
    ids=str,
)
def test_attributes_asked_for(dynamodb, table, name, more, want, operation):
    answer = read(dynamodb, table, name, operation, **more)
    assert answer["Items"][0] == want
    assert answer["Count"] == 3


UNPROJECTED = INVALID + "Global secondary index g-keys does not project "
UNFILTERED = INVALID + "Secondary index {} does not project one or more filter attributes: [y]"
NOT_ALL = INVALID + (
    "Select type ALL_ATTRIBUTES is not supported for global secondary index {} because its projection type is not ALL"
)
Y = {"ExpressionAttributeValues": {":v": S("y")}}
CONSISTENT = "Consistent reads are not supported on global secondary indexes"
PRIMARY = "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
SELECT = {
    "SPECIFIC_ATTRIBUTES": "Must specify the AttributesToGet or ProjectionExpression when choosing to get "
    "SPECIFIC_ATTRIBUTES",
    "ALL_ATTRIBUTES": "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES",
    "ALL_PROJECTED_ATTRIBUTES": "Cannot specify the ProjectionExpression when choosing to get "
    "ALL_PROJECTED_ATTRIBUTES",
    "COUNT": "Cannot specify the ProjectionExpression when choosing to get only the Count",
}


@pytest.mark.parametrize("name", ["g-keys", "l-keys"])
@pytest.mark.parametrize("select", SELECT)
def test_select_and_projection_must_agree(dynamodb, table, name, select):
    more = {"Select": select} | ({} if select == "SPECIFIC_ATTRIBUTES" else {"ProjectionExpression": "pk"})
    assert refused(read, dynamodb, table, name, **more) == ("ValidationException", ENVELOPE + SELECT[select])
    assert refused(read, dynamodb, table, name, "scan", **more) == ("ValidationException", SELECT[select])


@BOTH
@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("g-keys", {"Select": "ALL_ATTRIBUTES"}, NOT_ALL.format("g-keys")),
        ("g-include", {"Select": "ALL_ATTRIBUTES"}, NOT_ALL.format("g-include")),
        ("g-keys", {"ProjectionExpression": "y, pk, x"}, UNPROJECTED + "[y, x]"),
        ("g-keys", {"AttributesToGet": ["a", "y"]}, UNPROJECTED + "[y]"),
        ("g-keys", {"ConsistentRead": True}, CONSISTENT),
        ("g-all", {"ConsistentRead": True}, CONSISTENT),
        ("ghost", {}, "The table does not have the specified index: ghost"),
        ("g-all", {"ProjectionExpression": "a.b"}, NOT_SCALAR + "a"),
        ("l-all", {"ProjectionExpression": "n[0]"}, NOT_SCALAR + "n"),
    ],
    ids=str,
)
def test_reads_refused(dynamodb, table, name, more, message, operation):
    assert refused(read, dynamodb, table, name, operation, **more) == ("ValidationException", message)


@pytest.mark.parametrize("name", ["l-all", "l-keys", "l-include"])
def test_local_indexes_are_read_consistently(dynamodb, table, name):
    for operation in ("query", "scan"):
        assert read(dynamodb, table, name, operation, ConsistentRead=True)["Count"] == 3


@pytest.mark.parametrize(
    ("name", "more", "want"),
    [
        ("g-keys", {"FilterExpression": "y = :v"} | Y, UNFILTERED.format("g-keys")),
        ("g-include", {"FilterExpression": "x = :v OR y = :v"} | Y, UNFILTERED.format("g-include")),
        ("l-keys", {"FilterExpression": "y = :v"} | Y, UNFILTERED.format("l-keys")),
        (
            "l-include",
            {"QueryFilter": {"y": {"ComparisonOperator": "NOT_NULL"}}},
            UNFILTERED.format("l-include"),
        ),
        ("g-all", {"FilterExpression": "n = :v"} | Y, PRIMARY + "n"),
        ("g-all", {"FilterExpression": "n = :v AND a = :v"} | Y, PRIMARY + "a"),
        ("l-all", {"FilterExpression": "attribute_exists(t)"}, PRIMARY + "t"),
        (
            "g-all",
            {"QueryFilter": {"n": {"ComparisonOperator": "NOT_NULL"}}},
            "QueryFilter can only contain non-primary key attributes: Primary key attribute: n",
        ),
        ("g-all", {"FilterExpression": "y = :v"} | Y, [1, 2, 3]),
        ("g-all", {"FilterExpression": "sk > :v", "ExpressionAttributeValues": {":v": N(1)}}, [2, 3]),
        ("g-keys", {"FilterExpression": "sk > :v", "ExpressionAttributeValues": {":v": N(1)}}, [2, 3]),
        ("g-hash", {"FilterExpression": "n > :v", "ExpressionAttributeValues": {":v": N(2)}}, [3]),
        ("g-include", {"FilterExpression": "x = :v"} | Y, []),
        ("l-keys", {"FilterExpression": "sk < :v", "ExpressionAttributeValues": {":v": N(2)}}, [1]),
    ],
    ids=str,
)
def test_filters_of_queries(dynamodb, table, name, more, want):
    if isinstance(want, str):
        assert refused(read, dynamodb, table, name, **more) == ("ValidationException", want)
    else:
        answer = read(dynamodb, table, name, **more)
        assert (sort_keys(answer), answer["ScannedCount"]) == (want, 3)


@pytest.mark.parametrize(
    ("name", "condition", "want"),
    [
        ("g-all", "y = :v", [1, 2, 3]),
        ("g-keys", "y = :v", []),
        ("g-keys", "attribute_not_exists(y) AND a <> :v", [1, 2, 3]),
        ("l-keys", "y = :v", []),
        ("l-include", "x <> :v", [1, 2, 3]),
    ],
)
def test_filters_of_scans_see_what_the_index_has(dynamodb, table, name, condition, want):
    answer = read(dynamodb, table, name, "scan", FilterExpression=condition, **Y)
    assert (sort_keys(answer), answer["ScannedCount"]) == (want, 3)


def consumed(answer: dict) -> tuple:
    """Units in all, of the table, and of the index if one was charged."""
    units = answer["ConsumedCapacity"]
    ones = units.get("GlobalSecondaryIndexes", {}) | units.get("LocalSecondaryIndexes", {})
    return (units["CapacityUnits"], units["Table"]["CapacityUnits"], *(one["CapacityUnits"] for one in ones.values()))


@pytest.mark.parametrize(
    ("name", "more", "want"),
    [
        ("g-all", {}, (0.5, 0, 0.5)),
        ("g-keys", {"Select": "COUNT"}, (0.5, 0, 0.5)),
        ("l-keys", {}, (0.5, 0, 0.5)),
        ("l-keys", {"ConsistentRead": True}, (1, 0, 1)),
        ("l-keys", {"ProjectionExpression": "t"}, (0.5, 0, 0.5)),
        ("l-keys", {"ProjectionExpression": "y"}, (2, 1.5, 0.5)),
        ("l-keys", {"Select": "ALL_ATTRIBUTES"}, (2, 1.5, 0.5)),
        ("l-include", {"Select": "ALL_ATTRIBUTES", "ConsistentRead": True}, (4, 3, 1)),
        ("l-include", {"ProjectionExpression": "y", "Limit": 1}, (1, 0.5, 0.5)),
        ("l-all", {"Select": "ALL_ATTRIBUTES"}, (0.5, 0, 0.5)),
    ],
    ids=str,
)
def test_cost_of_reads(dynamodb, table, name, more, want):
    answer = read(dynamodb, table, name, ReturnConsumedCapacity="INDEXES", **more)
    assert consumed(answer) == want
    kind = "GlobalSecondaryIndexes" if name.startswith("g") else "LocalSecondaryIndexes"
    assert list(answer["ConsumedCapacity"][kind]) == [name]
    total = read(dynamodb, table, name, ReturnConsumedCapacity="TOTAL", **more)["ConsumedCapacity"]
    assert total == {"TableName": table, "CapacityUnits": want[0]}


def test_cost_of_fetching_large_items(dynamodb, tables):
    name = tables.make("pk:S", "sk:N", **indexed("t:N", local=(index("local", "pk | t", KEYS),)))
    for n in range(3):
        item = {"pk": S("p"), "sk": N(n), "t": N(n), "large": S("x" * 9_000)}
        dynamodb.put_item(TableName=name, Item=item)
    request = {"ReturnConsumedCapacity": "INDEXES", "Select": "ALL_ATTRIBUTES"}
    for consistent, want in ((False, (5, 4.5, 0.5)), (True, (10, 9, 1))):
        answer = query(dynamodb, name, "local", "pk = :p", {"p": S("p")}, ConsistentRead=consistent, **request)
        assert consumed(answer) == want


ONE_TOO_MANY = "Query key condition not supported"


@pytest.mark.parametrize(
    ("name", "condition", "message"),
    [
        ("g-hash", "a = :s AND n = :n", ONE_TOO_MANY),
        ("g-hash", "a = :s AND sk = :n", ONE_TOO_MANY),
        ("g-all", "a > :s", "Query key condition not supported"),
        ("g-all", "n = :n", "Query condition missed key schema element: a"),
        ("g-all", "pk = :s", "Query condition missed key schema element: a"),
        ("g-all", "a = :s AND t = :n", "Query condition missed key schema element: n"),
        ("l-all", "t = :n", "Query condition missed key schema element: pk"),
        ("l-all", "pk = :s AND sk = :n", "Query condition missed key schema element: t"),
        ("l-all", "pk = :s AND t = :s", INVALID + "Condition parameter type does not match schema type"),
        ("g-all", "a = :n", INVALID + "Condition parameter type does not match schema type"),
    ],
)
def test_conditions_refused(dynamodb, table, name, condition, message):
    values = {kind: value for kind, value in (("s", S("A")), ("n", N(1))) if f":{kind}" in condition}
    assert refused(query, dynamodb, table, name, condition, values) == ("ValidationException", message)


START = {"a": S("A"), "n": N(2), "pk": S("p"), "sk": N(2)}
A_IS = ("a = :k", {"k": S("A")})
MISMATCH = "The provided key element does not match the schema"


@pytest.mark.parametrize(
    ("name", "condition", "start", "want"),
    [
        ("g-all", A_IS, START, [3]),
        ("g-keys", A_IS, START | {"n": N("1.5"), "sk": N(77)}, [2, 3]),
        ("g-hash", A_IS, only(START, "a pk sk"), [3]),
        ("g-all", ("a = :k AND n = :n", {"k": S("A"), "n": N(2)}), START, []),
        ("g-all", ("a = :k AND n = :n", {"k": S("A"), "n": N(2)}), START | {"sk": N(1)}, [2]),
        ("l-keys", ("pk = :k", {"k": S("p")}), {"pk": S("p"), "sk": N(1), "t": N(1)}, [2, 3]),
        ("g-all", A_IS, only(START, "a n pk"), BAD_START),
        ("g-all", A_IS, only(START, "pk sk"), BAD_START),
        ("g-all", A_IS, START | {"x": S("x")}, BAD_START),
        ("g-all", A_IS, only(START, "a pk sk") | {"x": S("x")}, BAD_START),
        ("g-hash", A_IS, START, BAD_START),
        ("l-keys", ("pk = :k", {"k": S("p")}), {"pk": S("p"), "sk": N(1)}, BAD_START),
        ("g-all", A_IS, START | {"n": S("2")}, MISMATCH),
        ("g-all", A_IS, START | {"a": N(2)}, MISMATCH),
        ("g-all", A_IS, START | {"sk": S("2")}, f"{BAD_START}: {MISMATCH}"),
        (
            "g-all",
            A_IS,
            START | {"a": S("B")},
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
        (
            "g-all",
            ("a = :k AND n < :n", {"k": S("A"), "n": N(2)}),
            START,
            "The provided starting key does not match the range key predicate",
        ),
        (
            "g-all",
            ("a = :k AND n = :n", {"k": S("A"), "n": N(2)}),
            START | {"a": S("B")},
            "The query can return at most one row and cannot be restarted",
        ),
    ],
    ids=str,
)
def test_starting_keys_of_queries(dynamodb, table, name, condition, start, want):
    if isinstance(want, str):
        got = refused(query, dynamodb, table, name, *condition, ExclusiveStartKey=start)
        assert got == ("ValidationException", want)
    else:
        assert sort_keys(query(dynamodb, table, name, *condition, ExclusiveStartKey=start)) == want


DEEP = {"ProjectionExpression": "a.b"}
ON_KEY = {"FilterExpression": "n = :k"}


@pytest.mark.parametrize(
    ("more", "condition", "message"),
    [
        ({"ConsistentRead": True, "ExclusiveStartKey": {"a": S("A")}}, "a = :k", CONSISTENT),
        ({"ExclusiveStartKey": {"a": S("A")}}, "n = :k", BAD_START),
        ({"ExclusiveStartKey": START | {"a": N(1)}}, "n = :k", MISMATCH),
        ({"ExclusiveStartKey": START | {"sk": S("1")}}, "pk = :k", "Query condition missed key schema element: a"),
        ({"ExclusiveStartKey": START | {"sk": S("1")}} | DEEP, "a = :k", f"{BAD_START}: {MISMATCH}"),
        (DEEP | ON_KEY, "a = :k", NOT_SCALAR + "a"),
        (ON_KEY | {"Select": "ALL_ATTRIBUTES"}, "a = :k", PRIMARY + "n"),
        ({"FilterExpression": "size(t.x) > :k", "Select": "ALL_ATTRIBUTES"}, "a = :k", NOT_ALL.format("g-keys")),
    ],
    ids=str,
)
def test_the_first_problem_is_told(dynamodb, table, more, condition, message):
    got = refused(query, dynamodb, table, "g-keys", condition, {"k": S("A")}, **more)
    assert got == ("ValidationException", message)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        (only(START, "a n pk"), BAD_START),
        (START | {"x": S("x")}, BAD_START),
        (START | {"n": S("2")}, MISMATCH),
        (START | {"pk": N(2)}, f"{BAD_START}: {MISMATCH}"),
    ],
    ids=str,
)
def test_starting_keys_of_scans_refused(dynamodb, table, start, message):
    got = refused(dynamodb.scan, TableName=table, IndexName="g-all", ExclusiveStartKey=start)
    assert got == ("ValidationException", message)


@pytest.mark.parametrize(
    ("name", "members"),
    [("g-all", "a n pk sk"), ("g-keys", "a n pk sk"), ("g-hash", "a pk sk"), ("l-keys", "t pk sk")],
)
def test_last_evaluated_key(dynamodb, table, name, members):
    for operation in ("query", "scan"):
        assert read(dynamodb, table, name, operation, Limit=1)["LastEvaluatedKey"] == only(ITEM, members)
    more = {"ProjectionExpression": "pk", "FilterExpression": "pk <> :p", "ExpressionAttributeValues": {":p": S("p")}}
    if not name.startswith("l"):
        answer = read(dynamodb, table, name, Limit=1, **more)
        assert (answer["Items"], answer["LastEvaluatedKey"]) == ([], only(ITEM, members))


def test_indexes_on_the_keys_of_the_table(dynamodb, tables):
    keys = (index("inverted", "sk | pk"), index("same", "pk | sk", KEYS), index("number", "n"), index("blob", "b | sk"))
    name = tables.make("pk:S", "sk:N", **indexed("n:N b:B", *keys))
    for n in (1, 2, 3):
        item = {"pk": S(f"p{n}"), "sk": N(7), "n": N(100), "b": B(b"\x00\xff")}
        dynamodb.put_item(TableName=name, Item=item)
    for of, condition, value, members in (
        ("inverted", "sk = :k", N("7.0"), "pk sk"),
        ("same", "pk = :k", S("p1"), "pk sk"),
        ("number", "n = :k", N("1e2"), "n pk sk"),
        ("blob", "b = :k", B(b"\x00\xff"), "b pk sk"),
    ):
        answers = pages(query, dynamodb, name, of, condition, {"k": value}, Limit=1)
        found = [item["pk"]["S"] for answer in answers for item in answer["Items"]]
        assert sorted(found) == (["p1"] if of == "same" else ["p1", "p2", "p3"])
        assert set(answers[0]["LastEvaluatedKey"]) == set(members.split())


EQUALS = 40


@pytest.fixture(scope="module")
def equals(dynamodb, module_tables) -> str:
    """All items have one of two index keys."""
    keys = (index("both", "a | n"), index("hash", "a"), index("sorted", "a | sk", KEYS))
    name = module_tables.make("pk:S", "sk:N", **indexed("a n:N", *keys, local=(index("local", "pk | n"),)))
    for n in range(EQUALS):
        item = {"pk": S(f"p{n % 5}"), "sk": N(n), "a": S("A"), "n": N(n % 2)}
        dynamodb.put_item(TableName=name, Item=item)
    return name


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 20, 40, 41])
@pytest.mark.parametrize("name", ["both", "hash", "sorted"])
def test_pages_of_equal_index_keys(dynamodb, equals, name, limit, forward):
    request = {"ScanIndexForward": forward}
    whole = sort_keys(query(dynamodb, equals, name, *A_IS, **request))
    assert sorted(whole) == list(range(EQUALS))
    if name == "both":
        assert [n % 2 for n in whole] == sorted((n % 2 for n in whole), reverse=not forward)
    assert sort_keys(query(dynamodb, equals, name, *A_IS, ScanIndexForward=not forward)) == whole[::-1]
    answers = pages(query, dynamodb, equals, name, *A_IS, Limit=limit, **request)
    assert sort_keys(*answers) == whole
    assert [answer["Count"] for answer in answers] == [limit] * (EQUALS // limit) + [EQUALS % limit]


@pytest.mark.parametrize("name", ["both", "hash", "local"])
@pytest.mark.parametrize("segments", [None, 1, 3, 8])
def test_scans_of_an_index(dynamodb, equals, name, segments):
    request = {"TableName": equals, "IndexName": name, "Limit": 7}
    parts = [{"Segment": n, "TotalSegments": segments} for n in range(segments)] if segments else [{}]
    found = [sort_keys(*pages(dynamodb.scan, **request, **part)) for part in parts]
    assert sorted(sum(found, [])) == list(range(EQUALS))
    if segments:
        full = max(range(segments), key=lambda n: len(found[n]))
        start = dynamodb.scan(**request, **parts[full])["LastEvaluatedKey"]
        for part in parts[:full] + parts[full + 1 :]:
            assert refused(dynamodb.scan, **request, **part, ExclusiveStartKey=start) == (
                "ValidationException",
                f"{BAD_START}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. "
                f"TotalSegments: {segments} Segment: {part['Segment']}",
            )


@pytest.mark.parametrize("forward", [True, False])
def test_pages_while_others_write(dynamodb, tables, forward):
    name = tables.make("pk:S", "sk:N", **indexed("a n:N", index("both", "a | n")))
    for n in range(60):
        dynamodb.put_item(TableName=name, Item={"pk": S("kept"), "sk": N(n), "a": S("A"), "n": N(n % 3)})
    done = threading.Event()

    def write():
        for n in range(1_000_000):
            if done.is_set():
                return
            item = {"pk": S(f"other{n % 7}"), "sk": N(n % 50), "a": S("A"), "n": N(n % 3)}
            dynamodb.put_item(TableName=name, Item=item)
            dynamodb.delete_item(TableName=name, Key={"pk": S(f"other{(n + 3) % 7}"), "sk": N(n % 50)})

    other = threading.Thread(target=write)
    other.start()
    try:
        for limit in (1, 2, 7):
            answers = pages(query, dynamodb, name, "both", *A_IS, Limit=limit, ScanIndexForward=forward)
            kept = [item for answer in answers for item in answer["Items"] if item["pk"] == S("kept")]
            keys = [(int(item["n"]["N"]), int(item["sk"]["N"])) for item in kept]
            assert keys == sorted(keys, reverse=not forward) and len(set(keys)) == len(keys) == 60
    finally:
        done.set()
        other.join()


def test_pages_of_a_megabyte_count_projected_sizes(dynamodb, tables):
    name = tables.make("pk:S", "sk:N", **indexed("a", index("whole", "a"), index("keys", "a", KEYS)))
    for n in range(7):
        item = {"pk": S("p"), "sk": N(n), "a": S("A"), "v": S("x" * 199_990)}
        dynamodb.put_item(TableName=name, Item=item)
    assert [page["Count"] for page in pages(query, dynamodb, name, "whole", *A_IS)] == [6, 1]
    assert [page["Count"] for page in pages(query, dynamodb, name, "keys", *A_IS)] == [7]
