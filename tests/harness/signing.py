"""Access keys in a file for the server, and requests signed with them as bytes, to be tampered with."""

import datetime
import hashlib
import hmac
import pathlib

from harness.wire import REGION, encode

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
    stamp = stamp_of(offset)
    headers = {
        "Host": "localhost",
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        "X-Amz-Date": stamp,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    lower = sorted((name.lower(), value) for name, value in headers.items())
    names = ";".join(name for name, _ in lower)
    lines = "".join(f"{name}:{value}\n" for name, value in lower)
    canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{stamp[:8]}/{REGION}/dynamodb/aws4_request"
    signing = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        signing = hmac.digest(signing, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode('latin-1')).hexdigest()}"
    signature = hmac.digest(signing, text.encode(), "sha256").hex()
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def signed_post(operation: str, body: bytes, **more) -> bytes:
    """A whole request."""
    return encode("POST", "/", signed_headers(operation, body, **more) | {"Content-Length": str(len(body))}, body)
