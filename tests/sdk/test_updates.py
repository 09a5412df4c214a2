"""UpdateItem: what each expression makes of an item, what it returns, and what it refuses while running."""

import pytest

from harness.clients import refused
from harness.values import BOOL, BS, L, M, N, NS, NULL, S, SS, B, normal_item, unique

ITEM = {
    "s": S("text"),
    "n": N("10"),
    "l": L(N("0"), N("1"), N("2"), N("3")),
    "m": M(a=N("1"), b=M(c=S("deep"))),
    "ss": SS("a", "b"),
    "ns": NS("1", "2"),
    "bs": BS(b"\x01", b"\x02"),
}

# (expression, values, changes): attributes of ITEM as they are afterwards, None for removed.
ROWS = [
    # SET
    ("SET s = :a", {":a": S("new")}, {"s": S("new")}),
    ("SET s = :a", {":a": N("1")}, {"s": N("1")}),
    ("SET x = :a, y = :b", {":a": NULL, ":b": BOOL(False)}, {"x": NULL, "y": BOOL(False)}),
    ("SET x = s", {}, {"x": S("text")}),
    ("SET x = m.b.c, s = l[3]", {}, {"x": S("deep"), "s": N("3")}),
    ("SET s = :a, x = s", {":a": S("new")}, {"s": S("new"), "x": S("text")}),
    ("set s = :a", {":a": S("new")}, {"s": S("new")}),
    # arithmetic
    ("SET n = n + :a", {":a": N("5")}, {"n": N("15")}),
    ("SET n = n - :a", {":a": N("15")}, {"n": N("-5")}),
    ("SET n = :a - n", {":a": N("1")}, {"n": N("-9")}),
    ("SET n = n + n", {}, {"n": N("20")}),
    ("SET n = l[1] + l[2]", {}, {"n": N("3")}),
    ("SET x = :a + :b", {":a": N("0.1"), ":b": N("0.2")}, {"x": N("0.3")}),
    ("SET x = :a - :b", {":a": N("1e125"), ":b": N("1e125")}, {"x": N("0")}),
    (
        "SET x = :a + :b",
        {":a": N("9" * 37), ":b": N("1")},
        {"x": N("1" + "0" * 37)},
    ),
    ("SET x = (n + :a)", {":a": N("1")}, {"x": N("11")}),
    # if_not_exists
    ("SET x = if_not_exists(x, :a)", {":a": N("7")}, {"x": N("7")}),
    ("SET n = if_not_exists(n, :a)", {":a": N("7")}, {}),
    ("SET x = if_not_exists(x, :z) + :a", {":a": N("7"), ":z": N("0")}, {"x": N("7")}),
    ("SET n = if_not_exists(n, :z) + :a", {":a": N("7"), ":z": N("0")}, {"n": N("17")}),
    ("SET x = if_not_exists(x, s)", {}, {"x": S("text")}),
    ("SET x = if_not_exists(y, if_not_exists(z, :a))", {":a": S("in")}, {"x": S("in")}),
    ("SET m.d = if_not_exists(m.d, :a)", {":a": S("d")}, {"m": M(a=N("1"), b=M(c=S("deep")), d=S("d"))}),
    # list_append
    ("SET l = list_append(l, :a)", {":a": L(S("x"))}, {"l": L(N("0"), N("1"), N("2"), N("3"), S("x"))}),
    ("SET l = list_append(:a, l)", {":a": L(S("x"))}, {"l": L(S("x"), N("0"), N("1"), N("2"), N("3"))}),
    ("SET x = list_append(:a, :b)", {":a": L(S("x")), ":b": L()}, {"x": L(S("x"))}),
    ("SET x = list_append(if_not_exists(x, :e), :a)", {":e": L(), ":a": L(N("1"))}, {"x": L(N("1"))}),
    # nested paths
    ("SET m.a = :a", {":a": S("x")}, {"m": M(a=S("x"), b=M(c=S("deep")))}),
    ("SET m.b.d = :a", {":a": S("x")}, {"m": M(a=N("1"), b=M(c=S("deep"), d=S("x")))}),
    ("SET m.b = :a", {":a": S("x")}, {"m": M(a=N("1"), b=S("x"))}),
    ("SET l[1] = :a", {":a": S("x")}, {"l": L(N("0"), S("x"), N("2"), N("3"))}),
    ("SET l[4] = :a", {":a": S("x")}, {"l": L(N("0"), N("1"), N("2"), N("3"), S("x"))}),
    ("SET l[99] = :a", {":a": S("x")}, {"l": L(N("0"), N("1"), N("2"), N("3"), S("x"))}),
    (
        "SET l[84] = :a, l[37] = :b",
        {":a": S("84"), ":b": S("37")},
        {"l": L(N("0"), N("1"), N("2"), N("3"), S("37"), S("84"))},
    ),
    # REMOVE
    ("REMOVE s", {}, {"s": None}),
    ("REMOVE s, n, nothing", {}, {"s": None, "n": None}),
    ("REMOVE m.b.c", {}, {"m": M(a=N("1"), b=M())}),
    ("REMOVE m.x", {}, {}),
    ("REMOVE l[0]", {}, {"l": L(N("1"), N("2"), N("3"))}),
    ("REMOVE l[0], l[2]", {}, {"l": L(N("1"), N("3"))}),
    ("REMOVE l[9]", {}, {}),
    ("REMOVE l[0], l[1], l[2], l[3]", {}, {"l": L()}),
    # ADD
    ("ADD n :a", {":a": N("5")}, {"n": N("15")}),
    ("ADD n :a", {":a": N("-0.5")}, {"n": N("9.5")}),
    ("ADD x :a", {":a": N("5")}, {"x": N("5")}),
    ("ADD ss :a", {":a": SS("b", "c")}, {"ss": SS("a", "b", "c")}),
    ("ADD ns :a", {":a": NS("2.0", "3")}, {"ns": NS("1", "2", "3")}),
    ("ADD bs :a", {":a": BS(b"\x03")}, {"bs": BS(b"\x01", b"\x02", b"\x03")}),
    ("ADD x :a", {":a": SS("a")}, {"x": SS("a")}),
    ("ADD m.a :a", {":a": N("1")}, {"m": M(a=N("2"), b=M(c=S("deep")))}),
    ("ADD m.z :a", {":a": N("1")}, {"m": M(a=N("1"), b=M(c=S("deep")), z=N("1"))}),
    # DELETE
    ("DELETE ss :a", {":a": SS("a", "z")}, {"ss": SS("b")}),
    ("DELETE ss :a", {":a": SS("a", "b")}, {"ss": None}),
    ("DELETE ns :a", {":a": NS("1.0")}, {"ns": NS("2")}),
    ("DELETE bs :a", {":a": BS(b"\x02")}, {"bs": BS(b"\x01")}),
    ("DELETE x :a", {":a": SS("a")}, {}),
    # several clauses
    (
        "SET s = :a REMOVE m ADD n :b DELETE ss :c",
        {":a": S("new"), ":b": N("1"), ":c": SS("a")},
        {"s": S("new"), "m": None, "n": N("11"), "ss": SS("b")},
    ),
    ("REMOVE s SET x = s", {}, {"s": None, "x": S("text")}),
    ("REMOVE l[0] SET x = l[0]", {}, {"x": N("0"), "l": L(N("1"), N("2"), N("3"))}),
]


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make()


@pytest.fixture
def key(dynamodb, table):
    key = {"pk": S(unique("update"))}
    dynamodb.put_item(TableName=table, Item=ITEM | key)
    return key


def update(dynamodb, table, key, expression, values, **more):
    if values:
        more["ExpressionAttributeValues"] = values
    return dynamodb.update_item(TableName=table, Key=key, UpdateExpression=expression, **more)


def current(dynamodb, table, key):
    return normal_item(dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item"))


@pytest.mark.parametrize(("expression", "values", "changes"), ROWS, ids=[f"{r[0]}-{i}" for i, r in enumerate(ROWS)])
def test_update(dynamodb, table, key, expression, values, changes):
    want = normal_item({name: value for name, value in (ITEM | key | changes).items() if value is not None})
    answer = update(dynamodb, table, key, expression, values, ReturnValues="ALL_NEW")
    assert normal_item(answer["Attributes"]) == want
    assert current(dynamodb, table, key) == want


NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
BAD_PATH = "The document path provided in the update expression is invalid for update"
TOO_DEEP = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
CHANGES_KEY = "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key"


@pytest.mark.parametrize(
    ("expression", "values", "message"),
    [
        ("SET x = y", {}, NO_ATTRIBUTE),
        ("SET x = m.nothing", {}, NO_ATTRIBUTE),
        ("SET x = l[9]", {}, NO_ATTRIBUTE),
        ("SET x = y + :a", {":a": N("1")}, NO_ATTRIBUTE),
        ("SET s = s + :a", {":a": N("1")}, WRONG_TYPE),
        ("SET x = list_append(s, :a)", {":a": L()}, WRONG_TYPE),
        ("ADD s :a", {":a": N("1")}, WRONG_TYPE),
        ("ADD n :a", {":a": SS("a")}, WRONG_TYPE),
        ("ADD ss :a", {":a": NS("1")}, WRONG_TYPE),
        ("DELETE ns :a", {":a": SS("1")}, WRONG_TYPE),
        ("DELETE s :a", {":a": SS("1")}, WRONG_TYPE),
        ("SET x.y = :a", {":a": N("1")}, BAD_PATH),
        ("SET s.y = :a", {":a": N("1")}, BAD_PATH),
        ("SET s[0] = :a", {":a": N("1")}, BAD_PATH),
        ("SET m[0] = :a", {":a": N("1")}, BAD_PATH),
        ("SET l.a = :a", {":a": N("1")}, BAD_PATH),
        ("SET m.x.y = :a", {":a": N("1")}, BAD_PATH),
        ("REMOVE x.y", {}, BAD_PATH),
        ("REMOVE s.y", {}, BAD_PATH),
        ("ADD x.y :a", {":a": N("1")}, BAD_PATH),
        ("SET pk = :a", {":a": S("x")}, CHANGES_KEY),
        ("REMOVE pk", {}, CHANGES_KEY),
        ("ADD pk :a", {":a": N("1")}, CHANGES_KEY),
    ],
)
def test_refused_while_running(dynamodb, table, key, expression, values, message):
    assert refused(update, dynamodb, table, key, expression, values) == ("ValidationException", message)
    assert current(dynamodb, table, key) == normal_item(ITEM | key)


def lists(count: int) -> dict:
    """A number in lists in lists."""
    value = N("1")
    for _ in range(count):
        value = L(value)
    return value


def test_an_update_nests_as_deep_as_a_put(dynamodb, table, key):
    for expression, deepest in (("SET v = :a", 31), ("SET m.v = :a", 30), ("SET m.b.v = :a", 29)):
        update(dynamodb, table, key, expression, {":a": lists(deepest)})
        too_deep = refused(update, dynamodb, table, key, expression, {":a": lists(deepest + 1)})
        assert too_deep == ("ValidationException", TOO_DEEP), expression
    deep = current(dynamodb, table, key)
    dynamodb.put_item(TableName=table, Item=deep)
    with_more = deep | {"v": lists(32)}
    assert refused(dynamodb.put_item, TableName=table, Item=with_more) == ("ValidationException", TOO_DEEP)


@pytest.mark.parametrize(
    ("left", "operator", "right"),
    [("1e125", "+", "9e125"), ("1e50", "+", "1"), ("1e38", "-", "0.1"), ("-9e125", "-", "9e125")],
)
def test_results_out_of_range_are_refused(dynamodb, table, key, left, operator, right):
    values = {":a": N(left), ":b": N(right)}
    code, message = refused(update, dynamodb, table, key, f"SET x = :a {operator} :b", values)
    assert code == "ValidationException"
    assert message == "Number overflow. Attempting to store a number with magnitude larger than supported range"
    assert "x" not in current(dynamodb, table, key)


# (expression, values, old, new): what UPDATED_OLD and UPDATED_NEW return; None: no Attributes.
RETURNED = [
    ("SET s = :a", {":a": S("new")}, {"s": S("text")}, {"s": S("new")}),
    ("SET x = :a", {":a": S("new")}, None, {"x": S("new")}),
    ("SET s = :a, x = :a", {":a": S("new")}, {"s": S("text")}, {"s": S("new"), "x": S("new")}),
    ("SET s = s", {}, {"s": S("text")}, {"s": S("text")}),
    ("REMOVE s", {}, {"s": S("text")}, None),
    ("REMOVE x", {}, None, None),
    ("ADD n :a", {":a": N("1")}, {"n": N("10")}, {"n": N("11")}),
    ("DELETE ss :a", {":a": SS("a")}, {"ss": SS("a", "b")}, {"ss": SS("b")}),
    ("DELETE ss :a", {":a": SS("a", "b")}, {"ss": SS("a", "b")}, None),
    ("SET m.a = :a", {":a": S("x")}, {"m": M(a=N("1"))}, {"m": M(a=S("x"))}),
    ("SET m.b.c = :a", {":a": S("x")}, {"m": M(b=M(c=S("deep")))}, {"m": M(b=M(c=S("x")))}),
    ("SET m.z = :a", {":a": S("x")}, None, {"m": M(z=S("x"))}),
    ("SET l[1] = :a", {":a": S("x")}, {"l": L(N("1"))}, {"l": L(S("x"))}),
    ("SET l[1] = :a, l[3] = :b", {":a": S("x"), ":b": S("y")}, {"l": L(N("1"), N("3"))}, {"l": L(S("x"), S("y"))}),
    ("SET l[100] = :a", {":a": S("x")}, None, None),
    ("REMOVE l[1]", {}, {"l": L(N("1"))}, {"l": L(N("2"))}),
    ("REMOVE m.a", {}, {"m": M(a=N("1"))}, None),
]


@pytest.mark.parametrize(
    ("expression", "values", "old", "new"), RETURNED, ids=[f"{r[0]}-{i}" for i, r in enumerate(RETURNED)]
)
def test_updated_old_and_new(dynamodb, table, expression, values, old, new):
    for mode, want in (("UPDATED_OLD", old), ("UPDATED_NEW", new)):
        key = {"pk": S(unique("returned"))}
        dynamodb.put_item(TableName=table, Item=ITEM | key)
        answer = update(dynamodb, table, key, expression, values, ReturnValues=mode)
        assert normal_item(answer.get("Attributes")) == normal_item(want), mode


class TestAbsentItem:
    """An update of an item that is not there."""

    @pytest.mark.parametrize(
        ("expression", "values", "attributes"),
        [
            ("SET s = :a", {":a": S("x")}, {"s": S("x")}),
            ("ADD n :a", {":a": N("3")}, {"n": N("3")}),
            ("ADD ss :a", {":a": SS("x")}, {"ss": SS("x")}),
            ("SET x = if_not_exists(x, :a) REMOVE y", {":a": N("1")}, {"x": N("1")}),
        ],
    )
    def test_is_created(self, dynamodb, table, expression, values, attributes):
        key = {"pk": S(unique("absent"))}
        answer = update(dynamodb, table, key, expression, values, ReturnValues="ALL_NEW")
        assert answer["Attributes"] == key | attributes
        assert current(dynamodb, table, key) == key | attributes

    @pytest.mark.parametrize(
        ("expression", "values"),
        [("REMOVE s", {}), ("REMOVE s.t", {}), ("DELETE ss :a", {":a": SS("x")}), ("REMOVE a DELETE b :a", {":a": SS("x")})],
    )
    def test_is_not_created(self, dynamodb, table, expression, values):
        key = {"pk": S(unique("absent"))}
        answer = update(dynamodb, table, key, expression, values, ReturnValues="ALL_NEW")
        assert "Attributes" not in answer
        assert current(dynamodb, table, key) is None

    def test_without_an_expression_it_is_the_key_alone(self, dynamodb, table):
        key = {"pk": S(unique("absent"))}
        dynamodb.update_item(TableName=table, Key=key)
        assert current(dynamodb, table, key) == key

    def test_a_bad_operand_creates_nothing(self, dynamodb, table):
        key = {"pk": S(unique("absent"))}
        assert refused(update, dynamodb, table, key, "SET x = y", {}) == ("ValidationException", NO_ATTRIBUTE)
        assert refused(update, dynamodb, table, key, "SET x.y = :a", {":a": N("1")}) == (
            "ValidationException",
            BAD_PATH,
        )
        assert current(dynamodb, table, key) is None


class TestReturnValues:
    OLD = {"v": S("old"), "w": N("1")}

    @pytest.mark.parametrize(
        ("mode", "there", "absent"),
        [("NONE", None, None), (None, None, None), ("ALL_OLD", "old", None)],
    )
    def test_put(self, dynamodb, table, mode, there, absent):
        key = {"pk": S(unique("put"))}
        more = {"ReturnValues": mode} if mode else {}
        assert dynamodb.put_item(TableName=table, Item=key | self.OLD, **more).get("Attributes") == absent
        answer = dynamodb.put_item(TableName=table, Item=key | {"v": S("new")}, **more)
        assert answer.get("Attributes") == (key | self.OLD if there else None)

    @pytest.mark.parametrize("mode", ["NONE", "ALL_OLD"])
    def test_delete(self, dynamodb, table, mode):
        key = {"pk": S(unique("delete"))}
        dynamodb.put_item(TableName=table, Item=key | self.OLD)
        answer = dynamodb.delete_item(TableName=table, Key=key, ReturnValues=mode)
        assert answer.get("Attributes") == (key | self.OLD if mode == "ALL_OLD" else None)
        assert "Attributes" not in dynamodb.delete_item(TableName=table, Key=key, ReturnValues=mode)

    @pytest.mark.parametrize(
        ("mode", "want"),
        [
            ("NONE", None),
            ("ALL_OLD", {"v": S("old"), "w": N("1")}),
            ("ALL_NEW", {"v": S("new"), "w": N("1")}),
        ],
    )
    def test_update(self, dynamodb, table, mode, want):
        key = {"pk": S(unique("update"))}
        dynamodb.put_item(TableName=table, Item=key | self.OLD)
        answer = update(dynamodb, table, key, "SET v = :a", {":a": S("new")}, ReturnValues=mode)
        assert answer.get("Attributes") == (want and key | want)

    @pytest.mark.parametrize("operation", ["put_item", "delete_item"])
    @pytest.mark.parametrize("mode", ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
    def test_modes_that_make_no_sense(self, dynamodb, table, operation, mode):
        request = {"Item": {"pk": S("x")}} if operation == "put_item" else {"Key": {"pk": S("x")}}
        assert refused(getattr(dynamodb, operation), TableName=table, ReturnValues=mode, **request) == (
            "ValidationException",
            "1 validation error detected: ReturnValues can only be ALL_OLD or NONE",
        )


def test_binary_survives_every_return_mode(dynamodb, table):
    key = {"pk": S(unique("binary"))}
    dynamodb.put_item(TableName=table, Item=key | {"b": B(b"\x00\xff")})
    answer = update(dynamodb, table, key, "SET c = b", {}, ReturnValues="UPDATED_NEW")
    assert answer["Attributes"] == {"c": B(b"\x00\xff")}
