"""Condition expressions: what holds on an item, through ConditionExpression and as a filter alike."""

import botocore.exceptions
import pytest

from harness.clients import refused
from harness.values import BOOL, BS, L, M, N, NS, NULL, S, SS, B

ITEM = {
    "pk": S("item"),
    "s": S("banana"),
    "e": S(""),
    "n": N("42"),
    "neg": N("-7.5"),
    "b": B(b"\x01\x80\xff"),
    "ss": SS("x", "y"),
    "ns": NS("1", "2.0"),
    "bs": BS(b"\x01", b"\x02"),
    "t": BOOL(True),
    "nul": NULL,
    "l": L(S("first"), N("2"), L(S("in")), M(k=S("v"))),
    "m": M(a=N("1"), deep=M(b=L(S("z")))),
    "same": S("banana"),
    "emoji": S("😀é"),
}

# (expression, values, holds); names are #x -> x by themselves.
ROWS = [
    # comparators
    ("s = :v", S("banana"), True),
    ("s = :v", S("Banana"), False),
    ("s <> :v", S("apple"), True),
    ("s < :v", S("bananas"), True),
    ("s > :v", S("ban"), True),
    ("s <= :v", S("banana"), True),
    ("s >= :v", S("bb"), False),
    ("n = :v", N("42.0"), True),
    ("n = :v", N("4.2e1"), True),
    ("n > :v", N("5"), True),
    ("n < :v", N("100"), True),
    ("neg < :v", N("-7.49"), True),
    ("neg >= :v", N("-7.5"), True),
    ("b < :v", B(b"\x02"), True),
    ("b > :v", B(b"\x01\x7f"), True),
    ("b > :v", B(b"\x01\x80\xff\x00"), False),
    (":v = s", S("banana"), True),
    (":v < n", N("1"), True),
    ("s = same", None, True),
    ("s < n", None, False),
    # types that differ
    ("n = :v", S("42"), False),
    ("n <> :v", S("42"), True),
    ("n < :v", S("9"), False),
    ("n > :v", S("9"), False),
    ("l < :v", N("1"), False),
    # sets, documents, booleans, null
    ("ss = :v", SS("y", "x"), True),
    ("ss = :v", SS("x"), False),
    ("ns = :v", NS("2", "1.0"), True),
    ("bs = :v", BS(b"\x02", b"\x01"), True),
    ("ss <> :v", SS("x", "y"), False),
    ("t = :v", BOOL(True), True),
    ("t = :v", BOOL(False), False),
    ("nul = :v", NULL, True),
    ("l = :v", ITEM["l"], True),
    ("l = :v", L(S("first")), False),
    ("m = :v", M(deep=M(b=L(S("z"))), a=N("1.0")), True),
    ("m <> :v", M(a=N("1")), True),
    # missing attributes
    ("gone = :v", S("a"), False),
    ("gone <> :v", S("a"), True),
    ("gone < :v", S("a"), False),
    ("NOT gone = :v", S("a"), True),
    ("gone <> absent", None, True),
    ("gone = absent", None, False),
    # paths
    ("l[0] = :v", S("first"), True),
    ("l[2][0] = :v", S("in"), True),
    ("l[3].k = :v", S("v"), True),
    ("l[4] = :v", S("v"), False),
    ("m.a = :v", N("1"), True),
    ("m.deep.b[0] = :v", S("z"), True),
    ("m.deep.b[1] = :v", S("z"), False),
    ("m.a.b = :v", N("1"), False),
    ("l.a = :v", N("1"), False),
    ("#m . #a = :v", N("1"), True),
    ("l [ 0 ] = :v", S("first"), True),
    # BETWEEN and IN
    ("n BETWEEN :lo AND :hi", (N("42"), N("43")), True),
    ("n BETWEEN :lo AND :hi", (N("1"), N("42")), True),
    ("n BETWEEN :lo AND :hi", (N("43"), N("50")), False),
    ("n NOT BETWEEN :lo AND :hi", (N("43"), N("50")), "syntax"),
    ("NOT n BETWEEN :lo AND :hi", (N("43"), N("50")), True),
    ("s BETWEEN :lo AND :hi", (S("a"), S("c")), True),
    ("s BETWEEN :lo AND :hi", (N("1"), N("2")), False),
    ("gone BETWEEN :lo AND :hi", (S("a"), S("c")), False),
    (":v BETWEEN neg AND n", N("0"), True),
    ("s IN (:lo, :hi)", (S("apple"), S("banana")), True),
    ("s IN (:v)", S("apple"), False),
    ("s IN (:v, same)", S("apple"), True),
    ("n IN (:lo, :hi)", (S("42"), N("42.0")), True),
    ("gone IN (:v)", S("apple"), False),
    # functions
    ("attribute_exists(s)", None, True),
    ("attribute_exists(nul)", None, True),
    ("attribute_exists(gone)", None, False),
    ("attribute_exists(m.deep.b[0])", None, True),
    ("attribute_exists(m.deep.c)", None, False),
    ("attribute_not_exists(gone)", None, True),
    ("attribute_not_exists(s)", None, False),
    ("attribute_not_exists(s.x)", None, True),
    ("attribute_type(s, :v)", S("S"), True),
    ("attribute_type(n, :v)", S("S"), False),
    ("attribute_type(l[3], :v)", S("M"), True),
    ("attribute_type(nul, :v)", S("NULL"), True),
    ("attribute_type(t, :v)", S("BOOL"), True),
    ("attribute_type(ns, :v)", S("NS"), True),
    ("attribute_type(gone, :v)", S("S"), False),
    ("begins_with(s, :v)", S("ban"), True),
    ("begins_with(s, :v)", S(""), True),
    ("begins_with(s, :v)", S("nan"), False),
    ("begins_with(s, :v)", S("bananarama"), False),
    ("begins_with(b, :v)", B(b"\x01\x80"), True),
    ("begins_with(n, :v)", S("4"), False),
    ("begins_with(gone, :v)", S("a"), False),
    ("contains(s, :v)", S("nan"), True),
    ("contains(s, :v)", S("x"), False),
    ("contains(s, :v)", N("1"), False),
    ("contains(b, :v)", B(b"\x80\xff"), True),
    ("contains(ss, :v)", S("x"), True),
    ("contains(ss, :v)", S("z"), False),
    ("contains(ns, :v)", N("2"), True),
    ("contains(ns, :v)", S("2"), False),
    ("contains(bs, :v)", B(b"\x02"), True),
    ("contains(l, :v)", N("2.0"), True),
    ("contains(l, :v)", L(S("in")), True),
    ("contains(l, :v)", S("in"), False),
    ("contains(:v, s)", S("a banana split"), True),
    ("contains(gone, :v)", S("x"), False),
    ("size(s) = :v", N("6"), True),
    ("size(e) = :v", N("0"), True),
    ("size(b) = :v", N("3"), True),
    ("size(ss) = :v", N("2"), True),
    ("size(l) > :v", N("3"), True),
    ("size(m) = :v", N("2"), True),
    ("size(emoji) = :v", N("3"), True),
    ("size(n) = :v", N("2"), False),
    ("size(t) <= :v", N("1"), False),
    ("size(gone) < :v", N("99"), False),
    ("size(s) > size(ss)", None, True),
    ("size(l[2]) BETWEEN :lo AND :hi", (N("1"), N("1")), True),
    # logic
    ("s = :v AND attribute_exists(n)", S("banana"), True),
    ("s = :v and attribute_exists(gone)", S("banana"), False),
    ("s = :v OR attribute_exists(gone)", S("banana"), True),
    ("NOT s = :v", S("banana"), False),
    ("NOT NOT s = :v", S("banana"), True),
    ("NOT (s = :v OR attribute_exists(gone))", S("x"), True),
    ("attribute_exists(s) OR attribute_exists(gone) AND s = :v", S("x"), True),
    ("(attribute_exists(s) OR attribute_exists(gone)) AND s = :v", S("x"), False),
    ("NOT attribute_exists(gone) AND s = :v", S("banana"), True),
    ("(s) = (:v)", S("banana"), True),
    ("gone = :v oR s = :v", S("banana"), True),
]


def parameters(expression: str, values) -> dict:
    made: dict = {}
    if isinstance(values, tuple):
        made["ExpressionAttributeValues"] = {":lo": values[0], ":hi": values[1]}
    elif values is not None:
        made["ExpressionAttributeValues"] = {":v": values}
    names = {word.strip("().,") for word in expression.split() if word.startswith("#")}
    if names:
        made["ExpressionAttributeNames"] = {name: name[1:] for name in names}
    return made


@pytest.fixture(scope="module")
def table(dynamodb, module_tables):
    name = module_tables.make()
    dynamodb.put_item(TableName=name, Item=ITEM)
    return name


@pytest.mark.parametrize(("expression", "values", "holds"), ROWS, ids=[f"{r[0]}-{i}" for i, r in enumerate(ROWS)])
def test_holds(dynamodb, table, expression, values, holds):
    scan = parameters(expression, values) | {"TableName": table, "FilterExpression": expression}
    put = parameters(expression, values) | {"TableName": table, "ConditionExpression": expression, "Item": ITEM}
    if holds == "syntax":
        assert "Syntax error" in refused(dynamodb.put_item, **put)[1]
        assert "Syntax error" in refused(dynamodb.scan, **scan)[1]
        return
    assert dynamodb.scan(**scan)["Count"] == (1 if holds else 0)
    if holds:
        dynamodb.put_item(**put)
    else:
        assert refused(dynamodb.put_item, **put) == (
            "ConditionalCheckFailedException",
            "The conditional request failed",
        )


OPERATIONS = {
    "put_item": {"Item": {"pk": S("target"), "v": S("new")}},
    "update_item": {
        "Key": {"pk": S("target")},
        "UpdateExpression": "SET v = :new",
        "ExpressionAttributeValues": {":new": S("new")},
    },
    "delete_item": {"Key": {"pk": S("target")}},
}


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("exists", [True, False])
def test_a_failed_condition_changes_nothing(dynamodb, tables, operation, exists):
    name = tables.make()
    old = {"pk": S("target"), "v": S("old"), "n": NS("1", "2")}
    if exists:
        dynamodb.put_item(TableName=name, Item=old)
    condition = "attribute_not_exists(pk)" if exists else "attribute_exists(pk)"
    for returned in ("NONE", "ALL_OLD"):
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            getattr(dynamodb, operation)(
                TableName=name,
                ConditionExpression=condition,
                ReturnValuesOnConditionCheckFailure=returned,
                **OPERATIONS[operation],
            )
        response = caught.value.response
        assert response["Error"]["Code"] == "ConditionalCheckFailedException"
        item = response.get("Item")
        assert (item is not None) == (exists and returned == "ALL_OLD")
        if item:
            assert item["v"] == S("old") and sorted(item["n"]["NS"]) == ["1", "2"]
    items = dynamodb.scan(TableName=name)["Items"]
    assert [item["v"] for item in items] == ([S("old")] if exists else [])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_condition_that_holds_lets_the_write_through(dynamodb, tables, operation):
    name = tables.make()
    dynamodb.put_item(TableName=name, Item={"pk": S("target"), "v": S("old")})
    request = dict(OPERATIONS[operation], TableName=name, ConditionExpression="v = :old")
    request["ExpressionAttributeValues"] = {":old": S("old")} | request.get("ExpressionAttributeValues", {})
    getattr(dynamodb, operation)(**request)
    items = dynamodb.scan(TableName=name)["Items"]
    assert items == ([] if operation == "delete_item" else [{"pk": S("target"), "v": S("new")}])
