"""stator bench, as a user runs it: what it reports is what the server has been asked."""

import json
import subprocess

import pytest

from harness.server import binary, clean_environment, free_port
from harness.values import unique
from harness.wire import REGION

ITEMS = 500
WRITES = {"PutItem": 1, "UpdateItem": 1, "BatchWriteItem": 25, "TransactWriteItems": 4}  # items in a request


def run_bench(endpoint: str, *flags: str) -> subprocess.CompletedProcess:
    command = [binary(), "bench", "--endpoint", endpoint, "--region", REGION, *flags]
    return subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=120)


@pytest.fixture
def bench(server, dynamodb):
    """bench(*flags) measures a table of its own, which stays: (the report, the name of the table)."""
    made = []

    def run(*flags: str, connections: int = 8) -> tuple[dict, str]:
        table = unique("bench")
        made.append(table)
        done = run_bench(server.endpoint, "--table", table, "--create-table", "--keep", "--items", str(ITEMS),
                         "--item-size", "200", "--connections", str(connections), "--output", "json", *flags)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout), table

    yield run
    for table in made:
        dynamodb.delete_table(TableName=table)


def items_of(dynamodb, table: str) -> dict:
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    return {(item["pk"]["S"], item.get("sk", {}).get("S")): item for page in pages for item in page["Items"]}


def check_sums(report: dict) -> None:
    assert report["completed"] > 0
    assert report["completed"] == sum(operation["completed"] for operation in report["operations"].values())
    assert sum(report["failures"].values()) == report["throttled"] + report["errors"] == 0
    assert report["per_second"] == pytest.approx(report["completed"] / report["seconds"], rel=0.01, abs=1)
    for figures in (report, *report["operations"].values()):
        times = [figures[f"{name}_us"] for name in ("p50", "p90", "p99", "p999", "max")]
        assert times == sorted(times)
        assert 0 <= figures["mean_us"] <= figures["max_us"]


@pytest.mark.parametrize("operation", ["GetItem", "Query", "BatchGetItem", "TransactGetItems"])
def test_reads_find_the_items_and_change_nothing(bench, dynamodb, operation):
    report, table = bench("--operation", operation, "--duration", "1s", "--indexes", "1")
    check_sums(report)
    assert list(report["operations"]) == [operation]
    items = items_of(dynamodb, table)
    assert len(items) == ITEMS
    assert {(item["v"]["S"][0], len(item["v"]["S"])) for item in items.values()} == {("1", 201)}


@pytest.mark.parametrize("operation, size", WRITES.items())
def test_once_writes_each_item_once(bench, dynamodb, operation, size):
    """The table is not filled before."""
    report, table = bench("--operation", operation, "--once")
    check_sums(report)
    assert report["completed"] == ITEMS / size
    assert len(items_of(dynamodb, table)) == ITEMS


@pytest.mark.parametrize("operation, flags", [*((operation, ()) for operation in WRITES),
                                              ("TransactWriteItems", ("--tokens",))])
def test_writes_write_one_version_of_all_items_after_the_other(bench, dynamodb, operation, flags):
    report, table = bench("--operation", operation, "--duration", "1s", *flags, connections=1)
    check_sums(report)
    versions = [item["v"]["S"][0] for item in items_of(dynamodb, table).values()]
    assert len(versions) == ITEMS
    written = report["completed"] * WRITES[operation]
    rest = written % (2 * ITEMS)
    first = ITEMS if written <= ITEMS else rest if rest <= ITEMS else 2 * ITEMS - rest
    assert (versions.count("1"), versions.count("2")) == (first, ITEMS - first)


@pytest.mark.parametrize("operation", ["CountByAdd", "CountByCondition", "CountByTransaction"])
def test_counters_are_exact(bench, dynamodb, operation):
    report, table = bench("--operation", operation, "--duration", "1s")
    check_sums(report)
    items = items_of(dynamodb, table)
    assert items.pop(("counter", None))["n"]["N"] == str(report["completed"])
    assert sum(int(item["n"]["N"]) for item in items.values()) == \
        (report["completed"] if operation == "CountByTransaction" else 0)


def test_index_is_added(bench, dynamodb):
    report, table = bench("--operation", "AddIndex")
    check_sums(report)
    indexes = dynamodb.describe_table(TableName=table)["Table"]["GlobalSecondaryIndexes"]
    assert [index["IndexName"] for index in indexes] == ["by-g0"]


KINDS = {"a": {"read", "update"}, "b": {"read", "update"}, "c": {"read"}, "d": {"read", "insert"},
         "e": {"insert", "scan"}, "f": {"read", "read-modify-write"}}


@pytest.mark.parametrize("workload", KINDS)
def test_workloads(bench, dynamodb, workload):
    report, table = bench("--workload", workload, "--duration", "1s")
    check_sums(report)
    operations = {name: figures["completed"] for name, figures in report["operations"].items()}
    assert set(operations) == KINDS[workload]
    items = items_of(dynamodb, table)
    assert len(items) == ITEMS + operations.get("insert", 0)
    assert all(len(item) == (12 if workload == "e" else 11) for item in items.values())
    assert all(len(item[f"field{i}"]["S"]) == 20 for item in items.values() for i in range(10))


@pytest.mark.parametrize("workload, changes", [("a", "update"), ("f", "read-modify-write")])
def test_updates_change_items(bench, dynamodb, workload, changes):
    """No more items than there were updates, and fewer, because some are asked for far more often than others."""
    report, table = bench("--workload", workload, "--rate", "400", "--duration", "1s")
    check_sums(report)
    assert report["completed"] == 400
    _, loaded = bench("--workload", "c", "--rate", "1", "--duration", "1s")
    before, after = items_of(dynamodb, loaded), items_of(dynamodb, table)
    changed = sum(before[key] != after[key] for key in before)
    assert 0 < changed < report["operations"][changes]["completed"]


def test_open_loop_sends_what_is_due(bench):
    report, _ = bench("--operation", "GetItem", "--rate", "500", "--duration", "1s", "--warm-up", "500ms")
    check_sums(report)
    assert report["completed"] == report["rate"] == 500


def test_table_is_deleted_unless_kept(server, dynamodb):
    table = unique("bench")
    done = run_bench(server.endpoint, "--table", table, "--create-table", "--duration", "200ms", "--items", "100")
    assert done.returncode == 0, done.stderr
    assert "GetItem, 64 connections, closed loop" in done.stdout
    assert "nothing failed" in done.stdout
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_table(TableName=table)


def test_no_server():
    done = run_bench(f"http://127.0.0.1:{free_port()}", "--duration", "1s")
    assert done.returncode == 1
    assert "cannot connect to 127.0.0.1:" in done.stderr and "Connection refused" in done.stderr
    assert done.stdout == ""


def test_no_table(server):
    done = run_bench(server.endpoint, "--table", unique("bench"), "--duration", "1s")
    assert done.returncode == 1
    assert "there is no table" in done.stderr and "--create-table" in done.stderr


def test_every_request_fails(server, dynamodb):
    """The table has another key than the requests."""
    table = unique("bench")
    dynamodb.create_table(TableName=table, KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
                          AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
                          BillingMode="PAY_PER_REQUEST")
    done = run_bench(server.endpoint, "--table", table, "--duration", "200ms", "--output", "json")
    dynamodb.delete_table(TableName=table)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["completed"] == 0
    assert report["failures"] == {"ValidationException": report["errors"]}
    assert "nothing succeeded" in done.stderr and "ValidationException" in done.stderr


def test_wrong_usage():
    done = run_bench("ftp://nowhere")
    assert done.returncode == 2
    assert "--endpoint" in done.stderr


def test_progress_is_told(server):
    done = run_bench(server.endpoint, "--table", unique("bench"), "--create-table", "--items", "100", "--duration",
                     "2500ms", "--progress")
    assert done.returncode == 0, done.stderr
    assert sum("p99" in line for line in done.stderr.splitlines()) >= 2
