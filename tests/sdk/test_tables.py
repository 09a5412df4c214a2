"""Tables: their life, their descriptions, lists, tags and regions."""

import datetime
import re

import pytest

from harness.clients import make_client, refused
from harness.values import N, S, unique
from harness.wire import REGION

INVALID = "One or more parameter values were invalid: "
HASH = [{"AttributeName": "pk", "KeyType": "HASH"}]
PK = [{"AttributeName": "pk", "AttributeType": "S"}]


def creation(**changes) -> dict:
    """A valid CreateTable request with some members changed, or left out where None."""
    request = {
        "TableName": unique("created"),
        "KeySchema": HASH,
        "AttributeDefinitions": PK,
        "BillingMode": "PAY_PER_REQUEST",
    } | changes
    return {name: value for name, value in request.items() if value is not None}


def test_life_of_a_table(dynamodb):
    name = unique("life")
    sent_at = datetime.datetime.now(datetime.timezone.utc)
    made = dynamodb.create_table(**creation(TableName=name))["TableDescription"]
    assert made["TableName"] == name
    assert made["TableStatus"] in ("CREATING", "ACTIVE")
    assert made["KeySchema"] == HASH
    assert made["AttributeDefinitions"] == PK
    assert made["ItemCount"] == 0 and made["TableSizeBytes"] == 0
    assert made["TableArn"] == f"arn:aws:dynamodb:{REGION}:000000000000:table/{name}"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["TableId"])
    assert made["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert made["ProvisionedThroughput"] == {
        "NumberOfDecreasesToday": 0,
        "ReadCapacityUnits": 0,
        "WriteCapacityUnits": 0,
    }
    assert made["DeletionProtectionEnabled"] is False
    assert abs(made["CreationDateTime"] - sent_at) < datetime.timedelta(seconds=30)

    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 3})
    described = dynamodb.describe_table(TableName=name)["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert described["TableId"] == made["TableId"]
    assert described["CreationDateTime"] == made["CreationDateTime"]
    summary = described["BillingModeSummary"]
    assert summary["LastUpdateToPayPerRequestDateTime"] == described["CreationDateTime"]

    gone = dynamodb.delete_table(TableName=name)["TableDescription"]
    assert gone["TableStatus"] == "DELETING"
    assert gone["TableId"] == made["TableId"]
    for absent in ("KeySchema", "AttributeDefinitions", "CreationDateTime"):
        assert absent not in gone
    dynamodb.get_waiter("table_not_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 3})
    not_found = ("ResourceNotFoundException", f"Requested resource not found: Table: {name} not found")
    assert refused(dynamodb.describe_table, TableName=name) == not_found
    assert refused(dynamodb.delete_table, TableName=name) == not_found
    assert refused(dynamodb.get_item, TableName=name, Key={"pk": S("a")}) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )


def test_a_deleted_table_takes_its_items_along(dynamodb, tables):
    name = tables.make()
    dynamodb.put_item(TableName=name, Item={"pk": S("a")})
    dynamodb.delete_table(TableName=name)
    tables.make(TableName=name)
    assert dynamodb.scan(TableName=name)["Items"] == []
    assert dynamodb.describe_table(TableName=name)["Table"]["ItemCount"] == 0


def test_counts_are_exact(dynamodb, tables):
    name = tables.make()

    def counts():
        table = dynamodb.describe_table(TableName=name)["Table"]
        return table["ItemCount"], table["TableSizeBytes"]

    dynamodb.put_item(TableName=name, Item={"pk": S("a"), "v": S("12345")})
    assert counts() == (1, 9)
    dynamodb.put_item(TableName=name, Item={"pk": S("b"), "n": N("123")})
    assert counts() == (2, 16)
    dynamodb.put_item(TableName=name, Item={"pk": S("a"), "v": S("1")})
    assert counts() == (2, 12)
    dynamodb.update_item(TableName=name, Key={"pk": S("c")})
    assert counts() == (3, 15)
    dynamodb.delete_item(TableName=name, Key={"pk": S("a")})
    dynamodb.delete_item(TableName=name, Key={"pk": S("never")})
    assert counts() == (2, 10)


@pytest.mark.parametrize(
    ("request_changes", "message"),
    [
        ({"TableName": None}, "The parameter 'TableName' is required but was not present in the request"),
        (
            {"TableName": "ab"},
            "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 3",
        ),
        (
            {"TableName": "abc;"},
            "1 validation error detected: Value 'abc;' at 'tableName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
        (
            {"TableName": "a" * 256},
            f"1 validation error detected: Value '{'a' * 256}' at 'tableName' failed to satisfy constraint: "
            "Member must have length less than or equal to 255",
        ),
        (
            {"KeySchema": []},
            "1 validation error detected: Value '[]' at 'keySchema' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            {"KeySchema": None},
            "1 validation error detected: Value null at 'keySchema' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            {"BillingMode": "FREE"},
            "1 validation error detected: Value 'FREE' at 'billingMode' failed to satisfy constraint: "
            "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]",
        ),
        (
            {"KeySchema": [{"AttributeName": "pk", "KeyType": "MAIN"}]},
            "1 validation error detected: Value 'MAIN' at 'keySchema.1.member.keyType' failed to satisfy "
            "constraint: Member must satisfy enum value set: [HASH, RANGE]",
        ),
        (
            {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "BOOL"}]},
            "1 validation error detected: Value 'BOOL' at 'attributeDefinitions.1.member.attributeType' failed to "
            "satisfy constraint: Member must satisfy enum value set: [B, N, S]",
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
            INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST",
        ),
        (
            {"BillingMode": None},
            INVALID + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED",
        ),
        (
            {"KeySchema": [*HASH, {"AttributeName": "sk", "KeyType": "RANGE"}]},
            "Invalid KeySchema: Some index key attribute have no definition",
        ),
        (
            {"KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}]},
            INVALID + "Some index key attributes are not defined in AttributeDefinitions. Keys: [other], "
            "AttributeDefinitions: [pk]",
        ),
        (
            {"KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}]},
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            {
                "KeySchema": [*HASH, {"AttributeName": "sk", "KeyType": "HASH"}],
                "AttributeDefinitions": [*PK, {"AttributeName": "sk", "AttributeType": "S"}],
            },
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ),
        (
            {
                "KeySchema": [*HASH, {"AttributeName": "pk", "KeyType": "RANGE"}],
                "AttributeDefinitions": [*PK, {"AttributeName": "sk", "AttributeType": "S"}],
            },
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            {"AttributeDefinitions": [*PK, {"AttributeName": "sk", "AttributeType": "S"}]},
            INVALID + "Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions",
        ),
    ],
)
def test_create_table_refuses(dynamodb, request_changes, message):
    assert refused(dynamodb.create_table, **creation(**request_changes)) == ("ValidationException", message)


def test_create_table_collects_constraints(dynamodb):
    code, message = refused(
        dynamodb.create_table,
        **creation(BillingMode=None, ProvisionedThroughput={"ReadCapacityUnits": 0, "WriteCapacityUnits": 0}),
    )
    assert code == "ValidationException"
    assert message == (
        "2 validation errors detected: Value '0' at 'provisionedThroughput.writeCapacityUnits' failed to satisfy "
        "constraint: Member must have value greater than or equal to 1; Value '0' at "
        "'provisionedThroughput.readCapacityUnits' failed to satisfy constraint: Member must have value greater "
        "than or equal to 1"
    )


def test_a_table_exists_once(dynamodb, tables):
    name = tables.make()
    assert refused(dynamodb.create_table, **creation(TableName=name)) == (
        "ResourceInUseException",
        f"Table already exists: {name}",
    )


def test_the_shortest_and_longest_names(dynamodb, tables):
    for name in ("a.b", "x" * 255, "_-."):
        tables.make(TableName=name)
        assert dynamodb.describe_table(TableName=name)["Table"]["TableName"] == name


def test_data_operations_take_an_arn(dynamodb, tables):
    name = tables.make()
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    dynamodb.put_item(TableName=arn, Item={"pk": S("a")})
    assert dynamodb.get_item(TableName=name, Key={"pk": S("a")})["Item"] == {"pk": S("a")}
    assert dynamodb.scan(TableName=arn)["Count"] == 1


def test_features_of_later_versions_are_refused_clearly(dynamodb):
    for member, value in [
        ("WarmThroughput", {"ReadUnitsPerSecond": 12000}),
        ("ResourcePolicy", "{}"),
    ]:
        request = creation(**{member: value})
        code, message = refused(dynamodb.create_table, **request)
        assert code == "ValidationException"
        assert message
        assert refused(dynamodb.describe_table, TableName=request["TableName"])[0] == "ResourceNotFoundException"


def test_list_tables_in_pages(own_server):
    dynamodb = make_client(own_server("--in-memory").endpoint)
    names = sorted(["a_z", "abz", "Zebra", "zebra", "a.b", *(f"t{i:03}" for i in range(112))])
    for name in reversed(names):
        dynamodb.create_table(**creation(TableName=name))
    first = dynamodb.list_tables()
    assert first["TableNames"] == names[:100]
    assert first["LastEvaluatedTableName"] == names[99]
    rest = dynamodb.list_tables(ExclusiveStartTableName=names[99])
    assert rest["TableNames"] == names[100:]
    assert "LastEvaluatedTableName" not in rest
    pages = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 7})
    assert [name for page in pages for name in page["TableNames"]] == names
    assert dynamodb.list_tables(Limit=1, ExclusiveStartTableName="b-is-no-table")["TableNames"] == ["t000"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"Limit": 0},
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: "
            "Member must have value greater than or equal to 1",
        ),
        (
            {"Limit": 101},
            "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: "
            "Member must have value less than or equal to 100",
        ),
        (
            {"ExclusiveStartTableName": "a;b"},
            "1 validation error detected: Value 'a;b' at 'exclusiveStartTableName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
        ),
    ],
)
def test_list_tables_refuses(dynamodb, parameters, message):
    assert refused(dynamodb.list_tables, **parameters) == ("ValidationException", message)


def test_regions_do_not_see_each_other(server, dynamodb, tables):
    name = tables.make()
    dynamodb.put_item(TableName=name, Item={"pk": S("a")})
    other = make_client(server.endpoint, region="ap-south-1")
    assert refused(other.describe_table, TableName=name)[0] == "ResourceNotFoundException"
    assert name not in other.list_tables()["TableNames"]
    made = other.create_table(**creation(TableName=name))["TableDescription"]
    try:
        assert made["TableArn"] == f"arn:aws:dynamodb:ap-south-1:000000000000:table/{name}"
        assert "Item" not in other.get_item(TableName=name, Key={"pk": S("a")})
    finally:
        other.delete_table(TableName=name)
    assert "Item" in dynamodb.get_item(TableName=name, Key={"pk": S("a")})


class TestUpdate:
    def test_throughput(self, dynamodb, tables):
        name = tables.make(
            BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
        )
        assert "BillingModeSummary" not in dynamodb.describe_table(TableName=name)["Table"]
        dynamodb.update_table(
            TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 6}
        )
        table = dynamodb.describe_table(TableName=name)["Table"]
        assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 7
        assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 6
        assert "LastIncreaseDateTime" in table["ProvisionedThroughput"]
        dynamodb.update_table(
            TableName=name, ProvisionedThroughput={"ReadCapacityUnits": 7, "WriteCapacityUnits": 1}
        )
        table = dynamodb.describe_table(TableName=name)["Table"]
        assert table["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 1
        assert "LastDecreaseDateTime" in table["ProvisionedThroughput"]

    def test_billing_mode(self, dynamodb, tables):
        name = tables.make()
        dynamodb.update_table(
            TableName=name,
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 2, "WriteCapacityUnits": 3},
        )
        table = dynamodb.describe_table(TableName=name)["Table"]
        assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 2
        assert table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED") == "PROVISIONED"
        dynamodb.update_table(TableName=name, BillingMode="PAY_PER_REQUEST")
        table = dynamodb.describe_table(TableName=name)["Table"]
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0

    def test_table_class(self, dynamodb, tables):
        name = tables.make()
        assert "TableClassSummary" not in dynamodb.describe_table(TableName=name)["Table"]
        dynamodb.update_table(TableName=name, TableClass="STANDARD_INFREQUENT_ACCESS")
        table = dynamodb.describe_table(TableName=name)["Table"]
        assert table["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"

    def test_deletion_protection(self, dynamodb, tables):
        name = tables.make(DeletionProtectionEnabled=True)
        assert dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] is True
        assert refused(dynamodb.delete_table, TableName=name) == (
            "ValidationException",
            "Resource cannot be deleted as it is currently protected against deletion. "
            "Disable deletion protection first.",
        )
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
        dynamodb.delete_table(TableName=name)

    @pytest.mark.parametrize(
        ("parameters", "code", "message"),
        [
            (
                {},
                "ValidationException",
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
                "ReplicaTransitRoleArn, MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, "
                "WarmThroughput or TableClass is required",
            ),
            (
                {"BillingMode": "PROVISIONED"},
                "ValidationException",
                INVALID + "ProvisionedThroughput must be specified when BillingMode is PROVISIONED",
            ),
            (
                {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
                "ValidationException",
                INVALID + "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                "PAY_PER_REQUEST",
            ),
            (
                {"TableName": "no-such-table", "DeletionProtectionEnabled": True},
                "ResourceNotFoundException",
                "Requested resource not found: Table: no-such-table not found",
            ),
        ],
    )
    def test_refuses(self, dynamodb, tables, parameters, code, message):
        name = tables.make()
        assert refused(dynamodb.update_table, **{"TableName": name} | parameters) == (code, message)

    def test_refuses_throughput_that_is_the_same(self, dynamodb, tables):
        same = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
        name = tables.make(BillingMode="PROVISIONED", ProvisionedThroughput=same)
        assert refused(dynamodb.update_table, TableName=name, ProvisionedThroughput=same) == (
            "ValidationException",
            "The provisioned throughput for the table will not change. The requested value equals the current "
            "value. Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current "
            "WriteCapacityUnits provisioned for the table: 5. Requested WriteCapacityUnits: 5. Refer to the Amazon "
            "DynamoDB Developer Guide for current limits and how to request higher limits.",
        )


class TestTags:
    def arn(self, dynamodb, name: str) -> str:
        return dynamodb.describe_table(TableName=name)["Table"]["TableArn"]

    def tags(self, dynamodb, arn: str) -> dict[str, str]:
        listed = dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
        return {tag["Key"]: tag["Value"] for tag in listed}

    def test_life_of_tags(self, dynamodb, tables):
        name = tables.make(Tags=[{"Key": "team", "Value": "blue"}, {"Key": "empty", "Value": ""}])
        arn = self.arn(dynamodb, name)
        assert self.tags(dynamodb, arn) == {"team": "blue", "empty": ""}
        dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "team", "Value": "red"}, {"Key": "x", "Value": "1"}])
        assert self.tags(dynamodb, arn) == {"team": "red", "empty": "", "x": "1"}
        dynamodb.untag_resource(ResourceArn=arn, TagKeys=["empty", "never"])
        assert self.tags(dynamodb, arn) == {"team": "red", "x": "1"}

    @pytest.mark.parametrize(
        ("operation", "parameters", "code", "message"),
        [
            ("tag_resource", {"Tags": []}, "ValidationException", "Atleast one Tag needs to be provided as Input."),
            (
                "untag_resource",
                {"TagKeys": []},
                "ValidationException",
                "Atleast one Tag Key needs to be provided as Input.",
            ),
            (
                "tag_resource",
                {"Tags": [{"Key": "aws:mine", "Value": "x"}]},
                "ValidationException",
                "Tag Key cannot be prefixed with aws:, Key: aws:mine",
            ),
            (
                "tag_resource",
                {"Tags": [{"Key": "a", "Value": "x"}, {"Key": "a", "Value": "y"}]},
                "ValidationException",
                "Duplicate Tag Keys provided as input: Duplicate Tag Key found a",
            ),
            (
                "tag_resource",
                {"Tags": [{"Key": f"k{n}", "Value": ""} for n in range(51)]},
                "ValidationException",
                "Number of Tags exceed the current limit for the provided ResourceArn",
            ),
            (
                "tag_resource",
                {},
                "ValidationException",
                "1 validation error detected: Value null at 'tags' failed to satisfy constraint: "
                "Member must not be null",
            ),
            (
                "untag_resource",
                {},
                "ValidationException",
                "1 validation error detected: Value null at 'tagKeys' failed to satisfy constraint: "
                "Member must not be null",
            ),
        ],
    )
    def test_refuses(self, dynamodb, tables, operation, parameters, code, message):
        arn = self.arn(dynamodb, tables.make())
        assert refused(getattr(dynamodb, operation), ResourceArn=arn, **parameters) == (code, message)

    def test_a_resource_that_is_missing(self, dynamodb):
        arn = f"arn:aws:dynamodb:{REGION}:000000000000:table/no-such-table"
        assert refused(dynamodb.list_tags_of_resource, ResourceArn=arn) == (
            "ResourceNotFoundException",
            f"Requested resource not found: ResourceArn: {arn} not found",
        )
        assert refused(dynamodb.list_tags_of_resource) == ("ValidationException", "Invalid TableArn")


def test_limits_and_endpoints(server, dynamodb):
    limits = dynamodb.describe_limits()
    assert {name: value for name, value in limits.items() if name != "ResponseMetadata"} == {
        "AccountMaxReadCapacityUnits": 80000,
        "AccountMaxWriteCapacityUnits": 80000,
        "TableMaxReadCapacityUnits": 40000,
        "TableMaxWriteCapacityUnits": 40000,
    }
    (endpoint,) = dynamodb.describe_endpoints()["Endpoints"]
    assert endpoint == {"Address": f"127.0.0.1:{server.port}", "CachePeriodInMinutes": 1440}


def test_table_delay_imitates_the_service(own_server):
    dynamodb = make_client(own_server("--in-memory", "--table-delay", "400ms").endpoint)
    made = dynamodb.create_table(**creation(TableName="slow"))["TableDescription"]
    assert made["TableStatus"] == "CREATING"
    assert dynamodb.describe_table(TableName="slow")["Table"]["TableStatus"] == "CREATING"
    assert refused(dynamodb.delete_table, TableName="slow") == (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table is being created: slow",
    )
    assert refused(dynamodb.put_item, TableName="slow", Item={"pk": S("a")}) == (
        "ResourceNotFoundException",
        "Requested resource not found",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="slow", WaiterConfig={"Delay": 1, "MaxAttempts": 5})
    dynamodb.put_item(TableName="slow", Item={"pk": S("a")})
    assert dynamodb.delete_table(TableName="slow")["TableDescription"]["TableStatus"] == "DELETING"
    assert dynamodb.describe_table(TableName="slow")["Table"]["TableStatus"] == "DELETING"
    dynamodb.get_waiter("table_not_exists").wait(TableName="slow", WaiterConfig={"Delay": 1, "MaxAttempts": 5})


def test_account_of_ones_own(own_server):
    dynamodb = make_client(own_server("--in-memory", "--account", "123456789012").endpoint)
    made = dynamodb.create_table(**creation())["TableDescription"]
    assert made["TableArn"].startswith(f"arn:aws:dynamodb:{REGION}:123456789012:table/")
