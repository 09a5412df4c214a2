"""Secondary indexes as part of tables: how they are made, described, changed and deleted."""

import time

import pytest

from harness.clients import make_client, refused
from harness.values import S, unique
from harness.wire import REGION

INVALID = "One or more parameter values were invalid: "
IN_USE = "Attempt to change a resource which is still in use: "
ONE_AT_A_TIME = (
    "LimitExceededException",
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
)
PATIENCE = 30  # seconds for an index of a small table


def definitions(*attributes: str) -> list[dict]:
    """Of attributes written name or name:type."""
    pairs = [f"{attribute}:S".split(":")[:2] for attribute in attributes]
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in pairs]


def key(partition: str, sort: str = "") -> list[dict]:
    """Attributes of each role are parted by blanks."""
    roles = [(name, "HASH") for name in partition.split()] + [(name, "RANGE") for name in sort.split()]
    return [{"AttributeName": name, "KeyType": role} for name, role in roles]


def index(name: str, partition: str, sort: str = "", projection: dict | None = None, **more) -> dict:
    schema = {"IndexName": name, "KeySchema": key(partition, sort)}
    return schema | {"Projection": projection or {"ProjectionType": "ALL"}} | more


def units(reads: int, writes: int) -> dict:
    return {"ReadCapacityUnits": reads, "WriteCapacityUnits": writes}


def describe(dynamodb, table: str) -> dict:
    return dynamodb.describe_table(TableName=table)["Table"]


def global_indexes(description: dict) -> dict[str, dict]:
    return {index["IndexName"]: index for index in description.get("GlobalSecondaryIndexes", [])}


def update(dynamodb, table: str, *updates: dict, **more) -> dict:
    request = {"TableName": table, "GlobalSecondaryIndexUpdates": list(updates)} | more
    return dynamodb.update_table(**request)["TableDescription"]


def wait_until_active(dynamodb, table: str, name: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while global_indexes(describe(dynamodb, table))[name]["IndexStatus"] != "ACTIVE":
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_table_made_with_indexes(dynamodb, tables):
    name = unique("indexed")
    request = {
        "TableName": name,
        "KeySchema": key("pk", "sk"),
        "AttributeDefinitions": definitions("pk", "sk", "email", "at:N", "blob:B"),
        "BillingMode": "PAY_PER_REQUEST",
        "LocalSecondaryIndexes": [index("by-at", "pk", "at", {"ProjectionType": "KEYS_ONLY"})],
        "GlobalSecondaryIndexes": [
            index("by-email", "email", "", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["z", "a"]}),
            index("wide", "blob email", "at sk"),
        ],
    }
    made = dynamodb.create_table(**request)["TableDescription"]
    tables.made.append(name)
    arn = f"arn:aws:dynamodb:{REGION}:000000000000:table/{name}"
    empty = {"IndexSizeBytes": 0, "ItemCount": 0}
    local = index("by-at", "pk", "at", {"ProjectionType": "KEYS_ONLY"}, IndexArn=f"{arn}/index/by-at") | empty
    assert made["LocalSecondaryIndexes"] == [local]
    throughput = units(0, 0) | {"NumberOfDecreasesToday": 0}
    creating = empty | {"IndexStatus": "CREATING", "ProvisionedThroughput": throughput}
    included = {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "z"]}
    assert made["GlobalSecondaryIndexes"] == [
        index("by-email", "email", "", included, IndexArn=f"{arn}/index/by-email") | creating,
        index("wide", "blob email", "at sk", IndexArn=f"{arn}/index/wide") | creating,
    ]
    assert made["AttributeDefinitions"] == definitions("at:N", "blob:B", "email", "pk", "sk")

    described = describe(dynamodb, name)
    assert described["LocalSecondaryIndexes"] == [local]
    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    for one in described["GlobalSecondaryIndexes"]:
        assert one["IndexStatus"] == "ACTIVE"
        assert "Backfilling" not in one
        assert one["WarmThroughput"] == warm
    gone = dynamodb.delete_table(TableName=name)["TableDescription"]
    assert "GlobalSecondaryIndexes" not in gone and "LocalSecondaryIndexes" not in gone


def test_indexes_outlive_a_restart(own_server):
    server = own_server()
    dynamodb = make_client(server.endpoint)
    dynamodb.create_table(
        TableName="kept",
        KeySchema=key("pk", "sk"),
        AttributeDefinitions=definitions("pk", "sk", "a", "b:N"),
        ProvisionedThroughput=units(5, 5),
        LocalSecondaryIndexes=[index("local", "pk", "b")],
        GlobalSecondaryIndexes=[index("global", "a b", "sk", ProvisionedThroughput=units(6, 7))],
    )
    before = describe(dynamodb, "kept")
    server.kill()
    server.start()
    assert describe(make_client(server.endpoint), "kept") == before


def creation(**changes) -> dict:
    request = {
        "TableName": unique("refused"),
        "KeySchema": key("pk", "sk"),
        "AttributeDefinitions": definitions("pk", "sk", "a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
    return request | changes


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"GlobalSecondaryIndexes": [], "AttributeDefinitions": definitions("pk", "sk")},
            INVALID + "List of GlobalSecondaryIndexes is empty",
        ),
        (
            {"GlobalSecondaryIndexes": [index("by-b", "b")]},
            INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [b], "
            "AttributeDefinitions: [pk, sk, a]",
        ),
        (
            {"GlobalSecondaryIndexes": [index("by-sk", "sk")]},
            INVALID + "Some AttributeDefinitions are not used. AttributeDefinitions: [pk, sk, a], keys used: [pk, sk]",
        ),
        (
            {"GlobalSecondaryIndexes": [index("by-a", "a", "a")]},
            "The KeySchema contains multiple key attributes with the same name",
        ),
        (
            {"GlobalSecondaryIndexes": [index("by-a", "", "a")]},
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "sk", *"abcde"),
                "GlobalSecondaryIndexes": [index("wide", "a b c d e")],
            },
            INVALID + "The KeySchema exceeds the maximum allowed number of HASH key attributes",
        ),
        (
            {"GlobalSecondaryIndexes": [index("by-a", "a", "", {"ProjectionType": "INCLUDE"})]},
            INVALID + "ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ),
        (
            {"GlobalSecondaryIndexes": [index("by-a", "a", ProvisionedThroughput=units(1, 1))]},
            INVALID + "ProvisionedThroughput should not be specified for index: by-a when BillingMode is "
            "PAY_PER_REQUEST",
        ),
        (
            {"GlobalSecondaryIndexes": [index("by-a", "a")], "LocalSecondaryIndexes": [index("by-a", "pk", "a")]},
            INVALID + "Duplicate index name: by-a",
        ),
        (
            {"LocalSecondaryIndexes": [index("by-a", "a", "sk")]},
            INVALID + "Index KeySchema does not have the same leading hash key as table KeySchema for index: by-a. "
            "index hash key: a, table hash key: pk",
        ),
        (
            {"LocalSecondaryIndexes": [index(f"local{n}", "pk", "a") for n in range(6)]},
            INVALID + "Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        ),
        (
            {"GlobalSecondaryIndexes": [index(f"global{n}", "a") for n in range(21)]},
            INVALID + "GlobalSecondaryIndex count exceeds the per-table limit of 20",
        ),
        (
            {"GlobalSecondaryIndexes": [index("x", "a")]},
            "1 validation error detected: Value 'x' at 'globalSecondaryIndexes.1.member.indexName' failed to satisfy "
            "constraint: Member must have length greater than or equal to 3",
        ),
    ],
)
def test_create_table_refuses(dynamodb, changes, message):
    assert refused(dynamodb.create_table, **creation(**changes)) == ("ValidationException", message)


class TestOnline:
    @pytest.fixture
    def table(self, tables) -> str:
        return tables.make(
            AttributeDefinitions=definitions("pk", "a"), GlobalSecondaryIndexes=[index("by-a", "a")]
        )

    def test_an_index_comes_and_goes(self, dynamodb, table):
        dynamodb.put_item(TableName=table, Item={"pk": S("1"), "b": S("x")})
        dynamodb.put_item(TableName=table, Item={"pk": S("2")})
        added = update(
            dynamodb, table, {"Create": index("by-b", "b")}, AttributeDefinitions=definitions("b", "unused")
        )
        assert added["TableStatus"] == "UPDATING"
        assert added["AttributeDefinitions"] == definitions("a", "b", "pk")
        one = global_indexes(added)["by-b"]
        assert one["IndexStatus"] == "CREATING"
        assert one["Backfilling"] is False
        assert one["ItemCount"] == 0
        wait_until_active(dynamodb, table, "by-b")
        one = global_indexes(describe(dynamodb, table))["by-b"]
        assert "Backfilling" not in one
        assert one["ItemCount"] == 1
        assert one["IndexSizeBytes"] == 5

        gone = update(dynamodb, table, {"Delete": {"IndexName": "by-b"}})
        assert gone["TableStatus"] == "UPDATING"
        assert global_indexes(gone)["by-b"]["IndexStatus"] == "DELETING"
        described = describe(dynamodb, table)
        assert list(global_indexes(described)) == ["by-a"]
        assert described["AttributeDefinitions"] == definitions("a", "pk")
        assert described["TableStatus"] == "ACTIVE"

    def test_ceilings(self, dynamodb, table):
        update(dynamodb, table, {"Update": {"IndexName": "by-a", "OnDemandThroughput": {"MaxReadRequestUnits": 9}}})
        assert global_indexes(describe(dynamodb, table))["by-a"]["OnDemandThroughput"] == {"MaxReadRequestUnits": 9}
        update(dynamodb, table, {"Update": {"IndexName": "by-a", "OnDemandThroughput": {"MaxReadRequestUnits": -1}}})
        assert "OnDemandThroughput" not in global_indexes(describe(dynamodb, table))["by-a"]

    def test_provisioned_throughput(self, dynamodb, tables):
        name = tables.make(
            AttributeDefinitions=definitions("pk", "a"),
            BillingMode="PROVISIONED",
            ProvisionedThroughput=units(5, 5),
            GlobalSecondaryIndexes=[index("by-a", "a", ProvisionedThroughput=units(3, 4))],
        )
        assert global_indexes(describe(dynamodb, name))["by-a"]["WarmThroughput"]["ReadUnitsPerSecond"] == 3
        answer = update(dynamodb, name, {"Update": {"IndexName": "by-a", "ProvisionedThroughput": units(2, 4)}})
        assert answer["TableStatus"] == "ACTIVE"
        shown = global_indexes(answer)["by-a"]
        assert shown["IndexStatus"] == "UPDATING"
        assert shown["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
        after = global_indexes(describe(dynamodb, name))["by-a"]["ProvisionedThroughput"]
        assert after.pop("LastDecreaseDateTime")
        assert after == units(2, 4) | {"NumberOfDecreasesToday": 1}

        dynamodb.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
        back = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(1, 1)}
        assert refused(dynamodb.update_table, TableName=name, **back) == (
            "ValidationException",
            INVALID + "ProvisionedThroughput must be specified for index: by-a",
        )
        update(dynamodb, name, {"Update": {"IndexName": "by-a", "ProvisionedThroughput": units(7, 8)}}, **back)
        assert global_indexes(describe(dynamodb, name))["by-a"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 7

    @pytest.mark.parametrize(
        ("updates", "more", "code", "message"),
        [
            (
                [{"Create": index("by-a", "a")}],
                {"AttributeDefinitions": definitions("a")},
                "ValidationException",
                "Attempting to create an index which already exists",
            ),
            (
                [{"Create": index("by-pk", "pk")}],
                {},
                "ValidationException",
                INVALID + "AttributeDefinitions is not specified for index: by-pk",
            ),
            (
                [{"Create": index("again", "a")}],
                {"AttributeDefinitions": definitions("a:N")},
                "ValidationException",
                INVALID + "Attributes cannot be redefined. Please check that your attribute has the same type as "
                "previously defined. Existing schema: Schema:[SchemaElement: key{a:S:HASH}] New schema: "
                "Schema:[SchemaElement: key{a:N:HASH}]",
            ),
            (
                [{"Create": index("one", "a")}, {"Create": index("two", "a")}],
                {"AttributeDefinitions": definitions("a")},
                *ONE_AT_A_TIME,
            ),
            (
                [{"Delete": {"IndexName": "by-a"}}, {"Update": {"IndexName": "by-a"}}],
                {},
                "ValidationException",
                INVALID + "Only one global secondary index update per index is allowed simultaneously. Index: by-a",
            ),
            (
                [{"Update": {"IndexName": "by-a", "ProvisionedThroughput": units(1, 1)}}],
                {},
                "ValidationException",
                INVALID + "The only Updates for index: by-a when TableThroughputMode is PAY_PER_REQUEST can be to "
                "OnDemandThroughput, WarmThroughput",
            ),
            (
                [{}],
                {},
                "ValidationException",
                INVALID + "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
                "GlobalSecondaryIndexUpdate.Delete must not be null",
            ),
        ],
    )
    def test_refuses(self, dynamodb, table, updates, more, code, message):
        request = {"TableName": table, "GlobalSecondaryIndexUpdates": updates} | more
        assert refused(dynamodb.update_table, **request) == (code, message)
        assert list(global_indexes(describe(dynamodb, table))) == ["by-a"]

    def test_refuses_unknown_indexes(self, dynamodb, table):
        assert refused(update, dynamodb, table, {"Delete": {"IndexName": "ghost"}}) == (
            "ResourceNotFoundException",
            f"Requested resource not found: Index ghost for table {table}",
        )


def test_table_delay_imitates_the_service(own_server):
    dynamodb = make_client(own_server("--in-memory", "--table-delay", "700ms").endpoint)
    dynamodb.create_table(
        TableName="slow",
        KeySchema=key("pk"),
        AttributeDefinitions=definitions("pk", "a"),
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index("by-a", "a")],
    )
    assert global_indexes(describe(dynamodb, "slow"))["by-a"]["IndexStatus"] == "CREATING"
    dynamodb.get_waiter("table_exists").wait(TableName="slow", WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    assert global_indexes(describe(dynamodb, "slow"))["by-a"]["IndexStatus"] == "ACTIVE"

    update(dynamodb, "slow", {"Create": index("by-b", "b")}, AttributeDefinitions=definitions("b"))
    described = describe(dynamodb, "slow")
    assert described["TableStatus"] == "UPDATING"
    assert global_indexes(described)["by-b"]["Backfilling"] is False
    assert refused(update, dynamodb, "slow", {"Delete": {"IndexName": "by-b"}}) == (
        "ResourceInUseException",
        IN_USE + "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the "
        "index is active. Table: slow Index: by-b",
    )
    assert refused(update, dynamodb, "slow", {"Delete": {"IndexName": "by-a"}}) == ONE_AT_A_TIME
    assert refused(dynamodb.delete_table, TableName="slow") == (
        "ResourceInUseException",
        IN_USE + "Cannot delete table while indexes are being created, updated, or deleted.",
    )
    wait_until_active(dynamodb, "slow", "by-b")
    update(dynamodb, "slow", {"Delete": {"IndexName": "by-b"}})
    assert global_indexes(describe(dynamodb, "slow"))["by-b"]["IndexStatus"] == "DELETING"
