"""Functions that users run on streams (tests/sdk/seeds), unchanged: an audit log, analytics and a materialized view in
Python as commands, the processing of orders in TypeScript as in Lambda's runtime interface emulator."""

import json
import pathlib
import subprocess
import sys
import threading

import pytest

from harness.mappings import make_lambda_client, write_config
from harness.patience import eventually
from harness.seeds import SEEDS, Runner
from harness.server import Server
from harness.streams import PROVISIONED, stream_of
from harness.triggers import PATIENCE
from harness.values import N, S


class Emulator:
    """serve_handler.ts with a module's handler."""

    def __init__(self, folder: pathlib.Path, module: str):
        self.lines: list[str] = []  # that it has printed
        self.complaints: list[str] = []
        self.process = subprocess.Popen(
            ["node", "--import", "tsx", "serve_handler.ts", module],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.process.stdout.readline())
        streams = (self.process.stdout, self.lines), (self.process.stderr, self.complaints)
        self.readers = [threading.Thread(target=self.read, args=pair, daemon=True) for pair in streams]
        for reader in self.readers:
            reader.start()

    def read(self, stream, lines: list[str]) -> None:
        lines += (line.rstrip() for line in stream)

    def end(self) -> None:
        with self.process:
            self.process.kill()
            for reader in self.readers:
                reader.join()


@pytest.fixture
def start(tmp_path):
    """start(sections) starts a server with such a config file; what sections(endpoint) says if it is a function."""
    servers = []

    def start(sections) -> Runner:
        file = tmp_path / "stator.toml"
        server = Server(tmp_path / "data", ("--in-memory", "--config", str(file)))
        write_config(file, sections(server.endpoint))
        servers.append(server.start())
        return Runner(server)

    yield start
    for server in servers:
        server.__exit__(None)


def python_sections(endpoint: str) -> dict:
    place = {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
    place |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["env", *(f"{name}={value}" for name, value in place.items()), sys.executable]
    modules = {"audit": "audit_log", "analytics": "analytics", "view": "materialized_view"}
    invoke = str(SEEDS / "python" / "invoke.py")
    # Few events: an interpreter is started for each.
    trigger = {"table": "Users", "function": "audit", "batch-size": 10, "batching-window": "1s"}
    return {
        "functions": {name: {"command": [*command, invoke, module]} for name, module in modules.items()},
        "triggers": {"users-audit": trigger},
    }


def scan(runner: Runner, table: str) -> list[dict]:
    return runner.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]


def test_python_handlers(start):
    """One trigger is declared in the config file, two mappings are made by a client."""
    runner = start(python_sections)
    runner.tables.make("Key:S", TableName="audit-logs")
    runner.tables.make("PartitionKey:S", "Number:N", TableName="user-events")
    runner.tables.make("Name:S", TableName="cache")
    runner.tables.make("UserID:S", TableName="Users", **stream_of("NEW_AND_OLD_IMAGES"), **PROVISIONED)
    arn = runner.dynamodb.describe_table(TableName="Users")["Table"]["LatestStreamArn"]
    client = make_lambda_client(runner.server.endpoint, "us-east-1")
    request = {"EventSourceArn": arn, "StartingPosition": "TRIM_HORIZON", "MaximumBatchingWindowInSeconds": 1}
    for name in ("analytics", "view"):
        client.create_event_source_mapping(FunctionName=name, **request)

    users = {f"u{i}": {"UserID": S(f"u{i}"), "Name": S(f"Ü{i}"), "Age": N(i)} for i in range(12)}
    for user in users.values():
        runner.dynamodb.put_item(TableName="Users", Item=user)
    for name in ("u1", "u2"):
        users[name] = users[name] | {"Age": N(50)}
        runner.dynamodb.put_item(TableName="Users", Item=users[name])
    for name in ("u2", "u3"):
        runner.dynamodb.delete_item(TableName="Users", Key={"UserID": S(name)})

    eventually(lambda: len(scan(runner, "audit-logs")) >= 16, seconds=PATIENCE)
    records = [json.loads(entry["Body"]["S"]) for entry in scan(runner, "audit-logs")]
    seen = [(record["eventName"], record["dynamodb"]["Keys"]["UserID"]["S"]) for record in records]
    wanted = [("INSERT", name) for name in users]
    wanted += [("MODIFY", "u1"), ("MODIFY", "u2"), ("REMOVE", "u2"), ("REMOVE", "u3")]
    assert sorted(seen) == sorted(wanted)
    assert {record["eventSourceARN"] for record in records} == {arn}

    eventually(lambda: len(scan(runner, "user-events")) >= 12, seconds=PATIENCE)
    events = [json.loads(event["Data"]["S"]) for event in scan(runner, "user-events")]
    assert sorted(event["Age"]["N"] for event in events) == sorted(f"{i}" for i in range(12))

    view = {f"user:{name}": user for name, user in users.items() if name not in ("u2", "u3")}

    def cached() -> dict:
        return {entry["Name"]["S"]: json.loads(entry["Value"]["S"]) for entry in scan(runner, "cache")}

    eventually(lambda: cached() == view, seconds=PATIENCE)


def test_a_handler_that_raises_is_called_again(start):
    """The view's table is not there at first."""
    runner = start(python_sections)
    runner.tables.make("UserID:S", TableName="Users", **stream_of("NEW_AND_OLD_IMAGES"))
    arn = runner.dynamodb.describe_table(TableName="Users")["Table"]["LatestStreamArn"]
    client = make_lambda_client(runner.server.endpoint, "us-east-1")
    request = {"EventSourceArn": arn, "FunctionName": "view", "StartingPosition": "TRIM_HORIZON"}
    uuid = client.create_event_source_mapping(**request)["UUID"]
    runner.dynamodb.put_item(TableName="Users", Item={"UserID": S("u1")})

    def result() -> str:
        return client.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]

    eventually(lambda: result() == "PROBLEM: Function call failed", seconds=PATIENCE)
    runner.tables.make("Name:S", TableName="cache")
    eventually(lambda: scan(runner, "cache"), seconds=PATIENCE)
    eventually(lambda: result() == "OK", seconds=PATIENCE)


@pytest.fixture
def orders(typescript):
    emulator = Emulator(typescript, "./order_processing.ts")
    yield emulator
    emulator.end()


def put_order(runner: Runner, order: int, status: str) -> None:
    item = {"PK": S("USER#u1"), "SK": S(f"ORDER#{order}"), "entityType": S("ORDER"), "orderId": S(f"{order}")}
    runner.dynamodb.put_item(TableName="MyApp", Item=item | {"status": S(status), "total": N("12.5")})


def test_typescript_handler(start, orders):
    trigger = {"table": "MyApp", "function": "orders", "batch-size": 10, "parallelization-factor": 4}
    url = f"http://127.0.0.1:{orders.port}"
    runner = start(lambda _: {"functions": {"orders": {"url": url}}, "triggers": {"myapp-orders": trigger}})
    runner.tables.make("PK:S", "SK:S", TableName="MyApp", **stream_of("NEW_AND_OLD_IMAGES"))
    runner.dynamodb.put_item(TableName="MyApp", Item={"PK": S("USER#u1"), "SK": S("PROFILE"), "entityType": S("USER")})
    for order in range(20):
        put_order(runner, order, "pending")
    put_order(runner, 7, "pending")  # nothing changes
    put_order(runner, 7, "completed")
    runner.dynamodb.delete_item(TableName="MyApp", Key={"PK": S("USER#u1"), "SK": S("ORDER#8")})
    put_order(runner, 8, "cancelled")
    wanted = [f"Processing new order: {order}" for order in range(20)]
    wanted += ["Order 7 status changed from pending to completed", "Processing new order: 8"]
    eventually(lambda: len(orders.lines) >= len(wanted), seconds=PATIENCE)
    assert orders.lines == wanted  # all of one partition key, and therefore in order
    assert orders.complaints == []
