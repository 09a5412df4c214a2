"""Access keys in a file for the server, and requests signed with them as bytes, to be tampered with."""

import datetime
import pathlib
import sys

from harness.wire import REGION, encode

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

import sigv4  # noqa: E402

KEY, SECRET = "test", "test"  # of harness.clients and of users' code


def write_credentials(file: pathlib.Path, *keys: tuple[str, ...]) -> pathlib.Path:
    """Keys are (id, secret) or (id, secret, session token)."""
    names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
    profiles = [
        f"[profile-{n}]\n" + "".join(f"{name} = {value}\n" for name, value in zip(names, key))
        for n, key in enumerate(keys or [(KEY, SECRET)])
    ]
    file.write_text("\n".join(profiles))
    file.chmod(0o600)
    return file


def stamp_of(offset: float = 0) -> str:
    """The time in so many seconds."""
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=offset)
    return time.strftime("%Y%m%dT%H%M%SZ")


def signed_headers(
    operation: str, body: bytes, key: str = KEY, secret: str = SECRET, offset: float = 0, **more: str
) -> dict[str, str]:
    """Of a request for an operation, made in so many seconds; all but Authorization are signed."""
    headers = {
        "Host": "localhost",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "X-Amz-Date": stamp_of(offset),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    headers["Authorization"] = sigv4.authorization(
        "POST", "/", headers, body, key=key, secret=secret, region=REGION, service="dynamodb"
    )
    return headers


def signed_post(operation: str, body: bytes, **more) -> bytes:
    """A whole request."""
    return encode("POST", "/", signed_headers(operation, body, **more) | {"Content-Length": str(len(body))}, body)
