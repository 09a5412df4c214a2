"""How much TransactWriteItems takes: actions, bytes of a request and of an item, levels."""

import re

import pytest

from harness.clients import refused
from harness.transact import NONE, check, delete, put, reasons, update, values
from harness.values import M, N, S

TOO_LARGE = ("ValidationException", "Item size has exceeded the maximum allowed size")
UPDATE_TOO_LARGE = ("ValidationError", "Item size to update has exceeded the maximum allowed size")
MOST_OF_AN_ITEM, MOST_OF_A_REQUEST = 400 * 1024, 4 * 1024 * 1024


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make("id:S")


def item(name: str, size: int) -> dict:
    """An item of exactly so many bytes."""
    return {"id": S(name), "v": S("x" * (size - len("id") - len(name) - len("v")))}


def too_much(size: int) -> tuple[str, str]:
    """The payload up to the action with which it is too large."""
    return "ValidationException", f"Transaction payload size cannot exceed 4MB. Payload Size: {size}"


def size_of(dynamodb, table: str, name: str) -> int:
    found = dynamodb.get_item(TableName=table, Key={"id": S(name)}, ConsistentRead=True).get("Item")
    return 0 if found is None else sum(len(key) + len(value["S"]) for key, value in found.items())


def test_actions(dynamodb, tables):
    table = tables.make("id:S")
    actions = [put(table, {"id": S(f"{n}"), "n": N(n)}) for n in range(100)]
    dynamodb.transact_write_items(TransactItems=actions)
    assert dynamodb.scan(TableName=table, Select="COUNT")["Count"] == 100

    actions = [delete(table, {"id": S(f"{n}")}) for n in range(101)]
    code, message = refused(dynamodb.transact_write_items, TransactItems=actions)
    assert code == "ValidationException"
    assert re.fullmatch(
        r"1 validation error detected: Value '\[.+\]' at 'transactItems' failed to satisfy constraint: Member must have "
        "length less than or equal to 100",
        message,
    )
    assert dynamodb.scan(TableName=table, Select="COUNT")["Count"] == 100
    dynamodb.transact_write_items(TransactItems=actions[:100])
    assert dynamodb.scan(TableName=table, Select="COUNT")["Count"] == 0


def test_the_size_of_a_put_is_the_request_s_fault(dynamodb, table):
    dynamodb.transact_write_items(TransactItems=[put(table, item("put", MOST_OF_AN_ITEM))])
    assert size_of(dynamodb, table, "put") == MOST_OF_AN_ITEM
    failing = check(table, {"id": S("put")}, "attribute_not_exists(id)")
    for n in (1, 1000):
        actions = [put(table, item("other", 100)), failing, put(table, item("put", MOST_OF_AN_ITEM + n))]
        assert refused(dynamodb.transact_write_items, TransactItems=actions) == TOO_LARGE
    assert size_of(dynamodb, table, "other") == 0


def test_the_size_of_an_update_s_item_cancels(dynamodb, table):
    """It is the finished item that counts, not how it is spoken of."""
    dynamodb.put_item(TableName=table, Item=item("update", MOST_OF_AN_ITEM - 10))
    key = {"id": S("update")}
    for added, fits in (("x" * 10, False), ("x" * 9, True), ("", True), ("x" * 10, False)):
        actions = [put(table, item("with-update", 100)), update(table, key, "SET w = :w", **values(w=S(added)))]
        if fits:
            dynamodb.transact_write_items(TransactItems=actions)
            assert size_of(dynamodb, table, "update") == MOST_OF_AN_ITEM - 10 + 1 + len(added)
            dynamodb.delete_item(TableName=table, Key={"id": S("with-update")})
        else:
            assert reasons(dynamodb.transact_write_items, TransactItems=actions) == [NONE, UPDATE_TOO_LARGE]
            assert size_of(dynamodb, table, "with-update") == 0
    dynamodb.transact_write_items(TransactItems=[update(table, key, "SET v = :v REMOVE w", **values(v=S("")))])
    assert size_of(dynamodb, table, "update") == len("idupdatev")


def test_bytes_of_a_request(dynamodb, table):
    """What it brings along counts, not what it finds."""
    assert MOST_OF_A_REQUEST // MOST_OF_AN_ITEM == 10
    large = [put(table, item(f"large-{n:02}", MOST_OF_AN_ITEM)) for n in range(13)]
    rest = MOST_OF_A_REQUEST - 10 * MOST_OF_AN_ITEM
    for more, size in ((large[10:], 11 * MOST_OF_AN_ITEM), ([put(table, item("rest", rest + 1))], MOST_OF_A_REQUEST + 1)):
        assert refused(dynamodb.transact_write_items, TransactItems=large[:10] + more) == too_much(size)
    assert size_of(dynamodb, table, "large-00") == 0
    dynamodb.transact_write_items(TransactItems=large[:10] + [put(table, item("rest", rest))])
    dynamodb.transact_write_items(TransactItems=large[10:])
    assert size_of(dynamodb, table, "large-00") == size_of(dynamodb, table, "large-12") == MOST_OF_AN_ITEM

    # 13 items of 400 KB: more than a request may hold, and 13 short keys.
    found = [update(table, {"id": S(f"large-{n:02}")}, "SET w = id") for n in range(13)]
    assert reasons(dynamodb.transact_write_items, TransactItems=found) == [UPDATE_TOO_LARGE] * 13
    keys = [{"id": S(f"large-{n:02}")} for n in range(13)]
    dynamodb.transact_write_items(TransactItems=[check(table, key, "attribute_exists(v)") for key in keys])
    dynamodb.transact_write_items(TransactItems=[delete(table, key) for key in keys])
    assert size_of(dynamodb, table, "large-00") == size_of(dynamodb, table, "large-12") == 0


def test_bytes_of_values(dynamodb, table):
    """Those of an update count like those of an item."""
    large = values(v=S("x" * 350_000))
    actions = [update(table, {"id": S(f"value-{n}")}, "SET v = :v", **large) for n in range(12)]
    assert refused(dynamodb.transact_write_items, TransactItems=actions) == too_much(12 * (350_000 + len("idvalue-nSET v = :v")) + 2)
    dynamodb.transact_write_items(TransactItems=actions[:10])
    assert size_of(dynamodb, table, "value-9") == 350_000 + len("idvalue-9v")


def test_levels(dynamodb, table):
    deepest = N(1)
    for _ in range(31):
        deepest = M(m=deepest)
    actions = [
        put(table, {"id": S("deep-1"), "v": deepest}),
        update(table, {"id": S("deep-2")}, "SET v = :v", **values(v=deepest)),
    ]
    dynamodb.transact_write_items(TransactItems=actions)
    for name in ("deep-1", "deep-2"):
        assert dynamodb.get_item(TableName=table, Key={"id": S(name)})["Item"]["v"] == deepest
