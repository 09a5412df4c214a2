"""Time to live: its settings, and what becomes of items whose time is over. The clock of the server is moved."""

import json
import time
import urllib.error
import urllib.request

import pytest

from harness.check import complaints
from harness.clients import make_client, refused
from harness.patience import eventually
from harness.values import N, S, unique

HASH = [{"AttributeName": "pk", "KeyType": "HASH"}]
PK = [{"AttributeName": "pk", "AttributeType": "S"}]


def create(dynamodb, **more) -> str:
    name = unique("ttl")
    request = {"KeySchema": HASH, "AttributeDefinitions": PK, "BillingMode": "PAY_PER_REQUEST"} | more
    dynamodb.create_table(TableName=name, **request)
    return name


def set_ttl(dynamodb, table: str, enabled: bool, attribute: str = "ttl") -> dict:
    specification = {"Enabled": enabled, "AttributeName": attribute}
    answer = dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)
    assert answer["TimeToLiveSpecification"] == specification
    return answer


def description(dynamodb, table: str) -> dict:
    return dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]


def advance(server, how: str) -> dict:
    request = urllib.request.Request(f"{server.endpoint}/_stator/clock?advance={how}", method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def keys(dynamodb, table: str, **more) -> set[str]:
    return {item["pk"]["S"] for item in dynamodb.scan(TableName=table, **more)["Items"]}


def test_settings(dynamodb):
    table = create(dynamodb)
    assert description(dynamodb, table) == {"TimeToLiveStatus": "DISABLED"}
    set_ttl(dynamodb, table, True)
    assert description(dynamodb, table) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    assert "GlobalSecondaryIndexes" not in dynamodb.describe_table(TableName=table)["Table"]
    set_ttl(dynamodb, table, False)
    assert description(dynamodb, table) == {"TimeToLiveStatus": "DISABLED"}
    set_ttl(dynamodb, table, True, "other")
    assert description(dynamodb, table) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "other"}


ENVELOPE = "1 validation error detected: "
TOO_LONG = "Member must have length less than or equal to 255"


@pytest.mark.parametrize(
    ("before", "specification", "message"),
    [
        (None, {"Enabled": False, "AttributeName": "a"}, "TimeToLive is already disabled"),
        ("a", {"Enabled": True, "AttributeName": "a"}, "TimeToLive is already enabled"),
        (
            "a",
            {"Enabled": True, "AttributeName": "b"},
            "TimeToLive is active on a different AttributeName: current AttributeName is a",
        ),
        (
            "a",
            {"Enabled": False, "AttributeName": "b"},
            "TimeToLive is active on a different AttributeName: current AttributeName is a",
        ),
        (
            None,
            {"Enabled": True},
            ENVELOPE + "Value null at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            None,
            {"AttributeName": "a"},
            ENVELOPE + "Value null at 'timeToLiveSpecification.enabled' failed to satisfy constraint: "
            "Member must not be null",
        ),
        (
            None,
            {"Enabled": True, "AttributeName": ""},
            ENVELOPE + "Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
        (
            None,
            {"Enabled": True, "AttributeName": "x" * 256},
            ENVELOPE
            + f"Value '{'x' * 256}' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: {TOO_LONG}",
        ),
    ],
)
def test_refused_settings(dynamodb, before, specification, message):
    table = create(dynamodb)
    if before:
        set_ttl(dynamodb, table, True, before)
    was = description(dynamodb, table)
    request = {"TableName": table, "TimeToLiveSpecification": specification}
    assert refused(dynamodb.update_time_to_live, **request) == ("ValidationException", message)
    assert description(dynamodb, table) == was


def test_missing_tables(dynamodb):
    specification = {"Enabled": True, "AttributeName": "a"}
    missing = ("ResourceNotFoundException", "Requested resource not found: Table: not-there not found")
    assert refused(dynamodb.describe_time_to_live, TableName="not-there") == missing
    request = {"TableName": "not-there", "TimeToLiveSpecification": specification}
    assert refused(dynamodb.update_time_to_live, **request) == missing


def test_settings_while_a_table_is_created(own_server):
    dynamodb = make_client(own_server("--table-delay", "30s").endpoint)
    table = create(dynamodb)
    assert refused(dynamodb.describe_time_to_live, TableName=table) == (
        "ValidationException",
        "Cannot describe time to live while table is in CREATING state: Current table state is CREATING",
    )
    request = {"TableName": table, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "a"}}
    assert refused(dynamodb.update_time_to_live, **request) == (
        "ResourceInUseException",
        f"Attempt to change a resource which is still in use: Table {table} is being created",
    )


def test_items_go_when_their_time_comes(own_server):
    server = own_server("--movable-clock")
    dynamodb = make_client(server.endpoint)
    index = {
        "IndexName": "by-owner",
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    definitions = [*PK, {"AttributeName": "owner", "AttributeType": "S"}]
    table = create(dynamodb, GlobalSecondaryIndexes=[index], AttributeDefinitions=definitions)
    now = int(time.time())
    for name, ttl in {
        "soon": N(str(now + 100)),
        "later": N(str(now + 100_000)),
        "text": S(str(now + 100)),
        "prolonged": N(str(now + 100)),
        "ancient": N(str(now - 6 * 365 * 86400)),
    }.items():
        dynamodb.put_item(TableName=table, Item={"pk": S(name), "owner": S("me"), "ttl": ttl})
    set_ttl(dynamodb, table, True)  # for what is there already
    dynamodb.put_item(TableName=table, Item={"pk": S("soon, too"), "owner": S("me"), "ttl": N(str(now + 100.5))})
    everything = keys(dynamodb, table)
    assert everything == {"soon", "soon, too", "later", "text", "prolonged", "ancient"}
    dynamodb.update_item(
        TableName=table,
        Key={"pk": S("prolonged")},
        UpdateExpression="SET #t = :t",
        ExpressionAttributeNames={"#t": "ttl"},
        ExpressionAttributeValues={":t": N(str(now + 100_000))},
    )
    advance(server, "3m")
    remaining = {"later", "text", "prolonged", "ancient"}
    eventually(lambda: keys(dynamodb, table) == remaining)
    assert keys(dynamodb, table, IndexName="by-owner") == remaining
    assert dynamodb.describe_table(TableName=table)["Table"]["ItemCount"] == 4

    # The settings outlive a restart; that the clock was moved does not.
    assert server.stop() == 0
    assert not complaints(server.data)
    server.start()
    assert description(dynamodb, table)["TimeToLiveStatus"] == "ENABLED"
    advance(server, "48h")
    eventually(lambda: keys(dynamodb, table) == {"text", "ancient"})


def test_a_delay_imitates_the_service(own_server):
    server = own_server("--movable-clock", "--ttl-delay", "24h")
    dynamodb = make_client(server.endpoint)
    table = create(dynamodb)
    set_ttl(dynamodb, table, True)
    now = int(time.time())
    dynamodb.put_item(TableName=table, Item={"pk": S("a"), "ttl": N(str(now))})
    dynamodb.put_item(TableName=table, Item={"pk": S("b"), "ttl": N(str(now - 86400 - 60))})
    eventually(lambda: keys(dynamodb, table) == {"a"}, seconds=20)
    advance(server, "25h")
    eventually(lambda: not keys(dynamodb, table))


def test_the_clock_is_off_unless_asked_for(server, own_server):
    with pytest.raises(urllib.error.HTTPError) as unknown:
        advance(server, "1h")
    assert unknown.value.code in (400, 404)
    movable = own_server("--movable-clock", "--in-memory")
    for wrong in ("", "-1h", "abc", "9999999h"):
        with pytest.raises(urllib.error.HTTPError) as bad:
            advance(movable, wrong)
        assert bad.value.code == 400
    before = advance(movable, "0s")["now"]
    after = advance(movable, "24h")["now"]
    assert before[:10] < after[:10]
