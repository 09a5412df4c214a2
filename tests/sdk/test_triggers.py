"""What functions get of a stream's records: the event, which records, in which order, how many at a time."""

import base64
import json
import threading
import time
import urllib.request

import pytest

from harness.patience import eventually
from harness.streams import VIEWS, read_all, stream_of
from harness.triggers import PATIENCE, by_item
from harness.values import N, S


def plain(value):
    """Of GetRecords, as a function gets it."""
    if isinstance(value, dict):
        return {name: plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.timestamp() if hasattr(value, "timestamp") else value


def test_the_event(scene):
    key = {"pk": S("ä")}
    item = key | {"b": {"B": b"\0\xff"}, "bs": {"BS": [b"a"]}, "l": {"L": [N(1), {"NULL": True}]}, "t": {"BOOL": True}}
    scene.dynamodb.put_item(TableName=scene.table, Item=item)
    scene.dynamodb.put_item(TableName=scene.table, Item=key | {"m": {"M": {"ns": {"NS": ["1.5"]}}}})
    scene.dynamodb.delete_item(TableName=scene.table, Key=key)
    scene.map(BatchSize=3)
    (call,) = eventually(lambda: scene.functions.calls(), seconds=PATIENCE)
    assert call.headers["content-type"] == "application/json"
    event = json.loads(call.body)
    assert call.body == json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()
    assert list(event) == ["Records"]
    insert, modify, remove = event["Records"]
    members = "eventID eventName eventVersion eventSource awsRegion dynamodb eventSourceARN".split()
    assert all(list(record) == members for record in event["Records"])
    change = "ApproximateCreationDateTime Keys NewImage OldImage SequenceNumber SizeBytes StreamViewType".split()
    assert list(modify["dynamodb"]) == change
    assert list(insert["dynamodb"]) == [name for name in change if name != "OldImage"]
    assert list(remove["dynamodb"]) == [name for name in change if name != "NewImage"]
    assert insert["dynamodb"]["NewImage"]["b"] == {"B": "AP8="}
    assert insert["dynamodb"]["NewImage"]["bs"] == {"BS": ["YQ=="]}
    source = {"eventSourceARN": scene.arn}
    assert event["Records"] == [plain(record) | source for record in read_all(scene.streams, scene.arn)]
    assert [record["eventName"] for record in event["Records"]] == ["INSERT", "MODIFY", "REMOVE"]
    assert {record["eventSource"] for record in event["Records"]} == {"aws:dynamodb"}


@pytest.mark.parametrize("view", VIEWS)
def test_images_are_those_of_the_streams_view(make_scene, functions, view):
    scene = make_scene(**stream_of(view))
    scene.put(("a", 1), ("a", 2))
    scene.map(BatchSize=2)
    records = eventually(lambda: functions.records(), seconds=PATIENCE)
    images = {"KEYS_ONLY": [], "NEW_IMAGE": ["NewImage"], "OLD_IMAGE": ["OldImage"]}.get(view, ["NewImage", "OldImage"])
    assert [name for name in records[1]["dynamodb"] if "Image" in name] == images
    assert {record["dynamodb"]["StreamViewType"] for record in records} == {view}


def test_time_to_live_is_the_services(make_scene, functions):
    scene = make_scene(flags=("--in-memory", "--movable-clock"))
    specification = {"Enabled": True, "AttributeName": "ttl"}
    scene.dynamodb.update_time_to_live(TableName=scene.table, TimeToLiveSpecification=specification)
    scene.map()
    scene.put(("a", 1), ttl=N(int(time.time()) + 3600))
    url = f"{scene.server.endpoint}/_stator/clock?advance=2h"
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10).close()
    eventually(lambda: len(functions.records()) == 2, seconds=PATIENCE)
    insert, removal = functions.records()
    assert "userIdentity" not in insert
    assert removal["eventName"] == "REMOVE"
    assert removal["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_batches(scene):
    items = [(f"i{i}", i) for i in range(25)]
    scene.put(*items)
    scene.map(BatchSize=10)
    scene.delivered(*items)
    assert [len(call.items) for call in scene.functions.calls()] == [10, 10, 5]
    assert scene.functions.most["f"] == 1
    scene.put(("later", 1))
    scene.delivered(*items, ("later", 1))


def test_an_event_has_six_megabytes_at_most(scene):
    items = [(f"i{i}", i) for i in range(20)]
    scene.put(*items, text=S("x" * 390_000))
    scene.map(BatchSize=10_000)
    scene.delivered(*items)
    sizes = [len(call.body) for call in scene.functions.calls()]
    assert max(sizes) <= 6 * 1024 * 1024 < sum(sizes)
    assert len(sizes) == 2


def image(**values) -> str:
    return json.dumps({"dynamodb": {"NewImage": values}})


# What is put, and which of it each list of patterns lets pass.
FILTERED = {
    "paid": {"status": S("paid"), "amount": N(101), "tags": {"SS": ["x", "y"]}, "deep": {"M": {"city": S("Bern")}}},
    "Paid": {"status": S("Paid"), "amount": N("1e2"), "ok": {"BOOL": True}},
    "open": {"status": S("open"), "nothing": {"NULL": True}, "deep": {"M": {"city": S("Basel")}}},
    "none": {"amount": N(42)},
}
FILTERS = [
    ("event name", ['{"eventName":["INSERT"]}'], "paid Paid open none"),
    ("another event name", ['{"eventName":["MODIFY","REMOVE"]}'], ""),
    ("a source and a key", ['{"eventSource":["aws:dynamodb"],"dynamodb":{"Keys":{"pk":{"S":["open"]}}}}'], "open"),
    ("equal", [image(status={"S": ["paid", "open"]})], "paid open"),
    ("a type is not left out", [image(status=["paid"])], ""),
    ("both", [image(status={"S": ["paid", "Paid"]}, amount={"N": ["101"]})], "paid"),
    ("either", [image(status={"S": ["open"]}), image(amount={"N": ["42"]})], "open none"),
    ("or within", [image(**{"$or": [{"status": {"S": ["open"]}}, {"amount": {"N": ["42"]}}]})], "open none"),
    ("prefix", [image(status={"S": [{"prefix": "pa"}]})], "paid"),
    ("suffix", [image(status={"S": [{"suffix": "en"}]})], "open"),
    ("any case", [image(status={"S": [{"equals-ignore-case": "PAID"}]})], "paid Paid"),
    ("anything but one", [image(status={"S": [{"anything-but": "paid"}]})], "Paid open"),
    ("anything but some", [image(status={"S": [{"anything-but": ["paid", "Paid"]}]})], "open"),
    ("exists", [image(amount={"N": [{"exists": True}]})], "paid Paid none"),
    ("exists not", [image(status={"S": [{"exists": False}]})], "none"),
    ("only leaves exist", [image(status=[{"exists": False}])], "paid Paid open none"),
    ("numbers are texts", [image(amount={"N": ["100"]})], "Paid"),
    ("numeric is not for N", [image(amount={"N": [{"numeric": [">", 1]}]})], ""),
    ("numeric", ['{"dynamodb":{"SizeBytes":[{"numeric":[">",0,"<=",100000]}]}}'], "paid Paid open none"),
    ("numeric bounds", ['{"dynamodb":{"SizeBytes":[{"numeric":[">",100000]}]}}'], ""),
    ("boolean", [image(ok={"BOOL": [True]})], "Paid"),
    ("null", [image(nothing={"NULL": [True]})], "open"),
    ("one of a set", [image(tags={"SS": ["y", "z"]})], "paid"),
    ("nested", [image(deep={"M": {"city": {"S": [{"prefix": "Ba"}]}}})], "open"),
]


def test_filters(make_scene, functions):
    names = [f"f{i}" for i in range(len(FILTERS))]
    scene = make_scene(names=names)
    for key, attributes in FILTERED.items():
        scene.dynamodb.put_item(TableName=scene.table, Item={"pk": S(key)} | attributes)
    scene.dynamodb.put_item(TableName=scene.table, Item={"pk": S("end")})
    last = '{"dynamodb":{"Keys":{"pk":{"S":["end"]}}}}'
    for name, (_, patterns, _) in zip(names, FILTERS):
        filters = [{"Pattern": pattern} for pattern in [*patterns, last]]
        scene.map(name, FilterCriteria={"Filters": filters}, BatchSize=2)
    for name, (case, _, wanted) in zip(names, FILTERS):
        eventually(lambda: ("end", None) in functions.items(name), seconds=PATIENCE)
        passed = [key for key, _ in functions.items(name)]
        assert passed == [*wanted.split(), "end"], case


def test_batches_are_of_what_passes(scene):
    items = [(f"{'ab'[i % 2]}{i}", i) for i in range(20)]
    scene.put(*items)
    pattern = '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"a"}]}}}}'
    scene.map(FilterCriteria={"Filters": [{"Pattern": pattern}]}, BatchSize=5, MaximumBatchingWindowInSeconds=1)
    scene.delivered(*items[::2])
    assert [len(call.items) for call in scene.functions.calls()] == [5, 5]


def test_filters_come_and_go(scene):
    pattern = '{"eventName":["REMOVE"]}'
    uuid = scene.map(FilterCriteria={"Filters": [{"Pattern": pattern}]}, BatchSize=1)
    scene.put(("a", 1))
    scene.dynamodb.delete_item(TableName=scene.table, Key={"pk": S("a")})
    scene.delivered(("a", None))
    scene.update(uuid, FilterCriteria={"Filters": []})
    scene.put(("a", 2))
    scene.delivered(("a", None), ("a", 2))


def test_the_latest_records(scene):
    scene.put(("before", 1))
    scene.map(StartingPosition="LATEST")
    scene.put(("after", 1))
    scene.delivered(("after", 1))
    scene.dynamodb.update_table(TableName=scene.table, BillingMode="PAY_PER_REQUEST")  # the shard ends
    scene.put(*((f"child{i}", i) for i in range(20)))
    eventually(lambda: len(scene.functions.items()) == 21, seconds=PATIENCE)
    assert sorted(scene.functions.items()[1:]) == sorted((f"child{i}", i) for i in range(20))


def test_a_window_waits_for_a_full_batch(scene):
    scene.map(BatchSize=3, MaximumBatchingWindowInSeconds=300)
    items = [(f"i{i}", i) for i in range(6)]
    scene.put(*items)
    scene.delivered(*items)  # long before the window is over
    assert [len(call.items) for call in scene.functions.calls()] == [3, 3]


def test_a_window_ends(scene):
    scene.map(BatchSize=1000, MaximumBatchingWindowInSeconds=3)
    items = [(f"i{i}", i) for i in range(5)]
    scene.put(*items)
    scene.delivered(*items)
    assert len(scene.functions.calls()) == 1


def test_the_changes_of_an_item_come_in_order(make_scene, functions):
    scene = make_scene(on_demand=True)
    scene.map(BatchSize=7)
    scene.put(*((f"i{i}", n) for n in range(20) for i in range(10)))
    eventually(lambda: len(functions.items()) == 200, seconds=PATIENCE)
    assert by_item(functions.items()) == {f"i{i}": list(range(20)) for i in range(10)}
    for call in functions.calls():
        assert call.numbers == sorted(call.numbers)


def test_batches_of_a_shard_at_a_time(scene):
    """With a parallelization factor; an item's records never overtake each other."""
    functions, together = scene.functions, threading.Event()

    def meet(_):
        if functions.running["f"] >= 2:
            together.set()
        together.wait(PATIENCE)

    functions.answers["f"] = meet
    scene.put(*((f"i{i}", n) for n in range(6) for i in range(16)))
    scene.map(BatchSize=5, ParallelizationFactor=4)
    eventually(lambda: len(functions.items()) >= 96, seconds=PATIENCE)
    assert together.is_set()
    assert by_item(functions.items()) == {f"i{i}": list(range(6)) for i in range(16)}
    assert 2 <= functions.most["f"] <= 4


def test_calls_at_a_time(make_scene, functions):
    """Of a function, by all shards: an emulator takes one, others as many as is declared, else ten."""
    two = {"url": functions.url("two"), "concurrency": 2}
    config = {"functions": {"emulated": {"url": functions.endpoint}, "two": two}}
    scene = make_scene(names=("many",), config=config, on_demand=True)
    together = {name: threading.Event() for name in ("two", "many")}

    def meet(call):
        if functions.running[call.name] >= 2:
            together[call.name].set()
        together[call.name].wait(PATIENCE)

    functions.answers = {"two": meet, "many": meet, "function": lambda _: time.sleep(0.02)}
    items = [(f"i{i}", i) for i in range(60)]
    scene.put(*items)
    for name in ("emulated", "two", "many"):
        scene.map(name, BatchSize=5)
    for name in ("function", "two", "many"):
        eventually(lambda: len(functions.items(name)) >= 60, seconds=PATIENCE)
        assert sorted(functions.items(name)) == sorted(items)
    assert functions.most["function"] == 1
    assert functions.most["two"] == 2
    assert 2 <= functions.most["many"] <= 4


def test_functions_of_a_stream_go_their_own_ways(make_scene, functions):
    scene = make_scene(names=("f", "g"))
    held = threading.Event()
    functions.answers["g"] = lambda _: held.wait(PATIENCE)
    scene.map("f", BatchSize=1)
    scene.map("g", BatchSize=1)
    scene.put(("a", 1), ("a", 2))
    scene.delivered(("a", 1), ("a", 2))
    assert functions.items("g") == [("a", 1)]
    held.set()
    scene.delivered(("a", 1), ("a", 2), function="g")


def test_disabled_and_enabled(make_scene, functions):
    scene = make_scene(names=("f", "g"))
    uuid = scene.map(BatchSize=1)
    scene.map("g")
    scene.put(("a", 1))
    scene.delivered(("a", 1))
    scene.update(uuid, "Disabled", Enabled=False)
    scene.put(("a", 2))
    scene.delivered(("a", 1), ("a", 2), function="g")
    assert functions.items() == [("a", 1)]
    scene.update(uuid, "Enabled", Enabled=True)
    scene.put(("a", 3))
    scene.delivered(("a", 1), ("a", 2), ("a", 3))


def test_made_disabled(scene):
    uuid = scene.map(Enabled=False)
    scene.put(("a", 1))
    scene.update(uuid, "Enabled", Enabled=True)
    scene.delivered(("a", 1))


def test_deleted_and_made_again(make_scene, functions):
    scene = make_scene(names=("f", "g"))
    uuid = scene.map()
    scene.map("g")
    scene.put(("a", 1))
    scene.delivered(("a", 1))
    scene.lambda_.delete_event_source_mapping(UUID=uuid)
    eventually(lambda: len(scene.lambda_.list_event_source_mappings()["EventSourceMappings"]) == 1)
    scene.put(("a", 2))
    scene.delivered(("a", 1), ("a", 2), function="g")
    assert functions.items() == [("a", 1)]
    scene.map()  # knows nothing of the first
    scene.delivered(("a", 1), ("a", 1), ("a", 2))


def test_another_function(make_scene, functions):
    scene = make_scene(names=("f", "g"))
    uuid = scene.map()
    scene.put(("a", 1))
    scene.delivered(("a", 1))
    scene.update(uuid, FunctionName="g")
    scene.put(("a", 2))
    scene.delivered(("a", 2), function="g")
    assert functions.items() == [("a", 1)]


def test_what_is_left_of_a_stream_is_delivered(scene):
    uuid = scene.map(Enabled=False)
    scene.put(("a", 1))
    scene.dynamodb.update_table(TableName=scene.table, StreamSpecification={"StreamEnabled": False})
    scene.put(("a", 2))
    scene.update(uuid, "Enabled", Enabled=True)
    scene.delivered(("a", 1))
    scene.dynamodb.delete_table(TableName=scene.table)
    scene.wait(uuid, "Enabled")
