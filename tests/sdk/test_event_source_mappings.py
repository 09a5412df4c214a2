"""Lambda's event source mappings as its clients see them; whether functions are called is no matter here."""

import datetime
import pathlib
import re
import urllib.error
import urllib.request

import pytest

from harness.clients import Tables, make_client, refused
from harness.mappings import ACCOUNT, function_arn, make_lambda_client, write_config
from harness.server import Server
from harness.streams import stream_of
from harness.values import unique
from harness.wire import REGION

ENVELOPE = "1 validation error detected: "
NOT_THERE = ("ResourceNotFoundException", "The resource you requested does not exist.")
FAILED = f"arn:aws:sqs:{REGION}:{ACCOUNT}:failed"


def flags_of(folder: pathlib.Path) -> tuple[str, str]:
    """Of a server with two functions and a destination; nobody listens there: they are never reached."""
    sections = {
        "functions": {name: {"url": "http://127.0.0.1:9"} for name in ("audit", "orders")},
        "destinations": {"failed": {"file": str(folder / "failed.jsonl")}},
    }
    return "--config", str(write_config(folder / "stator.toml", sections))


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A server with functions, for the tests of this module."""
    folder = tmp_path_factory.mktemp("mappings")
    with Server(folder / "data", flags_of(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def mappings(known):
    return make_lambda_client(known.endpoint)


@pytest.fixture
def stream(known):
    """The ARN of a stream of its own."""
    made = Tables(make_client(known.endpoint))
    yield stream_arn(made)
    made.drop()


def stream_arn(tables: Tables) -> str:
    name = tables.make(**stream_of("NEW_AND_OLD_IMAGES"))
    return tables.client.describe_table(TableName=name)["Table"]["LatestStreamArn"]


def wanted(stream: str, **more) -> dict:
    return {"FunctionName": "audit", "EventSourceArn": stream, "StartingPosition": "TRIM_HORIZON"} | more


def shown(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


# A mapping's life


def test_a_new_mapping_has_the_services_defaults(mappings, stream):
    created = mappings.create_event_source_mapping(**wanted(stream))
    assert created["ResponseMetadata"]["HTTPStatusCode"] == 202
    uuid = created["UUID"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid)
    age = datetime.datetime.now(datetime.timezone.utc) - created["LastModified"]
    assert abs(age) < datetime.timedelta(minutes=5)
    assert shown(created) == {
        "BatchSize": 100,
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "EventSourceArn": stream,
        "EventSourceMappingArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:{uuid}",
        "FunctionArn": function_arn("audit"),
        "FunctionResponseTypes": [],
        "LastModified": created["LastModified"],
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
    found = mappings.get_event_source_mapping(UUID=uuid)
    assert found["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert shown(found) == shown(created) | {"State": "Enabled"}


def test_all_that_can_be_set(mappings, stream):
    settings = {
        "BatchSize": 10_000,
        "BisectBatchOnFunctionError": True,
        "DestinationConfig": {"OnFailure": {"Destination": FAILED}},
        "FilterCriteria": {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}, {"Pattern": '{ "eventName": ["é"] }'}]},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "MaximumBatchingWindowInSeconds": 300,
        "MaximumRecordAgeInSeconds": 604_800,
        "MaximumRetryAttempts": 10_000,
        "ParallelizationFactor": 10,
        "StartingPosition": "LATEST",
    }
    created = mappings.create_event_source_mapping(**wanted(stream, Enabled=False, **settings))
    assert shown(created) | settings == shown(created)
    found = mappings.get_event_source_mapping(UUID=created["UUID"])
    assert shown(found) == shown(created) | {"State": "Disabled"}


def test_updates_change_what_they_name(mappings, stream):
    first = mappings.create_event_source_mapping(
        **wanted(
            stream,
            FilterCriteria={"Filters": [{"Pattern": "{}"}]},
            DestinationConfig={"OnFailure": {"Destination": FAILED}},
            MaximumRetryAttempts=3,
        )
    )
    uuid = first["UUID"]
    steps = [
        ({"BatchSize": 7}, "Updating", {"BatchSize": 7}),
        ({"Enabled": False}, "Disabling", {}),
        ({"FunctionName": "orders"}, "Updating", {"FunctionArn": function_arn("orders")}),
        ({"Enabled": True}, "Enabling", {}),
        ({}, "Updating", {}),
        ({"FunctionResponseTypes": ["ReportBatchItemFailures"]}, "Updating",
         {"FunctionResponseTypes": ["ReportBatchItemFailures"]}),
        ({"FunctionResponseTypes": []}, "Updating", {"FunctionResponseTypes": []}),
        ({"FilterCriteria": {}}, "Updating", {"FilterCriteria": None}),
        ({"DestinationConfig": {"OnFailure": {}}}, "Updating", {"DestinationConfig": {"OnFailure": {}}}),
    ]  # fmt: skip
    now = shown(first)
    for change, state, effect in steps:
        answer = mappings.update_event_source_mapping(UUID=uuid, **change)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
        now = {name: value for name, value in (now | effect).items() if value is not None}
        now |= {"State": state, "LastModified": answer["LastModified"]}
        assert shown(answer) == now
    assert shown(mappings.get_event_source_mapping(UUID=uuid)) == now | {"State": "Enabled"}


def test_a_deleted_mapping_is_gone(mappings, stream):
    created = mappings.create_event_source_mapping(**wanted(stream))
    uuid = created["UUID"]
    deleted = mappings.delete_event_source_mapping(UUID=uuid)
    assert deleted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert shown(deleted) == shown(created) | {"State": "Deleting"}
    for call in ("get", "update", "delete"):
        assert refused(getattr(mappings, f"{call}_event_source_mapping"), UUID=uuid) == NOT_THERE
    with pytest.raises(mappings.exceptions.ResourceNotFoundException):
        mappings.get_event_source_mapping(UUID=uuid)
    assert mappings.create_event_source_mapping(**wanted(stream))["UUID"] != uuid


def test_a_stream_and_a_function_have_one(mappings, stream):
    uuid = mappings.create_event_source_mapping(**wanted(stream))["UUID"]
    with pytest.raises(mappings.exceptions.ResourceConflictException) as caught:
        mappings.create_event_source_mapping(**wanted(stream, FunctionName=function_arn("audit"), Enabled=False))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert caught.value.response["Error"]["Message"] == (
        f'The event source arn (" {stream} ") and function (" audit ") provided mapping already exists. '
        f"Please update or delete the existing mapping with UUID {uuid}"
    )
    other = mappings.create_event_source_mapping(**wanted(stream, FunctionName="orders"))["UUID"]
    assert refused(mappings.update_event_source_mapping, UUID=other, FunctionName="audit")[0] == (
        "ResourceConflictException"
    )


FUNCTIONS = [
    ("audit", function_arn("audit")),
    (f"{ACCOUNT}:audit", function_arn("audit")),
    (f"{ACCOUNT}:function:audit:$LATEST", function_arn("audit:$LATEST")),
    (function_arn("audit"), function_arn("audit")),
    (function_arn("audit:$LATEST"), function_arn("audit")),
    (function_arn("audit:live"), function_arn("audit:live")),
]


@pytest.mark.parametrize("name, arn", FUNCTIONS)
def test_functions_are_named_in_many_ways(mappings, stream, name, arn):
    assert mappings.create_event_source_mapping(**wanted(stream, FunctionName=name))["FunctionArn"] == arn


# Lists


def test_lists_are_paged(mappings, stream, known):
    names = ["audit", "orders", "audit:1", "audit:2", "orders:live"]
    made = {mappings.create_event_source_mapping(**wanted(stream, FunctionName=name))["UUID"] for name in names}
    assert len(made) == len(names)
    pages, marker = [], {}
    while True:
        page = mappings.list_event_source_mappings(EventSourceArn=stream, MaxItems=2, **marker)
        pages.append([mapping["UUID"] for mapping in page["EventSourceMappings"]])
        if "NextMarker" not in page:
            break
        marker = {"Marker": page["NextMarker"]}
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {uuid for page in pages for uuid in page} == made
    paginator = mappings.get_paginator("list_event_source_mappings")
    walked = paginator.paginate(EventSourceArn=stream, PaginationConfig={"PageSize": 1})
    assert {mapping["UUID"] for page in walked for mapping in page["EventSourceMappings"]} == made

    def found(client=mappings, **parameters):
        listed = client.list_event_source_mappings(**parameters)["EventSourceMappings"]
        return sorted(mapping["FunctionArn"].partition("function:")[2] for mapping in listed)

    assert found(EventSourceArn=stream, FunctionName="audit") == ["audit"]
    assert found(EventSourceArn=stream, FunctionName=function_arn("audit:2")) == ["audit:2"]
    assert found(EventSourceArn=stream, FunctionName="nobody") == []
    assert found(EventSourceArn=stream.replace("/stream/", "/stream/1")) == []
    elsewhere = make_lambda_client(known.endpoint, "us-west-1")
    assert found(client=elsewhere) == []
    assert refused(elsewhere.get_event_source_mapping, UUID=made.pop()) == NOT_THERE
    states = {m["State"] for m in mappings.list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"]}
    assert states == {"Enabled"}


def test_lists_refuse_what_is_no_page(mappings):
    assert refused(mappings.list_event_source_mappings, MaxItems=0) == (
        "ValidationException",
        ENVELOPE + "Value '0' at 'maxItems' failed to satisfy constraint: "
        "Member must have value greater than or equal to 1",
    )
    assert refused(mappings.list_event_source_mappings, Marker="none")[0] == "InvalidParameterValueException"


# What is refused

INVALID = "InvalidParameterValueException"


def constraint(value: str, path: str, text: str) -> tuple[str, str]:
    return "ValidationException", f"{ENVELOPE}Value {value} at '{path}' failed to satisfy constraint: {text}"


def of_other_sources(name: str) -> tuple[str, str]:
    return INVALID, f"Unsupported {name} parameter for given event source mapping type."


def not_supported(name: str) -> tuple[str, str]:
    return INVALID, f"Stator does not support {name} of event source mappings"


def too_low(path: str, value: int, least: int) -> tuple[str, str]:
    return constraint(f"'{value}'", path, f"Member must have value greater than or equal to {least}")


def too_high(path: str, value: int, most: int) -> tuple[str, str]:
    return constraint(f"'{value}'", path, f"Member must have value less than or equal to {most}")


def filters(*patterns: str) -> dict:
    return {"FilterCriteria": {"Filters": [{"Pattern": pattern} for pattern in patterns]}}


NULL = "Value null at 'startingPosition' failed to satisfy constraint: Member must not be null."
POSITIONS = "Member must satisfy enum value set: [LATEST, AT_TIMESTAMP, TRIM_HORIZON]"
AGE = (INVALID, "MaximumRecordAgeInSeconds must be either -1 (forever) or between 60 and 604800 (inclusive)")
PATTERN = (INVALID, "Invalid filter pattern definition.")
NO_SOURCE = (INVALID, "Unrecognized event source.")
NO_FUNCTION = (INVALID, "Function does not exist")
REFUSALS = [
    ({"BatchSize": 0}, too_low("batchSize", 0, 1)),
    ({"BatchSize": 10_001}, too_high("batchSize", 10_001, 10_000)),
    ({"MaximumBatchingWindowInSeconds": 301}, too_high("maximumBatchingWindowInSeconds", 301, 300)),
    ({"ParallelizationFactor": 0}, too_low("parallelizationFactor", 0, 1)),
    ({"ParallelizationFactor": 11}, too_high("parallelizationFactor", 11, 10)),
    ({"MaximumRetryAttempts": -2}, too_low("maximumRetryAttempts", -2, -1)),
    ({"MaximumRecordAgeInSeconds": 604_801}, too_high("maximumRecordAgeInSeconds", 604_801, 604_800)),
    ({"MaximumRecordAgeInSeconds": 0}, AGE),
    ({"MaximumRecordAgeInSeconds": 59}, AGE),
    ({"EventSourceArn": None}, NO_SOURCE),
    ({"EventSourceArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:queue"}, NO_SOURCE),
    ({"StartingPosition": None}, (INVALID, ENVELOPE + NULL)),
    ({"StartingPosition": "invalid"}, constraint("'invalid'", "startingPosition", POSITIONS)),
    ({"StartingPosition": "AT_TIMESTAMP"}, (INVALID, "Unsupported starting position for arn type: STREAM")),
    ({"FunctionName": "nobody"}, NO_FUNCTION),
    ({"FunctionName": function_arn("audit", "us-west-1")}, NO_FUNCTION),
    ({"DestinationConfig": {"OnSuccess": {"Destination": FAILED}}}, of_other_sources("DestinationConfig")),
    ({"Topics": ["topic"]}, of_other_sources("Topics")),
    ({"Queues": ["queue"]}, of_other_sources("Queues")),
    ({"ScalingConfig": {"MaximumConcurrency": 2}}, of_other_sources("ScalingConfig")),
    ({"TumblingWindowInSeconds": 30}, not_supported("TumblingWindowInSeconds")),
    ({"Tags": {"team": "a"}}, not_supported("Tags")),
    ({"MetricsConfig": {"Metrics": ["EventCount"]}}, not_supported("MetricsConfig")),
    (filters("{}", "text"), PATTERN),
    (filters("{"), PATTERN),
    (filters('"text"'), PATTERN),
    (filters('{"dynamodb":"text"}'), PATTERN),
    (filters('{"a":[{"like":"b"}]}'), PATTERN),
    (filters(*["{}"] * 6), (INVALID, "FilterCriteria has 6 filters; the most is 5.")),
]


@pytest.mark.parametrize("change, error", REFUSALS, ids=[str(change)[:60] for change, _ in REFUSALS])
def test_wrong_settings_are_refused(mappings, stream, change, error):
    request = {name: value for name, value in wanted(stream, **change).items() if value is not None}
    code, message = error
    assert refused(mappings.create_event_source_mapping, **request) == (code, message.replace("STREAM", stream))
    assert mappings.list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"] == []


def test_an_update_is_refused_in_the_same_words(mappings, stream):
    uuid = mappings.create_event_source_mapping(**wanted(stream))["UUID"]
    before = shown(mappings.get_event_source_mapping(UUID=uuid))
    not_of_updates = ("EventSourceArn", "StartingPosition", "Topics", "Queues", "Tags")
    for change, error in REFUSALS:
        if not any(name in change for name in not_of_updates):
            assert refused(mappings.update_event_source_mapping, UUID=uuid, **change) == error
    assert shown(mappings.get_event_source_mapping(UUID=uuid)) == before


def test_streams_must_be_there_and_enabled(mappings, known):
    made = Tables(make_client(known.endpoint))
    stream = stream_arn(made)
    missing = stream.rpartition("/")[0] + "/2020-01-01T00:00:00.000"
    assert refused(mappings.create_event_source_mapping, **wanted(missing)) == (INVALID, f"Stream not found: {missing}")
    table = stream.rpartition("/stream/")[0]
    assert refused(mappings.create_event_source_mapping, **wanted(table)) == (INVALID, "Unrecognized event source.")
    elsewhere = make_lambda_client(known.endpoint, "us-west-1")
    assert refused(elsewhere.create_event_source_mapping, **wanted(stream)) == (INVALID, f"Stream not found: {stream}")
    uuid = mappings.create_event_source_mapping(**wanted(stream))["UUID"]
    made.drop()
    refusal = refused(mappings.create_event_source_mapping, **wanted(stream, FunctionName="orders"))
    assert refusal == (INVALID, f"Stream not found: {stream}")
    assert mappings.get_event_source_mapping(UUID=uuid)["State"] == "Enabled"


def test_destinations_are_the_operators(mappings, stream):
    for destination in (f"arn:aws:sqs:{REGION}:{ACCOUNT}:other", "arn:aws:s3:::bucket"):
        config = {"OnFailure": {"Destination": destination}}
        code, message = refused(mappings.create_event_source_mapping, **wanted(stream, DestinationConfig=config))
        assert code == INVALID
        assert destination in message


# Around it


def test_mappings_outlive_a_restart(tmp_path):
    with Server(tmp_path / "data", flags_of(tmp_path)) as server:
        mappings = make_lambda_client(server.endpoint)
        stream = stream_arn(Tables(make_client(server.endpoint)))
        kept = mappings.create_event_source_mapping(
            **wanted(stream, Enabled=False, FilterCriteria={"Filters": [{"Pattern": "{}"}]})
        )
        gone = mappings.create_event_source_mapping(**wanted(stream, FunctionName="orders"))
        mappings.delete_event_source_mapping(UUID=gone["UUID"])
        server.kill()
        server.start()
        found = mappings.list_event_source_mappings()["EventSourceMappings"]
        assert found == [shown(kept) | {"State": "Disabled"}]


def test_without_declared_functions_there_are_none(server, tables):
    mappings = make_lambda_client(server.endpoint)
    stream = stream_arn(tables)
    assert refused(mappings.create_event_source_mapping, **wanted(stream)) == (INVALID, "Function does not exist")


def test_behind_a_lambda_endpoint_any_function_may_be(own_server):
    server = own_server("--in-memory", "--lambda-endpoint", "http://127.0.0.1:9")
    mappings = make_lambda_client(server.endpoint)
    stream = stream_arn(Tables(make_client(server.endpoint)))
    name = unique("function")
    created = mappings.create_event_source_mapping(**wanted(stream, FunctionName=name))
    assert created["FunctionArn"] == function_arn(name)


def test_other_operations_of_lambda_are_unknown(mappings, known):
    code, message = refused(mappings.list_functions)
    assert code == "UnknownOperationException"
    assert message == "Stator has no operation of Lambda that is GET /2015-03-31/functions"
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(known.endpoint + "/2015-03-31/event-source-mappings/", timeout=10)
    assert caught.value.code == 403
    assert caught.value.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"
    caught.value.close()
