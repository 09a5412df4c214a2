"""A consumer that follows a stream through splits, rollovers and restarts rebuilds the table exactly."""

import os
import random
import threading
import time

import botocore.exceptions
import pytest

from harness.clients import Tables, make_client
from harness.patience import eventually
from harness.streams import PROVISIONED, Consumer, make_streams_client, shards_of, stream_of, table_items
from harness.values import N, S

SEED = int(os.environ.get("STATOR_TEST_STREAM_SEED", "1"))
WRITERS = 4
BOTH = stream_of("NEW_AND_OLD_IMAGES")


def key_in(item: dict) -> dict:
    return {name: item[name] for name in ("pk", "sk")}


class Writers:
    """Threads that change some items in every way there is, until they are stopped."""

    def __init__(self, endpoint: str, table: str, seed: int):
        self.stop_ = threading.Event()
        self.done = 0
        self.threads = [
            threading.Thread(target=self.run, args=(endpoint, table, random.Random(seed * 100 + i)), daemon=True)
            for i in range(WRITERS)
        ]

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.stop_.set()
        for thread in self.threads:
            thread.join()

    def run(self, endpoint: str, table: str, chance: random.Random) -> None:
        client = make_client(endpoint)
        while not self.stop_.is_set():
            try:
                self.write(client, table, chance)
                self.done += 1
            except botocore.exceptions.ClientError:
                pass  # a condition that failed, or the server is about to end
            except botocore.exceptions.BotoCoreError:
                time.sleep(0.01)  # no server

    def write(self, client, table: str, chance: random.Random) -> None:
        key = lambda: {"pk": S(f"p{chance.randrange(12)}"), "sk": S(f"s{chance.randrange(4)}")}  # noqa: E731
        item = lambda: key() | {"v": N(chance.randrange(3)), "by": S(chance.choice("ab"))}  # noqa: E731
        count = {
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": N(1)},
        }
        pick = chance.random()
        if pick < 0.3:
            client.put_item(TableName=table, Item=item())
        elif pick < 0.5:
            client.delete_item(TableName=table, Key=key())
        elif pick < 0.7:
            client.update_item(TableName=table, Key=key(), **count)
        elif pick < 0.85:
            items = {(i["pk"]["S"], i["sk"]["S"]): i for i in (item() for _ in range(6))}
            requests = [
                {"PutRequest": {"Item": i}} if chance.random() < 0.5 else {"DeleteRequest": {"Key": key_in(i)}}
                for i in items.values()
            ]
            client.batch_write_item(RequestItems={table: requests})
        else:
            items = {(i["pk"]["S"], i["sk"]["S"]): i for i in (item() for _ in range(4))}
            actions = [
                {"Put": {"TableName": table, "Item": i}}
                if chance.random() < 0.5
                else {"Update": {"TableName": table, "Key": key_in(i)} | count}
                for i in items.values()
            ]
            client.transact_write_items(TransactItems=actions)


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


def check_family(shards: list[dict]) -> None:
    """Children come after their parents in every order that there is."""
    by_id = {shard["ShardId"]: shard for shard in shards}
    assert sorted(by_id) == list(by_id)
    for shard in shards:
        span = shard["SequenceNumberRange"]
        if "EndingSequenceNumber" in span:
            assert int(span["StartingSequenceNumber"]) <= int(span["EndingSequenceNumber"])
        if parent := by_id.get(shard.get("ParentShardId")):
            assert parent["ShardId"] < shard["ShardId"]
            end = parent["SequenceNumberRange"]["EndingSequenceNumber"]
            assert int(end) < int(span["StartingSequenceNumber"])


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
