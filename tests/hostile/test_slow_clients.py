"""Clients that take their time, on a server with short timeouts."""

import select
import threading
import time

import pytest

from harness.clients import Tables, make_client
from harness.patience import eventually
from harness.values import S
from harness.wire import Closed, Wire, encode, headers_of, post


@pytest.fixture
def server(own_server):
    return own_server(
        "--in-memory", "--head-timeout", "1s", "--body-timeout", "1s", "--idle-timeout", "2s", "--write-timeout", "1s"
    )


def drip(wire: Wire, data: bytes, seconds: float) -> None:
    """A byte each tenth of a second until the server answers or hangs up, or the time is over."""
    deadline = time.monotonic() + seconds
    for byte in data:
        wire.send(bytes([byte]))
        if select.select([wire.socket], [], [], 0.1)[0] or time.monotonic() > deadline:
            return


def ended(wire: Wire) -> int | None:
    """The status that the server answered before it closed, if it did answer."""
    try:
        status = wire.answer().status
    except Closed:
        return None
    assert wire.closed()
    return status


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_byte_at_a_time(server, part):
    body = b'{"Limit": 1}' + b" " * 1000
    head = encode("POST", "/", headers_of("ListTables") | {"Content-Length": str(len(body))})
    started = time.monotonic()
    with Wire(server.port, timeout=10) as wire:
        if part == "body":
            wire.send(head)
        drip(wire, body if part == "body" else head, 10)
        assert time.monotonic() - started < 5
        assert ended(wire) in (None, 408)
    assert_alive(server)


def test_idle_connections_are_closed(server):
    with Wire(server.port, timeout=10) as silent, Wire(server.port, timeout=10) as used:
        assert used.call("ListTables", {}).status == 200
        started = time.monotonic()
        assert ended(silent) in (None, 408)
        assert used.closed()
        assert time.monotonic() - started < 8


def test_a_client_that_does_not_read(server):
    dynamodb = make_client(server.endpoint)
    table = Tables(dynamodb).make()
    dynamodb.put_item(TableName=table, Item={"pk": S("big"), "v": S("x" * 400_000)})
    request = post("GetItem", {"TableName": table, "Key": {"pk": S("big")}})
    before = server.rss_mib()
    with Wire(server.port) as deaf:
        deaf.socket.settimeout(0.2)
        try:
            deaf.send(request * 2000)
        except TimeoutError:
            pass
        assert_alive(server)
        assert server.rss_mib() < before + 64
        eventually(lambda: cut_off(deaf))


def cut_off(wire: Wire) -> bool:
    """Whether the server has closed while the client was not reading."""
    wire.socket.settimeout(0.1)
    try:
        wire.socket.sendall(b"x" * 65536)
    except TimeoutError:
        return False
    except OSError:
        return True
    return False


def test_slow_clients_do_not_hold_up_others(server):
    slow = [Wire(server.port) for _ in range(200)]
    for wire in slow:
        wire.send(b"POST / HT")
    seconds = []

    def measure():
        for _ in range(50):
            started = time.monotonic()
            assert_alive(server)
            seconds.append(time.monotonic() - started)

    thread = threading.Thread(target=measure)
    thread.start()
    thread.join()
    assert sorted(seconds)[25] < 0.5
    for wire in slow:
        wire.socket.close()


def assert_alive(server) -> None:
    with Wire(server.port, timeout=10) as wire:
        assert wire.call("ListTables", {}).status == 200
