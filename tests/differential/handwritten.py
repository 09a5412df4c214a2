"""Cases written by hand: lines of requests/, each made into whole requests."""

import json
import pathlib
import re

from differential import capacities, legacy, signatures, sizes
from differential.case import Case, one
from differential.fixtures import SEED_KEY, B, N, S
from differential.legacy import TYPED

REQUESTS = pathlib.Path(__file__).with_name("requests")
PLACEHOLDER = re.compile(r"[#:][A-Za-z0-9_]+")
# By the name of the placeholder; :n5 is the number 5, any other is the text of its name.
VALUES = {
    ":n": N(1), ":s": S("a"), ":s2": S("b"), ":l": {"L": [N(1)]}, ":m": {"M": {"a": N(1)}}, ":t": {"BOOL": True}, ":z": {"NULL": True},
    ":b": B("AQID"), ":ss": {"SS": ["a", "c"]}, ":ssab": {"SS": ["a", "b"]}, ":ns": {"NS": ["1", "3"]}, ":bs": {"BS": ["AQ=="]},
    ":empty": S(""), ":type": S("S"), ":typem": S("M"), ":typen": S("N"), ":huge": N("9" * 38 + "e87"), ":tiny": N("1e-130"),
}  # fmt: skip


def placeholders(text: str) -> dict:
    """ExpressionAttributeNames and -Values for what the text mentions, but for what is called undefined."""
    found = {word for word in PLACEHOLDER.findall(text) if "undefined" not in word}
    names = {word: word[1:] for word in found if word[0] == "#"}
    values = {}
    for word in sorted(found):
        if word[0] == ":":
            number = re.fullmatch(r":n(\d+)", word)
            values[word] = VALUES.get(word) or (N(number[1]) if number else S(word[1:]))
    return ({"ExpressionAttributeNames": names} if names else {}) | ({"ExpressionAttributeValues": values} if values else {})


def expression_case(kind: str, text: str) -> Case:
    more = placeholders(text)
    written = {"TableName": "written", "Key": SEED_KEY} | more
    match kind:
        case "projection":
            read = {"TableName": "read", "Key": {"pk": S("a"), "sk": N(50)}, "ProjectionExpression": text} | more
            return one(f"GetItem projection: {text}", "GetItem", read)
        case "condition":
            return one(f"DeleteItem condition: {text}", "DeleteItem", written | {"ConditionExpression": text})
        case "update":
            update = written | {"UpdateExpression": text, "ReturnValues": "UPDATED_NEW"}
            return one(f"UpdateItem update: {text}", "UpdateItem", update)
        case "key":
            return one(f"Query key: {text}", "Query", {"TableName": "read", "KeyConditionExpression": text} | more)
        case "index":
            query = {"TableName": "read", "IndexName": "all", "KeyConditionExpression": text} | more
            return one(f"Query index: {text}", "Query", query)
    raise ValueError(kind)


def lines(name: str):
    for line in (REQUESTS / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line


def expression_cases():
    for line in lines("expressions.txt"):
        kind, _, text = line.partition(": ")
        yield expression_case(kind, text)


def comparison_cases():
    """The same for expressions."""
    forms = [f"{{0}} {op} {{1}}" for op in ("=", "<>", "<", "<=", ">", ">=")]
    forms += ["{0} BETWEEN {1} AND {1}", "{0} IN ({1})", "contains({0}, {1})", "begins_with({0}, {1})", "{1} < {0}",
              "contains({1}, {0})", "begins_with({1}, {0})", "size({0}) = {1}", "size({1}) = {0}"]  # fmt: skip
    for form in forms:
        for kind, value in TYPED.items():
            for attribute in (*TYPED, "missing"):
                text = form.format(attribute, ":v")
                yield one(f"DeleteItem {text} {kind}", "DeleteItem", {
                    "TableName": "written", "Key": SEED_KEY, "ConditionExpression": text, "ExpressionAttributeValues": {":v": value}}, f"{form} {kind}")  # fmt: skip
    for left in TYPED:
        for right in TYPED:
            for form in ("contains({0}, {1})", "{0} < {1}", "begins_with({0}, {1})", "{0} IN ({1}, z)"):
                if left != right:
                    text = form.format(left, right)
                    comparison = {"TableName": "written", "Key": SEED_KEY, "ConditionExpression": text}
                    yield one(f"DeleteItem {text}", "DeleteItem", comparison, f"{form} {left}")


NUMBERS = (
    "0", "-0", "0.0", "00", "+1", "-1", "1.", ".5", "-.5", "1.0", "1.10", "1e2", "1E2", "1e+2", "1e-2", "1.5e3", "e5", "1e", "1e+", "", " ",
    "1 ", " 1", "1 2", "1,5", "0x10", "NaN", "Infinity", "-Infinity", "1_000", "١", "9" * 38, "9" * 39, "9" * 38 + "0", "1" + "0" * 40,
    "1" + "0" * 125, "1" + "0" * 126, "9.9999999999999999999999999999999999999e125", "9.99999999999999999999999999999999999999e125",
    "1e125", "1e126", "1e-130", "1e-131", "9.9e-131", "-1e125", "-1e126", "-1e-130", "-1e-131", "0e999", "1e2147483647", "1e2147483648",
    "1e-2147483648", "1e99999999999", "0." + "0" * 129 + "1", "0." + "0" * 130 + "1", "0." + "1" * 38, "0." + "1" * 39, "1." + "0" * 50,
    "0" * 50 + "1", "123456789012345678901234567890.12345678", "123456789012345678901234567890.123456789", "--1", "+-1", "1-", "1e1.5",
)  # fmt: skip


def number_cases():
    """As attribute, as set member, as key and in an expression."""
    for text in NUMBERS:
        label = text if len(text) < 50 else f"{text[:20]}... ({len(text)})"
        item = {"TableName": "written", "Item": SEED_KEY | {"n": N(text)}}
        yield one(f"PutItem number {label}", "PutItem", item)
        yield one(f"PutItem set of {label}", "PutItem", {"TableName": "written", "Item": SEED_KEY | {"n": {"NS": [text, "77"]}}})
        yield one(f"GetItem key {label}", "GetItem", {"TableName": "read", "Key": {"pk": S("a"), "sk": N(text)}})
        yield one(f"Scan value {label}", "Scan", {"TableName": "read", "FilterExpression": "n = :n", "ExpressionAttributeValues": {":n": N(text)}})
        yield one(f"Query value {label}", "Query", {"TableName": "read", "KeyConditionExpression": "pk = :p AND sk > :n",
                                                   "ExpressionAttributeValues": {":p": S("a"), ":n": N(text)}})  # fmt: skip
        yield one(f"UpdateItem n + {label}", "UpdateItem", {"TableName": "written", "Key": SEED_KEY, "UpdateExpression": "SET n = n + :n",
                                                          "ExpressionAttributeValues": {":n": N(text)}, "ReturnValues": "UPDATED_NEW"})  # fmt: skip
        batch = {"RequestItems": {"written": [{"PutRequest": {"Item": SEED_KEY | {"n": N(text)}}}]}}
        yield one(f"BatchWriteItem number {label}", "BatchWriteItem", batch)


def request_cases():
    """Whole requests, one a line: the operation, what is asked for, and the body."""
    for line in lines("requests.txt"):
        head, _, body = line.partition(" {")
        yield one(head, head.partition(" ")[0], json.loads("{" + body))


def cases():
    yield from expression_cases()
    yield from comparison_cases()
    yield from legacy.cases()
    yield from number_cases()
    yield from request_cases()
    yield from signatures.cases()
    yield from sizes.cases()
    yield from capacities.cases()
