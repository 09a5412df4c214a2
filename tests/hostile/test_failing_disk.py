"""A disk that fails: what was acknowledged stays and is read, what was refused is not, and writes come back when they
may. After each, a power cut."""

import pytest

from harness.clients import Tables, make_client
from harness.faulty_disk import FaultyDiskServer
from harness.filler import Filler
from harness.patience import eventually


@pytest.fixture
def server(tmp_path):
    running = FaultyDiskServer(tmp_path / "data", ("--memtable", "1MiB"))
    running.start()
    yield running
    running.kill()


@pytest.fixture
def filler(server):
    client = make_client(server.endpoint)
    made = Filler(client, Tables(client).make())
    for _ in range(20):
        assert made.put(10_000) is None
    return made


@pytest.mark.parametrize("operation", ["sync", "write"])
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_log_that_fails_is_replaced(server, filler, operation, error):
    server.fail(f"{operation} .log 3 1 {error}")
    codes = [filler.put(1000) for _ in range(10)]
    assert codes == [None] * 3 + ["InternalServerError"] + [None] * 6
    filler.check()
    server.kill()
    server.start()
    filler.check()


@pytest.mark.parametrize("ending", ["kill", "stop"])
def test_a_log_that_cannot_be_replaced_takes_no_more_writes(server, filler, ending):
    server.fail("sync .log 0 ever EIO")
    assert [filler.put(1000) for _ in range(3)] == ["InternalServerError"] * 3
    assert server.tell("clear") == "ok"
    assert filler.put(1000) == "InternalServerError"
    filler.check()
    assert server.running() and server.ready()
    if ending == "kill":
        server.kill()
    else:
        assert server.stop() == 0
    server.start()
    filler.check()
    assert filler.put(1000) is None


@pytest.mark.parametrize(
    "fault",
    [
        "write .sst 0 ever ENOSPC",
        "sync .sst 1 ever EIO",
        "create .sst 0 ever ENOSPC",
        "write MANIFEST 0 ever ENOSPC",
        "sync MANIFEST 0 ever EIO",
        "create .log 0 ever ENOSPC",
    ],
)
def test_writes_come_back_with_the_disk(server, filler, fault):
    server.fail(fault)
    assert eventually(lambda: filler.put(50_000) is not None and int(server.tell("met")) > 0, seconds=60)
    filler.check()
    assert server.tell("clear") == "ok"
    assert eventually(lambda: filler.put(1000) is None, seconds=60)
    filler.check()
    server.kill()
    server.start()
    filler.check()


def test_a_table_that_cannot_be_read_is_an_error(server, filler):
    """And no other item for it."""
    assert server.stop() == 0
    server.start()
    server.fail("read .sst 0 ever EIO")
    with pytest.raises(filler.dynamodb.exceptions.InternalServerError):
        filler.dynamodb.get_item(TableName=filler.table, Key={"pk": {"S": "k1"}})
    assert server.tell("clear") == "ok"
    filler.check()
