"""ProjectionExpression and AttributesToGet, on GetItem, Query and Scan alike."""

import pytest

from harness.clients import refused
from harness.values import L, M, N, S, SS

ITEM = {
    "pk": S("item"),
    "s": S("text"),
    "l": L(S("0"), M(a=N("1"), b=N("2")), L(S("x"), S("y")), S("3")),
    "m": M(a=S("ma"), b=M(c=S("deep"), d=SS("set"))),
    "a.b": S("dotted"),
}

# (expression, names, projected)
ROWS = [
    ("pk", {}, {"pk": S("item")}),
    ("s", {}, {"s": S("text")}),
    ("s, pk", {}, {"pk": S("item"), "s": S("text")}),
    ("nothing", {}, {}),
    ("s, nothing", {}, {"s": S("text")}),
    ("#x", {"#x": "s"}, {"s": S("text")}),
    ("#x", {"#x": "a.b"}, {"a.b": S("dotted")}),
    ("m.a", {}, {"m": M(a=S("ma"))}),
    ("m.b.c", {}, {"m": M(b=M(c=S("deep")))}),
    ("m.a, m.b.d", {}, {"m": M(a=S("ma"), b=M(d=SS("set")))}),
    ("m.#x.#y", {"#x": "b", "#y": "c"}, {"m": M(b=M(c=S("deep")))}),
    ("m.nothing", {}, {}),
    ("s.a", {}, {}),
    ("m[0]", {}, {}),
    ("l[0]", {}, {"l": L(S("0"))}),
    ("l[3], l[0]", {}, {"l": L(S("0"), S("3"))}),
    ("l[1].a", {}, {"l": L(M(a=N("1")))}),
    ("l[1].b, l[1].a", {}, {"l": L(M(a=N("1"), b=N("2")))}),
    ("l[2][1], l[1].b", {}, {"l": L(M(b=N("2")), L(S("y")))}),
    ("l[9]", {}, {}),
    ("l.a", {}, {}),
]


@pytest.fixture(scope="module")
def table(dynamodb, module_tables):
    name = module_tables.make()
    dynamodb.put_item(TableName=name, Item=ITEM)
    return name


@pytest.mark.parametrize(("expression", "names", "want"), ROWS, ids=[r[0] for r in ROWS])
def test_projection(dynamodb, table, expression, names, want):
    request = {"TableName": table, "ProjectionExpression": expression}
    if names:
        request["ExpressionAttributeNames"] = names
    assert dynamodb.get_item(Key={"pk": S("item")}, **request)["Item"] == want
    assert dynamodb.scan(**request)["Items"] == [want]
    queried = dynamodb.query(
        KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": S("item")}, **request
    )
    assert queried["Items"] == [want]


def test_attributes_to_get(dynamodb, table):
    wanted = {"TableName": table, "AttributesToGet": ["s", "a.b", "nothing"]}
    want = {"s": S("text"), "a.b": S("dotted")}
    assert dynamodb.get_item(Key={"pk": S("item")}, **wanted)["Item"] == want
    assert dynamodb.scan(**wanted)["Items"] == [want]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"ProjectionExpression": ""},
            "Invalid ProjectionExpression: The expression can not be empty;",
        ),
        (
            {"ProjectionExpression": "abort"},
            "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: abort",
        ),
        (
            {"ProjectionExpression": "#x"},
            "Invalid ProjectionExpression: An expression attribute name used in the document path is not defined; "
            "attribute name: #x",
        ),
        (
            {"ProjectionExpression": "a, a.b"},
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one "
            "of these paths; path one: [a], path two: [a, b]",
        ),
        (
            {"ProjectionExpression": "a.b, a[1]"},
            "Invalid ProjectionExpression: Two document paths conflict with each other; must remove or rewrite one "
            "of these paths; path one: [a, b], path two: [a, [1]]",
        ),
        (
            {"ProjectionExpression": "a, a"},
            "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one "
            "of these paths; path one: [a], path two: [a]",
        ),
        (
            {"ProjectionExpression": "a b"},
            'Invalid ProjectionExpression: Syntax error; token: "b", near: "a b"',
        ),
        (
            {"ProjectionExpression": "a,"},
            'Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","',
        ),
        (
            {"ProjectionExpression": "a", "ExpressionAttributeNames": {"#x": "s"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}",
        ),
        (
            {"ProjectionExpression": "a", "ExpressionAttributeNames": {}},
            "ExpressionAttributeNames must not be empty",
        ),
        (
            {"ExpressionAttributeNames": {"#x": "s"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"AttributesToGet": ["a", "a"]},
            "One or more parameter values were invalid: Duplicate value in attribute name: a",
        ),
        (
            {"AttributesToGet": ["a"], "ProjectionExpression": "a"},
            "Can not use both expression and non-expression parameters in the same request: Non-expression "
            "parameters: {AttributesToGet} Expression parameters: {ProjectionExpression}",
        ),
        (
            {"AttributesToGet": []},
            "1 validation error detected: Value '[]' at 'attributesToGet' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        ),
    ],
    ids=str,
)
def test_get_refuses(dynamodb, table, parameters, message):
    for name in (table, "no-such-table"):
        assert refused(dynamodb.get_item, TableName=name, Key={"pk": S("item")}, **parameters) == (
            "ValidationException",
            message,
        )
