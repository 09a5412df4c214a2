"""Streams of tables: how they are enabled and described, and what their records say of writes."""

import datetime
import re

import pytest

from harness.clients import Tables, make_client, refused
from harness.patience import eventually
from harness.streams import (
    PROVISIONED,
    VIEWS,
    iterator_of,
    make_streams_client,
    read_all,
    read_from,
    shards_of,
    stream_of,
)
from harness.values import BOOL, NS, SS, L, M, N, S, unique
from harness.wire import REGION

PARAMETER = "One or more parameter values were invalid: "
ENVELOPE = "1 validation error detected: "


@pytest.fixture(scope="module")
def streams(server):
    return make_streams_client(server.endpoint)


@pytest.fixture
def streamed(tables, dynamodb):
    """streamed(view) makes a table of one shard: its name and its stream's ARN."""

    def make(view: str = "NEW_AND_OLD_IMAGES", **more):
        name = tables.make(**stream_of(view), **(PROVISIONED | more))
        return name, dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]

    return make


def changes(client, arn: str) -> list[tuple]:
    """Of each record: what it is, and the parts it has."""
    found = []
    for record in read_all(client, arn):
        change = record["dynamodb"]
        found.append((record["eventName"], change["Keys"], change.get("OldImage"), change.get("NewImage")))
    return found


# Enabling and describing


def test_descriptions_show_the_stream(dynamodb, tables, streams):
    request = {
        "TableName": unique("table"),
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    } | stream_of("NEW_IMAGE")
    created = dynamodb.create_table(**request)["TableDescription"]
    tables.made.append(request["TableName"])
    assert created["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    label = created["LatestStreamLabel"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}", label)
    assert created["LatestStreamArn"] == f"{created['TableArn']}/stream/{label}"

    described = dynamodb.describe_table(TableName=request["TableName"])["Table"]
    for member in ("StreamSpecification", "LatestStreamLabel", "LatestStreamArn"):
        assert described[member] == created[member]

    stream = streams.describe_stream(StreamArn=created["LatestStreamArn"])["StreamDescription"]
    shards = stream.pop("Shards")
    requested = stream.pop("CreationRequestDateTime")
    assert stream == {
        "StreamArn": created["LatestStreamArn"],
        "StreamLabel": label,
        "StreamStatus": "ENABLED",
        "StreamViewType": "NEW_IMAGE",
        "TableName": request["TableName"],
        "KeySchema": request["KeySchema"],
    }
    as_label = requested.astimezone(datetime.UTC).isoformat(timespec="milliseconds").removesuffix("+00:00")
    assert as_label == label
    assert len(shards) == 4
    for shard in shards:
        assert re.fullmatch(r"shardId-\d{20}-[0-9a-f]{8}", shard["ShardId"])
        assert set(shard) == {"ShardId", "SequenceNumberRange"}
        assert re.fullmatch(r"\d{21,40}", shard["SequenceNumberRange"]["StartingSequenceNumber"])
        assert "EndingSequenceNumber" not in shard["SequenceNumberRange"]
    assert [shard["ShardId"] for shard in shards] == sorted(shard["ShardId"] for shard in shards)

    deleted = dynamodb.delete_table(TableName=request["TableName"])["TableDescription"]
    assert deleted["LatestStreamArn"] == created["LatestStreamArn"]


def test_a_table_without_a_stream_shows_none(dynamodb, tables):
    for more in ({}, {"StreamSpecification": {"StreamEnabled": False}}):
        name = tables.make(**more)
        described = dynamodb.describe_table(TableName=name)["Table"]
        assert not {"StreamSpecification", "LatestStreamLabel", "LatestStreamArn"} & set(described)


def update(dynamodb, name: str, enabled: bool | None, view: str | None = None, **more) -> dict:
    specification = {"StreamEnabled": enabled} if enabled is not None else {}
    if view:
        specification["StreamViewType"] = view
    return dynamodb.update_table(TableName=name, StreamSpecification=specification, **more)["TableDescription"]


def test_a_stream_comes_and_goes_and_comes_again(dynamodb, tables, streams):
    name = tables.make(**PROVISIONED)
    dynamodb.put_item(TableName=name, Item={"pk": S("before")})
    enabled = update(dynamodb, name, True, "NEW_IMAGE")
    assert enabled["TableStatus"] == "UPDATING"
    assert enabled["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    first = enabled["LatestStreamArn"]
    assert enabled["LatestStreamLabel"] == first.rpartition("/")[2]
    dynamodb.put_item(TableName=name, Item={"pk": S("during")})

    disabled = update(dynamodb, name, False)
    assert "StreamSpecification" not in disabled
    assert disabled["LatestStreamArn"] == first
    dynamodb.put_item(TableName=name, Item={"pk": S("after")})
    described = dynamodb.describe_table(TableName=name)["Table"]
    assert "StreamSpecification" not in described
    assert described["LatestStreamArn"] == first
    stream = streams.describe_stream(StreamArn=first)["StreamDescription"]
    assert stream["StreamStatus"] == "DISABLED"
    assert all("EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in stream["Shards"])

    again = update(dynamodb, name, True, "KEYS_ONLY")
    second = again["LatestStreamArn"]
    assert second != first and again["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    dynamodb.put_item(TableName=name, Item={"pk": S("again")})

    assert [record["dynamodb"]["Keys"] for record in read_all(streams, first)] == [{"pk": S("during")}]
    assert [record["dynamodb"]["Keys"] for record in read_all(streams, second)] == [{"pk": S("again")}]
    listed = streams.list_streams(TableName=name)["Streams"]
    assert [stream["StreamArn"] for stream in listed] == [first, second]


def test_a_stream_outlives_its_table(dynamodb, tables, streams):
    name = tables.make(**stream_of("NEW_IMAGE"), **PROVISIONED)
    old = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    dynamodb.put_item(TableName=name, Item={"pk": S("a")})
    shard = shards_of(streams, old)[0]["ShardId"]
    iterator = iterator_of(streams, old, shard)
    dynamodb.delete_table(TableName=name)
    assert streams.describe_stream(StreamArn=old)["StreamDescription"]["StreamStatus"] == "DISABLED"
    page = streams.get_records(ShardIterator=iterator)
    assert [record["eventName"] for record in page["Records"]] == ["INSERT"]  # none of the deletion
    assert "NextShardIterator" not in page

    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        **PROVISIONED,
        **stream_of("KEYS_ONLY"),
    )
    new = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    listed = streams.list_streams(TableName=name)["Streams"]
    assert [stream["StreamArn"] for stream in listed] == [old, new]
    assert read_all(streams, new) == []
    assert len(read_all(streams, old)) == 1


def test_streams_are_enabled_with_a_switch_to_on_demand(dynamodb, tables, streams):
    name = tables.make(**PROVISIONED)
    answer = update(dynamodb, name, True, "KEYS_ONLY", BillingMode="PAY_PER_REQUEST")
    assert answer["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert len(shards_of(streams, answer["LatestStreamArn"])) == 4


def test_what_cannot_be_enabled_or_disabled(dynamodb, tables):
    plain = tables.make()
    streamed = tables.make(**stream_of("KEYS_ONLY"))
    one_of = (
        "Value 'new_image' at 'streamSpecification.streamViewType' failed to satisfy constraint: Member must satisfy "
        "enum value set: [OLD_IMAGE, KEYS_ONLY, NEW_AND_OLD_IMAGES, NEW_IMAGE]"
    )
    no_flag = (
        "Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not be null"
    )
    throughput = {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    no_iops = PARAMETER + "You cannot modify stream status while updating table IOPS"
    no_view = PARAMETER + "Table is being created with a stream enabled, UpdateViewType is required"
    for name, arguments, more, wanted in [
        (plain, (None,), {}, ENVELOPE + no_flag),
        (plain, (None, "KEYS_ONLY"), {}, ENVELOPE + no_flag),
        (plain, (True, "new_image"), {}, ENVELOPE + one_of),
        (plain, (True,), {}, PARAMETER + "If stream is being enabled then UpdateViewType is required"),
        (
            plain,
            (False, "KEYS_ONLY"),
            {},
            PARAMETER + "If stream is being disabled, then UpdateViewType must not be specified",
        ),
        (plain, (False,), {}, f"Table has no stream to disable: TableName: {plain}"),
        (streamed, (True, "KEYS_ONLY"), {}, f"Table already has an enabled stream: TableName: {streamed}"),
        (streamed, (True, "NEW_IMAGE"), {}, f"Table already has an enabled stream: TableName: {streamed}"),
        (plain, (True, "KEYS_ONLY"), throughput, no_iops),
        (plain, (True, "KEYS_ONLY"), throughput | {"BillingMode": "PROVISIONED"}, no_iops),
        (
            plain,
            (True, "KEYS_ONLY"),
            {"DeletionProtectionEnabled": True},
            PARAMETER + "DeletionProtection modification must be the only operation in the request",
        ),
        (
            plain,
            (True, "KEYS_ONLY"),
            {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "none"}}]},
            PARAMETER + "You cannot create or delete index while changing stream status",
        ),
    ]:
        assert refused(update, dynamodb, name, *arguments, **more) == ("ValidationException", wanted)
    code, message = refused(update, dynamodb, "no-such-table", True, "KEYS_ONLY")
    assert (code, message) == (
        "ResourceNotFoundException",
        "Requested resource not found: Table: no-such-table not found",
    )
    for specification, wanted in [
        ({}, ENVELOPE + no_flag),
        ({"StreamEnabled": True}, no_view),
        (
            {"StreamEnabled": False, "StreamViewType": "KEYS_ONLY"},
            PARAMETER + "Table is being created with a stream disabled, UpdateViewType should not be specified",
        ),
    ]:
        assert refused(tables.make, StreamSpecification=specification) == ("ValidationException", wanted)


def test_the_delay_shows_every_state(own_server):
    server = own_server("--table-delay", "1s", "--in-memory")
    dynamodb, streams = make_client(server.endpoint), make_streams_client(server.endpoint)
    name = Tables(dynamodb).make()

    def arn_of() -> str:
        return dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]

    def status() -> str:
        return streams.describe_stream(StreamArn=arn_of())["StreamDescription"]["StreamStatus"]

    def active() -> bool:
        return dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE"

    eventually(active)
    in_use = "Attempt to change a resource which is still in use: "
    for enabled, view, first, then in [
        (True, "NEW_IMAGE", "ENABLING", "ENABLED"),
        (False, None, "DISABLING", "DISABLED"),
    ]:
        assert update(dynamodb, name, enabled, view)["TableStatus"] == "UPDATING"
        assert status() == first
        for call, parameters, wanted in [
            (dynamodb.delete_table, {}, "Cannot delete table while stream is being enabled/disabled."),
            (
                dynamodb.update_table,
                {"StreamSpecification": {"StreamEnabled": False}},
                f"Table is being updated: {name}",
            ),
            (
                dynamodb.update_table,
                {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
                f"Can't update table class when stream status is being updated. Table: {name}",
            ),
            (
                dynamodb.update_table,
                {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "none"}}]},
                "Can't create or delete an index when stream status is being updated.",
            ),
        ]:
            assert refused(call, TableName=name, **parameters) == ("ResourceInUseException", in_use + wanted)
        dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
        eventually(active)
        assert status() == then
    update(dynamodb, name, True, "KEYS_ONLY")
    eventually(active)
    arn = arn_of()
    dynamodb.delete_table(TableName=name)
    stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert stream["StreamStatus"] == "DISABLING"
    assert all("EndingSequenceNumber" in shard["SequenceNumberRange"] for shard in stream["Shards"])


# Records


@pytest.mark.parametrize("view", VIEWS)
def test_views_of_every_change(dynamodb, streams, streamed, view):
    name, arn = streamed(view)
    test, hello = {"pk": S("a"), "data": S("test")}, {"pk": S("a"), "data": S("hello")}
    dynamodb.put_item(TableName=name, Item=test)
    dynamodb.put_item(TableName=name, Item=hello)
    dynamodb.delete_item(TableName=name, Key={"pk": S("a")})
    old, new = view in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES"), view in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")
    key = {"pk": S("a")}
    assert changes(streams, arn) == [
        ("INSERT", key, None, test if new else None),
        ("MODIFY", key, test if old else None, hello if new else None),
        ("REMOVE", key, hello if old else None, None),
    ]
    sizes = [record["dynamodb"]["SizeBytes"] for record in read_all(streams, arn)]
    of_key, of_test, of_hello = 3, 11, 12
    assert sizes == [
        of_key + of_test * new,
        of_key + of_test * old + of_hello * new,
        of_key + of_hello * old,
    ]


def test_a_record_is_whole(dynamodb, streams, tables):
    name = tables.make(sort="sk:N", **stream_of("NEW_AND_OLD_IMAGES"), **PROVISIONED)
    arn = dynamodb.describe_table(TableName=name)["Table"]["LatestStreamArn"]
    item = {
        "pk": S("a"),
        "sk": N(42),
        "all": L(M(x=N("1.50"), y=BOOL(True)), SS("b", "a"), NS(2, 1)),
        "bytes": {"B": b"\xff\x00"},
        "nothing": {"NULL": True},
    }
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    dynamodb.put_item(TableName=name, Item=item)
    (record,) = read_all(streams, arn)
    change = record.pop("dynamodb")
    event = record.pop("eventID")
    assert re.fullmatch(r"[0-9a-f]{32}", event)
    assert record == {
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": REGION,
    }
    created = change.pop("ApproximateCreationDateTime")
    assert before <= created <= datetime.datetime.now(datetime.UTC) and created.microsecond == 0
    assert re.fullmatch(r"\d{21,40}", change.pop("SequenceNumber"))
    assert change.pop("SizeBytes") > 0
    assert change == {
        "Keys": {"pk": S("a"), "sk": N(42)},
        "NewImage": dynamodb.get_item(TableName=name, Key={"pk": S("a"), "sk": N(42)})["Item"],
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert read_all(streams, arn)[0]["eventID"] == event


def test_what_changes_nothing_leaves_no_record(dynamodb, streams, streamed):
    name, arn = streamed()
    item = {"pk": S("a"), "n": N(1), "set": SS("x", "y"), "map": M(p=S("1"), q=S("2"))}
    key = {"pk": S("a")}
    dynamodb.put_item(TableName=name, Item=item)
    dynamodb.put_item(TableName=name, Item={"pk": S("key only")})
    wanted = len(read_all(streams, arn))
    assert wanted == 2

    dynamodb.put_item(TableName=name, Item=item)
    dynamodb.put_item(TableName=name, Item=item | {"n": N("1.0"), "set": SS("y", "x"), "map": M(q=S("2"), p=S("1"))})
    dynamodb.put_item(TableName=name, Item={"pk": S("key only")})
    dynamodb.update_item(TableName=name, Key={"pk": S("key only")})
    for update_, values in [
        ("SET n = :v", {":v": N(1)}),
        ("SET n = n + :v", {":v": N(0)}),
        ("ADD n :v", {":v": N(0)}),
        ("ADD #s :v", {":v": SS("x")}),
        ("DELETE #s :v", {":v": SS("z")}),
        ("REMOVE no_such", None),
    ]:
        more = {"ExpressionAttributeValues": values} if values else {}
        if "#s" in update_:
            more["ExpressionAttributeNames"] = {"#s": "set"}
        dynamodb.update_item(TableName=name, Key=key, UpdateExpression=update_, **more)
    dynamodb.update_item(TableName=name, Key={"pk": S("none")}, UpdateExpression="REMOVE no_such")
    dynamodb.delete_item(TableName=name, Key={"pk": S("none")})
    dynamodb.batch_write_item(
        RequestItems={name: [{"PutRequest": {"Item": item}}, {"DeleteRequest": {"Key": {"pk": S("none")}}}]}
    )
    dynamodb.transact_write_items(
        TransactItems=[
            {"ConditionCheck": {"TableName": name, "Key": key, "ConditionExpression": "attribute_exists(pk)"}},
            {"Delete": {"TableName": name, "Key": {"pk": S("none")}}},
        ]
    )
    refused(dynamodb.put_item, TableName=name, Item=key, ConditionExpression="attribute_not_exists(pk)")
    refused(
        dynamodb.transact_write_items,
        TransactItems=[
            {"Put": {"TableName": name, "Item": {"pk": S("b")}}},
            {"ConditionCheck": {"TableName": name, "Key": key, "ConditionExpression": "attribute_not_exists(pk)"}},
        ],
    )
    assert len(read_all(streams, arn)) == wanted


def test_updates_leave_whole_images(dynamodb, streams, streamed):
    name, arn = streamed()
    key = {"pk": S("a")}
    dynamodb.update_item(TableName=name, Key=key)
    dynamodb.update_item(
        TableName=name,
        Key=key,
        UpdateExpression="SET m = :m, n = :n",
        ExpressionAttributeValues={":m": M(x=N(1)), ":n": N(1)},
    )
    dynamodb.update_item(
        TableName=name, Key=key, UpdateExpression="SET m.x = :x", ExpressionAttributeValues={":x": N(2)}
    )
    one, two = key | {"m": M(x=N(1)), "n": N(1)}, key | {"m": M(x=N(2)), "n": N(1)}
    assert changes(streams, arn) == [
        ("INSERT", key, None, key),
        ("MODIFY", key, key, one),
        ("MODIFY", key, one, two),
    ]


def test_batches_and_transactions_are_complete(dynamodb, streams, streamed):
    name, arn = streamed()
    keys = [f"k{i:02}" for i in range(25)]
    dynamodb.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": {"pk": S(k)}}} for k in keys]})
    dynamodb.transact_write_items(
        TransactItems=[
            {
                "Update": {
                    "TableName": name,
                    "Key": {"pk": S(k)},
                    "UpdateExpression": "SET v = :v",
                    "ExpressionAttributeValues": {":v": S(k)},
                }
            }
            for k in keys[:10]
        ]
        + [{"Delete": {"TableName": name, "Key": {"pk": S(k)}}} for k in keys[10:20]]
        + [{"Put": {"TableName": name, "Item": {"pk": S("new")}}}]
    )
    records = read_all(streams, arn)
    found = sorted((record["eventName"], record["dynamodb"]["Keys"]["pk"]["S"]) for record in records)
    assert found == sorted(
        [("INSERT", k) for k in keys]
        + [("MODIFY", k) for k in keys[:10]]
        + [("REMOVE", k) for k in keys[10:20]]
        + [("INSERT", "new")]
    )
    numbers = [int(record["dynamodb"]["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers))
    assert len({record["eventID"] for record in records}) == len(records)


def test_regions_have_streams_of_their_own(server, streams, streamed):
    name, arn = streamed()
    elsewhere = make_streams_client(server.endpoint, region="us-east-1")
    assert elsewhere.list_streams(TableName=name)["Streams"] == []
    assert refused(elsewhere.describe_stream, StreamArn=arn) == (
        "ResourceNotFoundException",
        f"Requested resource not found: Stream: {arn} not found",
    )


def test_services_are_told_apart(wire, streamed):
    _, arn = streamed()
    for target in ("DynamoDB_20120810.DescribeStream", "DynamoDBStreams_20120810.DescribeTable"):
        answer = wire.call("", {"StreamArn": arn}, X_Amz_Target=target)
        assert (answer.status, answer.code) == (400, "UnknownOperationException")
    answer = wire.call("", {"StreamArn": arn}, X_Amz_Target="DynamoDBStreams_20120810.DescribeStream")
    assert answer.status == 200 and answer.crc_is_right()


def test_an_empty_page_of_an_open_shard_goes_on(dynamodb, streams, streamed):
    name, arn = streamed()
    page = streams.get_records(ShardIterator=iterator_of(streams, arn, shards_of(streams, arn)[0]["ShardId"]))
    assert page["Records"] == []
    dynamodb.put_item(TableName=name, Item={"pk": S("a")})
    assert len(read_from(streams, page["NextShardIterator"])) == 1
