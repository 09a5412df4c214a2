"""The parameters from before expressions: AttributeUpdates, Expected, KeyConditions, filters."""

import pytest

from harness.clients import refused
from harness.values import L, N, NS, S, SS, normal_item, unique

DETECTED = "1 validation error detected: "
INVALID = "One or more parameter values were invalid: "
ITEM = {"s": S("banana"), "n": N("5"), "ss": SS("a", "b"), "l": L(S("x"))}


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make()


@pytest.fixture
def key(dynamodb, table):
    key = {"pk": S(unique("legacy"))}
    dynamodb.put_item(TableName=table, Item=ITEM | key)
    return key


@pytest.mark.parametrize(
    ("updates", "changes"),
    [
        ({"s": {"Action": "PUT", "Value": S("x")}}, {"s": S("x")}),
        ({"s": {"Value": S("x")}}, {"s": S("x")}),
        ({"s": {"Action": "DELETE"}}, {"s": None}),
        ({"gone": {"Action": "DELETE"}}, {}),
        ({"n": {"Action": "ADD", "Value": N("2")}}, {"n": N("7")}),
        ({"x": {"Action": "ADD", "Value": N("2")}}, {"x": N("2")}),
        ({"ss": {"Action": "ADD", "Value": SS("c")}}, {"ss": SS("a", "b", "c")}),
        ({"ss": {"Action": "DELETE", "Value": SS("a")}}, {"ss": SS("b")}),
        ({"ss": {"Action": "DELETE", "Value": SS("a", "b")}}, {"ss": None}),
        ({"l": {"Action": "ADD", "Value": L(S("y"))}}, {"l": L(S("x"), S("y"))}),
        ({"s": {"Value": N("1")}, "y": {"Value": NS("1")}}, {"s": N("1"), "y": NS("1")}),
    ],
    ids=str,
)
def test_attribute_updates(dynamodb, table, key, updates, changes):
    answer = dynamodb.update_item(TableName=table, Key=key, AttributeUpdates=updates, ReturnValues="ALL_NEW")
    want = {name: value for name, value in (ITEM | key | changes).items() if value is not None}
    assert normal_item(answer["Attributes"]) == normal_item(want)


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        ({"s": {"Action": "PUT"}}, "Only DELETE action is allowed when no attribute value is specified"),
        ({"s": {"Action": "DELETE", "Value": S("x")}}, "DELETE action with value is not supported for the type S"),
        ({"s": {"Action": "ADD", "Value": S("x")}}, "ADD action is not supported for the type S"),
        (
            {"pk": {"Value": S("x")}},
            "Cannot update attribute pk. This attribute is part of the key",
        ),
    ],
    ids=str,
)
def test_attribute_updates_refused(dynamodb, table, key, updates, message):
    code, got = refused(dynamodb.update_item, TableName=table, Key=key, AttributeUpdates=updates)
    assert code == "ValidationException"
    assert got.removeprefix(DETECTED) == INVALID + message


def test_attribute_updates_type_mismatch(dynamodb, table, key):
    updates = {"s": {"Action": "ADD", "Value": N("1")}}
    assert refused(dynamodb.update_item, TableName=table, Key=key, AttributeUpdates=updates) == (
        "ValidationException",
        "Type mismatch for attribute to update",
    )


# (condition on attribute, condition, holds)
CONDITIONS = [
    ("n", "EQ", [N("5.0")], True),
    ("n", "NE", [N("5")], False),
    ("gone", "NE", [N("5")], True),
    ("n", "LT", [N("6")], True),
    ("n", "LE", [N("5")], True),
    ("n", "GT", [N("5")], False),
    ("n", "GE", [N("5")], True),
    ("s", "BEGINS_WITH", [S("ban")], True),
    ("s", "CONTAINS", [S("nan")], True),
    ("s", "NOT_CONTAINS", [S("nan")], False),
    ("ss", "CONTAINS", [S("a")], True),
    ("ss", "NOT_CONTAINS", [S("z")], True),
    ("gone", "NOT_CONTAINS", [S("z")], False),
    ("gone", "NULL", [], True),
    ("n", "NULL", [], False),
    ("n", "NOT_NULL", [], True),
    ("n", "IN", [N("1"), N("5")], True),
    ("n", "IN", [N("1")], False),
    ("n", "BETWEEN", [N("5"), N("9")], True),
    ("n", "BETWEEN", [N("6"), N("9")], False),
    ("ss", "EQ", [SS("b", "a")], True),
]


@pytest.mark.parametrize(("name", "operator", "values", "holds"), CONDITIONS, ids=str)
def test_expected_and_filters(dynamodb, table, key, name, operator, values, holds):
    condition = {"ComparisonOperator": operator} | ({"AttributeValueList": values} if values else {})
    request = {"TableName": table, "Item": ITEM | key, "Expected": {name: condition}}
    if holds:
        dynamodb.put_item(**request)
    else:
        assert refused(dynamodb.put_item, **request) == (
            "ConditionalCheckFailedException",
            "The conditional request failed",
        )
    mine = {"ComparisonOperator": "EQ", "AttributeValueList": [key["pk"]]}
    scanned = dynamodb.scan(TableName=table, ScanFilter={"pk": mine, name: condition})
    assert scanned["Count"] == (1 if holds else 0)
    queried = dynamodb.query(TableName=table, KeyConditions={"pk": mine}, QueryFilter={name: condition})
    assert (queried["Count"], queried["ScannedCount"]) == (1 if holds else 0, 1)


@pytest.mark.parametrize(
    ("expected", "operator", "holds"),
    [
        ({"s": {"Value": S("banana")}}, None, True),
        ({"s": {"Exists": True, "Value": S("banana")}}, None, True),
        ({"s": {"Value": S("apple")}}, None, False),
        ({"gone": {"Exists": False}}, None, True),
        ({"s": {"Exists": False}}, None, False),
        ({"s": {"Value": S("banana")}, "n": {"Value": N("6")}}, None, False),
        ({"s": {"Value": S("banana")}, "n": {"Value": N("6")}}, "AND", False),
        ({"s": {"Value": S("banana")}, "n": {"Value": N("6")}}, "OR", True),
    ],
    ids=str,
)
def test_expected_values(dynamodb, table, key, expected, operator, holds):
    request = {"TableName": table, "Key": key, "Expected": expected}
    if operator:
        request["ConditionalOperator"] = operator
    if holds:
        dynamodb.delete_item(**request)
    else:
        assert refused(dynamodb.delete_item, **request)[0] == "ConditionalCheckFailedException"
    assert ("Item" in dynamodb.get_item(TableName=table, Key=key)) == (not holds)


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"Value": S("a"), "AttributeValueList": [S("a")]}, "Value and AttributeValueList cannot be used together for Attribute: x"),
        ({"Exists": True, "ComparisonOperator": "NULL"}, "Exists and ComparisonOperator cannot be used together for Attribute: x"),
        ({"ComparisonOperator": "LT"}, "Value or AttributeValueList must be used with ComparisonOperator: LT for Attribute: x"),
        ({"ComparisonOperator": "EQ", "AttributeValueList": [S("a"), S("b")]}, "Invalid number of argument(s) for the EQ ComparisonOperator"),
        ({"ComparisonOperator": "BETWEEN", "AttributeValueList": [S("a"), N("1")]}, "AttributeValues inside AttributeValueList must be of same type"),
        ({"ComparisonOperator": "LT", "AttributeValueList": [SS("a")]}, "ComparisonOperator LT is not valid for SS AttributeValue type"),
        ({"AttributeValueList": [S("a")]}, "AttributeValueList can only be used with a ComparisonOperator for Attribute: x"),
        ({"Exists": True}, "Value must be provided when Exists is true for Attribute: x"),
        ({}, "Value must be provided when Exists is null for Attribute: x"),
        ({"Exists": False, "Value": S("a")}, "Value cannot be used when Exists is false for Attribute: x"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_expected_refused(dynamodb, table, expected, message):
    for name in (table, "no-such-table"):
        assert refused(dynamodb.put_item, TableName=name, Item={"pk": S("a")}, Expected={"x": expected}) == (
            "ValidationException",
            DETECTED + INVALID + message,
        )


@pytest.mark.parametrize(
    ("operation", "parameters", "listed"),
    [
        (
            "put_item",
            {"Item": {"pk": S("a")}, "Expected": {"a": {"Exists": False}}, "ConditionExpression": "a = b"},
            "{Expected} Expression parameters: {ConditionExpression}",
        ),
        (
            "update_item",
            {
                "Key": {"pk": S("a")},
                "AttributeUpdates": {"a": {"Value": S("b")}},
                "Expected": {"a": {"Exists": False}},
                "UpdateExpression": "SET a = b",
                "ConditionExpression": "a = b",
            },
            "{AttributeUpdates, Expected} Expression parameters: {UpdateExpression, ConditionExpression}",
        ),
        (
            "delete_item",
            {
                "Key": {"pk": S("a")},
                "Expected": {"a": {"Exists": False}},
                "ConditionalOperator": "OR",
                "ConditionExpression": "a = b",
            },
            "{Expected, ConditionalOperator} Expression parameters: {ConditionExpression}",
        ),
        (
            "scan",
            {
                "AttributesToGet": ["a"],
                "ScanFilter": {"a": {"ComparisonOperator": "NULL"}},
                "FilterExpression": "attribute_exists(a)",
            },
            "{AttributesToGet, ScanFilter} Expression parameters: {FilterExpression}",
        ),
    ],
)
def test_styles_do_not_mix(dynamodb, table, operation, parameters, listed):
    code, message = refused(getattr(dynamodb, operation), TableName=table, **parameters)
    assert code == "ValidationException"
    assert message.removeprefix(DETECTED) == (
        "Can not use both expression and non-expression parameters in the same request: "
        f"Non-expression parameters: {listed}"
    )


def test_key_conditions(dynamodb, tables):
    name = tables.make("pk:S", "sk:N")
    for n in range(5):
        dynamodb.put_item(TableName=name, Item={"pk": S("p"), "sk": N(n)})

    def found(operator, *values):
        conditions = {
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [S("p")]},
            "sk": {"ComparisonOperator": operator, "AttributeValueList": list(values)},
        }
        return [int(item["sk"]["N"]) for item in dynamodb.query(TableName=name, KeyConditions=conditions)["Items"]]

    assert found("EQ", N(2)) == [2]
    assert found("LT", N(2)) == [0, 1]
    assert found("LE", N(2)) == [0, 1, 2]
    assert found("GT", N(2)) == [3, 4]
    assert found("GE", N(2)) == [2, 3, 4]
    assert found("BETWEEN", N(1), N(3)) == [1, 2, 3]
    assert refused(found, "NE", N(1)) == (
        "ValidationException",
        "Attempted conditional constraint is not an indexable operation",
    )
