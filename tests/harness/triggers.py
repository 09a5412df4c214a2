"""Triggers: functions that live in the test's own process, and servers that call them."""

import collections
import dataclasses
import http.server
import json
import pathlib
import threading
from collections.abc import Iterable

from harness.clients import Tables, make_client
from harness.mappings import make_lambda_client, write_config
from harness.patience import eventually
from harness.streams import PROVISIONED, make_streams_client, stream_of
from harness.values import N, S
from harness.wire import REGION

EMULATOR = "/2015-03-31/functions/function/invocations"
PATIENCE = 60  # seconds; a sanitizer's server on a busy machine is slow, and failed calls rest before the next


@dataclasses.dataclass(frozen=True)
class Call:
    name: str  # the function's
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def records(self) -> list[dict]:
        return json.loads(self.body)["Records"]

    @property
    def changes(self) -> list[dict]:
        return [record["dynamodb"] for record in self.records]

    @property
    def numbers(self) -> list[int]:
        return [int(change["SequenceNumber"]) for change in self.changes]

    @property
    def items(self) -> list[tuple[str, int | None]]:
        """The `pk` of each record, and the `n` that its item was given, if any."""
        given = [change.get("NewImage", {}).get("n") for change in self.changes]
        return [(change["Keys"]["pk"]["S"], n and int(n["N"])) for change, n in zip(self.changes, given)]


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer that is not just a function's result."""

    status: int = 200
    body: bytes = b"null"
    headers: dict[str, str] = dataclasses.field(default_factory=dict)


def raised(message: str = "no") -> Reply:
    """What the runtime interface emulator answers if the function raises an exception."""
    return Reply(body=json.dumps({"errorType": "ValueError", "errorMessage": message, "stackTrace": []}).encode())


def failures(*numbers: int | str) -> dict:
    """The records that a function says it has failed on."""
    return {"batchItemFailures": [{"itemIdentifier": str(number)} for number in numbers]}


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128


class Functions:
    """An HTTP server for functions of any name, which remembers the calls in the order in which they came. What
    `answers[name]` makes of a Call, null otherwise, is the answer: a Reply, or something for JSON."""

    def __init__(self, port: int = 0):
        self.answers: dict = {}
        self.guard = threading.Lock()
        self.calls_: list[Call] = []
        self.running: collections.Counter = collections.Counter()
        self.most: collections.Counter = collections.Counter()  # calls of a function at a time
        self.server = _Server(("127.0.0.1", port), self.handler())
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def url(self, name: str) -> str:
        return f"{self.endpoint}/functions/{name}/call"

    def calls(self, name: str = "f") -> list[Call]:
        with self.guard:
            return [call for call in self.calls_ if call.name == name]

    def records(self, name: str = "f") -> list[dict]:
        return [record for call in self.calls(name) for record in call.records]

    def items(self, name: str = "f") -> list[tuple[str, int | None]]:
        return [item for call in self.calls(name) for item in call.items]

    def numbers(self, name: str = "f") -> list[int]:
        return [number for call in self.calls(name) for number in call.numbers]

    def take(self, name: str, headers: dict[str, str], body: bytes) -> Reply:
        call = Call(name, headers, body)
        with self.guard:
            self.calls_.append(call)
            self.running[name] += 1
            self.most[name] = max(self.most[name], self.running[name])
        try:
            answer = self.answers.get(name, lambda _: None)(call)
        finally:
            with self.guard:
                self.running[name] -= 1
        return answer if isinstance(answer, Reply) else Reply(body=json.dumps(answer).encode())

    def handler(self):
        functions = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                name = self.path.split("/functions/")[-1].split("/")[0]  # of a path of Lambda's or of url()
                reply = functions.take(name, {k.lower(): v for k, v in self.headers.items()}, body)
                try:
                    self.send_response(reply.status)
                    for header in (reply.headers | {"Content-Length": str(len(reply.body))}).items():
                        self.send_header(*header)
                    self.end_headers()
                    self.wfile.write(reply.body)
                except OSError:
                    self.close_connection = True  # the server is gone

            def log_message(self, *arguments) -> None:
                pass

        return Handler


class Scene:
    """A server with declared functions `names`, served by `functions`, and a table with a stream, of one shard unless
    it is on demand."""

    def __init__(
        self,
        own_server,
        folder: pathlib.Path,
        functions: Functions,
        names: Iterable[str] = ("f",),
        flags: Iterable[str] = ("--in-memory",),
        config: dict[str, dict] | None = None,  # more sections of the config file
        region: str = REGION,
        **table,
    ):
        sections = {"functions": {name: {"url": functions.url(name)} for name in names}}
        for section, entries in (config or {}).items():
            sections[section] = sections.get(section, {}) | entries
        self.config = write_config(folder / "stator.toml", sections)
        self.functions, self.region = functions, region
        self.server = own_server("--config", str(self.config), *flags)
        self.dynamodb = make_client(self.server.endpoint, region)
        self.streams = make_streams_client(self.server.endpoint, region)
        self.lambda_ = make_lambda_client(self.server.endpoint, region)
        self.table = self.make_table(**table)
        self.arn = self.stream_of(self.table)

    def make_table(self, on_demand: bool = False, **more) -> str:
        settings = stream_of("NEW_AND_OLD_IMAGES") | ({} if on_demand else PROVISIONED) | more
        return Tables(self.dynamodb).make(**settings)

    def stream_of(self, table: str) -> str:
        return self.dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]

    def map(self, function: str = "f", **settings) -> str:
        """The UUID of a mapping of the table's stream from its oldest record, once it is enabled."""
        request = {"EventSourceArn": self.arn, "FunctionName": function, "StartingPosition": "TRIM_HORIZON"} | settings
        uuid = self.lambda_.create_event_source_mapping(**request)["UUID"]
        self.wait(uuid, "Enabled" if settings.get("Enabled", True) else "Disabled")
        return uuid

    def update(self, uuid: str, state: str = "Enabled", **settings) -> None:
        self.lambda_.update_event_source_mapping(UUID=uuid, **settings)
        self.wait(uuid, state)

    def wait(self, uuid: str, state: str) -> None:
        eventually(lambda: self.lambda_.get_event_source_mapping(UUID=uuid)["State"] == state, seconds=PATIENCE)

    def put(self, *items: tuple[str, int], **more) -> None:
        for pk, n in items:
            self.dynamodb.put_item(TableName=self.table, Item={"pk": S(pk), "n": N(n)} | more)

    def delivered(self, *items: tuple[str, int | None], function: str = "f") -> None:
        """Waits until the function has been called with as many records; they must be just these."""
        eventually(lambda: len(self.functions.items(function)) >= len(items), seconds=PATIENCE)
        assert self.functions.items(function) == list(items)


def by_item(items: list[tuple[str, int]]) -> dict[str, list[int]]:
    """What each item was given, in order."""
    found: dict[str, list[int]] = {}
    for pk, n in items:
        found.setdefault(pk, []).append(n)
    return found
