"""Signatures are verified with --credentials: by real clients, by clients whose requests are changed on their way, and by
bytes that nobody signs."""

import gzip
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import pytest

from harness.clients import Tables, make_client, refused
from harness.patience import eventually
from harness.server import Server, binary, clean_environment, free_port
from harness.signing import KEY, SECRET, signed_headers, signed_post, write_credentials
from harness.values import S
from harness.wire import REGION, Wire, encode, post

TEMPORARY = ("ASIATEST", "temporary/+=", "a//token+==")
NO_MATCH = (
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.",
)
UNKNOWN_KEY = ("UnrecognizedClientException", "The security token included in the request is invalid.")
BAD_TOKEN = ("UnrecognizedClientException", "The security token included in the request is invalid")


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> pathlib.Path:
    return write_credentials(tmp_path_factory.mktemp("keys") / "credentials", (KEY, SECRET), TEMPORARY)


@pytest.fixture(scope="module")
def verifying(tmp_path_factory, keys):
    data = tmp_path_factory.mktemp("verifying") / "data"
    with Server(data, ("--in-memory", "--credentials", str(keys), "--max-head", "1MiB")) as server:
        yield server


@pytest.fixture
def line(verifying):
    with Wire(verifying.port) as wire:
        yield wire


def client(server: Server, key: str, secret: str, token: str | None = None, service: str = "dynamodb"):
    return boto3.client(
        service,
        endpoint_url=server.endpoint,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
    )


def another_second(stamp: str | bytes) -> str:
    text = stamp if isinstance(stamp, str) else stamp.decode()
    return f"{text[:-2]}{(int(text[-2]) + 1) % 10}Z"


class TestBoto3:
    def test_a_key_of_the_file_may_call(self, verifying):
        dynamodb = make_client(verifying.endpoint)
        name = Tables(dynamodb).make(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
        item = {"pk": S("ключ"), "v": S("x" * 20_000)}
        dynamodb.put_item(TableName=name, Item=item)
        assert dynamodb.get_item(TableName=name, Key={"pk": S("ключ")})["Item"] == item
        streams = make_client(verifying.endpoint, service="dynamodbstreams")
        assert len(streams.list_streams(TableName=name)["Streams"]) == 1
        functions = make_client(verifying.endpoint, service="lambda")
        assert functions.list_event_source_mappings(FunctionName="audit:live")["EventSourceMappings"] == []
        assert client(verifying, *TEMPORARY).list_tables()["TableNames"] == [name]

    @pytest.mark.parametrize(
        ("credential", "want"),
        [
            ((KEY, "tesT"), NO_MATCH),
            (("TEST", SECRET), UNKNOWN_KEY),
            ((KEY, TEMPORARY[1]), NO_MATCH),
            (TEMPORARY[:2], BAD_TOKEN),
            ((*TEMPORARY[:2], "another"), BAD_TOKEN),
            ((KEY, SECRET, TEMPORARY[2]), BAD_TOKEN),
        ],
        ids=str,
    )
    def test_others_may_not(self, verifying, credential, want):
        assert refused(client(verifying, *credential).list_tables) == want

    def test_lambda_answers_with_403(self, verifying):
        for credential, want in [((KEY, "x"), NO_MATCH), (("x", "x"), UNKNOWN_KEY)]:
            functions = client(verifying, *credential, service="lambda")
            with pytest.raises(functions.exceptions.ClientError) as caught:
                functions.list_event_source_mappings()
            answer = caught.value.response
            assert (answer["Error"]["Code"], answer["Error"]["Message"]) == want
            assert answer["ResponseMetadata"]["HTTPStatusCode"] == 403

    @pytest.mark.parametrize(
        "tamper",
        [
            lambda request: setattr(request, "body", request.body + b" "),
            lambda request: setattr(request, "url", request.url + "?x=y"),
            lambda request: setattr(request, "url", request.url + "x"),
            lambda request: setattr(request, "url", request.url.replace("127.0.0.1", "localhost")),
            lambda request: request.headers.__setitem__("X-Amz-Target", "DynamoDB_20120810.DescribeLimits"),
            lambda request: request.headers.__setitem__("Content-Type", "application/json"),
            lambda request: request.headers.__setitem__("X-Amz-Date", another_second(request.headers["X-Amz-Date"])),
        ],
        ids=["body", "query", "path", "host", "operation", "type", "date"],
    )
    def test_a_request_that_was_changed(self, verifying, tamper):
        dynamodb = make_client(verifying.endpoint)

        def change(request, **_):
            tamper(request)
            request.headers["Content-Length"] = str(len(request.body))

        dynamodb.meta.events.register("before-send.dynamodb.ListTables", change)
        assert refused(dynamodb.list_tables) == NO_MATCH

    def test_what_nobody_signed_may_change(self, verifying):
        dynamodb = make_client(verifying.endpoint)
        dynamodb.meta.events.register(
            "before-send.dynamodb.ListTables", lambda request, **_: request.headers.__setitem__("X-Forwarded-For", "a")
        )
        dynamodb.list_tables()


class TestBytes:
    def test_right(self, line):
        for _ in range(3):
            line.send(signed_post("ListTables", b'{"Limit": 1}'))
            assert line.answer().status == 200

    @pytest.mark.parametrize("offset", [-890, 890])
    def test_clocks_may_differ(self, line, offset):
        line.send(signed_post("ListTables", b"{}", offset=offset))
        assert line.answer().status == 200

    def test_too_old(self, line):
        line.send(signed_post("ListTables", b"{}", offset=-910))
        answer = line.answer()
        assert (answer.status, answer.code) == (400, "InvalidSignatureException")
        time = r"\d{8}T\d{6}Z"
        assert re.fullmatch(rf"Signature expired: {time} is now earlier than {time} \({time} - 15 min\.\)", answer.message)

    def test_too_early(self, line):
        line.send(signed_post("ListTables", b"{}", offset=910))
        answer = line.answer()
        time = r"\d{8}T\d{6}Z"
        pattern = rf"Signature not yet current: {time} is still later than {time} \({time} \+ 15 min\.\)"
        assert re.fullmatch(pattern, answer.message)

    def test_a_packed_body_is_signed_as_packed(self, line):
        plain = json.dumps({"Limit": 1, "ExclusiveStartTableName": "x" * 200}).encode()
        packed = gzip.compress(plain)
        line.send(signed_post("ListTables", packed, Content_Encoding="gzip"))
        assert line.answer().status == 200
        headers = signed_headers("ListTables", plain, Content_Encoding="gzip")
        line.send(encode("POST", "/", headers | {"Content-Length": str(len(packed))}, packed))
        assert (line.answer().code) == NO_MATCH[0]

    def test_chunks_are_not_signed(self, line):
        headers = signed_headers("ListTables", b'{"Limit": 1}') | {"Transfer-Encoding": "chunked"}
        line.send(encode("POST", "/", headers, b'5\r\n{"Lim\r\n7\r\nit": 1}\r\n0\r\n\r\n'))
        assert line.answer().status == 200

    def test_what_is_unreadable_is_told_first(self, line):
        line.send(post("ListTables", b"{"))
        assert line.answer().code == "SerializationException"
        line.send(post("ListTables", b'{"Limit": "x"}'))
        assert line.answer().code == "SerializationException"
        line.send(post("NoSuch", b"{}"))
        assert line.answer().code == "UnknownOperationException"
        line.send(post("GetItem", b"{}"))
        assert line.answer().code == "InvalidSignatureException"

    def test_operators_need_no_signature(self, verifying):
        for path in ("health", "ready", "metrics"):
            with urllib.request.urlopen(f"{verifying.endpoint}/_stator/{path}") as answer:
                assert answer.status == 200

    def test_presigned(self, verifying, line):
        def status_of(credential: tuple, changed: str = "") -> int:
            path = "/2015-03-31/event-source-mappings/?MaxItems=5"
            request = botocore.awsrequest.AWSRequest("GET", verifying.endpoint + path)
            credentials = botocore.credentials.Credentials(*credential)
            botocore.auth.SigV4QueryAuth(credentials, "lambda", REGION, expires=60).add_auth(request)
            target = request.prepare().url[len(verifying.endpoint) :]
            line.send(encode("GET", target + changed, {"Host": f"127.0.0.1:{verifying.port}"}))
            return line.answer().status

        assert status_of((KEY, SECRET)) == 200
        assert status_of(TEMPORARY) == 200
        assert status_of((KEY, "x")) == 403
        assert status_of((KEY, SECRET), "&FunctionName=x") == 403


class TestHostile:
    """What is no signature is refused, and the server lives."""

    def refused(self, line, authorization: str, **more: str) -> str:
        headers = signed_headers("ListTables", b"{}", **more) | {"Authorization": authorization, "Content-Length": "2"}
        line.send(encode("POST", "/", headers, b"{}"))
        answer = line.answer()
        assert answer.status == 400
        assert answer.crc_is_right()
        answer.body.decode()
        return answer.code

    def test_forms(self, line):
        good = signed_headers("ListTables", b"{}")["Authorization"]
        scope = good.partition("Credential=")[2].partition(",")[0]
        many = ";".join(f"x-{n}" for n in range(10_000))
        for authorization, code in [
            (f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-target;{many}, Signature=00", NO_MATCH[0]),
            (f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-target{';' * 500_000}, Signature=0", NO_MATCH[0]),
            (f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-target, Signature={'0' * 900_000}", NO_MATCH[0]),
            (f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-target, Signature=\xff\xfe", NO_MATCH[0]),
            ("AWS4-HMAC-SHA256 " + "a=b," * 200_000, "IncompleteSignatureException"),
            ("AWS4-HMAC-SHA256 " + "\xff" * 1000, "IncompleteSignatureException"),
            (f"AWS4-\xff Credential={scope}, SignedHeaders=host;x-amz-target, Signature=0", "IncompleteSignatureException"),
            (good.replace("Credential=test", "Credential=\xff\xff"), UNKNOWN_KEY[0]),
            (good.replace("Credential=test", "Credential=" + "k" * 500_000), UNKNOWN_KEY[0]),
            (good.replace("SignedHeaders=", "SignedHeaders=\xff;"), NO_MATCH[0]),
        ]:
            assert self.refused(line, authorization) == code, authorization[:60]

    def test_many_headers(self, line):
        body = b"{}"
        headers = signed_headers("ListTables", body)
        lines = "".join(f"x-{n}: a\r\n" for n in range(50_000))
        request = encode("POST", "/", headers | {"Content-Length": "2"}, body)
        line.send(request.replace(b"\r\nHost:", b"\r\n" + lines.encode() + b"Host:", 1))
        assert line.answer().status in (200, 400)

    def test_many_parameters(self, line):
        headers = signed_headers("ListTables", b"{}") | {"Content-Length": "2"}
        line.send(encode("POST", "/?" + "&" * 100_000 + "a=%zz&" * 50_000, headers, b"{}"))
        assert line.answer().code == NO_MATCH[0]


class TestFile:
    @pytest.mark.parametrize(
        ("text", "complaint"),
        [
            (None, ": cannot be read"),
            ("", ": there is no access key in it"),
            ("[a]\naws_access_key_id = x\n", ":1: [a] has no aws_secret_access_key"),
            ("aws_access_key_id = x\n", ":1: there is no [profile] before this"),
        ],
    )
    def test_one_that_is_wrong_keeps_the_server_from_starting(self, tmp_path, text, complaint):
        file = tmp_path / "credentials"
        if text is not None:
            file.write_text(text)
        command = [binary(), "serve", "--port", str(free_port()), "--in-memory", "--credentials", str(file)]
        ended = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=60)
        assert ended.returncode == 1
        assert ended.stderr == f"stator: cannot start: {file}{complaint}\n"

    def test_readable_by_all_is_warned_of(self, own_server, tmp_path):
        file = write_credentials(tmp_path / "credentials")
        assert "credentials_readable_by_all" not in own_server("--in-memory", "--credentials", str(file)).output()
        file.chmod(0o644)
        assert "credentials_readable_by_all" in own_server("--in-memory", "--credentials", str(file)).output()

    def test_named_by_a_config_file(self, own_server, tmp_path):
        file = write_credentials(tmp_path / "credentials")
        (tmp_path / "stator.toml").write_text(f'credentials = "{file}"\n')
        server = own_server("--in-memory", "--config", str(tmp_path / "stator.toml"))
        make_client(server.endpoint).list_tables()
        assert refused(client(server, KEY, "x").list_tables) == NO_MATCH

    def test_is_read_again_at_sighup(self, own_server, tmp_path):
        file = write_credentials(tmp_path / "credentials")
        server = own_server("--in-memory", "--credentials", str(file))
        old, new = client(server, KEY, SECRET), client(server, "new", "secret")
        old.list_tables()
        assert refused(new.list_tables) == UNKNOWN_KEY
        write_credentials(file, ("new", "secret"))
        server.process.send_signal(signal.SIGHUP)

        eventually(new.list_tables)
        assert refused(old.list_tables) == UNKNOWN_KEY
        file.write_text("nothing")
        server.process.send_signal(signal.SIGHUP)
        eventually(lambda: "credentials_not_reloaded" in server.output())
        new.list_tables()

    def test_time_is_not_what_clients_move(self, own_server, tmp_path):
        file = write_credentials(tmp_path / "credentials")
        server = own_server("--in-memory", "--movable-clock", "--credentials", str(file))
        move = urllib.request.Request(f"{server.endpoint}/_stator/clock?advance=24h", method="POST")
        urllib.request.urlopen(move).close()
        make_client(server.endpoint).list_tables()


def test_the_aws_cli(verifying):
    aws = pathlib.Path(sys.executable).parent / "aws"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "AWS_ENDPOINT_URL": verifying.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }

    def run(key: str, secret: str, *token: str) -> subprocess.CompletedProcess:
        names = {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret} | dict(zip(["AWS_SESSION_TOKEN"], token))
        command = [str(aws), "dynamodb", "list-tables", "--output", "json"]
        return subprocess.run(command, env=environment | names, capture_output=True, text=True, timeout=120)

    assert "TableNames" in json.loads(run(KEY, SECRET).stdout)
    assert "TableNames" in json.loads(run(*TEMPORARY).stdout)
    assert "(InvalidSignatureException)" in run(KEY, "wrong").stderr
    assert "(UnrecognizedClientException)" in run("nobody", SECRET).stderr
