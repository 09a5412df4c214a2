"""The protocol byte for byte: heads, framing, encodings, authentication, what is not an operation at all."""

import email.utils
import gzip
import json
import re
import time
import zlib

import pytest

from harness.clients import make_client
from harness.patience import eventually
from harness.values import S
from harness.wire import Wire, authorization, encode, headers_of, post

BODY_AT_MOST = 16 * 1024 * 1024


@pytest.fixture(scope="module")
def table(dynamodb, module_tables):
    name = module_tables.make()
    dynamodb.put_item(TableName=name, Item={"pk": S("big"), "v": S("compress me " * 1000)})
    return name


def get(table: str, key: str = "big") -> dict:
    return {"TableName": table, "Key": {"pk": S(key)}}


class TestAnswers:
    def test_headers(self, wire, table):
        seen = set()
        for operation, body in [("GetItem", get(table)), ("GetItem", {}), ("Nothing", {})]:
            answer = wire.call(operation, body)
            assert answer.headers["content-type"] == "application/x-amz-json-1.0"
            assert answer.headers["server"] == "Server"
            assert re.fullmatch(r"[0-9A-Z]{52}", answer.headers["x-amzn-requestid"])
            seen.add(answer.headers["x-amzn-requestid"])
            assert answer.crc_is_right()
            at = email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp()
            assert abs(at - time.time()) < 60
        assert len(seen) == 3

    def test_a_tagging_answer_is_empty(self, dynamodb, wire, table):
        arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
        answer = wire.call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "b"}]})
        assert (answer.status, answer.body) == (200, b"")
        answer = wire.call("UntagResource", {"ResourceArn": arn, "TagKeys": ["a"]})
        assert (answer.status, answer.body) == (200, b"")

    def test_healthy(self, wire):
        wire.send(b"GET / HTTP/1.1\r\nHost: some.host:1234\r\n\r\n")
        answer = wire.answer()
        assert (answer.status, answer.body) == (200, b"healthy: some.host:1234")
        assert answer.crc_is_right()

    @pytest.mark.parametrize("path", ["/_stator/health", "/_stator/ready", "/_stator/metrics"])
    def test_operators_endpoints(self, wire, path):
        wire.send(encode("GET", path, {"Host": "localhost"}))
        assert wire.answer().status == 200

    def test_metrics_count_operations(self, server, wire, table):
        def count() -> float:
            with Wire(server.port) as other:
                other.send(encode("GET", "/_stator/metrics", {"Host": "localhost"}))
                text = other.answer().body.decode()
            lines = [line for line in text.splitlines() if "GetItem" in line and not line.startswith("#")]
            return sum(float(line.rsplit(" ", 1)[1]) for line in lines if "requests_total" in line or "count" in line)

        before = count()
        assert wire.call("GetItem", get(table)).status == 200
        assert count() > before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods(wire, method):
    wire.send(encode(method, "/", {"Host": "localhost", "Content-Length": "0"}))
    answer = wire.answer()
    assert (answer.status, answer.body) == (404, b"<UnknownOperationException/>\n")


class TestTargets:
    @pytest.mark.parametrize(
        "target",
        ["", "GetItem", "DynamoDB_20120810.", "DynamoDB_20120810.NoSuch", "DynamoDB_19990101.GetItem", "dynamodb_20120810.GetItem"],
    )
    def test_unknown(self, wire, target):
        wire.send(post("GetItem", {}, **{"X-Amz-Target": target}))
        answer = wire.answer()
        assert answer.status == 400
        assert answer.body == b'{"__type":"com.amazon.coral.service#UnknownOperationException"}'
        assert answer.headers["x-amz-crc32"] == "1368724161"

    def test_no_target(self, wire):
        headers = headers_of("GetItem") | {"Content-Length": "2"}
        del headers["X-Amz-Target"]
        wire.send(encode("POST", "/", headers, b"{}"))
        assert wire.answer().code == "UnknownOperationException"

    @pytest.mark.parametrize(
        ("target", "status"),
        [
            ("DynamoDBStreams_20120810.ListStreams", 200),
            ("DynamoDB_20120810.ListStreams", 400),
            ("DynamoDBStreams_20120810.ListTables", 400),
            ("DynamoDB_20120810.ListTables", 200),
        ],
    )
    def test_operations_are_of_one_service(self, wire, target, status):
        wire.send(post("", {}, **{"X-Amz-Target": target}))
        answer = wire.answer()
        assert (answer.status, answer.code) == (status, "" if status == 200 else "UnknownOperationException")


@pytest.mark.parametrize(
    "body",
    [b"{", b"hello", b"{'a':1}", b'{"a":1}}', b'{"a":1,}', b"[1", b'{"a"}', b"\xff\xfe", b'{"a":"\xff"}', b'{"a":01}', b'{"a":NaN}'],
)
def test_not_json(wire, body):
    answer = wire.call("GetItem", body)
    assert answer.status == 400
    assert answer.body == b'{"__type":"com.amazon.coral.service#SerializationException"}'
    assert answer.headers["x-amz-crc32"] == "3948637019"


class TestAuthentication:
    def without(self, wire, **headers):
        wire.send(post("ListTables", {}, **headers))
        return wire.answer()

    @pytest.mark.parametrize("value", ["", "AWS4", "X", "Basic abc", "AWS4HMAC"])
    def test_no_token(self, wire, value):
        answer = self.without(wire, Authorization=value)
        assert answer.status == 400
        assert answer.body == (
            b'{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException",'
            b'"message":"Request is missing Authentication Token"}'
        )
        assert answer.headers["x-amz-crc32"] == "2088342776"

    def test_no_header(self, wire):
        headers = headers_of("ListTables") | {"Content-Length": "2"}
        del headers["Authorization"]
        wire.send(encode("POST", "/", headers, b"{}"))
        assert wire.answer().code == "MissingAuthenticationTokenException"

    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (
                "AWS4-HMAC-SHA256 Signature=b, SignedHeaders=c",
                "Authorization header requires 'Credential' parameter. Authorization=AWS4-HMAC-SHA256 Signature=b, "
                "SignedHeaders=c",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/e",
                "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' "
                "parameter. Authorization=AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/e",
            ),
        ],
    )
    def test_incomplete(self, wire, value, message):
        answer = self.without(wire, Authorization=value)
        assert (answer.code, answer.message) == ("IncompleteSignatureException", message)

    def test_region_comes_from_the_scope(self, wire, table):
        far = wire.call("DescribeTable", {"TableName": table}, Authorization=authorization("mars-north-1"))
        assert far.code == "ResourceNotFoundException"
        assert wire.call("DescribeTable", {"TableName": table}).status == 200


class TestFraming:
    def test_keep_alive(self, wire, table):
        for _ in range(50):
            assert wire.call("GetItem", get(table)).status == 200

    def test_connection_close(self, wire, table):
        answer = wire.call("GetItem", get(table), Connection="close")
        assert answer.status == 200
        assert wire.closed()

    def test_http_1_0_closes(self, wire, table):
        wire.send(post("GetItem", get(table)).replace(b"HTTP/1.1", b"HTTP/1.0", 1))
        assert wire.answer().status == 200
        assert wire.closed()

    def test_pipelining_keeps_order(self, wire, table, dynamodb):
        for n in range(20):
            dynamodb.put_item(TableName=table, Item={"pk": S(f"pipe{n}")})
        wire.send(b"".join(post("GetItem", get(table, f"pipe{n}")) for n in range(20)))
        for n in range(20):
            assert wire.answer().json() == {"Item": {"pk": S(f"pipe{n}")}}

    def test_byte_by_byte(self, wire, table):
        for byte in post("GetItem", get(table)):
            wire.send(bytes([byte]))
        assert wire.answer().status == 200

    @pytest.mark.parametrize("size", [1, 7, 1000])
    def test_chunked(self, wire, table, size):
        body = json.dumps(get(table)).encode()
        chunks = [body[at : at + size] for at in range(0, len(body), size)]
        encoded = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nTrailer: x\r\n\r\n"
        headers = headers_of("GetItem", Transfer_Encoding="chunked")
        wire.send(encode("POST", "/", headers, encoded) + post("GetItem", get(table, "nobody")))
        assert "Item" in wire.answer().json()
        assert wire.answer().json() == {}

    def test_expect_continue(self, wire, table):
        body = json.dumps(get(table)).encode()
        headers = headers_of("GetItem", Expect="100-continue") | {"Content-Length": str(len(body))}
        wire.send(encode("POST", "/", headers))
        assert wire.answer().status == 100
        wire.send(body)
        assert wire.answer().status == 200

    @pytest.mark.parametrize(
        "head",
        [
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}",
            b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n\r\n{}",
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked, x\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost : a\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nBad Name: b\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
            b"POST /\r\n\r\n",
            b"POST  / HTTP/1.1\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 17_000 + b"\r\n\r\n",
            b"POST /" + b"x" * 17_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
            b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        ],
        ids=lambda head: repr(head[:60]),
    )
    def test_bad_heads(self, wire, head):
        wire.send_what_it_takes(head)
        assert wire.answer().status == 400
        assert wire.closed()

    @pytest.mark.parametrize(
        "chunks", [b"x\r\n", b"-1\r\n", b"2\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffffff\r\n", b"1" * 5000]
    )
    def test_bad_chunks(self, wire, chunks):
        wire.send_what_it_takes(encode("POST", "/", headers_of("GetItem", Transfer_Encoding="chunked"), chunks))
        assert wire.answer().status in (400, 413)
        assert wire.closed()


class TestSize:
    def padded(self, table: str, size: int) -> bytes:
        body = json.dumps(get(table)).encode()
        return body + b" " * (size - len(body))

    def test_the_largest_body(self, wire, table):
        assert wire.call("GetItem", self.padded(table, BODY_AT_MOST)).status == 200

    def test_one_byte_more(self, wire, table):
        wire.send_what_it_takes(post("GetItem", self.padded(table, BODY_AT_MOST + 1)))
        assert wire.answer().status == 413

    def test_refused_before_it_is_sent(self, wire, table):
        headers = headers_of("GetItem", Expect="100-continue") | {"Content-Length": str(BODY_AT_MOST + 1)}
        wire.send(encode("POST", "/", headers))
        assert wire.answer().status == 413

    def test_chunked(self, wire, table):
        body = self.padded(table, BODY_AT_MOST + 1)
        encoded = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[: 1 << 23], body[1 << 23 :]))
        headers = headers_of("GetItem", Transfer_Encoding="chunked")
        wire.send_what_it_takes(encode("POST", "/", headers, encoded + b"0\r\n\r\n"))
        assert wire.answer().status == 413

    def test_unpacked(self, wire, table):
        small = gzip.compress(self.padded(table, BODY_AT_MOST + 1))
        assert wire.call("GetItem", small, Content_Encoding="gzip").status == 413


class TestEncodedRequests:
    @pytest.mark.parametrize("encoding", ["gzip", "deflate", "GZIP"])
    def test_packed(self, wire, table, encoding):
        body = json.dumps(get(table)).encode()
        packed = zlib.compress(body) if encoding == "deflate" else gzip.compress(body)
        answer = wire.call("GetItem", packed, Content_Encoding=encoding)
        assert (answer.status, "Item" in answer.json()) == (200, True)

    def test_gzip_members_one_after_the_other(self, wire, table):
        body = json.dumps(get(table)).encode()
        packed = gzip.compress(body[:10]) + gzip.compress(body[10:])
        assert "Item" in wire.call("GetItem", packed, Content_Encoding="gzip").json()

    @pytest.mark.parametrize("body", [b"{}", b"\x1f\x8b\x08", gzip.compress(b"{}" * 100)[:-9]])
    def test_bad(self, wire, body):
        assert wire.call("GetItem", body, Content_Encoding="gzip").status == 500

    def test_the_connection_survives_a_bad_encoding(self, server, table):
        with Wire(server.port) as connection:
            connection.call("GetItem", b"nonsense", Content_Encoding="gzip")
        with Wire(server.port) as connection:
            assert connection.call("GetItem", get(table)).status == 200


class TestEncodedAnswers:
    @pytest.mark.parametrize(
        ("accepted", "used"),
        [
            ("gzip", "gzip"),
            ("deflate", "deflate"),
            ("gzip, deflate", "gzip"),
            ("deflate, gzip", "deflate"),
            ("gzip;q=0.5, deflate;q=0.8", "deflate"),
            ("gzip;q=0, deflate", "deflate"),
            ("*", "gzip"),
            ("identity, gzip;q=0.1", "gzip"),
            ("identity", None),
            ("br", None),
            ("gzip;q=0", None),
            ("", None),
        ],
    )
    def test_packed(self, wire, table, accepted, used):
        answer = wire.call("GetItem", get(table), Accept_Encoding=accepted)
        assert answer.headers.get("content-encoding") == used
        assert answer.crc_is_right()
        unpacked = {"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[used](answer.body)
        assert len(json.loads(unpacked)["Item"]["v"]["S"]) == 12_000

    def test_small_answers_are_not_packed(self, wire, table):
        answer = wire.call("GetItem", get(table, "nobody"), Accept_Encoding="gzip")
        assert "content-encoding" not in answer.headers
        assert answer.body == b"{}"


class TestCors:
    def test_no_origin_no_headers(self, wire, table):
        answer = wire.call("GetItem", get(table))
        assert not [name for name in answer.headers if name.startswith("access-control")]

    @pytest.mark.parametrize("operation", ["GetItem", "Nothing"])
    def test_origin(self, wire, table, operation):
        answer = wire.call(operation, get(table), Origin="http://example.com")
        assert answer.headers["access-control-allow-origin"] == "*"

    def test_preflight(self, wire):
        asked = {
            "Host": "localhost",
            "Origin": "http://example.com",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "x-amz-target,authorization",
        }
        wire.send(encode("OPTIONS", "/", asked))
        answer = wire.answer()
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-methods"] == "POST"
        assert answer.headers["access-control-allow-headers"] == "x-amz-target,authorization"
        assert answer.headers["access-control-max-age"] == "172800"
        assert "x-amzn-RequestId" in answer.headers["access-control-expose-headers"]

    def test_options_without_origin(self, wire):
        wire.send(encode("OPTIONS", "/", {"Host": "localhost"}))
        assert wire.answer().status == 404


def test_a_content_type_that_is_not_json(wire):
    wire.send(post("ListTables", {}, Content_Type="text/plain"))
    answer = wire.answer()
    assert (answer.status, answer.body) == (404, b"<UnknownOperationException/>\n")


def test_connections_beyond_the_limit(own_server):
    server = own_server("--in-memory", "--max-connections", "4")
    held = [Wire(server.port) for _ in range(4)]
    for wire in held:
        assert wire.call("ListTables", {}).status == 200
    with Wire(server.port, timeout=10) as refused:
        assert refused.closed()
    assert held[0].call("ListTables", {}).status == 200
    for wire in held:
        wire.socket.close()
    eventually(lambda: make_client(server.endpoint).list_tables())
