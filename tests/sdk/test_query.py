"""Query: key conditions, order, pages, filters, Select."""

import pytest

from harness.clients import refused
from harness.values import M, N, S, B

INVALID = "One or more parameter values were invalid: "


@pytest.fixture(scope="module")
def numbers(dynamodb, module_tables):
    """Partition "p" holds 20 items with numbers as sort keys, put in no order; "q" is its neighbour."""
    name = module_tables.make("pk:S", "sk:N")
    for n in sorted(range(-10, 10), key=lambda n: n * 7 % 20):
        item = {"pk": S("p"), "sk": N(n), "even": {"BOOL": n % 2 == 0}, "d": M(n=N(n))}
        dynamodb.put_item(TableName=name, Item=item)
    dynamodb.put_item(TableName=name, Item={"pk": S("q"), "sk": N(0)})
    return name


@pytest.fixture(scope="module")
def words(dynamodb, module_tables):
    name = module_tables.make("pk:S", "sk:S")
    for word in ("a", "B", "ab", "abc", "b", "é", "漢", "😀", "a\u0000", "a b"):
        dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": S(word)})
    return name


@pytest.fixture(scope="module")
def hash_only(dynamodb, module_tables):
    name = module_tables.make()
    dynamodb.put_item(TableName=name, Item={"pk": S("p"), "v": N(1)})
    return name


def query(dynamodb, table, condition="pk = :p", values=None, **more):
    return dynamodb.query(
        TableName=table,
        KeyConditionExpression=condition,
        ExpressionAttributeValues={":p": S("p")} | (values or {}),
        **more,
    )


def sort_keys(answer) -> list:
    return [next(iter(item["sk"].values())) for item in answer["Items"]]


@pytest.mark.parametrize(
    ("condition", "values", "want"),
    [
        ("pk = :p", {}, range(-10, 10)),
        ("pk = :p AND sk = :a", {":a": N("3.0")}, [3]),
        ("pk = :p AND sk = :a", {":a": N("3.5")}, []),
        ("pk = :p AND sk < :a", {":a": N("-7")}, [-10, -9, -8]),
        ("pk = :p AND sk <= :a", {":a": N("-8.5")}, [-10, -9]),
        ("pk = :p AND sk > :a", {":a": N("7")}, [8, 9]),
        ("pk = :p AND sk >= :a", {":a": N("7")}, [7, 8, 9]),
        ("pk = :p AND sk BETWEEN :a AND :b", {":a": N("-1"), ":b": N("1.9")}, [-1, 0, 1]),
        ("pk = :p AND sk BETWEEN :a AND :b", {":a": N("5"), ":b": N("5")}, [5]),
        ("sk > :a AND pk = :p", {":a": N("8")}, [9]),
        ("(pk = :p) AND (sk > :a)", {":a": N("8")}, [9]),
        (":p = pk AND :a < sk", {":a": N("8")}, [9]),
    ],
)
def test_number_conditions(dynamodb, numbers, condition, values, want):
    want = [str(n) for n in want]
    assert sort_keys(query(dynamodb, numbers, condition, values)) == want
    assert sort_keys(query(dynamodb, numbers, condition, values, ScanIndexForward=False)) == want[::-1]
    assert sort_keys(query(dynamodb, numbers, condition, values, ConsistentRead=True)) == want


@pytest.mark.parametrize(
    ("condition", "values", "want"),
    [
        ("pk = :p", {}, ["B", "a", "a\u0000", "a b", "ab", "abc", "b", "é", "漢", "😀"]),
        ("pk = :p AND begins_with(sk, :a)", {":a": S("a")}, ["a", "a\u0000", "a b", "ab", "abc"]),
        ("pk = :p AND begins_with(sk, :a)", {":a": S("ab")}, ["ab", "abc"]),
        ("pk = :p AND begins_with(sk, :a)", {":a": S("z")}, []),
        ("pk = :p AND sk > :a", {":a": S("b")}, ["é", "漢", "😀"]),
        ("pk = :p AND sk BETWEEN :a AND :b", {":a": S("a\u0000"), ":b": S("ab")}, ["a\u0000", "a b", "ab"]),
    ],
)
def test_text_conditions(dynamodb, words, condition, values, want):
    assert sort_keys(query(dynamodb, words, condition, values)) == want
    assert sort_keys(query(dynamodb, words, condition, values, ScanIndexForward=False)) == want[::-1]


def test_binary_order(dynamodb, tables):
    name = tables.make("pk:S", "sk:B")
    values = [b"\x00", b"\x00\x00", b"\x00\x01", b"\x01", b"\x7f", b"\x80", b"\xff", b"\xff\x00"]
    for value in reversed(values):
        dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": B(value)})
    assert sort_keys(query(dynamodb, name)) == values
    answer = query(dynamodb, name, "pk = :p AND begins_with(sk, :a)", {":a": B(b"\xff")})
    assert sort_keys(answer) == [b"\xff", b"\xff\x00"]


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("limit", [1, 3, 7, 20, 21])
def test_pages_by_limit(dynamodb, numbers, limit, forward):
    pages, start = [], {}
    while True:
        answer = query(dynamodb, numbers, Limit=limit, ScanIndexForward=forward, **start)
        assert answer["Count"] == answer["ScannedCount"] == len(answer["Items"]) <= limit
        pages.append(sort_keys(answer))
        if "LastEvaluatedKey" not in answer:
            break
        assert answer["LastEvaluatedKey"] == {"pk": S("p"), "sk": N(pages[-1][-1])}
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}
    assert sum(pages, []) == [str(n) for n in (range(-10, 10) if forward else range(9, -11, -1))]
    # A page that ends by Limit has a LastEvaluatedKey even if nothing follows.
    assert len(pages) == 20 // limit + 1


def test_limit_counts_before_the_filter(dynamodb, numbers):
    answer = query(
        dynamodb, numbers, values={":t": {"BOOL": True}}, FilterExpression="even = :t", Limit=5
    )
    assert sort_keys(answer) == ["-10", "-8", "-6"]
    assert (answer["Count"], answer["ScannedCount"]) == (3, 5)
    assert answer["LastEvaluatedKey"]["sk"] == N("-6")


def test_filter_that_leaves_nothing(dynamodb, numbers):
    answer = query(dynamodb, numbers, FilterExpression="attribute_exists(nothing)")
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 20)


def test_pages_of_a_megabyte(dynamodb, tables):
    name = tables.make("pk:S", "sk:N")
    for n in range(12):
        dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": N(n + 1), "v": S("x" * 199_990)})
    # 199,990 + 10 bytes an item at most: the sixth crosses 1,048,576 and is still on the page.
    pages = list(
        dynamodb.get_paginator("query").paginate(
            TableName=name, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": S("p")}
        )
    )
    assert [len(page["Items"]) for page in pages] == [6, 6, 0] or [len(page["Items"]) for page in pages] == [6, 6]
    assert sum((sort_keys(page) for page in pages), []) == [str(n + 1) for n in range(12)]
    counted = query(dynamodb, name, Select="COUNT", ReturnConsumedCapacity="TOTAL")
    assert counted["Count"] == 6 and "Items" not in counted
    assert counted["ConsumedCapacity"]["CapacityUnits"] == pytest.approx(6 * 200_000 / 4096 / 2, abs=1)


@pytest.mark.parametrize(
    ("more", "items"),
    [
        ({}, True),
        ({"Select": "ALL_ATTRIBUTES"}, True),
        ({"Select": "COUNT"}, False),
        ({"Select": "SPECIFIC_ATTRIBUTES", "ProjectionExpression": "sk"}, [{"sk": N("5")}]),
        ({"ProjectionExpression": "sk, d.n"}, [{"sk": N("5"), "d": M(n=N("5"))}]),
    ],
    ids=str,
)
def test_select(dynamodb, numbers, more, items):
    answer = query(dynamodb, numbers, "pk = :p AND sk = :a", {":a": N("5")}, **more)
    assert (answer["Count"], answer["ScannedCount"]) == (1, 1)
    whole = [{"pk": S("p"), "sk": N("5"), "even": {"BOOL": False}, "d": M(n=N("5"))}]
    assert answer.get("Items") == {True: whole, False: None}.get(items if isinstance(items, bool) else None, items)


NOT_INDEXABLE = "Attempted conditional constraint is not an indexable operation"
A, B_ = {":a": N("1")}, {":a": N("1"), ":b": N("2")}


@pytest.mark.parametrize(
    ("condition", "values", "message"),
    [
        ("sk = :a", A, "Query condition missed key schema element: pk"),
        ("pk = :p AND v = :a", A, "Query condition missed key schema element: sk"),
        ("pk > :p", {}, "Query key condition not supported"),
        ("pk = :p OR sk = :a", A, "Invalid operator used in KeyConditionExpression: OR"),
        ("pk = :p AND NOT sk = :a", A, "Invalid operator used in KeyConditionExpression: NOT"),
        ("pk = :p AND sk <> :a", A, "Invalid operator used in KeyConditionExpression: <>"),
        ("pk = :p AND sk IN (:a)", A, "Invalid operator used in KeyConditionExpression: IN"),
        ("pk = :p AND contains(sk, :a)", A, "Invalid operator used in KeyConditionExpression: contains"),
        (
            "pk = :p AND attribute_exists(sk)",
            {},
            "Invalid operator used in KeyConditionExpression: attribute_exists",
        ),
        ("pk = :p AND size(sk) = :a", A, "KeyConditionExpressions cannot contain nested operations"),
        (
            "pk = :p AND sk = v",
            {},
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        (
            "pk = :p AND sk > :a AND sk < :b",
            B_,
            "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key",
        ),
        (
            "pk = :p AND sk = :a AND v = :b",
            B_,
            "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)",
        ),
        (
            "pk = :p AND sk = :a",
            {":a": S("text")},
            INVALID + "Condition parameter type does not match schema type",
        ),
        (
            "pk = :p AND sk BETWEEN :a AND :b",
            {":a": N("2"), ":b": N("1")},
            "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or equal "
            "to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}",
        ),
        (
            "pk = :p AND begins_with(sk, :a)",
            A,
            "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: "
            "begins_with, operand type: N",
        ),
        ("", {}, "Invalid KeyConditionExpression: The expression can not be empty;"),
    ],
)
def test_conditions_refused(dynamodb, numbers, condition, values, message):
    if not condition:
        got = refused(dynamodb.query, TableName=numbers, KeyConditionExpression="")
    else:
        used = {name: v for name, v in ({":p": S("p")} | values).items() if name in condition}
        got = refused(
            dynamodb.query, TableName=numbers, KeyConditionExpression=condition, ExpressionAttributeValues=used
        )
    assert got == ("ValidationException", message)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"Limit": 0},
            "1 validation error detected: Value at 'Limit' failed to satisfy constraint: Member must have value "
            "greater than or equal to 1",
        ),
        (
            {"FilterExpression": "sk > :p"},
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        ),
        (
            {"FilterExpression": "pk = :p"},
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: pk",
        ),
        ({"IndexName": "no-such-index"}, "The table does not have the specified index: no-such-index"),
        (
            {"Select": "EVERYTHING"},
            "1 validation error detected: Value 'EVERYTHING' at 'select' failed to satisfy constraint: Member must "
            "satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
        ),
        (
            {"Select": "SPECIFIC_ATTRIBUTES"},
            "1 validation error detected: Must specify the AttributesToGet or ProjectionExpression when choosing to "
            "get SPECIFIC_ATTRIBUTES",
        ),
        (
            {"Select": "ALL_ATTRIBUTES", "ProjectionExpression": "v"},
            "1 validation error detected: Cannot specify the ProjectionExpression when choosing to get "
            "ALL_ATTRIBUTES",
        ),
        (
            {"Select": "COUNT", "ProjectionExpression": "v"},
            "1 validation error detected: Cannot specify the ProjectionExpression when choosing to get only the Count",
        ),
        (
            {"Select": "ALL_PROJECTED_ATTRIBUTES"},
            "1 validation error detected: ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        ),
        ({"ExclusiveStartKey": {"pk": S("p")}}, "The provided starting key is invalid"),
        (
            {"ExclusiveStartKey": {"pk": S("p"), "sk": N("1"), "v": N("1")}},
            "The provided starting key is invalid",
        ),
        (
            {"ExclusiveStartKey": {"pk": S("q"), "sk": N("0")}},
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
    ],
    ids=str,
)
def test_parameters_refused(dynamodb, numbers, more, message):
    assert refused(query, dynamodb, numbers, **more) == ("ValidationException", message)


def test_a_starting_key_need_not_exist(dynamodb, numbers):
    answer = query(dynamodb, numbers, ExclusiveStartKey={"pk": S("p"), "sk": N("6.5")})
    assert sort_keys(answer) == ["7", "8", "9"]


def test_hash_only_table(dynamodb, hash_only):
    assert query(dynamodb, hash_only)["Items"] == [{"pk": S("p"), "v": N("1")}]
    starts = {
        "The provided exclusive start key is invalid: ExclusiveStartKey: {pk=AttributeValue: {S:p}}": {"pk": S("p")},
        "The provided starting key is invalid": {"x": S("p")},
    }
    for message, start in starts.items():
        assert refused(query, dynamodb, hash_only, ExclusiveStartKey=start) == ("ValidationException", message)


def test_without_a_key_condition(dynamodb, numbers):
    assert refused(dynamodb.query, TableName=numbers) == (
        "ValidationException",
        "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
    )


def test_a_missing_table_comes_after_the_request_itself(dynamodb):
    assert refused(query, dynamodb, "no-such-table") == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )
    assert refused(query, dynamodb, "no-such-table", FilterExpression="((a = :p))")[0] == "ValidationException"
