"""Programs that follow a stream with the SDKs' own clients (tests/sdk/seeds) through splits, rollovers, crashes of the
server and of themselves: each rebuilds the table exactly, and ends by itself if a record does not fit its item."""

import json
import os
import pathlib
import random

import boto3.dynamodb.types
import pytest

from harness.follower import Follower
from harness.patience import eventually
from harness.seeds import Runner
from harness.stream_writers import Writers
from harness.streams import PROVISIONED, check_family, make_streams_client, shards_of, stream_of

SEED = int(os.environ.get("STATOR_TEST_STREAM_SEED", "1"))
REGION = "us-east-1"
TYPESCRIPT = ["node", "--import", "tsx", "follow_stream.ts"]  # one process, which can be killed


class Scene:
    def __init__(self, own_server, folder: pathlib.Path):
        self.runner = Runner(own_server("--shard-life", "400ms"))
        self.server, self.dynamodb, self.folder = self.runner.server, self.runner.dynamodb, folder
        self.table = self.runner.tables.make(sort="sk:S", **stream_of("NEW_AND_OLD_IMAGES"), **PROVISIONED)
        self.arn = self.dynamodb.describe_table(TableName=self.table)["Table"]["LatestStreamArn"]

    def follower(self, name: str, command: list[str], *more: str, cwd: pathlib.Path | None = None) -> Follower:
        file = self.folder / f"{name}.json"
        return Follower([*command, self.arn, str(file), *more], file, self.runner.environment, cwd).start()

    def items(self) -> dict[str, dict]:
        """Of the table, as a program has them and shows them."""
        plain = boto3.dynamodb.types.TypeDeserializer().deserialize
        found = {}
        for page in self.dynamodb.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True):
            for attributes in page["Items"]:
                item = json.loads(json.dumps({name: plain(v) for name, v in attributes.items()}, default=float))
                found[json.dumps({"pk": item["pk"], "sk": item["sk"]}, separators=(",", ":"))] = item
        return found

    def shards(self) -> list[dict]:
        return shards_of(make_streams_client(self.server.endpoint, REGION), self.arn)


def go_on(*followers: Follower) -> None:
    """Until each has processed some more."""
    for follower in followers:
        before = follower.records()
        eventually(lambda: follower.records() > before + 400, seconds=60)


def trouble(scene: Scene, *followers: Follower) -> None:
    """All that may happen to a program that follows a stream."""
    chance = random.Random(SEED)
    with Writers(scene.server.endpoint, scene.table, SEED, REGION):
        go_on(*followers)
        scene.dynamodb.update_table(TableName=scene.table, BillingMode="PAY_PER_REQUEST")
        go_on(*followers)
        scene.server.kill()
        scene.server.start()
        go_on(*followers)
        for follower in chance.sample(followers, len(followers)):
            follower.kill()
            go_on(follower.start())
        assert scene.server.stop() == 0
        scene.server.start()
        go_on(*followers)


def finish(scene: Scene, *followers: Follower) -> None:
    check_family(scene.shards())
    assert len(scene.shards()) > 10
    items = scene.items()
    assert items
    for follower in followers:
        assert follower.finish() == items, follower.log.read_text()


@pytest.mark.slow
def test_go(own_server, tmp_path, go_programs):
    scene = Scene(own_server, tmp_path)
    command = [str(go_programs / "followstream")]
    follower = scene.follower("go", command)
    trouble(scene, follower)
    finish(scene, follower, scene.follower("late", command))


@pytest.mark.slow
def test_typescript(own_server, tmp_path, typescript):
    scene = Scene(own_server, tmp_path)
    follower = scene.follower("typescript", TYPESCRIPT, cwd=typescript)
    trouble(scene, follower)
    finish(scene, follower, scene.follower("late", TYPESCRIPT, cwd=typescript))


@pytest.mark.slow
def test_java(own_server, tmp_path, java):
    scene = Scene(own_server, tmp_path)
    command = [*java, "seeds.FollowStream"]
    follower = scene.follower("java", command)
    trouble(scene, follower)
    finish(scene, follower, scene.follower("late", command))


@pytest.mark.slow
def test_typescript_from_the_latest_record(own_server, tmp_path, typescript):
    """What was written before it is taken from a scan that begins when the iterators are there."""
    scene = Scene(own_server, tmp_path)
    with Writers(scene.server.endpoint, scene.table, SEED, REGION) as writers:
        eventually(lambda: writers.done > 200, seconds=60)
        follower = scene.follower("latest", TYPESCRIPT, "LATEST", cwd=typescript)
        go_on(follower)
    trouble(scene, follower)
    finish(scene, follower)
