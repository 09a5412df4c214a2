"""How requests are signed, and cases of signatures that are none."""

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from differential.case import Case
from harness.wire import REGION, headers_of

KEY = Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
SIGNER = SigV4Auth(KEY, "dynamodb", REGION)


def signed(target: str, body: bytes, changes: dict | None) -> dict[str, str]:
    """The headers of a request that is signed now; then changed, or without those that become None."""
    headers = {name: value for name, value in headers_of("").items() if name not in ("Authorization", "X-Amz-Date")}
    request = AWSRequest("POST", "http://localhost/", headers | {"X-Amz-Target": target}, data=body)
    SIGNER.add_auth(request)
    made = dict(request.headers.items()) | (changes or {})
    return {name: value for name, value in made.items() if value is not None}


def authorization(algorithm: str = "AWS4-HMAC-SHA256", **parts) -> str:
    """Parts may be left out by None; they come in the given order."""
    wanted = {"Credential": f"{KEY.access_key}/20260101/{REGION}/dynamodb/aws4_request", "SignedHeaders": "host;x-amz-date;x-amz-target",
              "Signature": "0" * 64} | parts  # fmt: skip
    return f"{algorithm} " + ", ".join(f"{name}={value}" for name, value in wanted.items() if value is not None)


CREDENTIALS = ("", "a", "a/b", "a/b/c/d", "a/b/c/d/e/f", "/////", f"a/20260101/{REGION}/dynamodb", f"a/20260101/{REGION}/dynamodb/aws4",
               f"a/20260101/{REGION}/s3/aws4_request", f"a/20260101/{REGION}/s3/aws4",
               f"/20260101/{REGION}/dynamodb/aws4_request")  # fmt: skip
CHANGES = {
    "no Authorization": {"Authorization": None}, "an empty Authorization": {"Authorization": ""}, "a blank one": {"Authorization": " "},
    "another scheme": {"Authorization": "Basic YTpi"}, "half a scheme": {"Authorization": "AWS4"}, "a bearer": {"Authorization": "Bearer abc"},
    "the second version": {"Authorization": "AWS AKIAIOSFODNN7EXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg="},
    "an algorithm alone": {"Authorization": "AWS4-HMAC-SHA256"}, "an algorithm and a blank": {"Authorization": "AWS4-HMAC-SHA256 "},
    "another algorithm": {"Authorization": authorization("AWS4-HMAC-SHA1")}, "the asymmetric algorithm": {"Authorization": authorization("AWS4-ECDSA-P256-SHA256")},
    "an unknown algorithm": {"Authorization": authorization("AWS4-X")}, "no Credential": {"Authorization": authorization(Credential=None)},
    "no SignedHeaders": {"Authorization": authorization(SignedHeaders=None)}, "no Signature": {"Authorization": authorization(Signature=None)},
    "nothing but a Credential": {"Authorization": authorization(SignedHeaders=None, Signature=None)},
    "nothing but a Signature": {"Authorization": authorization(SignedHeaders=None, Credential=None)},
    "an empty Signature": {"Authorization": authorization(Signature="")}, "empty SignedHeaders": {"Authorization": authorization(SignedHeaders="")},
    "a part without a value": {"Authorization": "AWS4-HMAC-SHA256 Signature=b,    Credential,    SignedHeaders"},
    "a part without a name": {"Authorization": "AWS4-HMAC-SHA256 =a, Credential=b"}, "an unknown part": {"Authorization": authorization(More="x")},
    "parts in another order": {"Authorization": f"AWS4-HMAC-SHA256 Signature={'0' * 64}, SignedHeaders=host, Credential=a/b"},
    "a part twice": {"Authorization": authorization() + ", Signature=1"}, "parts without commas": {"Authorization": authorization().replace(",", "")},
    "no date": {"X-Amz-Date": None, "Authorization": authorization()}, "no date and no Credential": {"X-Amz-Date": None, "Authorization": authorization(Credential=None)},
    "nothing at all": {"X-Amz-Date": None, "Authorization": "AWS4-HMAC-SHA256 a=b"},
    "a date that is none": {"X-Amz-Date": "201"}, "an extended date": {"X-Amz-Date": "2026-01-01T00:00:00Z"},
}  # fmt: skip
CHANGES |= {f"the credential {text!r}": {"Authorization": authorization(Credential=text)} for text in CREDENTIALS}


def cases():
    get = ("GetItem", {"TableName": "plain", "Key": {"pk": {"S": "nobody"}}})
    for label, changes in {"a signature": {}, **CHANGES}.items():
        yield Case(f"GetItem with {label}", [get], headers=changes)
    for label, body in (("no operation's members", "{}"), ("no JSON", "{"), ("the wrong types", '{"TableName":1}'), ("an unknown table", '{"TableName":"nothere"}')):
        yield Case(f"DescribeTable with no Authorization and {label}", [("DescribeTable", body)], headers={"Authorization": None})
        yield Case(f"DescribeTable with a bad credential and {label}", [("DescribeTable", body)], headers={"Authorization": authorization(Credential="a")})
