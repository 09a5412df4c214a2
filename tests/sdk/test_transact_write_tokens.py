"""ClientRequestToken: a transaction that was done is not done again by whoever repeats it."""

import json
import threading

import pytest

from harness.clients import Tables, make_client, refused
from harness.transact import FAILED, NONE, OLD, cancelled, check, delete, is_, put, reasons, update, values
from harness.values import BOOL, SS, B, L, M, N, S, unique

OTHER_PAYLOAD = (
    "IdempotentParameterMismatchException",
    "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token "
    "that was already used.",
)


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make("id:S")


@pytest.fixture
def name() -> str:
    return unique("token")


def count(client, table: str, name: str) -> int | None:
    item = client.get_item(TableName=table, Key={"id": S(name)}, ConsistentRead=True).get("Item")
    return None if item is None else int(item["n"]["N"])


def counting(table: str, name: str, **more) -> dict:
    return update(table, {"id": S(name)}, "ADD n :one", **values(one=N(1)), **more)


def test_a_repeated_request_has_no_second_effect(dynamodb, table, name):
    dynamodb.put_item(TableName=table, Item={"id": S(f"{name}-gone"), "v": N(1)})
    request = {
        "TransactItems": [
            counting(table, name),
            put(table, {"id": S(f"{name}-put"), "v": N(1)}, **is_("attribute_not_exists(id)")),
            delete(table, {"id": S(f"{name}-gone")}, **is_("attribute_exists(id)")),
            check(table, {"id": S(f"{name}-absent")}, "attribute_not_exists(id)"),
        ],
        "ClientRequestToken": name,
    }
    for _ in range(3):
        answer = dynamodb.transact_write_items(**request)
        assert set(answer) == {"ResponseMetadata"}
        assert count(dynamodb, table, name) == 1
    # Not even where the items are no longer what the first one made of them.
    dynamodb.put_item(TableName=table, Item={"id": S(f"{name}-absent")})
    dynamodb.delete_item(TableName=table, Key={"id": S(f"{name}-put")})
    dynamodb.transact_write_items(**request)
    assert count(dynamodb, table, name) == 1
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"id": S(f"{name}-put")})
    # Another token, and no token, are other requests.
    first = request["TransactItems"][:1]
    for token in (name[:-1], name + "x", name.upper(), "t" * 36, "é漢😀"):
        before = count(dynamodb, table, name)
        for _ in range(2):
            dynamodb.transact_write_items(TransactItems=first, ClientRequestToken=token)
        assert count(dynamodb, table, name) == before + 1


def test_without_a_token_all_happens_again(wire, dynamodb, table, name):
    for n in range(1, 4):
        assert wire.call("TransactWriteItems", {"TransactItems": [counting(table, name)]}).json() == {}
        assert count(dynamodb, table, name) == n


def test_the_sdk_makes_a_token_for_each_call(server, dynamodb, table, name):
    """So that its own repetitions are harmless: whoever calls twice wants it twice."""
    client, sent = make_client(server.endpoint), []
    client.meta.events.register("before-send.dynamodb.*", lambda request, **_: sent.append(request.body))
    for n in range(1, 4):
        client.transact_write_items(TransactItems=[counting(table, name)])
        assert count(dynamodb, table, name) == n
    tokens = {json.loads(body)["ClientRequestToken"] for body in sent}
    assert len(tokens) == 3
    for token in tokens:
        dynamodb.transact_write_items(TransactItems=[counting(table, name)], ClientRequestToken=token)
    assert count(dynamodb, table, name) == 3


ITEM = {"id": S("payload"), "s": S("x"), "n": N("10"), "m": M(a=N(1), b=L(S("y"))), "set": SS("a", "b"), "b": B(b"x")}
WRITTEN = {
    "Update": {
        "TableName": "",
        "Key": {"id": S("payload-2")},
        "UpdateExpression": "SET #a = :a, #b = :b",
        "ConditionExpression": "attribute_not_exists(#c)",
        "ExpressionAttributeNames": {"#a": "a", "#b": "b", "#c": "c"},
        "ExpressionAttributeValues": {":a": N("1"), ":b": S("b")},
    }
}


def changed(action: dict, **members) -> dict:
    ((kind, body),) = action.items()
    return {kind: body | members}


def reversed_members(value):
    """The same JSON with the members of all objects the other way round."""
    if isinstance(value, dict):
        return {key: reversed_members(value[key]) for key in reversed(value)}
    return [reversed_members(element) for element in value] if isinstance(value, list) else value


def test_another_payload_is_refused(dynamodb, table, name):
    written = changed(WRITTEN, TableName=table)
    request = [put(table, ITEM), written]
    dynamodb.transact_write_items(TransactItems=request, ClientRequestToken=name)
    others = [
        request[:1],
        request[::-1],
        [*request, delete(table, {"id": S("payload-3")})],
        [put(table, ITEM | {"s": S("y")}), written],
        [put(table, ITEM | {"n": S("10")}), written],
        [put(table, ITEM | {"m": M(a=N(1), b=L(S("z")))}), written],
        [put(table, ITEM | {"more": BOOL(True)}), written],
        [put(table, ITEM, **is_("attribute_exists(id)")), written],
        [put(table, ITEM), changed(written, UpdateExpression="SET #a = :b, #b = :a")],
        [put(table, ITEM), changed(written, UpdateExpression="SET  #a = :a, #b = :b")],
        [put(table, ITEM), changed(written, ConditionExpression="attribute_exists(#c)")],
        [put(table, ITEM), changed(written, ExpressionAttributeNames={"#a": "a", "#b": "c", "#c": "b"})],
        [put(table, ITEM), changed(written, ExpressionAttributeValues={":a": N("2"), ":b": S("b")})],
        [put(table, ITEM), changed(written, **OLD)],
        [put(table, ITEM), changed(written, Key={"id": S("payload-3")})],
        [put(table, ITEM), delete(table, written["Update"]["Key"])],
    ]
    for other in others:
        found = refused(dynamodb.transact_write_items, TransactItems=other, ClientRequestToken=name)
        assert found == OTHER_PAYLOAD, other
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"id": S("payload-3")})
    # The refused ones have taken nothing from the first.
    dynamodb.transact_write_items(TransactItems=request, ClientRequestToken=name)


def test_the_same_payload_may_be_written_in_another_way(wire, dynamodb, table, name):
    others = [put(table, {"id": S("order"), "n": N("10"), "m": M(a=N(1), b=N(2))}), changed(WRITTEN, TableName=table)]
    request = {"TransactItems": [counting(table, name), *others], "ClientRequestToken": name}
    for body in (
        request,
        reversed_members(request),
        json.dumps(request, indent=3).encode(),
        json.dumps(request).replace(name, "".join(f"\\u{ord(c):04x}" for c in name)).encode(),
        request | {"ReturnConsumedCapacity": "TOTAL", "ReturnItemCollectionMetrics": "SIZE"},
        request | {"Unknown": 1},
        request | {"TransactItems": [changed(counting(table, name), Unknown={}), *others]},
    ):
        answer = wire.call("TransactWriteItems", body)
        assert answer.status == 200, answer.body
        assert count(dynamodb, table, name) == 1


def test_the_mismatch_on_the_wire(wire, table, name):
    for n in range(2):
        request = {"TransactItems": [put(table, {"id": S(name), "n": N(n)})], "ClientRequestToken": name}
        answer = wire.call("TransactWriteItems", request)
    assert answer.status == 400
    code, message = OTHER_PAYLOAD
    assert answer.json() == {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "Message": message}


def test_what_was_not_done_may_be_tried_again(dynamodb, table, name):
    """A cancelled or refused transaction leaves the token free, for itself and for others."""
    guarded = [counting(table, name), check(table, {"id": S(f"{name}-go")}, "attribute_exists(id)", **OLD)]
    for _ in range(2):
        found = reasons(dynamodb.transact_write_items, TransactItems=guarded, ClientRequestToken=name)
        assert found == [NONE, FAILED]
    for wrong, code in (
        (delete(table, {"id": N(1)}), "TransactionCanceledException"),
        (counting(table, name), "ValidationException"),
        (delete("no-such-table", {"id": S("a")}), "ResourceNotFoundException"),
    ):
        items = [counting(table, name), wrong]
        assert refused(dynamodb.transact_write_items, TransactItems=items, ClientRequestToken=name)[0] == code
    dynamodb.put_item(TableName=table, Item={"id": S(f"{name}-go")})
    for _ in range(2):
        dynamodb.transact_write_items(TransactItems=guarded, ClientRequestToken=name)
        assert count(dynamodb, table, name) == 1
    # It is taken now. A request that is wrong in itself does not get as far as the token.
    items = [counting(table, name), check(table, {"id": S(f"{name}-go")}, "attribute_not_exists(id)")]
    assert refused(dynamodb.transact_write_items, TransactItems=items, ClientRequestToken=name) == OTHER_PAYLOAD
    items = [counting(table, name), counting(table, name)]
    code, _ = refused(dynamodb.transact_write_items, TransactItems=items, ClientRequestToken=name)
    assert code == "ValidationException"


def test_what_fails_shows_the_item_of_that_moment(dynamodb, table, name):
    key = {"id": S(name)}
    items = [put(table, key, **is_("attribute_not_exists(id)"), **OLD)]
    for n in range(2):
        dynamodb.put_item(TableName=table, Item=key | {"n": N(n)})
        (reason,) = cancelled(dynamodb.transact_write_items, TransactItems=items, ClientRequestToken=name)
        assert reason["Item"] == key | {"n": N(n)}


def test_tokens_outlive_the_server(own_server):
    server = own_server()
    client = make_client(server.endpoint)
    table = Tables(client).make("id:S")
    request = {"TransactItems": [counting(table, "a")], "ClientRequestToken": "restart"}
    client.transact_write_items(**request)
    for end in (server.stop, server.kill):
        end()
        server.start()
        client.transact_write_items(**request)
        assert count(client, table, "a") == 1
        other = [put(table, {"id": S("b")})]
        assert refused(client.transact_write_items, TransactItems=other, ClientRequestToken="restart") == OTHER_PAYLOAD
    assert "Item" not in client.get_item(TableName=table, Key={"id": S("b")})


def test_many_at_once_do_it_once(server, dynamodb, table, name):
    """Clients that all send the same request at the same time."""
    answers = []
    start = threading.Barrier(16)

    def send() -> None:
        client = make_client(server.endpoint)
        start.wait()
        for n in range(10):
            answers.append(client.transact_write_items(
                TransactItems=[counting(table, name), put(table, {"id": S(f"{name}-{n}"), "n": N(n)})],
                ClientRequestToken=f"{name}-{n}",
            ))  # fmt: skip

    senders = [threading.Thread(target=send) for _ in range(16)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(answers) == 160
    assert count(dynamodb, table, name) == 10
