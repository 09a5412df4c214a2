"""What TransactWriteItems reports: ConsumedCapacity, of first calls and of repeated ones, and ItemCollectionMetrics."""

import pytest

from harness.transact import OLD, cancelled, check, delete, put, update, values
from harness.values import S, unique

KIB = 1024


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make("id:S")


@pytest.fixture(scope="module")
def indexed(module_tables):
    """A global index by g of all attributes, and a local one by l of keys only."""
    return module_tables.make(
        "pk:S",
        "sk:S",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "g", "l")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "global",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "local",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


def item(name: str, size: int, **more: dict) -> dict:
    """An item of a table of ids, of exactly so many bytes; texts only."""
    rest = sum(len(key) + len(value["S"]) for key, value in more.items())
    return {"id": S(name), "v": S("x" * (size - len(f"id{name}v") - rest))} | more


def charged(dynamodb, mode: str, actions: list, **more) -> list:
    return dynamodb.transact_write_items(TransactItems=actions, ReturnConsumedCapacity=mode, **more)["ConsumedCapacity"]


def units(dynamodb, actions: list, **more) -> tuple[str, float]:
    """The kind and number of units of a request on one table."""
    (consumed,) = charged(dynamodb, "TOTAL", actions, **more)
    name, total, (kind, same) = consumed.pop("TableName"), consumed.pop("CapacityUnits"), *consumed.items()
    assert total == same and name
    return kind, total


def test_every_action_costs_twice_what_it_would_alone(dynamodb, table):
    small, large = {"id": S("small")}, {"id": S("large")}
    rows = [
        ([put(table, item("small", 100))], 2),
        ([put(table, item("large", 9 * KIB))], 18),
        ([put(table, item("large", 2 * KIB + 1))], 18),  # the larger of old and new
        ([put(table, item("large", 2 * KIB + 1))], 6),  # and though nothing changes
        ([check(table, large, "attribute_exists(id)")], 6),
        ([check(table, {"id": S("absent")}, "attribute_not_exists(id)")], 2),
        ([update(table, large, "SET v = :v", **values(v=S("")))], 6),
        ([update(table, large, "SET v = :v", **values(v=S("x" * 4 * KIB)))], 10),
        ([update(table, {"id": S("absent")}, "REMOVE v")], 2),
        ([delete(table, {"id": S("absent")})], 2),
        ([delete(table, large), put(table, item("new", KIB)), check(table, small, "attribute_exists(id)")], 14),
    ]
    for n, (actions, want) in enumerate(rows):
        assert units(dynamodb, actions) == ("WriteCapacityUnits", want), n


@pytest.mark.parametrize("mode", ["TOTAL", "INDEXES"])
def test_a_repeated_request_is_charged_for_reading(dynamodb, table, mode):
    """The items at the sizes that the first one was charged for, twice."""
    one, other, absent = {"id": S("one")}, {"id": S("other")}, {"id": S("absent")}
    dynamodb.put_item(TableName=table, Item=item("one", 9 * KIB))
    dynamodb.put_item(TableName=table, Item=item("other", 9 * KIB))
    rows = [
        ([delete(table, one)], 18, 6),
        ([delete(table, other), put(table, item("small", 100))], 20, 8),
        ([put(table, item("one", 4 * KIB))], 8, 2),
        ([put(table, item("one", 4 * KIB + 1))], 10, 4),
        ([put(table, item("one", 10))], 10, 4),
        ([update(table, one, "SET v = :v", **values(v=S("x" * 12 * KIB)))], 26, 8),
        ([check(table, one, "attribute_exists(id)"), check(table, absent, "attribute_not_exists(id)")], 28, 10),
        ([update(table, absent, "REMOVE v"), delete(table, other)], 4, 4),
    ]
    for actions, first, repeated in rows:
        token = {"ClientRequestToken": unique("capacity")}
        for kind, want in (("Write", first), ("Read", repeated), ("Read", repeated)):
            arm = {"CapacityUnits": want, f"{kind}CapacityUnits": want}
            more = {"Table": arm} if mode == "INDEXES" else {}
            assert charged(dynamodb, mode, actions, **token) == [{"TableName": table} | arm | more]
    # Whoever asks for nothing, or only in the repetition, is told so much.
    token = {"ClientRequestToken": unique("capacity")}
    answer = dynamodb.transact_write_items(TransactItems=[delete(table, absent)], **token)
    assert "ConsumedCapacity" not in answer
    assert units(dynamodb, [delete(table, absent)], **token) == ("ReadCapacityUnits", 2)


def test_indexes_are_charged_as_in_single_writes(dynamodb, indexed):
    """Unlike the table, once."""

    def place(n: int, partition: str) -> dict:
        return {"pk": S(partition), "sk": S(f"{n}")}

    def put_(n: int, **more: dict):
        return lambda partition: put(indexed, place(n, partition) | more)

    def set_(n: int, name: str, value: str):
        return lambda partition: update(indexed, place(n, partition), f"SET {name} = :v", **values(v=S(value)))

    def delete_(n: int):
        return lambda partition: delete(indexed, place(n, partition))

    def check_(n: int):
        return lambda partition: check(indexed, place(n, partition), "attribute_exists(pk)")

    def arms(*writes) -> tuple:
        """Of the table, the global and the local index; the same is done to another item collection, for its total."""
        (total,) = charged(dynamodb, "TOTAL", [write("other") for write in writes])
        (consumed,) = charged(dynamodb, "INDEXES", [write("p") for write in writes])
        found = [consumed["Table"]]
        for kind, name in (("GlobalSecondaryIndexes", "global"), ("LocalSecondaryIndexes", "local")):
            found.append(consumed.get(kind, {}).get(name, {"CapacityUnits": 0, "WriteCapacityUnits": 0}))
        counts = tuple(arm["CapacityUnits"] for arm in found)
        assert counts == tuple(arm["WriteCapacityUnits"] for arm in found)
        assert total == {"TableName": indexed, "CapacityUnits": sum(counts), "WriteCapacityUnits": sum(counts)}
        assert (consumed["CapacityUnits"], consumed["WriteCapacityUnits"]) == (sum(counts), sum(counts))
        return counts

    assert arms(put_(1, g=S("a"))) == (2, 1, 0)
    assert arms(put_(1, g=S("a"))) == (2, 0, 0)
    assert arms(put_(2, g=S("a"), l=S("b"))) == (2, 1, 1)
    assert arms(put_(3, g=S("a"), v=S("x" * 1400))) == (4, 2, 0)
    assert arms(set_(3, "g", "b")) == (4, 4, 0)
    assert arms(set_(3, "l", "b")) == (4, 2, 1)
    assert arms(set_(3, "l", "c")) == (4, 2, 2)
    assert arms(delete_(1), delete_(2), delete_(9)) == (6, 2, 1)
    assert arms(check_(3), put_(4)) == (6, 0, 0)

    # Of a repeated request, only the table.
    actions, token = [put_(5, g=S("a"), l=S("b"))("p")], {"ClientRequestToken": unique("index")}
    charged(dynamodb, "INDEXES", actions, **token)
    (consumed,) = charged(dynamodb, "INDEXES", actions, **token)
    two = {"CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}
    assert consumed == {"TableName": indexed, "Table": two} | two


def test_tables_are_told_apart(dynamodb, table, indexed):
    actions = [
        put(table, {"id": S("x")}),
        put(indexed, {"pk": S("t"), "sk": S("1"), "g": S("tables")}),
        put(table, item("y", 2 * KIB)),
        delete(indexed, {"pk": S("t"), "sk": S("2")}),
    ]
    found = {entry["TableName"]: entry["WriteCapacityUnits"] for entry in charged(dynamodb, "TOTAL", actions)}
    assert found == {table: 6.0, indexed: 5.0}
    answer = dynamodb.transact_write_items(TransactItems=actions, ReturnConsumedCapacity="NONE")
    assert "ConsumedCapacity" not in answer


def test_item_collections(dynamodb, table, indexed):
    """One entry for each that was written to, of tables with local indexes."""

    def metrics(actions: list) -> dict:
        answer = dynamodb.transact_write_items(TransactItems=actions, ReturnItemCollectionMetrics="SIZE")
        return answer.get("ItemCollectionMetrics", {})

    found = metrics([
        put(indexed, {"pk": S("m"), "sk": S("1")}),
        put(indexed, {"pk": S("n"), "sk": S("1")}),
        update(indexed, {"pk": S("m"), "sk": S("2")}, "SET l = :l", **values(l=S("x"))),
        delete(indexed, {"pk": S("m"), "sk": S("3")}),
        check(indexed, {"pk": S("o"), "sk": S("3")}, "attribute_not_exists(pk)"),
        put(table, {"id": S("m")}),
    ])  # fmt: skip
    assert set(found) == {indexed}
    by_key = {entry["ItemCollectionKey"]["pk"]["S"]: entry for entry in found[indexed]}
    assert set(by_key) == {"m", "n"} and len(found[indexed]) == 2
    for name, entry in by_key.items():
        assert entry == {"ItemCollectionKey": {"pk": S(name)}, "SizeEstimateRangeGB": [0.0, 1.0]}
    assert metrics([put(table, {"id": S("m")})]) == {}
    actions = [put(indexed, {"pk": S("m"), "sk": S("1")})]
    assert "ItemCollectionMetrics" not in dynamodb.transact_write_items(
        TransactItems=actions, ReturnItemCollectionMetrics="NONE"
    )


def test_a_cancelled_one_reports_nothing(dynamodb, table, wire):
    actions = [put(table, {"id": S("x")}), check(table, {"id": S("none")}, "attribute_exists(id)", **OLD)]
    request = {"TransactItems": actions, "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"}
    assert len(cancelled(dynamodb.transact_write_items, **request)) == 2
    assert set(wire.call("TransactWriteItems", request).json()) == {"__type", "Message", "CancellationReasons"}
