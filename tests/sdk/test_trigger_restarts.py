"""Triggers through splits, rollovers, crashes and clean ends of the server: no record is missed."""

import collections
import os
import random
import time

import pytest

from harness.patience import eventually
from harness.stream_writers import Writers
from harness.streams import check_family, key_of, read_all, shards_of
from harness.triggers import PATIENCE, Scene, raised

SEED = int(os.environ.get("STATOR_TEST_STREAM_SEED", "1"))


def expected(scene: Scene) -> set[int]:
    return {int(record["dynamodb"]["SequenceNumber"]) for record in read_all(scene.streams, scene.arn)}


def check_order(scene: Scene, name: str, ends: int = 0) -> None:
    """Each item's records have come in order; what the server had not noted before it ended has come again."""
    numbers = collections.defaultdict(list)
    for change in [change for call in scene.functions.calls(name) for change in call.changes]:
        numbers[key_of(change["Keys"])].append(int(change["SequenceNumber"]))
    for of_item in numbers.values():
        once = list(dict.fromkeys(of_item))
        assert once == sorted(once)
        assert sum(later <= earlier for earlier, later in zip(of_item, of_item[1:])) <= ends


def all_delivered(scene: Scene, name: str = "f") -> None:
    wanted = expected(scene)
    assert len(wanted) > 100
    eventually(lambda: len(set(scene.functions.numbers(name))) >= len(wanted), seconds=2 * PATIENCE, pause=0.2)
    assert set(scene.functions.numbers(name)) == wanted


@pytest.mark.slow
def test_splits_and_rollovers(make_scene, functions):
    scene = make_scene(names=("f", "g", "h"), flags=("--in-memory", "--shard-life", "300ms"), sort="sk:S")
    scene.map("f", BatchSize=20)
    scene.map("g", BatchSize=20, ParallelizationFactor=4)
    with Writers(scene.server.endpoint, scene.table, SEED):
        eventually(lambda: len(functions.numbers()) > 200, seconds=PATIENCE)
        scene.dynamodb.update_table(TableName=scene.table, BillingMode="PAY_PER_REQUEST")
        eventually(lambda: len(functions.numbers()) > 1000, seconds=PATIENCE)
    scene.map("h", BatchSize=1000)
    assert len(shards_of(scene.streams, scene.arn)) > 8
    check_family(shards_of(scene.streams, scene.arn))
    for name in ("f", "g", "h"):
        all_delivered(scene, name)
        assert len(functions.numbers(name)) == len(set(functions.numbers(name)))
        check_order(scene, name)


@pytest.mark.slow
def test_crashes(make_scene, functions):
    scene = make_scene(names=("f", "g"), flags=("--shard-life", "500ms"), sort="sk:S", on_demand=True)
    scene.map("f", BatchSize=10)
    scene.map("g", BatchSize=10, ParallelizationFactor=3)
    chance = random.Random(SEED)
    with Writers(scene.server.endpoint, scene.table, SEED):
        for _ in range(4):
            before = len(functions.numbers())
            eventually(lambda: len(functions.numbers()) > before + chance.randrange(400), seconds=PATIENCE)
            scene.server.kill()
            scene.server.start()
    for name in ("f", "g"):
        all_delivered(scene, name)
        check_order(scene, name, ends=4)


@pytest.mark.slow
def test_a_clean_end_forgets_nothing(make_scene, functions):
    """Nor is anything delivered twice: it waits for the calls under way."""
    scene = make_scene(flags=(), sort="sk:S", on_demand=True)
    functions.answers["f"] = lambda _: time.sleep(0.05)
    scene.map(BatchSize=5)
    with Writers(scene.server.endpoint, scene.table, SEED):
        for _ in range(3):
            before = len(functions.numbers())
            eventually(lambda: len(functions.numbers()) > before + 50, seconds=PATIENCE)
            assert scene.server.stop() == 0
            scene.server.start()
    del functions.answers["f"]
    all_delivered(scene)
    assert len(functions.numbers()) == len(set(functions.numbers()))
    check_order(scene, "f")


def test_retries_go_on_after_a_crash(make_scene, functions):
    scene = make_scene(flags=())
    functions.answers["f"] = lambda _: raised()
    scene.map(BatchSize=2)
    scene.put(("a", 1), ("a", 2))
    eventually(lambda: functions.items(), seconds=PATIENCE)
    scene.server.kill()
    del functions.answers["f"]
    scene.server.start()
    eventually(lambda: ("a", 2) in functions.items(), seconds=PATIENCE)
    scene.put(("a", 3))
    eventually(lambda: ("a", 3) in functions.items(), seconds=PATIENCE)


def test_mappings_survive(make_scene):
    scene = make_scene(flags=())
    pattern = '{"eventName":["INSERT"]}'
    uuid = scene.map(FilterCriteria={"Filters": [{"Pattern": pattern}]}, BatchSize=7, MaximumRetryAttempts=3)
    before = scene.lambda_.get_event_source_mapping(UUID=uuid)
    scene.server.kill()
    scene.server.start()
    after = scene.lambda_.get_event_source_mapping(UUID=uuid)
    del before["ResponseMetadata"], after["ResponseMetadata"]
    assert after == before
    scene.put(("a", 1), ("b", 1))
    scene.delivered(("a", 1), ("b", 1))
