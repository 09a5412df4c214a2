"""Lambda's event source mappings as bytes: what the SDKs at hand do not send or do not show."""

import json
import urllib.parse

import pytest

from harness.clients import Tables, make_client
from harness.mappings import write_config
from harness.server import Server
from harness.streams import stream_of
from harness.wire import Answer, Wire, authorization, encode

COLLECTION = "/2015-03-31/event-source-mappings"
UNKNOWN = "11111111-2222-4333-8444-555555555555"


class Rest(Wire):
    def call(self, method: str, target: str, body: dict | bytes = b"", signed: bool = True) -> Answer:
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Host": "localhost", "Content-Type": "application/json", "X-Amz-Date": "20260101T000000Z"}
        headers |= {"Authorization": authorization(service="lambda")} if signed else {}
        headers |= {"Content-Length": str(len(data))} if data or method in ("POST", "PUT") else {}
        self.send(encode(method, target, headers, data))
        return self.answer()


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """A server with a function that is never reached."""
    folder = tmp_path_factory.mktemp("mappings")
    file = write_config(folder / "stator.toml", {"functions": {"f": {"url": "http://127.0.0.1:9"}}})
    with Server(folder / "data", ("--config", str(file))) as running:
        yield running


@pytest.fixture
def rest(known):
    with Rest(known.port) as connection:
        yield connection


@pytest.fixture
def wanted(known):
    """The body of a request for a mapping of a stream of its own."""
    made = Tables(make_client(known.endpoint))
    table = made.make(**stream_of("NEW_AND_OLD_IMAGES"))
    arn = made.client.describe_table(TableName=table)["Table"]["LatestStreamArn"]
    yield {"EventSourceArn": arn, "FunctionName": "f", "StartingPosition": "LATEST"}
    made.drop()


def test_a_life(rest, wanted):
    made = rest.call("POST", COLLECTION + "/", wanted)  # as older SDKs send it
    assert made.status == 202
    assert made.headers["content-type"] == "application/json"
    assert made.headers["x-amzn-requestid"]
    assert isinstance(made.json()["LastModified"], (int, float))
    uuid = made.json()["UUID"]
    one = f"{COLLECTION}/{uuid}"
    assert rest.call("GET", one).json()["UUID"] == uuid
    assert rest.call("GET", f"{COLLECTION}/{uuid.replace('-', '%2D')}").status == 200
    query = urllib.parse.quote(wanted["EventSourceArn"], safe="")
    for target in (f"?EventSourceArn={query}", f"/?FunctionName=f&EventSourceArn={query}"):
        answer = rest.call("GET", COLLECTION + target)
        assert (answer.status, list(answer.json())) == (200, ["EventSourceMappings"])
        assert [mapping["UUID"] for mapping in answer.json()["EventSourceMappings"]] == [uuid]
    assert rest.call("PUT", one, {}).status == 202
    assert rest.call("DELETE", one).json()["State"] == "Deleting"


def test_errors(rest, wanted):
    assert rest.call("POST", COLLECTION, wanted).status == 202
    for answer, status, code, members in (
        (rest.call("GET", f"{COLLECTION}/{UNKNOWN}"), 404, "ResourceNotFoundException", {"Type", "Message"}),
        (rest.call("POST", COLLECTION, wanted), 409, "ResourceConflictException", {"Type", "message"}),
        (rest.call("POST", COLLECTION, {"FunctionName": "f"}), 400, "InvalidParameterValueException",
         {"Type", "message"}),
        (rest.call("POST", COLLECTION, wanted | {"BatchSize": 0}), 400, "ValidationException", {"message"}),
    ):  # fmt: skip
        assert (answer.status, answer.headers["x-amzn-errortype"].partition(":")[0]) == (status, code)
        assert set(answer.json()) == members


NO_REQUESTS = [
    ("POST", "", b"{"),
    ("POST", "", b"[]"),
    ("POST", "", b""),
    ("POST", "", b'{"FunctionName":1}'),
    ("PATCH", "", b""),
    ("PUT", "", b"{}"),
    ("GET", "/a/b", b""),
    ("GET", "?MaxItems=0", b""),
    ("GET", "?MaxItems=many", b""),
    ("GET", "?Marker=%ff", b""),
    ("GET", "?FunctionName=%ff", b""),
    ("GET", "?EventSourceArn=%e2%82", b""),
    ("GET", "/../functions", b""),
]


@pytest.mark.parametrize("method, target, body", NO_REQUESTS, ids=[" ".join(map(str, row)) for row in NO_REQUESTS])
def test_what_is_no_request(rest, method, target, body):
    answer = rest.call(method, COLLECTION + target, body)
    assert 400 <= answer.status < 500
    assert answer.headers["x-amzn-errortype"]
    assert "message" in {name.lower() for name in answer.json()}
    assert rest.call("GET", COLLECTION).status == 200  # on the same connection


def test_nobody_comes_in_unsigned(rest):
    answer = rest.call("GET", COLLECTION, signed=False)
    assert (answer.status, answer.headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")
