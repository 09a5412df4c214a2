"""TransactGetItems: several items as of one moment."""

import threading

import pytest

from harness.clients import make_client, refused
from harness.values import N, S


def get(table, projection=None, names=None, **key):
    asked = {"TableName": table, "Key": key}
    if projection:
        asked["ProjectionExpression"] = projection
    if names:
        asked["ExpressionAttributeNames"] = names
    return {"Get": asked}


@pytest.fixture(scope="module")
def two(dynamodb, module_tables):
    first = module_tables.make("pk:S", "sk:N")
    second = module_tables.make("id:S")
    dynamodb.put_item(TableName=first, Item={"pk": S("a"), "sk": N(1), "v": S("x" * 5000), "w": S("w")})
    dynamodb.put_item(TableName=second, Item={"id": S("b"), "v": N(2)})
    return first, second


def test_items_come_in_the_order_asked(dynamodb, two):
    first, second = two
    answer = dynamodb.transact_get_items(
        TransactItems=[
            get(second, id=S("b")),
            get(second, id=S("none")),
            get(first, projection="#w", names={"#w": "w"}, pk=S("a"), sk=N(1)),
            get(second, projection="absent1", id=S("b2")),
        ],
        ReturnConsumedCapacity="TOTAL",
    )
    assert answer["Responses"] == [{"Item": {"id": S("b"), "v": N(2)}}, {}, {"Item": {"w": S("w")}}, {}]
    # Twice an ordinary read: 5 KB are two units, what is not there is one.
    consumed = {entry["TableName"]: entry for entry in answer["ConsumedCapacity"]}
    assert consumed[first]["CapacityUnits"] == consumed[first]["ReadCapacityUnits"] == 4.0
    assert consumed[second]["CapacityUnits"] == consumed[second]["ReadCapacityUnits"] == 6.0


def test_an_item_without_what_is_asked_for_is_as_if_it_were_not_there(dynamodb, two):
    _, second = two
    answer = dynamodb.transact_get_items(TransactItems=[get(second, projection="absent1", id=S("b"))])
    assert answer["Responses"] == [{}]


def test_a_wrong_key_cancels(dynamodb, two):
    first, second = two
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as canceled:
        dynamodb.transact_get_items(
            TransactItems=[get(second, id=S("b")), get(second, id=N(1)), get(first, pk=S("a"))]
        )
    answer = canceled.value.response
    assert answer["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ValidationError, None]"
    )
    assert [reason["Code"] for reason in answer["CancellationReasons"]] == ["None", "ValidationError", "None"]
    assert answer["CancellationReasons"][1]["Message"] == "The provided key element does not match the schema"


def test_what_the_whole_request_is_refused_for(dynamodb, two):
    _, second = two
    rows = [
        ([get("no-such-table", id=S("a"))], ("ResourceNotFoundException", "Requested resource not found")),
        (
            [get(second, id=S("b")), get(second, id=S("b"))],
            ("ValidationException", "Transaction request cannot include multiple operations on one item"),
        ),
        (
            [get(second, id=S(""))],
            (
                "ValidationException",
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                "empty string value. Key: id",
            ),
        ),
    ]
    for items, want in rows:
        assert refused(dynamodb.transact_get_items, TransactItems=items) == want


def test_both_items_are_of_one_moment(server, dynamodb, two):
    """A writer changes two items together; a reader never sees one without the other."""
    first, second = two
    done = threading.Event()

    def write():
        client = make_client(server.endpoint)
        for i in range(400):
            client.batch_write_item(
                RequestItems={
                    first: [{"PutRequest": {"Item": {"pk": S("moment"), "sk": N(1), "n": N(i)}}}],
                    second: [{"PutRequest": {"Item": {"id": S("moment"), "n": N(i)}}}],
                }
            )
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        answer = dynamodb.transact_get_items(
            TransactItems=[get(first, pk=S("moment"), sk=N(1)), get(second, id=S("moment"))]
        )
        items = [entry.get("Item", {}).get("n") for entry in answer["Responses"]]
        assert items[0] == items[1]
        seen.add(str(items[0]))
    writer.join()
    assert len(seen) > 10
