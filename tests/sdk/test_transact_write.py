"""TransactWriteItems: what it does, all of it or nothing, and the reasons of what it does not."""

import random
import threading

import pytest

from harness.check import complaints
from harness.clients import Tables, make_client
from harness.index_driver import Driver
from harness.index_model import normal_item, units
from harness.index_random import Maker
from harness.transact import FAILED, NONE, OLD, cancelled, check, delete, get, is_, put, reasons, update, values
from harness.values import NULL, SS, L, M, N, S
from harness.wire import Wire

KEYS = {"ProjectionType": "KEYS_ONLY"}
INDEXES = {
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": kind} for name, kind in (("pk", "S"), ("sk", "N"), ("g", "S"))
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "local",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}],
            "Projection": KEYS,
        }
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "global",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


@pytest.fixture(scope="module")
def plain(module_tables):
    return module_tables.make("id:S")


@pytest.fixture
def indexed(tables):
    return tables.make("pk:S", "sk:N", **INDEXES)


def arn_of(client, table: str) -> str:
    return client.describe_table(TableName=table)["Table"]["TableArn"]


def item_of(client, table: str, key: dict) -> dict | None:
    return client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")


def contents(client, table: str) -> list:
    """Of the table and of its indexes, and what is counted of them."""
    described = client.describe_table(TableName=table)["Table"]
    counted = [(described["ItemCount"], described["TableSizeBytes"])]
    found = [client.scan(TableName=table, ConsistentRead=True)["Items"]]
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        for index in described.get(kind, []):
            counted.append((index["ItemCount"], index["IndexSizeBytes"]))
            found.append(client.scan(TableName=table, IndexName=index["IndexName"])["Items"])
    return [*counted, *(sorted(items, key=str) for items in found)]


def test_all_kinds_in_several_tables_by_name_and_by_arn(dynamodb, indexed, plain):
    key, other = {"pk": S("a"), "sk": N(1)}, {"pk": S("a"), "sk": N(2)}
    dynamodb.put_item(TableName=plain, Item={"id": S("old"), "v": N(1)})
    dynamodb.put_item(TableName=plain, Item={"id": S("checked"), "v": N(1)})
    answer = dynamodb.transact_write_items(
        TransactItems=[
            put(indexed, key | {"g": S("G"), "tags": SS("x", "y")}),
            update(arn_of(dynamodb, indexed), other, "SET g = :g ADD n :n", **values(g=S("G"), n=N(3))),
            delete(arn_of(dynamodb, plain), {"id": S("old")}, **is_("v = :one", one=N(1))),
            check(plain, {"id": S("checked")}, "v < :two", **values(two=N(2))),
            put(plain, {"id": S("new")}, **is_("attribute_not_exists(id)")),
        ]
    )
    answer.pop("ResponseMetadata")
    assert answer == {}
    assert item_of(dynamodb, indexed, key) == key | {"g": S("G"), "tags": SS("x", "y")}
    assert item_of(dynamodb, indexed, other) == other | {"g": S("G"), "n": N(3)}
    assert item_of(dynamodb, plain, {"id": S("old")}) is None
    assert item_of(dynamodb, plain, {"id": S("new")}) == {"id": S("new")}
    assert item_of(dynamodb, plain, {"id": S("checked")}) == {"id": S("checked"), "v": N(1)}
    for index, count in (("global", 2), ("local", 2)):
        assert dynamodb.scan(TableName=indexed, IndexName=index)["Count"] == count


@pytest.mark.parametrize(
    ("old", "expression", "named", "new"),
    [
        (None, "REMOVE a", {}, None),
        (None, "REMOVE a.b, c[3]", {}, None),
        (None, "DELETE a :v", {"v": SS("x")}, None),
        (None, "SET a = :v", {"v": NULL}, {"a": NULL}),
        (None, "ADD a :v", {"v": N("1.50")}, {"a": N("1.5")}),
        (None, "SET a = if_not_exists(a, :v)", {"v": N(7)}, {"a": N(7)}),
        ({"a": N(1)}, "SET a = if_not_exists(a, :v)", {"v": N(7)}, {"a": N(1)}),
        ({"a": N(1), "b": N(2)}, "SET a = b, b = a", {}, {"a": N(2), "b": N(1)}),
        ({"a": L(N(1))}, "SET a = list_append(a, :v), a2 = a", {"v": L(N(2))}, {"a": L(N(1), N(2)), "a2": L(N(1))}),
        ({"a": L(N(0), N(1), N(2))}, "REMOVE a[0], a[2]", {}, {"a": L(N(1))}),
        ({"a": M(b=N(1))}, "SET a.c = :v REMOVE a.b", {"v": N(2)}, {"a": M(c=N(2))}),
        ({"a": SS("x", "y")}, "DELETE a :v", {"v": SS("x")}, {"a": SS("y")}),
        ({"a": SS("x")}, "DELETE a :v", {"v": SS("x")}, {}),
        ({"a": N(1)}, "REMOVE a", {}, {}),
    ],
    ids=str,
)
def test_an_update_does_what_it_does_alone(dynamodb, plain, request, old, expression, named, new):
    key = {"id": S(request.node.name)}
    if old is not None:
        dynamodb.put_item(TableName=plain, Item=key | old)
    more = values(**named) if named else {}
    dynamodb.transact_write_items(TransactItems=[update(plain, key, expression, **more)])
    assert item_of(dynamodb, plain, key) == (None if new is None else key | new)


def test_names_and_values_that_no_expression_could_use_are_ignored(dynamodb, plain):
    more = {"ExpressionAttributeNames": {"#n": "v"}, "ExpressionAttributeValues": {":v": N(1)}}
    dynamodb.put_item(TableName=plain, Item={"id": S("ignored-2")})
    dynamodb.transact_write_items(
        TransactItems=[put(plain, {"id": S("ignored-1")}, **more), delete(plain, {"id": S("ignored-2")}, **more)]
    )
    assert item_of(dynamodb, plain, {"id": S("ignored-1")}) == {"id": S("ignored-1")}
    assert item_of(dynamodb, plain, {"id": S("ignored-2")}) is None


def test_only_checks(dynamodb, plain):
    dynamodb.put_item(TableName=plain, Item={"id": S("there")})
    there, absent = {"id": S("there")}, {"id": S("absent")}
    dynamodb.transact_write_items(
        TransactItems=[check(plain, there, "attribute_exists(id)"), check(plain, absent, "attribute_not_exists(id)")]
    )
    found = reasons(
        dynamodb.transact_write_items,
        TransactItems=[check(plain, there, "attribute_exists(id)"), check(plain, absent, "attribute_exists(id)")],
    )
    assert found == [NONE, FAILED]
    assert item_of(dynamodb, plain, absent) is None


def test_every_failed_condition_is_told_in_its_place(dynamodb, plain):
    """With the old item for those that ask for it and have one."""
    item = {"id": S("reasons"), "v": N(1), "list": L(S("x"), NULL)}
    dynamodb.put_item(TableName=plain, Item=item)
    dynamodb.put_item(TableName=plain, Item={"id": S("reasons-2"), "v": N(2)})
    dynamodb.put_item(TableName=plain, Item={"id": S("reasons-3"), "v": N(3)})
    failed = {"Code": FAILED[0], "Message": FAILED[1]}
    no_old = {"ReturnValuesOnConditionCheckFailure": "NONE"}
    found = cancelled(
        dynamodb.transact_write_items,
        TransactItems=[
            put(plain, {"id": S("reasons-new")}, **OLD),
            delete(plain, {"id": S("reasons")}, **is_("v = :v", v=N(2)), **OLD),
            update(plain, {"id": S("reasons-2")}, "SET v = :v", **is_("v < :w", v=N(9), w=N(1)), **OLD),
            check(plain, {"id": S("reasons-3")}, "v = :v", **values(v=N(1)), **no_old),
            check(plain, {"id": S("reasons-4")}, "attribute_exists(v)", **OLD),
            put(plain, {"id": S("reasons-5")}, **is_("attribute_exists(id)"), **OLD),
            check(plain, {"id": S("reasons-6")}, "attribute_not_exists(v)", **OLD),
        ],
    )
    assert found == [
        {"Code": "None"},
        failed | {"Item": item},
        failed | {"Item": {"id": S("reasons-2"), "v": N(2)}},
        failed,
        failed,
        failed,
        {"Code": "None"},
    ]
    assert item_of(dynamodb, plain, {"id": S("reasons-new")}) is None
    assert item_of(dynamodb, plain, {"id": S("reasons-2")}) == {"id": S("reasons-2"), "v": N(2)}


def test_the_error_on_the_wire(dynamodb, wire, plain):
    dynamodb.put_item(TableName=plain, Item={"id": S("wire")})
    actions = [
        put(plain, {"id": S("wire-2")}),
        put(plain, {"id": S("wire")}, **is_("attribute_not_exists(id)"), **OLD),
    ]
    answer = wire.call("TransactWriteItems", {"TransactItems": actions})
    assert (answer.status, answer.json()) == (
        400,
        {
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[None, ConditionalCheckFailed]",
            "CancellationReasons": [
                {"Code": "None"},
                {"Code": FAILED[0], "Message": FAILED[1], "Item": {"id": S("wire")}},
            ],
        },
    )
    assert wire.call("TransactWriteItems", {"TransactItems": actions[:1]}).json() == {}


# What the last of a hundred actions may be, so that nothing of the others happens.
LAST = {
    "a failed condition": check,
    "a missing key": lambda table, key, _: delete(table, {"pk": S("p")}),
    "a wrong key": lambda table, key, _: put(table, {"pk": N(1), "sk": N(1)}),
    "a wrong index key": lambda table, key, _: put(table, key | {"g": N(1)}),
    "an operand": lambda table, key, _: update(table, key, "SET g = g + :v", **values(v=N(1))),
    "a path": lambda table, key, _: update(table, key, "SET nothing.there = :v", **values(v=N(1))),
    "an item too large": lambda table, key, _: update(table, key, "SET v = :v", **values(v=S("x" * 409_600))),
}


@pytest.mark.parametrize("last", LAST)
def test_a_hundredth_that_fails_leaves_all_as_it_was(dynamodb, indexed, last):
    for i in range(0, 100, 25):
        items = [{"pk": S("p"), "sk": N(n), "g": S(f"g{n % 7}"), "v": S("x" * n)} for n in range(i, i + 25)]
        dynamodb.batch_write_item(RequestItems={indexed: [{"PutRequest": {"Item": item}} for item in items]})
    before = contents(dynamodb, indexed)
    actions = []
    for n in range(99):
        key = {"pk": S("p"), "sk": N(n)}
        actions.append(
            [
                put(indexed, key | {"g": S("changed")}),
                update(indexed, key, "SET g = :g, w = :g", **values(g=S("changed"))),
                update(indexed, key, "REMOVE g"),
                delete(indexed, key),
                put(indexed, {"pk": S("new"), "sk": N(n), "g": S("new")}),
            ][n % 5]
        )
    actions.append(LAST[last](indexed, {"pk": S("p"), "sk": N(99)}, "attribute_not_exists(pk)"))
    codes = [code for code, _ in reasons(dynamodb.transact_write_items, TransactItems=actions)]
    assert codes == ["None"] * 99 + ["ConditionalCheckFailed" if last == "a failed condition" else "ValidationError"]
    assert contents(dynamodb, indexed) == before

    actions[-1] = check(indexed, {"pk": S("p"), "sk": N(99)}, "attribute_exists(pk)")
    dynamodb.transact_write_items(TransactItems=actions)
    (count, _), _, (global_count, _), items, *_ = contents(dynamodb, indexed)
    assert count == len(items) == 100 - 20 + 19
    assert global_count == len([item for item in items if "g" in item]) == count - 20


class Transactions(Driver):
    """Random transactions of a table, and the model of it."""

    def __init__(self, wire: Wire, maker: Maker):
        super().__init__(wire, maker)
        self.done = self.failed = 0

    def transact(self) -> None:
        actions, writes, fails = [], {}, False
        for _ in range(self.chance.choice([1, 2, 4, 12])):
            action, place, new = self.action()
            if place in writes:
                continue
            old = self.table.items.get(place)
            fails = fails or (new is not None and self.table.refuses(new))
            if self.chance.random() < 0.1:
                holds = self.chance.random() < 0.6
                not_ = "" if (old is not None) == holds else "not_"
                (body,) = action.values()
                body["ConditionExpression"] = f"attribute_{not_}exists(#k)"
                names = body.get("ExpressionAttributeNames", {}) | {"#k": self.table.partition}
                body["ExpressionAttributeNames"] = names
                fails = fails or not holds
            actions.append(action)
            writes[place] = new
        self.requests += 1
        answer = self.wire.call("TransactWriteItems", {"TransactItems": actions, "ReturnConsumedCapacity": "INDEXES"})
        self.last = ("TransactWriteItems", actions, answer.body)
        if fails:
            assert answer.code in ("TransactionCanceledException", "ValidationException"), "not refused"
            self.failed += 1
            return
        assert answer.status == 200, "refused"
        self.done += 1
        table_units, costs = 0, {}
        for place, new in writes.items():
            table_units += 2 * max(units(self.table.items.get(place)), units(new), 1)
            for name, cost in self.table.write(place, new).items():
                costs[name] = costs.get(name, 0) + cost
        (consumed,) = answer.json()["ConsumedCapacity"]
        self.check_write_cost("TransactWriteItems", consumed, table_units, costs)

    def action(self) -> tuple[dict, tuple, dict | None]:
        pick = self.chance.random()
        if pick < 0.5:
            item = self.maker.item()
            return put(self.table.name, item), self.table.place(item), normal_item(item)
        key = self.maker.key()
        place = self.table.place(key)
        if pick < 0.7:
            return delete(self.table.name, key), place, None
        request, new = self.maker.update(self.table.items.get(place), key)
        return {"Update": {"TableName": self.table.name, "Key": key} | request}, place, new


def test_indexes_follow_random_transactions(own_server):
    """An index holds the projections of the items that have its keys, whatever the transactions did or did not do."""
    server = own_server()
    done = failed = 0
    with Wire(server.port) as wire:
        for seed in range(12):
            chance = random.Random(seed)
            driver = Transactions(wire, Maker.of(chance, f"random-{seed}", seed % 4, 1 + seed % 3))
            driver.maker.bad = 0.002
            try:
                driver.create()
                for _ in range(40):
                    driver.transact()
                driver.check_all()
            except Exception as error:
                text = f"seed {seed}: {error!r}\n{driver.table.create_request()}\n{driver.last}"
                raise AssertionError(text) from error
            done, failed = done + driver.done, failed + driver.failed
    assert done > 100 and failed > 50
    assert server.stop() == 0
    assert complaints(server.data) == ""


def test_nobody_sees_a_part_of_a_transaction(server, dynamodb, plain):
    """Writers move all of ten items on by one together; neither reader sees two of them apart."""
    names = [f"together-{i}" for i in range(10)]
    dynamodb.transact_write_items(TransactItems=[put(plain, {"id": S(name), "n": N(0)}) for name in names])
    done = threading.Event()

    def write(order: list[str]) -> None:
        client = make_client(server.endpoint)
        for _ in range(50):
            client.transact_write_items(
                TransactItems=[update(plain, {"id": S(name)}, "ADD n :one", **values(one=N(1))) for name in order]
            )

    def watch() -> None:
        orders = (names, names[::-1], names[5:] + names[:5])
        writers = [threading.Thread(target=write, args=(order,)) for order in orders]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        done.set()

    watching = threading.Thread(target=watch)
    watching.start()
    seen = set()
    while not done.is_set():
        got = dynamodb.transact_get_items(TransactItems=[get(plain, {"id": S(name)}) for name in names])
        (one,) = {entry["Item"]["n"]["N"] for entry in got["Responses"]}
        seen.add(one)
    watching.join()
    assert len(seen) > 5
    assert {item_of(dynamodb, plain, {"id": S(name)})["n"]["N"] for name in names} == {"150"}


def test_a_transaction_in_each_region(own_server):
    """Tables of the same name in two regions have nothing to do with each other."""
    server = own_server()
    clients = [make_client(server.endpoint, region) for region in ("eu-west-2", "us-east-1")]
    for client in clients:
        Tables(client).make("id:S", TableName="same")
    token = "the-same-token"
    for n, client in enumerate(clients):
        actions = [put("same", {"id": S("a"), "n": N(n)})]
        client.transact_write_items(TransactItems=actions, ClientRequestToken=token)
    assert [item_of(client, "same", {"id": S("a")})["n"] for client in clients] == [N(0), N(1)]
