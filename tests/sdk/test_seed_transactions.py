"""Transactions that users run against DynamoDB (tests/sdk/seeds), unchanged, by many clients at once, some of them on a
bad network: an SDK that gets no answer asks again, and nothing may happen twice."""

import concurrent.futures
import json
import pathlib
import sys
import threading

from harness.clients import make_client
from harness.lossy import Lossy
from harness.transact import get
from harness.values import N, S

PATIENT = {"AWS_MAX_ATTEMPTS": "10"}


def run_on_two_networks(runner, command, cwd: pathlib.Path | None = None, **environment: str) -> list[dict]:
    """What two programs show that run at the same time, one on a bad network. command(n) is that of the n-th."""
    place = {"cwd": cwd} if cwd else {}
    with Lossy(runner.server.port, seed=1, requests=0.05, answers=0.15) as lossy:
        bad = PATIENT | {"AWS_ENDPOINT_URL": lossy.endpoint, "AWS_ENDPOINT_URL_DYNAMODB": lossy.endpoint}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            running = [
                pool.submit(runner.run, *command(n), **place, **environment, **network)
                for n, network in enumerate(({}, bad))
            ]
        assert lossy.lost["answers"] > 3
        return [json.loads(program.result()) for program in running]


class Watching:
    """Calls `look` all the time on two threads, each with a client of its own, and fails as they fail."""

    def __init__(self, endpoint: str, look):
        self.endpoint, self.look, self.done = endpoint, look, threading.Event()
        self.pool = concurrent.futures.ThreadPoolExecutor()
        self.watchers: list[concurrent.futures.Future] = []

    def watch(self) -> int:
        client = make_client(self.endpoint, region="us-east-1")
        looks = 0
        while not self.done.is_set():
            self.look(client)
            looks += 1
        return looks

    def __enter__(self) -> None:
        self.watchers = [self.pool.submit(self.watch) for _ in range(2)]

    def __exit__(self, *error) -> None:
        self.done.set()
        self.pool.shutdown()
        assert all(watcher.result() > 10 for watcher in self.watchers)


def test_python_transfers(runner):
    """The sum of all accounts never changes for any reader, and none is ever overdrawn."""
    runner.tables.make("AccountID:S", TableName="Accounts")
    accounts = [f"ACCT#{n}" for n in range(6)]
    balances = dict.fromkeys(accounts, 100)
    for account, balance in balances.items():
        runner.dynamodb.put_item(TableName="Accounts", Item={"AccountID": S(account), "Balance": N(balance)})

    def look(client) -> dict[str, int]:
        answer = client.transact_get_items(TransactItems=[get("Accounts", {"AccountID": S(name)}) for name in accounts])
        seen = {entry["Item"]["AccountID"]["S"]: int(entry["Item"]["Balance"]["N"]) for entry in answer["Responses"]}
        assert sum(seen.values()) == 600 and min(seen.values()) >= 0
        return seen

    with Watching(runner.server.endpoint, look):
        told = run_on_two_networks(
            runner, lambda n: (sys.executable, "python/use_transfer_money.py", f"{n}", "8", "25", *accounts)
        )
    for program in told:
        assert len(program["done"]) + program["failed"] == 200
        assert len(program["done"]) > 20 and program["failed"] > 10
        for source, target, amount in program["done"]:
            balances[source] -= amount
            balances[target] += amount
    assert look(runner.dynamodb) == balances


def orders_of(client) -> list[dict]:
    return client.query(
        TableName="MyApp",
        ConsistentRead=True,
        KeyConditionExpression="PK = :pk AND begins_with(SK, :sk)",
        ExpressionAttributeValues={":pk": S("USER#u1"), ":sk": S("ORDER#")},
    )["Items"]


def test_typescript_orders(runner, typescript):
    """Nothing is sold that is not in stock; the orders that are there are those that were promised."""
    runner.tables.make("PK:S", "SK:S", TableName="MyApp")
    products, stocked = ["laptop", "mouse", "desk"], 60
    keys = [{"PK": S(f"PRODUCT#{product}"), "SK": S("INVENTORY")} for product in products]
    for key in keys:
        runner.dynamodb.put_item(TableName="MyApp", Item=key | {"quantity": N(stocked)})

    def stock(client) -> list[int]:
        answer = client.transact_get_items(TransactItems=[get("MyApp", key) for key in keys])
        return [int(entry["Item"]["quantity"]["N"]) for entry in answer["Responses"]]

    def look(client) -> None:
        before, orders, after = stock(client), orders_of(client), stock(client)
        assert all(0 <= later <= earlier for earlier, later in zip(before, after))
        sold = sum(int(order["total"]["N"]) for order in orders)
        assert 3 * stocked - sum(before) <= sold <= 3 * stocked - sum(after)

    with Watching(runner.server.endpoint, look):
        command = ("node_modules/.bin/tsx", "use_orders.ts")
        told = run_on_two_networks(
            runner, lambda n: (*command, f"{n}", "12", "10", *products), cwd=typescript, DYNAMODB_TABLE="MyApp"
        )
    left = dict.fromkeys(products, stocked)
    promised = {}
    for program in told:
        assert set(program["refused"]) == {"None ConditionalCheckFailed"}
        assert len(program["done"]) + sum(program["refused"].values()) == 120
        for order, product, quantity in program["done"]:
            left[product] -= quantity
            promised[f"ORDER#{order}"] = quantity
    assert {order["SK"]["S"]: int(order["total"]["N"]) for order in orders_of(runner.dynamodb)} == promised
    assert stock(runner.dynamodb) == list(left.values())
    assert max(left.values()) < 4  # the most that one order asks for


def test_python_batches_and_atomic_reads(runner):
    runner.tables.make("UserID:S", TableName="Users")
    runner.tables.make("OrderID:S", TableName="Orders")
    order = {"OrderID": S("123"), "Total": N("12.5")}
    runner.dynamodb.put_item(TableName="Orders", Item=order)
    shown = runner.shown(runner.run(sys.executable, "python/users_and_orders.py"))
    alice, bob = {"UserID": S("alice"), "Name": S("Alice")}, {"UserID": S("bob"), "Name": S("Bob")}
    responses, unprocessed = shown["batch"]
    assert (sorted(responses["Users"], key=str), unprocessed) == (sorted([alice, bob], key=str), {})
    assert shown["atomic"] == [{"Item": alice}, {"Item": order}]


def test_typescript_transactions(runner, typescript):
    """What the SDK makes of answers and of errors."""
    output = runner.run("node_modules/.bin/tsx", "use_transactions.ts", cwd=typescript, DYNAMODB_TABLE="MyApp")
    shown = runner.shown(output)
    for time, kind in (("first", "Write"), ("repeated", "Read")):
        arm = {"CapacityUnits": 8, f"{kind}CapacityUnits": 8}
        assert shown[time] == [[{"TableName": "MyApp", "Table": arm} | arm], 2]
    assert shown["mismatch"].startswith("DynamoDB rejected the request because you retried a request")
    assert shown["read"] == [{"id": "b", "n": 2}, None, {"nested": {"list": ["two"]}}]
    codes = "None, ConditionalCheckFailed, ValidationError, ConditionalCheckFailed"
    assert shown["cancelled"] == [
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        400,
    ]
    assert shown["reasons"] == [
        ["None", None, None],
        ["ConditionalCheckFailed", "The conditional request failed", {"id": "b", "n": 2}],
        ["ValidationError", "An operand in the update expression has an incorrect data type", None],
        ["ConditionalCheckFailed", "The conditional request failed", None],
    ]
    assert shown["nothing"] is None
    assert shown["batch"] == [2, 60, 60]
