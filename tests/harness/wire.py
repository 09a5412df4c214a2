"""Requests as bytes on a socket: what no SDK would send, and what one must answer byte for byte."""

import dataclasses
import json
import socket
import zlib

REGION = "eu-west-2"


def authorization(region: str = REGION, key: str = "AKIATEST", service: str = "dynamodb") -> str:
    """Well formed; the signature itself is not checked by a server without --credentials."""
    return (
        f"AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, "
        "SignedHeaders=host;x-amz-date;x-amz-target, Signature=" + "0" * 64
    )


def headers_of(operation: str, region: str = REGION, **more: str) -> dict[str, str]:
    return {
        "Host": "localhost",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": authorization(region),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }


def encode(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def post(operation: str, body: bytes | dict, region: str = REGION, **more: str) -> bytes:
    """A whole request for an operation, Content-Length included."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    return encode("POST", "/", headers_of(operation, region, **more) | {"Content-Length": str(len(body))}, body)


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict[str, str]  # names in lower case
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The error's name without its namespace, empty if there is none."""
        return self.json().get("__type", "").partition("#")[2] if self.body[:1] == b"{" else ""

    @property
    def message(self) -> str:
        body = self.json()
        return body.get("message", body.get("Message", ""))

    def crc_is_right(self) -> bool:
        return self.headers.get("x-amz-crc32") == str(zlib.crc32(self.body))


class Closed(Exception):
    """The server closed the connection before it had answered."""


class Wire:
    """One connection."""

    def __init__(self, port: int, timeout: float = 30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *error) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_what_it_takes(self, data: bytes) -> None:
        """Sends until the server has had enough: it may answer and close in the middle."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _more(self) -> None:
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            raise Closed(self.buffer)
        self.buffer += data

    def _until(self, mark: bytes) -> bytes:
        while mark not in self.buffer:
            self._more()
        taken, _, self.buffer = self.buffer.partition(mark)
        return taken

    def _exactly(self, count: int) -> bytes:
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def answer(self, has_body: bool = True) -> Answer:
        head = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if status == 100 or not has_body:
            return Answer(status, headers, b"")
        if "chunked" in headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self._until(b"\r\n").split(b";")[0], 16):
                body += self._exactly(size)
                self._until(b"\r\n")
            self._until(b"\r\n")
            return Answer(status, headers, body)
        return Answer(status, headers, self._exactly(int(headers.get("content-length", "0"))))

    def closed(self) -> bool:
        """Waits for the server to close; false if it sends something first."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def call(self, operation: str, body: bytes | dict, **more: str) -> Answer:
        self.send(post(operation, body, **more))
        return self.answer()
