"""Bodies that no client should send. Each gets its error within bounded time and memory, changes nothing, and the server
goes on."""

import gzip
import json
import threading
import time

import pytest

from harness.clients import Tables, make_client
from harness.values import N, S
from harness.wire import Wire, encode, headers_of, post

PATIENCE = 10  # seconds for one answer; milliseconds are usual
GROWTH_AT_MOST = 200  # MiB


@pytest.fixture
def table(server, dynamodb, tables):
    """A table with one item. Afterwards the item is untouched and the server answers, no fatter than it should be."""
    name = tables.make()
    item = {"pk": S("k"), "n": N("1"), "l": {"L": [S("x")]}}
    dynamodb.put_item(TableName=name, Item=item)
    before = server.rss_mib()
    yield name
    assert dynamodb.scan(TableName=name)["Items"] == [item]
    assert server.rss_mib() < before + GROWTH_AT_MOST
    assert server.running()


def answer_to(server, operation: str, body: bytes | dict):
    with Wire(server.port, timeout=PATIENCE) as wire:
        wire.send_what_it_takes(post(operation, body))
        return wire.answer()


def raw(table: str, operation: str, rest: str) -> tuple[str, bytes]:
    return operation, f'{{"TableName":"{table}",{rest}}}'.encode()


MANY = 50_000
KEY = '"Key":{"pk":{"S":"k"}}'


def nested_value(opening: str, closing: str, depth: int) -> str:
    return opening * depth + '{"S":"x"}' + closing * depth


BODIES = {
    "brackets": ("[" * 1_000_000, "SerializationException"),
    "braces": ('{"a":' * 500_000, "SerializationException"),
    "balanced brackets": ("[" * MANY + "]" * MANY, "SerializationException"),
    "unknown member, deep": ('{"Unknown":' + "[" * MANY + "]" * MANY + "}", "SerializationException"),
    "empty": ("", "SerializationException"),
    "nothing but blanks": (" " * 1_000_000, "SerializationException"),
    "null": ("null", "SerializationException"),
    "a text": ('"hello"', "SerializationException"),
    "a text without end": ('{"TableName":"' + "x" * 1_000_000, "SerializationException"),
    "zero byte": ('{"TableName":"a\x00b"}', "SerializationException"),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(server, table, name):
    body, code = BODIES[name]
    answer = answer_to(server, "PutItem", body.encode())
    assert (answer.status, answer.code) == (400, code)


# (what, operation, members besides TableName, codes that may answer)
INVALID = ("ValidationException",)
EITHER = ("ValidationException", "SerializationException")
MEMBERS = [
    ("deep lists", "PutItem", '"Item":{"pk":{"S":"k"},"v":' + nested_value('{"L":[', "]}", 400) + "}", EITHER),
    ("deeper lists", "PutItem", '"Item":{"pk":{"S":"k"},"v":' + nested_value('{"L":[', "]}", MANY) + "}", EITHER),
    ("deep maps", "PutItem", '"Item":{"pk":{"S":"k"},"v":' + nested_value('{"M":{"a":', "}}", MANY) + "}", EITHER),
    ("deep value", "UpdateItem", KEY + ',"UpdateExpression":"SET v = :v","ExpressionAttributeValues":{":v":' + nested_value('{"L":[', "]}", 10_000) + "}", EITHER),
    ("parentheses", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"' + "(" * 2000 + "a = b" + ")" * 2000 + '"', INVALID),
    ("open parentheses", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"' + "(" * 4096 + '"', INVALID),
    ("a long expression", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"' + "(" * 1_000_000 + '"', INVALID),
    ("NOT NOT", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"' + "NOT " * 1020 + "a = b" + '"', INVALID),
    ("nested if_not_exists", "UpdateItem", KEY + ',"UpdateExpression":"SET a = ' + "if_not_exists(b," * 250 + "c" + ")" * 250 + '"', INVALID),
    ("nested size", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"' + "size(" * 800 + "a" + ")" * 800 + '=b"', INVALID),
    ("long path", "UpdateItem", KEY + ',"UpdateExpression":"REMOVE ' + "a." * 2000 + 'a"', INVALID),
    ("many indexes", "UpdateItem", KEY + ',"UpdateExpression":"REMOVE l' + "[0]" * 1300 + '"', INVALID),
    ("huge index", "UpdateItem", KEY + ',"UpdateExpression":"REMOVE l[99999999999999999999]"', INVALID),
    ("huge number", "UpdateItem", KEY + ',"UpdateExpression":"SET n = :v","ExpressionAttributeValues":{":v":{"N":"1e999999"}}', INVALID),
    ("huger number", "UpdateItem", KEY + ',"UpdateExpression":"SET n = :v","ExpressionAttributeValues":{":v":{"N":"1e-99999999999999999999"}}', INVALID),
    ("number of a megabyte", "PutItem", '"Item":{"pk":{"S":"k"},"n":{"N":"' + "1" * 1_000_000 + '"}}', INVALID),
    ("zeros of a megabyte", "PutItem", '"Item":{"pk":{"S":"k"},"n":{"N":"1e' + "0" * 1_000_000 + '5x"}}', INVALID),
    ("high surrogate", "PutItem", '"Item":{"pk":{"S":"k"},"v":{"S":"\\ud800"}}', EITHER),
    ("low surrogate", "PutItem", '"Item":{"pk":{"S":"k"},"v":{"S":"\\udc00x"}}', EITHER),
    ("surrogate in a name", "PutItem", '"Item":{"pk":{"S":"k"},"\\ud800":{"S":"x"}}', EITHER),
    ("bad escape", "PutItem", '"Item":{"pk":{"S":"k"},"v":{"S":"\\x41"}}', EITHER),
    ("many names", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"attribute_exists(a)","ExpressionAttributeNames":{' + ",".join(f'"#n{n}":"a"' for n in range(MANY)) + "}", INVALID),
    ("many values", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"attribute_exists(a)","ExpressionAttributeValues":{' + ",".join(f'":n{n}":{{"N":"1"}}' for n in range(MANY)) + "}", INVALID),
    ("a set with a repeat at its end", "PutItem", '"Item":{"pk":{"S":"k"},"s":{"NS":[' + ",".join(f'"{n}"' for n in range(100_000)) + ',"7"]}}', INVALID),
    ("many attributes", "PutItem", '"Item":{"pk":{"S":"k"},' + ",".join(f'"a{n}":{{"S":"some text"}}' for n in range(100_000)) + "}", INVALID),
    ("many list elements", "PutItem", '"Item":{"pk":{"S":"k"},"l":{"L":[' + ",".join(['{"NULL":true}'] * 250_000) + "]}}", INVALID),
    ("a long key", "GetItem", '"Key":{"pk":{"S":"' + "x" * 5_000_000 + '"}}', INVALID),
    ("long table of operands", "PutItem", '"Item":{"pk":{"S":"k"}},"ConditionExpression":"a IN (' + ",".join([":v"] * 1300) + ')","ExpressionAttributeValues":{":v":{"S":"x"}}', INVALID),
]  # fmt: skip


@pytest.mark.parametrize(("what", "operation", "members", "codes"), MEMBERS, ids=[m[0] for m in MEMBERS])
def test_members(server, table, what, operation, members, codes):
    started = time.monotonic()
    answer = answer_to(server, *raw(table, operation, members))
    assert answer.status == 400
    assert answer.code in codes
    assert len(answer.body) < 3_000_000
    assert time.monotonic() - started < PATIENCE


@pytest.mark.parametrize("member", ['"TableName":"other",', '"Key":{"pk":{"S":"other"}},'])
def test_duplicate_members(server, table, member):
    body = f'{{"TableName":"{table}",{member}{KEY},"TableName":"{table}"}}'.encode()
    answer = answer_to(server, "GetItem", body)
    assert answer.status in (200, 400)


def test_duplicate_attributes(server, table, dynamodb):
    for inner in ('"v":{"S":"1"},"v":{"S":"2"}', '"m":{"M":{"a":{"S":"1"},"a":{"S":"2"}}}'):
        answer = answer_to(server, *raw(table, "PutItem", '"Item":{"pk":{"S":"twice"},' + inner + "}"))
        assert answer.status in (200, 400)
        got = dynamodb.get_item(TableName=table, Key={"pk": S("twice")}).get("Item")
        assert (got is not None) == (answer.status == 200)
        # However it was taken, each name is there once, and the counters are those of one item.
        dynamodb.delete_item(TableName=table, Key={"pk": S("twice")})
        assert dynamodb.describe_table(TableName=table)["Table"]["ItemCount"] == 1


@pytest.mark.parametrize("size", [17 << 20, 100 << 20])
def test_bodies_that_are_too_large(server, table, size):
    before = server.rss_mib()
    with Wire(server.port, timeout=PATIENCE) as wire:
        wire.send(encode("POST", "/", headers_of("PutItem") | {"Content-Length": str(size)}))
        wire.send_what_it_takes(b" " * size)
        assert wire.answer().status == 413
        wire.closed()
    assert server.rss_mib() < before + 64


def test_many_large_bodies_at_once(server, table):
    body = b'{"TableName":"' + table.encode() + b'","Item":{"pk":{"S":"k"},"v":{"S":"' + b"x" * (15 << 20) + b'"}}}'
    request = post("PutItem", body)
    codes = []

    def send():
        with Wire(server.port, timeout=60) as wire:
            wire.send_what_it_takes(request)
            codes.append(wire.answer().code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == ["ValidationException"] * 8


def test_a_bomb(server, table):
    packed = gzip.compress(b" " * (1 << 20), 9) * 1024  # a GiB
    before = server.rss_mib()
    started = time.monotonic()
    with Wire(server.port, timeout=PATIENCE) as wire:
        wire.send_what_it_takes(post("PutItem", packed, Content_Encoding="gzip"))
        assert wire.answer().status == 413
    assert time.monotonic() - started < PATIENCE
    assert server.rss_mib() < before + 128


def test_half_requests(server, table):
    request = post("DeleteItem", {"TableName": table, "Key": {"pk": S("k")}})
    for length in (1, 10, 50, len(request) // 2, len(request) - 1):
        with Wire(server.port) as wire:
            wire.send(request[:length])
    # Not one of them was carried out: the fixture looks at the item.


def test_a_hundred_thousand_errors(server, table):
    bad = post("PutItem", {"TableName": table, "Item": {"pk": N("abc")}})
    before = server.rss_mib()
    with Wire(server.port) as wire:
        for _ in range(200):
            wire.send(bad * 500)
            for _ in range(500):
                assert wire.answer().status == 400
    assert server.rss_mib() < before + 32


def test_repeated_hostility_leaves_no_fat(own_server):
    server = own_server("--in-memory")
    table = Tables(make_client(server.endpoint)).make()
    operation, body = raw(table, "PutItem", '"Item":{"pk":{"S":"' + "x" * (8 << 20) + '"}}')
    for _ in range(12):  # every thread has met one by then
        answer_to(server, operation, body)
    first = server.rss_mib()
    for _ in range(40):
        answer_to(server, operation, body)
    assert server.rss_mib() < first + 64


def test_answers_stay_json(server, table):
    """What a client put into a request comes back in messages escaped."""
    answer = answer_to(server, "PutItem", {"TableName": table, "Item": {"pk": S("k"), "v": N('"\\\n\u2028')}})
    assert json.loads(answer.body)["message"].endswith('"\\\n\u2028')


@pytest.mark.parametrize(
    ("operation", "list_of"),
    [
        ("TransactWriteItems", lambda many: f'{{"TransactItems":[{many}]}}'),
        ("TransactGetItems", lambda many: f'{{"TransactItems":[{many}]}}'),
        ("BatchWriteItem", lambda many: f'{{"RequestItems":{{"table":[{many}]}}}}'),
        ("BatchGetItem", lambda many: f'{{"RequestItems":{{"table":{{"Keys":[{many}]}}}}}}'),
    ],
)
def test_more_elements_than_are_looked_at(server, table, operation, list_of):
    """The answer neither takes long nor repeats them all."""
    answer = answer_to(server, operation, list_of(",".join(["{}"] * 1_000_000)).encode())
    assert (answer.status, answer.code) == (400, "ValidationException")
    assert len(answer.body) < 100_000
