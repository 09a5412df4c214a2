"""BatchGetItem and BatchWriteItem: many items of several tables in one request."""

import boto3
import pytest

from harness.clients import refused
from harness.values import N, S
from harness.wire import REGION


@pytest.fixture(scope="module")
def two(module_tables):
    """Two tables: one with a sort key and indexes, one without."""
    first = module_tables.make(
        "pk:S",
        "sk:N",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": kind} for name, kind in (("pk", "S"), ("sk", "N"), ("g", "S"))
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "local",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "global",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    second = module_tables.make("id:S")
    return first, second


def put(**item):
    return {"PutRequest": {"Item": item}}


def delete(**key):
    return {"DeleteRequest": {"Key": key}}


def test_what_is_written_is_read(dynamodb, two):
    first, second = two
    items = [{"pk": S("w"), "sk": N(str(i)), "v": S("x" * i)} for i in range(20)]
    written = dynamodb.batch_write_item(
        RequestItems={
            first: [put(**item) for item in items],
            second: [put(id=S("one"), v=N("1")), put(id=S("two"), v=N("2"))],
        }
    )
    assert written["UnprocessedItems"] == {}
    read = dynamodb.batch_get_item(
        RequestItems={
            first: {"Keys": [{"pk": S("w"), "sk": N(str(i))} for i in range(25)], "ConsistentRead": True},
            second: {"Keys": [{"id": S("two")}, {"id": S("none")}], "ProjectionExpression": "v"},
        }
    )
    assert sorted(read["Responses"][first], key=lambda item: int(item["sk"]["N"])) == items
    assert read["Responses"][second] == [{"v": N("2")}]
    assert read["UnprocessedKeys"] == {}

    dynamodb.batch_write_item(
        RequestItems={first: [delete(pk=S("w"), sk=N("3")), put(pk=S("w"), sk=N("4"), v=S("new")), delete(pk=S("w"), sk=N("99"))]}
    )
    rest = dynamodb.query(
        TableName=first, KeyConditionExpression="pk = :p AND sk < :s", ExpressionAttributeValues={":p": S("w"), ":s": N("6")}
    )["Items"]
    assert [(item["sk"]["N"], item["v"]["S"]) for item in rest] == [
        ("0", ""), ("1", "x"), ("2", "xx"), ("4", "new"), ("5", "xxxxx"),
    ]  # fmt: skip


def test_indexes_and_capacity_follow(dynamodb, two):
    first, second = two
    written = dynamodb.batch_write_item(
        RequestItems={
            first: [put(pk=S("c"), sk=N(str(i)), g=S("group"), v=S("x" * 1500)) for i in range(3)],
            second: [put(id=S("c"))],
        },
        ReturnConsumedCapacity="INDEXES",
        ReturnItemCollectionMetrics="SIZE",
    )
    consumed = {entry["TableName"]: entry for entry in written["ConsumedCapacity"]}
    assert consumed[second]["CapacityUnits"] == 1.0
    # Two units for each item and its entry in the global index, one for its entry in the local one.
    assert consumed[first]["CapacityUnits"] == 15.0
    assert consumed[first]["Table"] == {"CapacityUnits": 6.0}
    assert consumed[first]["GlobalSecondaryIndexes"] == {"global": {"CapacityUnits": 6.0}}
    assert consumed[first]["LocalSecondaryIndexes"] == {"local": {"CapacityUnits": 3.0}}
    assert {m["ItemCollectionKey"]["pk"]["S"] for m in written["ItemCollectionMetrics"][first]} == {"c"}
    found = dynamodb.query(
        TableName=first, IndexName="global", KeyConditionExpression="g = :g", ExpressionAttributeValues={":g": S("group")}
    )
    assert found["Count"] == 3

    read = dynamodb.batch_get_item(
        RequestItems={
            first: {"Keys": [{"pk": S("c"), "sk": N(str(i))} for i in range(4)]},
            second: {"Keys": [{"id": S("c")}], "ConsistentRead": True},
        },
        ReturnConsumedCapacity="TOTAL",
    )
    assert {entry["TableName"]: entry["CapacityUnits"] for entry in read["ConsumedCapacity"]} == {first: 2.0, second: 1.0}


def test_a_bad_thirteenth_of_twenty_five_changes_nothing(dynamodb, two):
    first, second = two
    good = [put(id=S(f"batch-{i}")) for i in range(25)]
    mismatch = ("ValidationException", "The provided key element does not match the schema")
    rows = [
        (put(id=N("1")), mismatch),
        (put(other=S("x")), mismatch),
        (delete(id=S("a"), more=S("b")), mismatch),
        (put(id=S("")), (
            "ValidationException",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
            "string value. Key: id",
        )),
        (put(id=S("batch-3")), ("ValidationException", "Provided list of item keys contains duplicates")),
        (put(id=S("large"), v=S("x" * 409_600)), ("ValidationException", "Item size has exceeded the maximum allowed size")),
    ]  # fmt: skip
    for bad, want in rows:
        requests = [*good[:12], bad, *good[13:]]
        assert refused(dynamodb.batch_write_item, RequestItems={second: requests}) == want
    assert refused(
        dynamodb.batch_write_item, RequestItems={second: good, "no-such-table": [put(id=S("a"))]}
    ) in (
        ("ResourceNotFoundException", "Requested resource not found"),
        ("ValidationException", "Too many items requested for the BatchWriteItem call"),
    )
    read = dynamodb.batch_get_item(RequestItems={second: {"Keys": [{"id": S(f"batch-{i}")} for i in range(25)]}})
    assert read["Responses"][second] == []


def test_a_wrong_index_key_changes_nothing(dynamodb, two):
    first, _ = two
    requests = [put(pk=S("i"), sk=N("1"), g=S("good")), put(pk=S("i"), sk=N("2"), g=N("1"))]
    code, message = refused(dynamodb.batch_write_item, RequestItems={first: requests})
    assert code == "ValidationException"
    assert message.startswith("One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N")
    assert dynamodb.get_item(TableName=first, Key={"pk": S("i"), "sk": N("1")}).get("Item") is None


@pytest.mark.parametrize(
    ("keys", "want"),
    [
        ([{"id": S("a")}, {"id": S("a")}], "Provided list of item keys contains duplicates"),
        ([{"id": N("1")}], "The provided key element does not match the schema"),
        ([{"id": S("a"), "b": S("b")}], "The provided key element does not match the schema"),
        (
            [{"id": S("")}],
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
            "string value. Key: id",
        ),
    ],
)
def test_keys_that_cannot_be_read(dynamodb, two, keys, want):
    _, second = two
    assert refused(dynamodb.batch_get_item, RequestItems={second: {"Keys": keys}}) == ("ValidationException", want)


def test_no_such_table(dynamodb, two):
    _, second = two
    missing = ("ResourceNotFoundException", "Requested resource not found")
    keys = {"Keys": [{"id": S("a")}]}
    assert refused(dynamodb.batch_get_item, RequestItems={second: keys, "no-such-table": keys}) == missing
    writes = [put(id=S("never"))]
    assert refused(dynamodb.batch_write_item, RequestItems={second: writes, "no-such-table": writes}) == missing
    assert dynamodb.get_item(TableName=second, Key={"id": S("never")}).get("Item") is None


@pytest.fixture(scope="module")
def large(dynamodb, two) -> list[str]:
    """The names of 100 items of 300 KB in the second table."""
    _, second = two
    names = [f"large-{i}" for i in range(100)]
    for i in range(0, 100, 25):
        dynamodb.batch_write_item(
            RequestItems={second: [put(id=S(name), v=S("x" * (300 * 1024 - 100))) for name in names[i : i + 25]]}
        )
    return names


def test_more_than_an_answer_holds_comes_with_the_next(dynamodb, two, large):
    """What does not fit is named in UnprocessedKeys, and whoever asks again gets it all."""
    _, second = two
    asked = {second: {"Keys": [{"id": S(name)} for name in large], "ConsistentRead": True}}
    found = []
    answers = 0
    while asked:
        answer = dynamodb.batch_get_item(RequestItems=asked)
        found += [item["id"]["S"] for item in answer["Responses"][second]]
        asked = answer["UnprocessedKeys"]
        assert not asked or asked[second]["ConsistentRead"] is True
        answers += 1
        if answers == 1:
            assert len(found) == 52
    assert sorted(found) == sorted(large)
    assert answers == 2


def test_what_is_left_of_several_tables_is_asked_for_as_before(dynamodb, two, large):
    first, second = two
    small = [{"pk": S("left"), "sk": N(str(i)), "v": S("x"), "w": N("1")} for i in range(40)]
    for i in (0, 20):
        dynamodb.batch_write_item(RequestItems={first: [put(**item) for item in small[i : i + 20]]})
    parameters = {
        second: {"ConsistentRead": True, "ProjectionExpression": "id"},
        first: {"ProjectionExpression": "sk, #w", "ExpressionAttributeNames": {"#w": "w"}},
    }
    keys = {
        second: [{"id": S(name)} for name in large[:55]],
        first: [{"pk": item["pk"], "sk": item["sk"]} for item in small],
    }
    asked = {name: parameters[name] | {"Keys": keys[name]} for name in keys}
    found: dict[str, list] = {first: [], second: []}
    answers = 0
    while asked:
        answer = dynamodb.batch_get_item(RequestItems=asked)
        asked = answer["UnprocessedKeys"]
        for name, items in answer["Responses"].items():
            found[name] += items
        for name, left in asked.items():
            assert {member: value for member, value in left.items() if member != "Keys"} == parameters[name]
        answers += 1
    assert answers == 2
    assert sorted(item["id"]["S"] for item in found[second]) == sorted(large[:55])
    assert sorted(found[first], key=str) == sorted(({"sk": i["sk"], "w": i["w"]} for i in small), key=str)


def test_tables_by_arn(dynamodb, two):
    """An answer calls a table as the request did, whose name it is all the same."""
    first, second = two
    arn = dynamodb.describe_table(TableName=second)["Table"]["TableArn"]
    item = {"id": S("by-arn")}
    written = dynamodb.batch_write_item(RequestItems={arn: [put(**item)], first: [delete(pk=S("a"), sk=N("1"))]})
    assert written["UnprocessedItems"] == {}
    asked = {arn: {"Keys": [item]}, first: {"Keys": [{"pk": S("a"), "sk": N("1")}]}}
    assert dynamodb.batch_get_item(RequestItems=asked)["Responses"] == {arn: [item], first: []}
    twice = {arn: [put(**item)], second: [delete(**item)]}
    assert refused(dynamodb.batch_write_item, RequestItems=twice) == (
        "ValidationException", "Provided list of item keys contains duplicates",
    )  # fmt: skip


def test_the_resource_s_batch_writer(server, two):
    _, second = two
    resource = boto3.resource(
        "dynamodb", endpoint_url=server.endpoint, region_name=REGION, aws_access_key_id="a", aws_secret_access_key="b"
    )
    table = resource.Table(second)
    with table.batch_writer() as batch:
        for i in range(60):
            batch.put_item(Item={"id": f"writer-{i}", "n": i})
    with table.batch_writer() as batch:
        for i in range(0, 60, 2):
            batch.delete_item(Key={"id": f"writer-{i}"})
    keys = [{"id": f"writer-{i}"} for i in range(60)]
    left = resource.batch_get_item(RequestItems={second: {"Keys": keys}})["Responses"][second]
    assert sorted(item["n"] for item in left) == list(range(1, 60, 2))
