"""What an item may hold: the ten types, numbers, sets, nesting, keys and sizes to the byte."""

import pytest

from harness.clients import refused
from harness.values import BOOL, BS, L, M, N, NS, NULL, S, SS, B, normal, unique

DETECTED = "1 validation error detected: "
INVALID = "One or more parameter values were invalid: "
ITEM_AT_MOST = 409_600


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make()


def put_and_get(dynamodb, table: str, value: dict) -> dict:
    key = {"pk": S(unique("value"))}
    dynamodb.put_item(TableName=table, Item=key | {"v": value})
    return dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)["Item"]["v"]


def nested(levels: int, inner: dict, wrap) -> dict:
    for _ in range(levels):
        inner = wrap(inner)
    return inner


@pytest.mark.parametrize(
    "value",
    [
        S("plain"),
        S(""),
        S("\u0000 \" \\ / \b \f \n \r \t \x1f \x7f"),
        S("ein Wörtchen, 漢字, 😀, \u2028\uffff"),
        S("x" * 100_000),
        N("0"),
        N("-12345678901234567890123456789012345678"),
        B(b""),
        B(bytes(range(256))),
        SS("b", "a", ""),
        NS("3", "1", "-2.5"),
        BS(b"\x00", b"\xff\xfe"),
        BOOL(True),
        BOOL(False),
        NULL,
        L(),
        L(S("a"), N(1), L(NULL, BOOL(True)), M(k=SS("x"))),
        M(),
        {"M": {"päth.with[odd]#chars": N(1), "a b": L()}},
        nested(31, S("deep"), lambda v: M(m=v)),
        nested(31, S("deep"), lambda v: L(v)),
    ],
    ids=lambda value: next(iter(value)) + str(len(str(value))),
)
def test_round_trip(dynamodb, table, value):
    assert normal(put_and_get(dynamodb, table, value)) == normal(value)


@pytest.mark.parametrize(
    ("sent", "returned"),
    [
        ("1", "1"),
        ("-0", "0"),
        ("0.0", "0"),
        ("0e10", "0"),
        ("+5", "5"),
        ("007", "7"),
        ("1.50", "1.5"),
        ("1.", "1"),
        (".5", "0.5"),
        ("-.5", "-0.5"),
        ("1e3", "1000"),
        ("1E3", "1000"),
        ("1e+3", "1000"),
        ("12.5e-3", "0.0125"),
        ("1e125", "1" + "0" * 125),
        ("-1e125", "-1" + "0" * 125),
        ("9.9999999999999999999999999999999999999e125", "9" * 38 + "0" * 88),
        ("1e-130", "0." + "0" * 129 + "1"),
        ("-1e-130", "-0." + "0" * 129 + "1"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("1234567890123456789012345678901234567800", "1234567890123456789012345678901234567800"),
        ("0.00012345678901234567890123456789012345678", "0.00012345678901234567890123456789012345678"),
        ("1.0000000000000000000000000000000000000000000", "1"),
    ],
)
def test_numbers_come_back_as_plain_decimals(dynamodb, table, sent, returned):
    assert put_and_get(dynamodb, table, N(sent)) == N(returned)


NOT_NUMERIC = "The parameter cannot be converted to a numeric value: "
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
PRECISION = "Attempting to store more than 38 significant digits in a Number"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        *((text, NOT_NUMERIC + text) for text in ("abc", "", " 1", "1 ", "0x10", "1e", "NaN", "Infinity", "1.2.3")),
        *((text, NOT_NUMERIC + text) for text in ("+e2", "1+2", "--1", "1e1.5", "-", ".", "1_000")),
        *((text, OVERFLOW) for text in ("1e126", "-1e126", "1e99999999999", "1e999999", "10e125")),
        *((text, UNDERFLOW) for text in ("1e-131", "-1e-131")),
        *((text, PRECISION) for text in ("1" * 39, "1." + "1" * 38, "0." + "1" * 39)),
    ],
)
@pytest.mark.parametrize("where", ["item", "set", "nested", "key", "expression value"])
def test_numbers_refused(dynamodb, table, where, number, message):
    key = {"pk": S("numbers")}
    if where == "expression value":
        call = lambda: dynamodb.update_item(  # noqa: E731
            TableName=table, Key=key, UpdateExpression="SET a = :v", ExpressionAttributeValues={":v": N(number)}
        )
    elif where == "key":
        call = lambda: dynamodb.delete_item(TableName=table, Key={"pk": N(number)})  # noqa: E731
    else:
        value = {"item": N(number), "set": NS(number), "nested": L(M(n=N(number)))}[where]
        call = lambda: dynamodb.put_item(TableName=table, Item=key | {"v": value})  # noqa: E731
    assert refused(call) == ("ValidationException", DETECTED + message)


def test_a_read_gives_the_bare_message(dynamodb, table):
    assert refused(dynamodb.get_item, TableName=table, Key={"pk": N("abc")}) == (
        "ValidationException",
        NOT_NUMERIC + "abc",
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (SS(), DETECTED + INVALID + "An string set  may not be empty"),
        (NS(), DETECTED + INVALID + "An number set  may not be empty"),
        (BS(), DETECTED + INVALID + "Binary sets should not be empty"),
        (SS("b", "a", "b"), DETECTED + INVALID + 'Input collection ["a", "b", "b"] contains duplicates.'),
        (NS("2", "1", "2"), DETECTED + INVALID + "Input collection contains duplicates."),
        (NS("1", "1.0"), DETECTED + INVALID + "Input collection contains duplicates."),
        (
            BS(b"\xff", b"\x00", b"\x00"),
            DETECTED + INVALID + 'Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.',
        ),
        (
            {"NULL": False},
            DETECTED + INVALID + "Null attribute value types must have the value of true",
        ),
        ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (L({}), "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
        (
            {"S": "a", "N": "1"},
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
            "supported datatypes",
        ),
        (
            nested(32, S("too deep"), lambda v: M(m=v)),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
            "supported limit",
        ),
        (
            nested(32, S("too deep"), lambda v: L(v)),
            "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
            "supported limit",
        ),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else "",
)
def test_values_refused(dynamodb, table, value, message):
    assert refused(dynamodb.put_item, TableName=table, Item={"pk": S("bad"), "v": value}) == (
        "ValidationException",
        message,
    )
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"pk": S("bad")})


# (value, size): what DynamoDB counts for the value alone, without its name.
SIZES = [
    (S(""), 0),
    (S("aé漢😀"), 1 + 2 + 3 + 4),
    (B(b"12345"), 5),
    (N("1"), 2),
    (N("12"), 2),
    (N("123"), 3),
    (N("1.5"), 3),
    (N("15"), 2),
    (N("3.14159"), 5),
    (N("123456"), 4),
    (N("100"), 2),
    (N("100.5"), 4),
    (N("1010"), 3),
    (N("0.15"), 2),
    (N("-42"), 3),
    (N("1E125"), 2),
    (N("1" * 38), 20),
    (N("0"), 1),
    (N("-0"), 1),
    (BOOL(True), 1),
    (NULL, 1),
    (SS("a", "bc"), 3),
    (NS("1", "123"), 5),
    (BS(b"\x00", b"\x01\x02"), 3),
    (L(), 3),
    (L(S("ab"), NULL), 3 + 2 + 1 + 2),
    (M(), 3),
    (M(k=S("ab"), kk=BOOL(True)), 3 + (1 + 2) + (2 + 1) + 2),
]


@pytest.mark.parametrize(("value", "size"), SIZES, ids=lambda v: str(v)[:40])
def test_size_to_the_byte(dynamodb, tables, value, size):
    name = tables.make()
    dynamodb.put_item(TableName=name, Item={"pk": S("k"), "value": value})
    assert dynamodb.describe_table(TableName=name)["Table"]["TableSizeBytes"] == len("pk") + 1 + len("value") + size


class TestItemSize:
    def item(self, size: int) -> dict:
        return {"pk": S("big"), "v": S("x" * (size - len("pk" + "big" + "v")))}

    def test_put(self, dynamodb, tables):
        name = tables.make()
        dynamodb.put_item(TableName=name, Item=self.item(ITEM_AT_MOST))
        assert dynamodb.describe_table(TableName=name)["Table"]["TableSizeBytes"] == ITEM_AT_MOST
        assert refused(dynamodb.put_item, TableName=name, Item=self.item(ITEM_AT_MOST + 1)) == (
            "ValidationException",
            "Item size has exceeded the maximum allowed size",
        )
        got = dynamodb.get_item(TableName=name, Key={"pk": S("big")})
        assert got["Item"] == self.item(ITEM_AT_MOST)

    def test_update(self, dynamodb, tables):
        name = tables.make()
        dynamodb.put_item(TableName=name, Item=self.item(ITEM_AT_MOST - 100))
        request = {
            "TableName": name,
            "Key": {"pk": S("big")},
            "UpdateExpression": "SET w = :w",
        }
        assert refused(
            dynamodb.update_item, **request, ExpressionAttributeValues={":w": S("x" * 101)}
        ) == ("ValidationException", "Item size to update has exceeded the maximum allowed size")
        assert dynamodb.get_item(TableName=name, Key={"pk": S("big")})["Item"] == self.item(ITEM_AT_MOST - 100)


@pytest.fixture(scope="module")
def composite(module_tables):
    return module_tables.make("pk:S", "sk:S")


@pytest.fixture(scope="module")
def binary(module_tables):
    return module_tables.make("pk:B", "sk:B")


@pytest.fixture(scope="module")
def number(module_tables):
    return module_tables.make("pk:N", "sk:N")


class TestKeys:
    def test_longest(self, dynamodb, composite, binary):
        for table, wrap, one in ((composite, S, "é"), (binary, B, b"\x00\x01")):
            item = {"pk": wrap(one * 1024), "sk": wrap(one * 512)}
            dynamodb.put_item(TableName=table, Item=item)
            assert dynamodb.get_item(TableName=table, Key=item)["Item"] == item

    @pytest.mark.parametrize(
        ("item", "message"),
        [
            (
                {"pk": S("x" * 2049), "sk": S("a")},
                INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes",
            ),
            (
                {"pk": S("a"), "sk": S("x" * 1025)},
                INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
            ),
            (
                {"pk": S(""), "sk": S("a")},
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                "contain an empty string value. Key: pk",
            ),
            (
                {"pk": S("a"), "sk": S("")},
                "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
                "contain an empty string value. Key: sk",
            ),
            ({"pk": S("a")}, INVALID + "Missing the key sk in the item"),
            ({"sk": S("a")}, INVALID + "Missing the key pk in the item"),
            ({}, INVALID + "Missing the key pk in the item"),
            ({"pk": N(1), "sk": S("a")}, INVALID + "Type mismatch for key pk expected: S actual: N"),
            ({"pk": S("a"), "sk": L()}, INVALID + "Type mismatch for key sk expected: S actual: L"),
        ],
    )
    def test_put_refuses(self, dynamodb, composite, item, message):
        assert refused(dynamodb.put_item, TableName=composite, Item=item) == ("ValidationException", message)

    @pytest.mark.parametrize("operation", ["get_item", "delete_item", "update_item"])
    @pytest.mark.parametrize(
        "key",
        [
            {},
            {"pk": S("a")},
            {"pk": S("a"), "sk": N(1)},
            {"pk": S("a"), "other": S("b")},
            {"pk": S("a"), "sk": S("b"), "other": S("c")},
        ],
        ids=str,
    )
    def test_key_refuses(self, dynamodb, composite, operation, key):
        assert refused(getattr(dynamodb, operation), TableName=composite, Key=key) == (
            "ValidationException",
            "The provided key element does not match the schema",
        )

    def test_empty_binary(self, dynamodb, binary):
        assert refused(dynamodb.put_item, TableName=binary, Item={"pk": B(b""), "sk": B(b"a")}) == (
            "ValidationException",
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            "empty binary value. Key: pk",
        )

    def test_numbers_are_one_key_however_written(self, dynamodb, number):
        dynamodb.put_item(TableName=number, Item={"pk": N("100"), "sk": N("-0"), "v": S("x")})
        got = dynamodb.get_item(TableName=number, Key={"pk": N("1e2"), "sk": N("0.0")})
        assert got["Item"] == {"pk": N("100"), "sk": N("0"), "v": S("x")}


def test_deep_values_in_expressions_count_levels(dynamodb, table):
    code, message = refused(
        dynamodb.update_item,
        TableName=table,
        Key={"pk": S("deep")},
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": nested(40, S("x"), lambda v: L(v))},
    )
    assert (code, message) == (
        "ValidationException",
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
        "supported limit",
    )
