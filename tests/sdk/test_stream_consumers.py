"""A consumer that follows a stream through splits, rollovers and restarts rebuilds the table exactly."""

import os
import random
import time

import pytest

from harness.clients import Tables, make_client
from harness.patience import eventually
from harness.stream_writers import Writers
from harness.streams import (
    PROVISIONED,
    Consumer,
    check_family,
    make_streams_client,
    shards_of,
    stream_of,
    table_items,
)
from harness.values import N, S

SEED = int(os.environ.get("STATOR_TEST_STREAM_SEED", "1"))
BOTH = stream_of("NEW_AND_OLD_IMAGES")


class Scene:
    def __init__(self, own_server, *flags: str, **more):
        self.server = own_server(*flags)
        self.dynamodb = make_client(self.server.endpoint)
        self.streams = make_streams_client(self.server.endpoint)
        self.table = Tables(self.dynamodb).make(sort="sk:S", **BOTH, **more)
        self.arn = self.dynamodb.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]

    def shards(self) -> list[dict]:
        return shards_of(self.streams, self.arn)

    def check(self, *consumers: Consumer) -> None:
        items = table_items(self.dynamodb, self.table)
        for consumer in consumers:
            consumer.drain()
            assert consumer.items == items
            assert consumer.records > 0


def open_shards(shards: list[dict]) -> list[dict]:
    return [shard for shard in shards if "EndingSequenceNumber" not in shard["SequenceNumberRange"]]


def test_a_shard_splits_with_its_partition(own_server):
    scene = Scene(own_server, "--in-memory", **PROVISIONED)
    (parent,) = scene.shards()
    scene.dynamodb.put_item(TableName=scene.table, Item={"pk": S("a"), "sk": S("1")})
    consumer = Consumer(scene.streams, scene.arn)
    assert consumer.poll() == 1
    scene.dynamodb.update_table(TableName=scene.table, BillingMode="PAY_PER_REQUEST")
    eventually(lambda: len(scene.shards()) == 5)
    closed, *children = scene.shards()
    assert closed["ShardId"] == parent["ShardId"]
    assert "EndingSequenceNumber" in closed["SequenceNumberRange"]
    assert {child["ParentShardId"] for child in children} == {parent["ShardId"]}
    assert open_shards(scene.shards()) == children
    check_family(scene.shards())
    of_parent = shards_of(scene.streams, scene.arn, ShardFilter={"Type": "CHILD_SHARDS", "ShardId": parent["ShardId"]})
    assert of_parent == children
    for i in range(40):
        scene.dynamodb.put_item(TableName=scene.table, Item={"pk": S(f"p{i}"), "sk": S("1")})
    scene.check(consumer, Consumer(scene.streams, scene.arn))
    assert all(consumer.leases[child["ShardId"]].checkpoint for child in children)


def test_a_shard_rolls_over(own_server):
    scene = Scene(own_server, "--in-memory", "--shard-life", "100ms", **PROVISIONED)
    consumer = Consumer(scene.streams, scene.arn)
    for i in range(50):
        scene.dynamodb.put_item(TableName=scene.table, Item={"pk": S("a"), "sk": S("1"), "n": N(i)})
        consumer.poll()
        time.sleep(0.01)
    shards = eventually(lambda: len(scene.shards()) >= 4 and scene.shards())
    check_family(shards)
    assert all(shard["ParentShardId"] == parent["ShardId"] for parent, shard in zip(shards, shards[1:]))
    scene.check(consumer, Consumer(scene.streams, scene.arn))
    assert consumer.records == 50


@pytest.mark.slow
def test_replays_are_the_table_while_others_write(own_server):
    scene = Scene(own_server, "--in-memory", "--shard-life", "200ms", **PROVISIONED)
    live, slow = Consumer(scene.streams, scene.arn), Consumer(scene.streams, scene.arn)
    with Writers(scene.server.endpoint, scene.table, SEED):
        ends = time.monotonic() + 4
        switched = False
        while time.monotonic() < ends:
            live.poll(limit=100)
            slow.poll(limit=7)
            if not switched and time.monotonic() > ends - 3:
                scene.dynamodb.update_table(TableName=scene.table, BillingMode="PAY_PER_REQUEST")
                switched = True
    shards = scene.shards()
    check_family(shards)
    assert len(shards) > 10
    late = Consumer(scene.streams, scene.arn)
    scene.check(live, slow, late)
    assert live.records == slow.records == late.records
    assert live.failures == 0


@pytest.mark.slow
def test_replays_are_the_table_across_crashes(own_server):
    scene = Scene(own_server, "--shard-life", "300ms")
    live = Consumer(scene.streams, scene.arn)
    chance = random.Random(SEED)
    with Writers(scene.server.endpoint, scene.table, SEED) as writers:
        for _ in range(5):
            ends = time.monotonic() + 0.5 + chance.random()
            while time.monotonic() < ends:
                live.poll()
            scene.server.kill()
            live.poll()
            scene.server.start()
        before = writers.done
        eventually(lambda: live.poll() and writers.done > before + 50, seconds=30, pause=0)
    assert live.failures > 0
    check_family(scene.shards())
    late = Consumer(scene.streams, scene.arn)
    scene.check(live, late)
    assert live.records == late.records
    assert scene.server.stop() == 0
    scene.server.start()
    live.restart()
    scene.check(live)
    scene.dynamodb.put_item(TableName=scene.table, Item={"pk": S("after"), "sk": S("all"), "n": N(1)})
    scene.check(live)
