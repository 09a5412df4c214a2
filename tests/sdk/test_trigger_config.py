"""Triggers that the config file declares, and functions of other names than it has."""

import pytest

from harness.clients import Tables, make_client, refused
from harness.mappings import make_lambda_client, write_config
from harness.patience import eventually
from harness.streams import PROVISIONED, stream_of
from harness.triggers import PATIENCE, Reply
from harness.values import N, S

REGION = "us-east-1"


class Declared:
    """A server with a trigger of the table `Orders`, which is not there yet."""

    def __init__(self, own_server, folder, functions, **settings):
        self.folder, self.functions = folder, functions
        self.write(**settings)
        self.server = own_server("--config", str(self.file))
        self.dynamodb = make_client(self.server.endpoint, REGION)
        self.lambda_ = make_lambda_client(self.server.endpoint, REGION)

    def write(self, triggers: dict | None = None, **settings) -> None:
        trigger = {"table": "Orders", "function": "audit"} | settings
        declared = {name: {"url": self.functions.url(name)} for name in ("audit", "other")}
        triggers = {"orders-audit": trigger} if triggers is None else triggers
        sections = {
            "functions": declared,
            "destinations": {"failed": {"file": str(self.folder / "failed.jsonl")}},
            "triggers": triggers,
        }
        self.file = write_config(self.folder / "stator.toml", sections)

    def make_table(self) -> None:
        Tables(self.dynamodb).make(TableName="Orders", **stream_of("NEW_AND_OLD_IMAGES"), **PROVISIONED)

    def put(self, key: str, n: int) -> None:
        self.dynamodb.put_item(TableName="Orders", Item={"pk": S(key), "n": N(n)})

    def mappings(self) -> list[dict]:
        return self.lambda_.list_event_source_mappings()["EventSourceMappings"]


def test_a_declared_trigger(own_server, tmp_path, functions):
    settings = {
        "batch-size": 2,
        "filters": ['{"eventName":["INSERT"]}', '{"dynamodb":{"Keys":{"pk":{"S":["it\'s \\"a\\""]}}}}'],
        "on-failure": "arn:aws:sqs:us-east-1:000000000000:failed",
    }
    scene = Declared(own_server, tmp_path, functions, **settings)
    assert scene.mappings() == []
    scene.make_table()
    for n in range(3):
        scene.put("a", n)
    scene.put('it\'s "a"', 1)
    scene.put('it\'s "a"', 2)
    eventually(lambda: len(functions.items("audit")) == 3, seconds=PATIENCE)
    assert functions.items("audit") == [("a", 0), ('it\'s "a"', 1), ('it\'s "a"', 2)]
    (mapping,) = scene.mappings()
    assert (mapping["BatchSize"], mapping["StartingPosition"], mapping["State"]) == (2, "TRIM_HORIZON", "Enabled")
    assert [entry["Pattern"] for entry in mapping["FilterCriteria"]["Filters"]] == settings["filters"]
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == settings["on-failure"]
    assert mapping["FunctionArn"] == "arn:aws:lambda:us-east-1:000000000000:function:audit"


def test_from_the_latest_record(own_server, tmp_path, functions):
    scene = Declared(own_server, tmp_path, functions, triggers={})
    scene.make_table()
    scene.put("before", 1)
    scene.server.stop()
    scene.write(**{"starting-position": "LATEST"})
    scene.server.start()
    eventually(scene.mappings, seconds=PATIENCE)
    scene.put("after", 1)
    eventually(lambda: functions.items("audit"), seconds=PATIENCE)
    assert functions.items("audit") == [("after", 1)]


def test_the_stream_of_the_day(own_server, tmp_path, functions):
    """A table's trigger goes over to the table's next stream, and to the next table of the name."""
    scene = Declared(own_server, tmp_path, functions)
    scene.make_table()
    scene.put("a", 1)
    eventually(lambda: functions.items("audit") == [("a", 1)], seconds=PATIENCE)
    scene.dynamodb.update_table(TableName="Orders", StreamSpecification={"StreamEnabled": False})
    scene.put("a", 2)
    scene.dynamodb.update_table(TableName="Orders", **stream_of("NEW_IMAGE"))
    scene.put("a", 3)
    eventually(lambda: functions.items("audit") == [("a", 1), ("a", 3)], seconds=PATIENCE)
    scene.dynamodb.delete_table(TableName="Orders")
    scene.make_table()
    scene.put("a", 4)
    eventually(lambda: functions.items("audit") == [("a", 1), ("a", 3), ("a", 4)], seconds=PATIENCE)


def test_a_declaration_changes(own_server, tmp_path, functions):
    scene = Declared(own_server, tmp_path, functions)
    scene.make_table()
    scene.put("a", 1)
    eventually(lambda: functions.items("audit") == [("a", 1)], seconds=PATIENCE)
    (before,) = scene.mappings()
    scene.server.stop()
    scene.write(function="other", **{"batch-size": 3})
    scene.server.start()
    scene.put("a", 2)
    eventually(lambda: functions.items("other") == [("a", 2)], seconds=PATIENCE)
    (after,) = scene.mappings()
    assert (after["UUID"], after["BatchSize"]) == (before["UUID"], 3)
    scene.server.stop()
    scene.write(triggers={})
    scene.server.start()
    eventually(lambda: scene.mappings() == [], seconds=PATIENCE)


@pytest.mark.parametrize(
    "settings",
    [
        {"function": "nobody"},
        {"starting-position": "LAST"},
        {"batch-size": 0},
        {"parallelization-factor": 11},
        {"filters": ["no"]},
        {"on-failure": "arn:aws:sqs:us-east-1:000000000000:nowhere"},
        {"sauce": "x"},
    ],
    ids=str,
)
def test_wrong_declarations_do_not_start(own_server, tmp_path, functions, settings):
    with pytest.raises(RuntimeError, match="the server ended with"):
        Declared(own_server, tmp_path, functions, **settings)


@pytest.mark.parametrize(
    "settings",
    [{}, {"url": "ftp://x"}, {"url": "http://127.0.0.1:1", "command": ["true"]}, {"file": "x"}, {"command": []}],
    ids=str,
)
def test_wrong_functions_do_not_start(own_server, tmp_path, settings):
    file = write_config(tmp_path / "wrong.toml", {"functions": {"f": settings}})
    with pytest.raises(RuntimeError, match="the server ended with"):
        own_server("--config", str(file), "--in-memory")


def test_functions_of_a_lambda_endpoint(make_scene, functions):
    scene = make_scene(flags=("--in-memory", "--lambda-endpoint", functions.endpoint))
    failure = Reply(headers={"X-Amz-Function-Error": "Unhandled"}, body=b'{"errorMessage":"no"}')
    answers = [failure, Reply(429, b"{}")]
    functions.answers["elsewhere"] = lambda _: answers.pop() if answers else None
    scene.map("elsewhere")
    scene.map("f")
    scene.put(("a", 1))
    scene.delivered(("a", 1))
    scene.delivered(("a", 1), ("a", 1), ("a", 1), function="elsewhere")


def test_no_request_names_where_to_connect(make_scene, functions):
    scene = make_scene()
    request = {"EventSourceArn": scene.arn, "StartingPosition": "LATEST"}
    for name in ("nobody", "arn:aws:lambda:eu-west-2:000000000000:function:nobody"):
        answer = refused(scene.lambda_.create_event_source_mapping, FunctionName=name, **request)
        assert answer == ("InvalidParameterValueException", "Function does not exist")
    for name in (functions.url("f"), "/bin/true"):
        assert refused(scene.lambda_.create_event_source_mapping, FunctionName=name, **request)[0] == (
            "ValidationException"
        )
