"""Scan: completeness, pages, parallel segments, filters, Select."""

import pytest

from harness.clients import refused
from harness.values import N, S

ITEMS = 200


@pytest.fixture(scope="module")
def table(dynamodb, module_tables):
    """200 items: 40 partitions of 5."""
    name = module_tables.make("pk:S", "sk:N")
    for n in range(ITEMS):
        dynamodb.put_item(TableName=name, Item={"pk": S(f"p{n // 5}"), "sk": N(n % 5), "n": N(n)})
    return name


def numbers(items) -> list[int]:
    return [int(item["n"]["N"]) for item in items]


def walk(dynamodb, **request) -> list[list[int]]:
    """The numbers of each page."""
    pages, start = [], {}
    while True:
        answer = dynamodb.scan(**request, **start)
        pages.append(numbers(answer["Items"]))
        if "LastEvaluatedKey" not in answer:
            return pages
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def test_everything_once(dynamodb, table):
    answer = dynamodb.scan(TableName=table, ConsistentRead=True)
    assert sorted(numbers(answer["Items"])) == list(range(ITEMS))
    assert (answer["Count"], answer["ScannedCount"]) == (ITEMS, ITEMS)
    assert "LastEvaluatedKey" not in answer


def test_a_partition_stays_together_and_in_order(dynamodb, table):
    found = numbers(dynamodb.scan(TableName=table)["Items"])
    for at in range(0, ITEMS, 5):
        assert found[at : at + 5] == list(range(found[at], found[at] + 5))


@pytest.mark.parametrize("limit", [1, 7, 50, 200])
def test_pages(dynamodb, table, limit):
    pages = walk(dynamodb, TableName=table, Limit=limit)
    assert all(len(page) == limit for page in pages[:-1])
    assert sorted(sum(pages, [])) == list(range(ITEMS))


@pytest.mark.parametrize("segments", [1, 2, 3, 16, 1000])
def test_segments_share_the_table(dynamodb, table, segments):
    found = []
    for segment in range(segments):
        found += sum(walk(dynamodb, TableName=table, Segment=segment, TotalSegments=segments, Limit=33), [])
    assert sorted(found) == list(range(ITEMS))


def test_segments_are_balanced(dynamodb, table):
    counts = [
        dynamodb.scan(TableName=table, Segment=s, TotalSegments=4, Select="COUNT")["Count"] for s in range(4)
    ]
    assert sum(counts) == ITEMS
    assert min(counts) > 0


def test_filter_and_limit(dynamodb, table):
    request = {
        "TableName": table,
        "FilterExpression": "n < :ten",
        "ExpressionAttributeValues": {":ten": N("10")},
    }
    answer = dynamodb.scan(**request)
    assert sorted(numbers(answer["Items"])) == list(range(10))
    assert (answer["Count"], answer["ScannedCount"]) == (10, ITEMS)
    first = dynamodb.scan(**request, Limit=20)
    assert first["ScannedCount"] == 20 and first["Count"] <= 10
    assert sorted(sum(walk(dynamodb, **request, Limit=20), [])) == list(range(10))


def test_keys_may_be_filtered_on(dynamodb, table):
    answer = dynamodb.scan(
        TableName=table,
        FilterExpression="pk = :p AND sk > :s",
        ExpressionAttributeValues={":p": S("p0"), ":s": N("2")},
    )
    assert numbers(answer["Items"]) == [3, 4]


def test_count_and_projection(dynamodb, table):
    counted = dynamodb.scan(TableName=table, Select="COUNT")
    assert counted["Count"] == ITEMS and "Items" not in counted
    projected = dynamodb.scan(TableName=table, ProjectionExpression="n", Limit=3)
    assert all(set(item) == {"n"} for item in projected["Items"])


def test_pages_of_a_megabyte(dynamodb, tables):
    name = tables.make()
    for n in range(5):
        dynamodb.put_item(TableName=name, Item={"pk": S(str(n)), "n": N(n), "v": S("x" * 400_000)})
    pages = walk(dynamodb, TableName=name)
    # The third item crosses 1,048,576 bytes and is still on the page.
    assert [len(page) for page in pages] == [3, 2]
    assert sorted(sum(pages, [])) == list(range(5))


def test_empty_table(dynamodb, tables):
    answer = dynamodb.scan(TableName=tables.make())
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 0)


SEGMENT_TOO_HIGH = (
    "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 5 is not less than "
    "TotalSegments: 5"
)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"Limit": 0},
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value "
            "greater than or equal to 1",
        ),
        (
            {"Segment": -1, "TotalSegments": 2},
            "1 validation error detected: Value '-1' at 'segment' failed to satisfy constraint: Member must have "
            "value greater than or equal to 0",
        ),
        (
            {"Segment": 0, "TotalSegments": 1_000_001},
            "1 validation error detected: Value '1000001' at 'totalSegments' failed to satisfy constraint: Member "
            "must have value less than or equal to 1000000",
        ),
        (
            {"Segment": 0},
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is "
            "present",
        ),
        (
            {"TotalSegments": 1},
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is "
            "present",
        ),
        ({"Segment": 5, "TotalSegments": 5}, SEGMENT_TOO_HIGH),
        (
            {"Select": "SPECIFIC_ATTRIBUTES"},
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
        ),
        ({"FilterExpression": ""}, "Invalid FilterExpression: The expression can not be empty;"),
        (
            {"ExpressionAttributeValues": {":a": N(1)}},
            "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null",
        ),
        (
            {"FilterExpression": "a = :v", "ExpressionAttributeValues": {":v": N("abc")}},
            "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric "
            "value: abc for key :v",
        ),
        (
            {"FilterExpression": "a = :v", "ExpressionAttributeValues": {":v": {"SS": ["b", "a", "b"]}}},
            "ExpressionAttributeValues contains invalid value: One or more parameter values were invalid: Input "
            "collection [b, a, b] contains duplicates. for key :v",
        ),
        ({"IndexName": "no-such-index"}, "The table does not have the specified index: no-such-index"),
        (
            {"ExclusiveStartKey": {"pk": S("p0")}},
            "The provided starting key is invalid: The provided key element does not match the schema",
        ),
    ],
    ids=str,
)
def test_refuses(dynamodb, table, tables, parameters, message):
    for name in (table, tables.make("pk:S", "sk:N")):
        assert refused(dynamodb.scan, TableName=name, **parameters) == ("ValidationException", message)


def test_a_starting_key_belongs_to_its_segment(dynamodb, table):
    item = dynamodb.scan(TableName=table, Segment=0, TotalSegments=2, Limit=1)["Items"][0]
    key = {name: item[name] for name in ("pk", "sk")}
    dynamodb.scan(TableName=table, Segment=0, TotalSegments=2, ExclusiveStartKey=key)
    assert refused(dynamodb.scan, TableName=table, Segment=1, TotalSegments=2, ExclusiveStartKey=key) == (
        "ValidationException",
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
        "Segment. TotalSegments: 2 Segment: 1",
    )
