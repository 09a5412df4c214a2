"""Lambda's API of event source mappings, for the streams of tables."""

import json
import re
import urllib.parse

import pytest

from harness.clients import refused
from harness.patience import eventually
from harness.server import Server
from harness.triggers import PATIENCE, Functions, Scene, make_lambda_client
from harness.wire import Wire, authorization, encode

ONE = "1 validation error detected: "
FUNCTION = "arn:aws:lambda:eu-west-2:000000000000:function:f"
COLLECTION = "/2015-03-31/event-source-mappings"
UNKNOWN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """One for all tests of this module, with tables of their own."""
    folder, functions, started = tmp_path_factory.mktemp("mappings"), Functions(), []

    def start(*flags: str) -> Server:
        started.append(Server(folder / "data", flags))
        return started[0].start()

    yield Scene(start, folder, functions, names=("f", "g", "h"))
    started[0].__exit__(None)
    functions.close()


@pytest.fixture
def arn(scene) -> str:
    return scene.stream_of(scene.make_table())


def create(scene, arn: str, **settings) -> dict:
    request = {"EventSourceArn": arn, "FunctionName": "f", "StartingPosition": "TRIM_HORIZON"} | settings
    answer = scene.lambda_.create_event_source_mapping(**request)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 202
    return answer


def get(scene, uuid: str) -> dict:
    answer = scene.lambda_.get_event_source_mapping(UUID=uuid)
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 200
    return answer


def listed(scene, **request) -> list[str]:
    pages = scene.lambda_.get_paginator("list_event_source_mappings").paginate(**request)
    return sorted(mapping["UUID"] for page in pages for mapping in page["EventSourceMappings"])


def settled(scene, uuid: str) -> dict:
    """Once no change is under way."""
    eventually(lambda: get(scene, uuid)["State"] in ("Enabled", "Disabled"), seconds=PATIENCE)
    return get(scene, uuid)


def test_a_mapping_of_defaults(scene, arn):
    made = create(scene, arn)
    uuid = made["UUID"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid)
    wanted = {
        "BatchSize": 100,
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "EventSourceArn": arn,
        "EventSourceMappingArn": f"arn:aws:lambda:eu-west-2:000000000000:event-source-mapping:{uuid}",
        "FunctionArn": FUNCTION,
        "FunctionResponseTypes": [],
        "LastModified": made["LastModified"],
        "LastProcessingResult": "No records processed",
        "MaximumBatchingWindowInSeconds": 0,
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": -1,
        "ParallelizationFactor": 1,
        "StartingPosition": "TRIM_HORIZON",
        "State": "Creating",
        "StateTransitionReason": "User action",
        "TumblingWindowInSeconds": 0,
        "UUID": uuid,
    }
    assert made == wanted
    assert settled(scene, uuid) == wanted | {"State": "Enabled"}


SETTINGS = {
    "BatchSize": 10_000,
    "BisectBatchOnFunctionError": True,
    "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:eu-west-2:000000000000:failed"}},
    "FilterCriteria": {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}, {"Pattern": '{ "eventName": ["é"] }'}]},
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "MaximumBatchingWindowInSeconds": 300,
    "MaximumRecordAgeInSeconds": 604_800,
    "MaximumRetryAttempts": 10_000,
    "ParallelizationFactor": 10,
}


def test_a_mapping_with_all_settings(scene, arn):
    made = create(scene, arn, StartingPosition="LATEST", Enabled=False, Tags={"a": "b"}, **SETTINGS)
    after = settled(scene, made["UUID"])
    assert after | SETTINGS | {"StartingPosition": "LATEST", "State": "Disabled"} == after


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_is_changed_alone(scene, arn, setting):
    uuid = create(scene, arn, Enabled=False)["UUID"]
    before = settled(scene, uuid)
    answer = scene.lambda_.update_event_source_mapping(UUID=uuid, **{setting: SETTINGS[setting]})
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    after = settled(scene, uuid)
    changed = {setting: SETTINGS[setting], "LastModified": after["LastModified"]}
    assert after == before | changed
    assert after["LastModified"] >= before["LastModified"]


def test_settings_are_taken_away(scene, arn):
    uuid = create(scene, arn, Enabled=False, **SETTINGS)["UUID"]
    none = {"DestinationConfig": {"OnFailure": {}}, "FilterCriteria": {}, "FunctionResponseTypes": []}
    scene.lambda_.update_event_source_mapping(UUID=uuid, **none)
    after = settled(scene, uuid)
    assert "FilterCriteria" not in after
    assert (after["DestinationConfig"], after["FunctionResponseTypes"]) == ({"OnFailure": {}}, [])
    assert after["BatchSize"] == 10_000


def test_states(scene, arn):
    def update(**settings) -> str:
        return scene.lambda_.update_event_source_mapping(UUID=uuid, **settings)["State"]

    made = create(scene, arn)
    uuid = made["UUID"]
    assert (made["State"], settled(scene, uuid)["State"]) == ("Creating", "Enabled")
    assert (update(Enabled=False), settled(scene, uuid)["State"]) == ("Disabling", "Disabled")
    assert (update(Enabled=True), settled(scene, uuid)["State"]) == ("Enabling", "Enabled")
    assert (update(BatchSize=5), settled(scene, uuid)["State"]) == ("Updating", "Enabled")
    deleted = scene.lambda_.delete_event_source_mapping(UUID=uuid)
    assert deleted.pop("ResponseMetadata")["HTTPStatusCode"] == 202
    assert (deleted["State"], deleted["UUID"], deleted["BatchSize"]) == ("Deleting", uuid, 5)
    unknown = ("ResourceNotFoundException", "The resource you requested does not exist.")
    eventually(lambda: uuid not in listed(scene), seconds=PATIENCE)
    for call in (
        scene.lambda_.get_event_source_mapping,
        scene.lambda_.update_event_source_mapping,
        scene.lambda_.delete_event_source_mapping,
    ):
        assert refused(call, UUID=uuid) == unknown
        assert refused(call, UUID=UNKNOWN) == unknown


@pytest.mark.parametrize(
    "name, wanted",
    [
        ("f", FUNCTION),
        (FUNCTION, FUNCTION),
        ("000000000000:function:f", FUNCTION),
        ("f:live", FUNCTION + ":live"),
        (FUNCTION + ":1", FUNCTION + ":1"),
        (FUNCTION + ":$LATEST", FUNCTION),
    ],
)
def test_names_of_functions(scene, arn, name, wanted):
    uuid = create(scene, arn, FunctionName=name, Enabled=False)["UUID"]
    assert get(scene, uuid)["FunctionArn"] == wanted


def test_lists(scene):
    arns = [scene.stream_of(scene.make_table()) for _ in range(2)]
    made = {(arn, name): create(scene, arn, FunctionName=name)["UUID"] for arn in arns for name in "fgh"}
    for arn in arns:
        assert listed(scene, EventSourceArn=arn) == sorted(made[arn, name] for name in "fgh")
        assert listed(scene, EventSourceArn=arn, FunctionName="g") == [made[arn, "g"]]
        assert listed(scene, EventSourceArn=arn, FunctionName=FUNCTION) == [made[arn, "f"]]
    assert set(listed(scene, FunctionName="h")) >= {made[arn, "h"] for arn in arns}
    for size in (1, 2, 3, 100):
        page = {"PageSize": size}
        assert listed(scene, EventSourceArn=arns[0], PaginationConfig=page) == listed(scene, EventSourceArn=arns[0])
    assert set(listed(scene, PaginationConfig={"PageSize": 1})) >= set(made.values())
    assert listed(scene, FunctionName="nobody") == []
    assert listed(scene, EventSourceArn=arns[0] + "1") == []
    first = scene.lambda_.list_event_source_mappings(EventSourceArn=arns[0], MaxItems=2)
    assert len(first["EventSourceMappings"]) == 2 and first["NextMarker"]
    assert "NextMarker" not in scene.lambda_.list_event_source_mappings(EventSourceArn=arns[0], MaxItems=3)


def test_regions_have_mappings_of_their_own(scene, arn):
    uuid = create(scene, arn)["UUID"]
    elsewhere = make_lambda_client(scene.server.endpoint, "us-west-1")
    assert refused(elsewhere.get_event_source_mapping, UUID=uuid)[0] == "ResourceNotFoundException"
    assert elsewhere.list_event_source_mappings()["EventSourceMappings"] == []


def test_one_mapping_a_stream_and_function(scene, arn):
    uuid = create(scene, arn, Enabled=False)["UUID"]
    for name in ("f", FUNCTION):
        request = {"EventSourceArn": arn, "FunctionName": name, "StartingPosition": "LATEST"}
        assert refused(scene.lambda_.create_event_source_mapping, **request) == (
            "ResourceConflictException",
            f'The event source arn (" {arn} ") and function (" f ") provided mapping already exists. '
            f"Please update or delete the existing mapping with UUID {uuid}",
        )
    other = create(scene, arn, FunctionName="g")["UUID"]
    assert refused(scene.lambda_.update_event_source_mapping, UUID=other, FunctionName="f")[0] == (
        "ResourceConflictException"
    )
    scene.lambda_.delete_event_source_mapping(UUID=uuid)
    eventually(lambda: uuid not in listed(scene), seconds=PATIENCE)
    assert create(scene, arn)["UUID"] != uuid


def bound(name: str, value: int, limit: str) -> str:
    return f"{ONE}Value '{value}' at '{name}' failed to satisfy constraint: Member must have value {limit}"


INVALID, VALIDATION = "InvalidParameterValueException", "ValidationException"
FILTER = "Invalid filter pattern definition."
AGE = "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)"
LESS, GREATER = "less than or equal to ", "greater than or equal to "
# What is asked for; None leaves a parameter out. ARN stands for the stream's.
ERRORS = [
    ("no stream", {"EventSourceArn": None}, INVALID, "Unrecognized event source."),
    ("a queue", {"EventSourceArn": "arn:aws:lex:eu-west-2:000000000000:q"}, INVALID, "Unrecognized event source."),
    ("no position", {"StartingPosition": None}, INVALID,
     f"{ONE}Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."),
    ("unknown position", {"StartingPosition": "invalid"}, VALIDATION,
     f"{ONE}Value 'invalid' at 'startingPosition' failed to satisfy constraint: Member must satisfy enum value set: "
     "[LATEST, AT_TIMESTAMP, TRIM_HORIZON]"),
    ("a time", {"StartingPosition": "AT_TIMESTAMP"}, INVALID, "Unsupported starting position for arn type: ARN"),
    ("unknown stream", {"EventSourceArn": "ARN1"}, INVALID, "Stream not found: ARN1"),
    ("unknown function", {"FunctionName": "nobody"}, INVALID, "Function does not exist"),
    ("on success", {"DestinationConfig": {"OnSuccess": {"Destination": "arn:aws:sqs:eu-west-2:000000000000:q"}}},
     INVALID, "Unsupported DestinationConfig parameter for given event source mapping type."),
    ("a young record", {"MaximumRecordAgeInSeconds": 0}, INVALID, AGE),
    ("a young record, too", {"MaximumRecordAgeInSeconds": 59}, INVALID, AGE),
    ("filter, no JSON", {"FilterCriteria": {"Filters": [{"Pattern": "{"}]}}, INVALID, FILTER),
    ("filter, text", {"FilterCriteria": {"Filters": [{"Pattern": '"a"'}]}}, INVALID, FILTER),
    ("filter, leaf", {"FilterCriteria": {"Filters": [{"Pattern": '{"eventName":"INSERT"}'}]}}, INVALID, FILTER),
    ("filter, operator", {"FilterCriteria": {"Filters": [{"Pattern": '{"a":[{"like":"b"}]}'}]}}, INVALID, FILTER),
    ("batch size 0", {"BatchSize": 0}, VALIDATION, bound("batchSize", 0, GREATER + "1")),
    ("batch size", {"BatchSize": 10_001}, VALIDATION, bound("batchSize", 10_001, LESS + "10000")),
    ("window", {"MaximumBatchingWindowInSeconds": 301}, VALIDATION,
     bound("maximumBatchingWindowInSeconds", 301, LESS + "300")),
    ("factor 0", {"ParallelizationFactor": 0}, VALIDATION, bound("parallelizationFactor", 0, GREATER + "1")),
    ("factor", {"ParallelizationFactor": 11}, VALIDATION, bound("parallelizationFactor", 11, LESS + "10")),
    ("attempts", {"MaximumRetryAttempts": -2}, VALIDATION, bound("maximumRetryAttempts", -2, GREATER + "-1")),
    ("age", {"MaximumRecordAgeInSeconds": 604_801}, VALIDATION,
     bound("maximumRecordAgeInSeconds", 604_801, LESS + "604800")),
]  # fmt: skip


@pytest.mark.parametrize("change, code, text", [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS])
def test_refused(scene, arn, change, code, text):
    request = {"EventSourceArn": arn, "FunctionName": "f", "StartingPosition": "LATEST"} | change
    request = {name: value for name, value in request.items() if value is not None}
    if request.get("EventSourceArn") == "ARN1":
        request["EventSourceArn"] = arn + "1"
    assert refused(scene.lambda_.create_event_source_mapping, **request) == (code, text.replace("ARN", arn))
    assert listed(scene, EventSourceArn=arn) == []


@pytest.mark.parametrize(
    "change, code, text",
    [row[1:] for row in ERRORS if not {"EventSourceArn", "StartingPosition", "FunctionName"} & row[1].keys()],
    ids=[row[0] for row in ERRORS if not {"EventSourceArn", "StartingPosition", "FunctionName"} & row[1].keys()],
)
def test_refused_changes(scene, arn, change, code, text):
    uuid = create(scene, arn, Enabled=False)["UUID"]
    before = settled(scene, uuid)
    assert refused(scene.lambda_.update_event_source_mapping, UUID=uuid, **change) == (code, text)
    assert get(scene, uuid) == before


def test_too_many_filters(scene, arn):
    filters = [{"Pattern": "{}"}] * 6
    criteria = {"FilterCriteria": {"Filters": filters}}
    request = {"EventSourceArn": arn, "FunctionName": "f", "StartingPosition": "LATEST"}
    assert refused(scene.lambda_.create_event_source_mapping, **request, **criteria)[0] == INVALID


def test_a_table_is_no_event_source(scene):
    table = scene.dynamodb.describe_table(TableName=scene.table)["Table"]["TableArn"]
    request = {"EventSourceArn": table, "FunctionName": "f", "StartingPosition": "LATEST"}
    assert refused(scene.lambda_.create_event_source_mapping, **request)[0] == INVALID


class Rest:
    """Requests to Lambda as no SDK of ours sends them."""

    def __init__(self, scene):
        self.wire = Wire(scene.server.port)

    def call(self, method: str, target: str, body: dict | bytes | None = None, signed: bool = True):
        data = json.dumps(body).encode() if isinstance(body, dict) else body or b""
        headers = {"Host": "localhost", "Content-Type": "application/json", "X-Amz-Date": "20260101T000000Z"}
        headers |= {"Authorization": authorization(service="lambda")} if signed else {}
        headers |= {"Content-Length": str(len(data))} if data or method in ("POST", "PUT") else {}
        self.wire.send(encode(method, target, headers, data))
        return self.wire.answer()


@pytest.fixture
def rest(scene):
    made = Rest(scene)
    with made.wire:
        yield made


def test_the_wire(scene, rest, arn):
    request = {"EventSourceArn": arn, "FunctionName": "f", "StartingPosition": "LATEST"}
    made = rest.call("POST", COLLECTION + "/", request)  # as older SDKs send it
    assert made.status == 202
    assert made.headers["content-type"] == "application/json"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made.headers["x-amzn-requestid"])
    assert isinstance(made.json()["LastModified"], (int, float))
    uuid = made.json()["UUID"]
    one = f"{COLLECTION}/{uuid}"
    assert rest.call("GET", one).json()["UUID"] == uuid
    assert rest.call("GET", f"{COLLECTION}/{uuid.replace('-', '%2D')}").status == 200
    query = urllib.parse.quote(arn, safe="")
    for target in (f"?EventSourceArn={query}", f"/?FunctionName=f&EventSourceArn={query}&Marker="):
        answer = rest.call("GET", COLLECTION + target)
        assert (answer.status, list(answer.json())) == (200, ["EventSourceMappings"])
        assert [mapping["UUID"] for mapping in answer.json()["EventSourceMappings"]] == [uuid]
    assert rest.call("PUT", one, {}).status == 202
    assert rest.call("DELETE", one).json()["State"] == "Deleting"


def test_errors_on_the_wire(rest, arn):
    request = {"EventSourceArn": arn, "FunctionName": "f", "StartingPosition": "LATEST"}
    uuid = rest.call("POST", COLLECTION, request).json()["UUID"]
    for answer, status, code, members in (
        (rest.call("GET", f"{COLLECTION}/{UNKNOWN}"), 404, "ResourceNotFoundException", {"Type", "Message"}),
        (rest.call("POST", COLLECTION, request), 409, "ResourceConflictException", {"Type", "message"}),
        (rest.call("POST", COLLECTION, {"FunctionName": "f"}), 400, INVALID, {"Type", "message"}),
        (rest.call("POST", COLLECTION, request | {"BatchSize": 0}), 400, VALIDATION, {"message"}),
    ):
        assert (answer.status, answer.headers["x-amzn-errortype"].partition(":")[0]) == (status, code)
        assert set(answer.json()) == members
    assert uuid


def test_what_is_no_request(rest):
    for answer in (
        rest.call("POST", COLLECTION, b"{"),
        rest.call("POST", COLLECTION, b"[]"),
        rest.call("POST", COLLECTION, b""),
        rest.call("POST", COLLECTION, {"FunctionName": 1}),
        rest.call("PATCH", COLLECTION),
        rest.call("PUT", COLLECTION, {}),
        rest.call("GET", COLLECTION + "/a/b"),
        rest.call("GET", COLLECTION + "?MaxItems=0"),
        rest.call("GET", COLLECTION + "?MaxItems=many"),
        rest.call("GET", COLLECTION + "?Marker=%ff"),
        rest.call("GET", "/2015-03-31/functions"),
        rest.call("GET", COLLECTION, signed=False),
    ):
        assert 400 <= answer.status < 500
        assert answer.headers["x-amzn-errortype"]
        assert "message" in {name.lower() for name in answer.json()}
