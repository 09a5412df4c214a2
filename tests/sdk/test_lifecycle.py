"""The process: starting, stopping, what it keeps, which folders it refuses."""

import pathlib
import signal
import subprocess
import time

import pytest

from harness.clients import Tables, make_client
from harness.server import Server, binary, clean_environment, free_port
from harness.values import S
from harness.wire import Closed, Wire, encode, headers_of


def fill(endpoint: str, count: int = 20) -> str:
    dynamodb = make_client(endpoint)
    name = Tables(dynamodb).make(Tags=[{"Key": "kept", "Value": "yes"}], DeletionProtectionEnabled=True)
    for n in range(count):
        dynamodb.put_item(TableName=name, Item={"pk": S(f"k{n}"), "v": S("x" * n)})
    return name


def test_everything_is_there_after_a_restart(own_server):
    server = own_server()
    name = fill(server.endpoint)
    before = make_client(server.endpoint).describe_table(TableName=name)["Table"]
    assert server.stop() == 0
    server.start()
    dynamodb = make_client(server.endpoint)
    assert dynamodb.describe_table(TableName=name)["Table"] == before
    assert before["ItemCount"] == 20
    items = dynamodb.scan(TableName=name)["Items"]
    assert {item["pk"]["S"]: len(item["v"]["S"]) for item in items} == {f"k{n}": n for n in range(20)}
    tags = dynamodb.list_tags_of_resource(ResourceArn=before["TableArn"])["Tags"]
    assert tags == [{"Key": "kept", "Value": "yes"}]


@pytest.mark.parametrize("durability", ["sync", "os", "none"])
def test_a_clean_stop_keeps_everything_at_every_durability(own_server, durability):
    server = own_server("--durability", durability)
    name = fill(server.endpoint)
    assert server.stop() == 0
    server.start()
    assert make_client(server.endpoint).scan(TableName=name)["Count"] == 20


def test_in_memory_keeps_nothing(own_server):
    server = own_server("--in-memory")
    fill(server.endpoint)
    assert server.stop() == 0
    assert not server.data.exists()
    server.start()
    assert make_client(server.endpoint).list_tables()["TableNames"] == []


def test_a_folder_in_use_is_refused(own_server, tmp_path):
    first = own_server()
    second = subprocess.run(
        [binary(), "serve", "--port", str(free_port()), "--data", str(first.data)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert second.returncode not in (0, -signal.SIGSEGV, -signal.SIGABRT)
    assert "in use" in (second.stdout + second.stderr)
    make_client(first.endpoint).list_tables()


def test_a_port_in_use_is_refused(own_server, tmp_path):
    first = own_server("--in-memory")
    second = subprocess.run(
        [binary(), "serve", "--port", str(first.port), "--in-memory"], capture_output=True, text=True, timeout=30
    )
    assert second.returncode > 0
    assert str(first.port) in second.stdout + second.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--port", "abc"],
        ["serve", "--port", "70000"],
        ["serve", "--durability", "maybe"],
        ["serve", "--no-such-flag"],
        ["no-such-verb"],
    ],
    ids=str,
)
def test_bad_arguments(arguments):
    ended = subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=30)
    assert ended.returncode > 0
    assert ended.stdout + ended.stderr


def test_help():
    for arguments in (["--help"], ["serve", "--help"]):
        ended = subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=30)
        assert ended.returncode == 0
        assert "serve" in ended.stdout or "--port" in ended.stdout


def test_options_from_the_environment(tmp_path):
    port = free_port()
    process = subprocess.Popen(
        [binary(), "serve", "--in-memory"],
        env=clean_environment() | {"STATOR_PORT": str(port), "STATOR_ACCOUNT": "999999999999"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        probe = Server(tmp_path / "unused", port=port)
        deadline = time.monotonic() + 30
        while not probe.ready() and time.monotonic() < deadline:
            time.sleep(0.01)
        dynamodb = make_client(probe.endpoint)
        name = Tables(dynamodb).make()
        assert ":999999999999:" in dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()


def test_draining_finishes_what_runs(own_server):
    server = own_server("--in-memory")
    body = b'{"Limit": 1}'
    with Wire(server.port) as busy, Wire(server.port) as idle:
        assert idle.call("ListTables", {}).status == 200
        busy.send(encode("POST", "/", headers_of("ListTables") | {"Content-Length": str(len(body))}, body[:5]))
        time.sleep(0.1)  # the head must have arrived; the outcome does not depend on how long
        server.process.send_signal(signal.SIGTERM)
        assert idle.closed()
        busy.send(body[5:])
        assert busy.answer().json() == {"TableNames": []}
        assert busy.closed()
    assert server.process.wait(30) == 0


def test_draining_does_not_wait_for_ever(own_server):
    server = own_server("--in-memory", "--drain-timeout", "1s")
    with Wire(server.port) as stuck:
        stuck.send(encode("POST", "/", headers_of("ListTables") | {"Content-Length": "100"}, b"{"))
        time.sleep(0.1)
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(30) == 0
        assert time.monotonic() - started < 15
        try:
            assert stuck.closed()
        except Closed:
            pass


def test_a_foreign_folder_is_refused(tmp_path: pathlib.Path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "CURRENT").write_text("MANIFEST-999999\n")
    ended = subprocess.run(
        [binary(), "serve", "--port", str(free_port()), "--data", str(folder)],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.returncode > 0
    assert str(folder) in ended.stdout + ended.stderr
