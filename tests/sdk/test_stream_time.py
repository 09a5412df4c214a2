"""Streams and the passing of hours: what expires, what is trimmed, what time to live leaves."""

import time
import urllib.request

import pytest

from harness.clients import Tables, make_client, refused
from harness.patience import eventually
from harness.streams import (
    PROVISIONED,
    Consumer,
    iterator_of,
    make_streams_client,
    read_all,
    read_from,
    shards_of,
    stream_of,
)
from harness.values import N, S


class Scene:
    def __init__(self, own_server, *flags: str):
        self.server = own_server("--in-memory", "--movable-clock", *flags)
        self.dynamodb = make_client(self.server.endpoint)
        self.streams = make_streams_client(self.server.endpoint)
        self.table = Tables(self.dynamodb).make(**stream_of("NEW_AND_OLD_IMAGES"), **PROVISIONED)
        self.arn = self.dynamodb.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]

    def put(self, key: str, **more) -> None:
        self.dynamodb.put_item(TableName=self.table, Item={"pk": S(key)} | more)

    def advance(self, span: str) -> None:
        url = f"{self.server.endpoint}/_stator/clock?advance={span}"
        urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10).close()

    def keys(self) -> list[str]:
        return [record["dynamodb"]["Keys"]["pk"]["S"] for record in read_all(self.streams, self.arn)]


@pytest.fixture
def scene(own_server):
    return Scene(own_server)


def test_an_iterator_expires(scene):
    iterator = iterator_of(scene.streams, scene.arn, shards_of(scene.streams, scene.arn)[0]["ShardId"])
    scene.advance("14m")
    younger = scene.streams.get_records(ShardIterator=iterator)["NextShardIterator"]
    scene.advance("61s")
    code, message = refused(scene.streams.get_records, ShardIterator=iterator)
    assert code == "ExpiredIteratorException"
    assert message.startswith("Iterator expired. The iterator was created at time ")
    with pytest.raises(scene.streams.exceptions.ExpiredIteratorException):
        scene.streams.get_records(ShardIterator=iterator)
    scene.put("a")
    assert len(read_from(scene.streams, younger)) == 1


def test_records_are_kept_for_a_day(scene):
    scene.put("old")
    shard = shards_of(scene.streams, scene.arn)[0]["ShardId"]
    (record,) = read_all(scene.streams, scene.arn)
    scene.advance("23h")
    scene.put("young")
    assert sorted(scene.keys()) == ["old", "young"]
    horizon = iterator_of(scene.streams, scene.arn, shard)
    scene.advance("61m")
    eventually(lambda: scene.keys() == ["young"])
    number = record["dynamodb"]["SequenceNumber"]
    with pytest.raises(scene.streams.exceptions.TrimmedDataAccessException):
        iterator_of(scene.streams, scene.arn, shard, "AT_SEQUENCE_NUMBER", SequenceNumber=number)
    assert refused(scene.streams.get_records, ShardIterator=horizon)[0] == "ExpiredIteratorException"


def test_a_disabled_stream_is_kept_for_a_day(scene):
    scene.put("a")
    scene.dynamodb.update_table(TableName=scene.table, StreamSpecification={"StreamEnabled": False})
    scene.advance("23h")
    assert scene.keys() == ["a"]
    scene.advance("2h")
    eventually(lambda: scene.streams.list_streams()["Streams"] == [])
    assert refused(scene.streams.describe_stream, StreamArn=scene.arn) == (
        "ResourceNotFoundException",
        f"Requested resource not found: Stream: {scene.arn} not found",
    )
    assert scene.dynamodb.describe_table(TableName=scene.table)["Table"]["LatestStreamArn"] == scene.arn


def test_shards_come_and_go_through_the_days(scene):
    consumer = Consumer(scene.streams, scene.arn)
    seen = set()
    for hour in range(60):
        scene.put(f"{hour}")
        scene.advance("1h")
        consumer.drain()
        shards = shards_of(scene.streams, scene.arn)
        seen |= {shard["ShardId"] for shard in shards}
        known = {shard["ShardId"] for shard in shards}
        assert all(shard["ParentShardId"] in known for shard in shards[1:])
    assert consumer.records == 60
    assert len(seen) >= 12
    eventually(lambda: len(shards_of(scene.streams, scene.arn)) <= 8)


def test_time_to_live_leaves_the_services_records(scene):
    scene.dynamodb.update_time_to_live(
        TableName=scene.table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    ttl = int(time.time()) + 3600
    scene.put("short", ttl=N(ttl))
    scene.put("long")
    scene.advance("2h")
    eventually(lambda: len(read_all(scene.streams, scene.arn)) == 3)
    *inserts, removal = read_all(scene.streams, scene.arn)
    assert all("userIdentity" not in record for record in inserts)
    assert removal["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
    assert removal["eventName"] == "REMOVE"
    assert removal["dynamodb"]["OldImage"] == {"pk": S("short"), "ttl": N(ttl)}
    consumer = Consumer(scene.streams, scene.arn)
    consumer.drain()
    assert list(consumer.items.values()) == [{"pk": S("long")}]
