"""Functions that fail: what is tried again, what is given up, where what is given up goes."""

import json
import pathlib
import re
import sys
import urllib.request

import pytest

from harness.patience import eventually
from harness.server import free_port
from harness.streams import iterator_of, read_from, shards_of
from harness.triggers import PATIENCE, Functions, Reply, failures, raised

QUEUE = "arn:aws:sqs:eu-west-2:000000000000:failed"


def on_failure(arn: str = QUEUE) -> dict:
    return {"DestinationConfig": {"OnFailure": {"Destination": arn}}}


def result_of(scene, uuid: str) -> str:
    return scene.lambda_.get_event_source_mapping(UUID=uuid)["LastProcessingResult"]


@pytest.fixture
def failed(tmp_path):
    """The documents that have come to the destination `failed`."""
    file = tmp_path / "failed.jsonl"

    def read() -> list[dict]:
        return [json.loads(line) for line in whole_lines(file)]

    read.config = {"destinations": {"failed": {"file": str(file)}}}
    return read


def first(answers: list, then=None):
    """Answers of the first calls; `then` of all that follow."""
    left = list(answers)
    return lambda _: left.pop(0) if left else then


def poisoned(key: str, answer=raised):
    """Fails for as long as a batch has the key."""
    return lambda call: answer() if key in dict(call.items) else None


# How a function fails, and whether it is known to have run.
FAILURES = {
    "exception": raised(),
    "error header": Reply(headers={"X-Amz-Function-Error": "Unhandled"}, body=b'{"errorMessage":"no"}'),
    "handled error": Reply(headers={"X-Amz-Function-Error": "Handled"}, body=b'"no"'),
    "timeout of an emulator": Reply(body=b"Task timed out after 3.00 seconds"),
    "error": Reply(500, b"{}"),
    "no gateway": Reply(502, b'{"errorType":"Runtime.ExitError","errorMessage":"no"}'),
    "busy": Reply(429, b'{"Type":"User","message":"Rate Exceeded."}'),
    "nowhere": Reply(404, b"{}"),
}
SUCCESSES = {
    "null": Reply(),
    "nothing": Reply(204, b""),
    "nothing at all": Reply(200, b""),
    "a text": Reply(body=b"done", headers={"Content-Type": "text/plain"}),
    "an object": Reply(body=b'{"statusCode":500,"errorType":"none"}'),
    "failures that nobody asked for": Reply(body=b'{"batchItemFailures":[{"itemIdentifier":""}]}'),
}


@pytest.mark.parametrize("names, calls", [(FAILURES, 2), (SUCCESSES, 1)], ids=["failures", "successes"])
def test_what_fails(make_scene, functions, names, calls):
    declared = {f"f{i}": reply for i, reply in enumerate(names.values())}
    scene = make_scene(names=declared)
    for name, reply in declared.items():
        functions.answers[name] = first([reply])
        scene.map(name, BatchSize=1)
    scene.put(("a", 1), ("a", 2))
    for name, case in zip(declared, names):
        eventually(lambda: ("a", 2) in functions.items(name), seconds=PATIENCE)
        assert functions.items(name) == [("a", 1)] * calls + [("a", 2)], case


def test_an_emulator_that_says_nothing_or_is_busy(make_scene, functions):
    scene = make_scene(config={"functions": {"emulated": {"url": functions.endpoint}}})
    functions.answers["function"] = first([Reply(200, b""), Reply(400, b"")])
    scene.map("emulated")
    scene.put(("a", 1))
    scene.delivered(*[("a", 1)] * 3, function="function")


def whole_lines(file: pathlib.Path) -> list[str]:
    """Those that whoever writes the file has finished; none if there is no file yet."""
    text = file.read_text() if file.exists() else ""
    return text[: text.rfind("\n") + 1].splitlines()


SCRIPT = """
import json, os, pathlib, sys, time
calls, failure = pathlib.Path(sys.argv[1]), sys.argv[2]
event = sys.stdin.read()
is_first = not calls.exists()
with calls.open("a") as file:
    file.write(event + "\\n")
if is_first and failure == "exit":
    sys.exit(3)
if is_first and failure == "signal":
    os.kill(os.getpid(), 9)
if is_first and failure == "late":
    time.sleep(600)
if is_first and failure == "second record":
    number = json.loads(event)["Records"][1]["dynamodb"]["SequenceNumber"]
    print(json.dumps({"batchItemFailures": [{"itemIdentifier": number}]}))
else:
    print(json.dumps({"got": "x" * 300_000}))
"""


@pytest.mark.parametrize(
    "failure, sizes",
    [("none", [2]), ("exit", [2, 2]), ("signal", [2, 2]), ("late", [2, 2]), ("second record", [2, 1])],
)
def test_commands(make_scene, tmp_path, failure, sizes):
    script, calls = tmp_path / "function.py", tmp_path / "calls"
    script.write_text(SCRIPT)
    command = {"command": [sys.executable, "-SE", str(script), str(calls), failure]}
    if failure == "late":
        command["timeout"] = "2s"
    scene = make_scene(config={"functions": {"c": command}})
    scene.put(("a", 1), ("b", 2), text={"S": "é" * 100_000})
    scene.map("c", BatchSize=2, FunctionResponseTypes=["ReportBatchItemFailures"])
    lines = eventually(lambda: whole_lines(calls)[len(sizes) - 1 :], seconds=PATIENCE)
    assert len(lines) == 1
    events = [json.loads(line) for line in whole_lines(calls)]
    assert [len(event["Records"]) for event in events] == sizes


def test_a_command_that_is_not_there(make_scene, tmp_path, functions):
    scene = make_scene(config={"functions": {"c": {"command": [str(tmp_path / "nothing")]}}})
    scene.map("c")
    scene.map("f")
    scene.put(("a", 1))
    scene.delivered(("a", 1))
    assert scene.server.running()


def test_attempts_are_counted(make_scene, functions, failed):
    scene = make_scene(config=failed.config)
    functions.answers["f"] = poisoned("b")
    scene.put(("a", 1), ("b", 2), ("c", 3))
    uuid = scene.map(BatchSize=2, MaximumRetryAttempts=1, **on_failure())
    scene.delivered(("a", 1), ("b", 2), ("a", 1), ("b", 2), ("c", 3))
    (document,) = eventually(failed, seconds=PATIENCE)
    check_document(scene, document, batch=scene.functions.calls()[0], count=2)
    eventually(lambda: result_of(scene, uuid) == "OK", seconds=PATIENCE)


def check_document(scene, document: dict, batch, count: int, condition: str = "RetryAttemptsExhausted") -> None:
    (shard,) = shards_of(scene.streams, scene.arn)
    uuid = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert list(document) == ["requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo"]
    assert re.fullmatch(uuid, document["requestContext"].pop("requestId"))
    assert document["requestContext"] == {
        "functionArn": "arn:aws:lambda:eu-west-2:000000000000:function:f",
        "condition": condition,
        "approximateInvokeCount": count,
    }
    assert document["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert document["version"] == "1.0"
    second = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
    assert re.fullmatch(second + r"\.\d{3}Z", document["timestamp"])
    info = document["DDBStreamBatchInfo"]
    for name in ("approximateArrivalOfFirstRecord", "approximateArrivalOfLastRecord"):
        assert re.fullmatch(second + "Z", info.pop(name))
    assert info == {
        "shardId": shard["ShardId"],
        "startSequenceNumber": batch.changes[0]["SequenceNumber"],
        "endSequenceNumber": batch.changes[-1]["SequenceNumber"],
        "batchSize": len(batch.records),
        "streamArn": scene.arn,
    }


def test_one_attempt_is_enough(make_scene, functions, failed):
    scene = make_scene(config=failed.config)
    functions.answers["f"] = poisoned("a")
    scene.map(BatchSize=1, MaximumRetryAttempts=0, **on_failure())
    scene.put(("a", 1), ("b", 2), ("a", 3))
    scene.delivered(("a", 1), ("b", 2), ("a", 3))
    documents = eventually(lambda: len(failed()) == 2 and failed(), seconds=PATIENCE)
    assert [document["requestContext"]["approximateInvokeCount"] for document in documents] == [1, 1]


def test_calls_that_reach_nobody_are_not_counted(make_scene, functions, failed):
    scene = make_scene(config=failed.config)
    functions.answers["f"] = first([Reply(429, b"{}")] * 3)
    scene.map(MaximumRetryAttempts=0, **on_failure())
    scene.put(("a", 1))
    scene.delivered(*[("a", 1)] * 4)
    scene.put(("a", 2))
    scene.delivered(*[("a", 1)] * 4, ("a", 2))
    assert failed() == []


def test_a_function_that_comes_late(make_scene, functions, failed):
    port = free_port()
    late = {"late": {"url": f"http://127.0.0.1:{port}/functions/late/call"}}
    scene = make_scene(config=failed.config | {"functions": late})
    scene.map("late", MaximumRetryAttempts=0, **on_failure())
    scene.map("f")
    scene.put(("a", 1))
    scene.delivered(("a", 1))
    server = Functions(port)
    try:
        assert eventually(lambda: server.items("late"), seconds=PATIENCE) == [("a", 1)]
    finally:
        server.close()
    assert failed() == []


def test_records_that_are_too_old_are_given_up(make_scene, functions, failed):
    scene = make_scene(config=failed.config, flags=("--in-memory", "--movable-clock"))
    functions.answers["f"] = poisoned("a")
    scene.map(BatchSize=1, MaximumRecordAgeInSeconds=60, **on_failure())
    scene.put(("a", 1))
    eventually(lambda: functions.items(), seconds=PATIENCE)
    url = f"{scene.server.endpoint}/_stator/clock?advance=2m"
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10).close()
    (document,) = eventually(failed, seconds=PATIENCE)
    assert document["requestContext"]["condition"] == "RecordAgeExceeded"
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1
    scene.put(("b", 2))
    eventually(lambda: functions.items()[-1] == ("b", 2), seconds=PATIENCE)


def test_a_batch_is_bisected(make_scene, functions, failed):
    scene = make_scene(config=failed.config)
    items = [(f"i{i}", i) for i in range(8)]
    functions.answers["f"] = poisoned("i5")
    scene.put(*items)
    scene.map(BatchSize=8, BisectBatchOnFunctionError=True, MaximumRetryAttempts=1, **on_failure())
    (document,) = eventually(failed, seconds=PATIENCE)
    eventually(lambda: functions.items()[-1] == ("i7", 7), seconds=PATIENCE)
    calls = [call.items for call in functions.calls()]
    assert [item for call in calls if ("i5", 5) not in call for item in call] == items[:5] + items[6:]
    assert [len(call) for call in calls if ("i5", 5) in call] == [8, 4, 2, 1, 1]
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1
    poison = next(call for call in functions.calls() if call.items == [("i5", 5)])
    assert document["DDBStreamBatchInfo"]["startSequenceNumber"] == str(poison.numbers[0])


PARTIAL = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}


def test_from_the_first_record_that_failed(make_scene, functions):
    scene = make_scene()
    items = [(f"i{i}", i) for i in range(6)]

    failing = [(4, 2), (0,)]  # of the first calls: which of their records

    def answer(call):
        return failures(*(call.numbers[i] for i in failing.pop(0))) if failing else failures()

    functions.answers["f"] = answer
    scene.put(*items)
    scene.map(BatchSize=6, **PARTIAL)
    scene.delivered(*items, *items[2:], *items[2:])
    scene.put(("next", 1))
    scene.delivered(*items, *items[2:], *items[2:], ("next", 1))


ANSWERS = {
    "null": (None, 1),
    "{}": ({}, 1),
    "[]": ([], 1),
    "no failures": ({"batchItemFailures": []}, 1),
    "null failures": ({"batchItemFailures": None}, 1),
    "empty id": (failures(""), 2),
    "null id": ({"batchItemFailures": [{"itemIdentifier": None}]}, 2),
    "a number": ({"batchItemFailures": [{"itemIdentifier": 123}]}, 2),
    "not of the batch": (failures(1), 2),
    "another key": ({"batchItemFailures": [{"foo": "123"}]}, 2),
    "exception": (raised(), 2),
}


def test_answers_with_failures(make_scene, functions):
    names = {f"f{i}": case for i, case in enumerate(ANSWERS)}
    scene = make_scene(names=names)
    scene.put(("a", 1), ("b", 2), ("c", 3))
    for name, case in names.items():
        functions.answers[name] = first([ANSWERS[case][0]])
        scene.map(name, BatchSize=2, **PARTIAL)
    for name, case in names.items():
        eventually(lambda: ("c", 3) in functions.items(name), seconds=PATIENCE)
        assert functions.items(name) == [("a", 1), ("b", 2)] * ANSWERS[case][1] + [("c", 3)], case


def test_partial_failures_are_counted(make_scene, functions, failed):
    scene = make_scene(config=failed.config)
    functions.answers["f"] = lambda call: failures(call.numbers[-1])
    scene.put(("a", 1), ("b", 2))
    scene.map(BatchSize=2, MaximumRetryAttempts=1, **PARTIAL, **on_failure())
    (document,) = eventually(failed, seconds=PATIENCE)
    assert functions.items() == [("a", 1), ("b", 2), ("b", 2)]
    assert document["responseContext"]["functionError"] is None
    assert document["requestContext"]["approximateInvokeCount"] == 2
    info = document["DDBStreamBatchInfo"]
    assert (info["batchSize"], info["startSequenceNumber"]) == (1, str(functions.numbers()[-1]))


def test_a_failing_batch_blocks_its_shard_alone(make_scene, functions):
    scene = make_scene(on_demand=True)
    functions.answers["f"] = poisoned("poison")
    scene.put(("poison", 0), *((f"i{i}", i) for i in range(40)))
    shards = {}
    for shard in shards_of(scene.streams, scene.arn):
        for record in read_from(scene.streams, iterator_of(scene.streams, scene.arn, shard["ShardId"])):
            shards[record["dynamodb"]["Keys"]["pk"]["S"]] = shard["ShardId"]
    blocked = [key for key in shards if shards[key] == shards["poison"]]
    free = [key for key in shards if shards[key] != shards["poison"]]
    assert len(blocked) > 3 and len(free) > 3
    scene.map(BatchSize=1)

    def delivered() -> list[str]:
        return [key for key, _ in functions.items() if key != "poison"]

    eventually(lambda: len(delivered()) == len(free), seconds=PATIENCE)
    eventually(lambda: functions.items().count(("poison", 0)) >= 2, seconds=PATIENCE)
    assert sorted(delivered()) == sorted(free)
    del functions.answers["f"]
    eventually(lambda: len(delivered()) == len(shards) - 1, seconds=PATIENCE)
    assert delivered()[len(free) :] == [key for key in blocked if key != "poison"]


def test_the_last_result(make_scene, functions):
    scene = make_scene()
    functions.answers["f"] = poisoned("a")
    uuid = scene.map()
    assert result_of(scene, uuid) == "No records processed"
    scene.put(("a", 1))
    eventually(lambda: result_of(scene, uuid) == "PROBLEM: Function call failed", seconds=PATIENCE)
    del functions.answers["f"]
    eventually(lambda: result_of(scene, uuid) == "OK", seconds=PATIENCE)


DESTINATIONS = {
    "queue": "arn:aws:sqs:eu-west-2:000000000000:failed",
    "topic": "arn:aws:sns:eu-west-2:000000000000:failed",
    "bucket": "arn:aws:s3:::failed",
}


@pytest.mark.parametrize("kind", DESTINATIONS)
def test_destinations_are_called(make_scene, functions, kind):
    scene = make_scene(config={"destinations": {"failed": {"url": functions.url("failed")}}})
    functions.answers["f"] = poisoned("a")
    functions.answers["failed"] = first([Reply(503)])  # tried again
    scene.put(("a", 1))
    scene.map(MaximumRetryAttempts=0, **on_failure(DESTINATIONS[kind]))
    once, again = eventually(lambda: functions.calls("failed")[1:2] and functions.calls("failed"), seconds=PATIENCE)
    assert once.body == again.body
    document = json.loads(again.body)
    assert document["DDBStreamBatchInfo"]["batchSize"] == 1
    assert ("payload" in document) == (kind == "bucket")
    if kind == "bucket":
        payload = document["payload"]
        event = json.loads(payload) if isinstance(payload, str) else payload
        assert event["Records"] == functions.records()


def test_a_destination_can_be_a_command(make_scene, tmp_path, functions):
    script, calls = tmp_path / "destination.py", tmp_path / "calls"
    script.write_text(SCRIPT)
    command = [sys.executable, "-SE", str(script), str(calls), "none"]
    scene = make_scene(config={"destinations": {"failed": {"command": command}}})
    functions.answers["f"] = poisoned("a")
    scene.put(("a", 1))
    scene.map(MaximumRetryAttempts=0, **on_failure())
    (line,) = eventually(lambda: whole_lines(calls), seconds=PATIENCE)
    assert json.loads(line)["DDBStreamBatchInfo"]["batchSize"] == 1
