"""What is wrong with a request before its expressions: members, enums, tables; and in which order it is said."""

import pytest

from harness.clients import refused
from harness.values import N, S
from harness.wire import Wire

DETECTED = "1 validation error detected: "
SCALAR_MEMBERS = "Member must satisfy enum value set: "
NAME = {
    "": "Value '' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    "a;b": "Value 'a;b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: "
    "[a-zA-Z0-9_.-]+",
}


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make()


DATA_OPERATIONS = {
    "PutItem": {"Item": {"pk": S("a")}},
    "GetItem": {"Key": {"pk": S("a")}},
    "UpdateItem": {"Key": {"pk": S("a")}},
    "DeleteItem": {"Key": {"pk": S("a")}},
    "Query": {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": S("a")}},
    "Scan": {},
}


@pytest.mark.parametrize("operation", DATA_OPERATIONS)
class TestTableName:
    def test_stops_alone(self, wire, operation):
        for name, message in NAME.items():
            bad = DATA_OPERATIONS[operation] | {"TableName": name, "ReturnConsumedCapacity": "LOTS"}
            answer = wire.call(operation, bad)
            assert (answer.status, answer.code) == (400, "ValidationException")
            assert answer.message == DETECTED + message

    def test_missing(self, wire, operation):
        answer = wire.call(operation, DATA_OPERATIONS[operation])
        assert answer.code == "ValidationException"
        assert answer.message == (
            DETECTED + "Value null at 'tableName' failed to satisfy constraint: Member must not be null"
        )

    def test_short_names_are_looked_up(self, wire, operation):
        answer = wire.call(operation, DATA_OPERATIONS[operation] | {"TableName": "a"})
        assert answer.status == 400
        assert answer.json() == {
            "__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
            "message": "Requested resource not found",
        }


@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        (
            "put_item",
            {"Item": {"pk": S("a")}, "ReturnConsumedCapacity": "LOTS"},
            DETECTED
            + "Value 'LOTS' at 'returnConsumedCapacity' failed to satisfy constraint: "
            + SCALAR_MEMBERS
            + "[INDEXES, TOTAL, NONE]",
        ),
        (
            "put_item",
            {"Item": {"pk": S("a")}, "ReturnValues": "GARBAGE"},
            DETECTED
            + "Value 'GARBAGE' at 'returnValues' failed to satisfy constraint: "
            + SCALAR_MEMBERS
            + "[ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]",
        ),
        (
            "get_item",
            {"Key": {"pk": S("a")}, "ReturnConsumedCapacity": "total"},
            DETECTED
            + "Value 'total' at 'returnConsumedCapacity' failed to satisfy constraint: "
            + SCALAR_MEMBERS
            + "[INDEXES, TOTAL, NONE]",
        ),
        (
            "get_item",
            {},
            DETECTED + "Value null at 'key' failed to satisfy constraint: Member must not be null",
        ),
        (
            "delete_item",
            {},
            DETECTED + "Value null at 'key' failed to satisfy constraint: Member must not be null",
        ),
        (
            "put_item",
            {},
            DETECTED + "Value null at 'item' failed to satisfy constraint: Member must not be null",
        ),
        (
            "scan",
            {"Select": "SOME"},
            DETECTED
            + "Value 'SOME' at 'select' failed to satisfy constraint: "
            + SCALAR_MEMBERS
            + "[SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, ALL_PROJECTED_ATTRIBUTES]",
        ),
    ],
)
def test_constraints(dynamodb, table, operation, parameters, message):
    for name in (table, "no-such-table"):
        assert refused(getattr(dynamodb, operation), TableName=name, **parameters) == (
            "ValidationException",
            message,
        )


def test_constraints_of_put_and_delete_are_collected(dynamodb, table):
    for operation, parameters in (("put_item", {"Item": {"pk": S("a")}}), ("delete_item", {"Key": {"pk": S("a")}})):
        code, message = refused(
            getattr(dynamodb, operation),
            TableName=table,
            ReturnConsumedCapacity="LOTS",
            ReturnItemCollectionMetrics="MANY",
            **parameters,
        )
        assert code == "ValidationException"
        assert message.startswith("2 validation errors detected: Value 'LOTS' at 'returnConsumedCapacity' ")
        assert "; Value 'MANY' at 'returnItemCollectionMetrics' failed to satisfy constraint: " in message
        assert message.endswith("[SIZE, NONE]")


# (operation, members, message): JSON of the wrong type. First offender only, with a capital Message.
WRONG_TYPES = [
    ("GetItem", {"TableName": 1}, "NUMBER_VALUE cannot be converted to String"),
    ("GetItem", {"TableName": 1.5}, "DECIMAL_VALUE cannot be converted to String"),
    ("GetItem", {"TableName": True}, "TRUE_VALUE cannot be converted to String"),
    ("GetItem", {"TableName": False}, "FALSE_VALUE cannot be converted to String"),
    ("GetItem", {"TableName": []}, "Unrecognized collection type class java.lang.String"),
    ("GetItem", {"TableName": {}}, "Start of structure or map found where not expected"),
    ("GetItem", {"ConsistentRead": "maybe"}, "Unexpected token received from parser"),
    ("GetItem", {"ConsistentRead": 1}, "NUMBER_VALUE cannot be converted to Boolean"),
    ("GetItem", {"ConsistentRead": 1.5}, "DECIMAL_VALUE cannot be converted to Boolean"),
    ("GetItem", {"ConsistentRead": []}, "Unrecognized collection type class java.lang.Boolean"),
    ("Scan", {"Limit": "1"}, "STRING_VALUE cannot be converted to Integer"),
    ("Scan", {"Limit": True}, "TRUE_VALUE cannot be converted to Integer"),
    ("Scan", {"Limit": []}, "Unrecognized collection type class java.lang.Integer"),
    ("GetItem", {"AttributesToGet": "a"}, "Unexpected field type"),
    ("GetItem", {"AttributesToGet": {}}, "Start of structure or map found where not expected"),
    ("GetItem", {"Key": "a"}, "Unexpected field type"),
    (
        "GetItem",
        {"Key": []},
        "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
    ),
    ("PutItem", {"Item": {"a": "x"}}, "Unexpected value type in payload"),
    (
        "PutItem",
        {"Item": {"a": []}},
        "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.AttributeValue",
    ),
    ("PutItem", {"Item": {"a": {"S": 1}}}, "NUMBER_VALUE cannot be converted to String"),
    ("PutItem", {"Item": {"a": {"N": 1}}}, "NUMBER_VALUE cannot be converted to String"),
    ("PutItem", {"Item": {"a": {"SS": "x"}}}, "Unexpected field type"),
    ("PutItem", {"Item": {"a": {"L": ["x"]}}}, "Unexpected value type in payload"),
    ("PutItem", {"Item": {"a": {"B": 1}}}, "only base-64-encoded strings are convertible to bytes"),
    (
        "PutItem",
        {"Item": {"a": {"B": "abcde"}}},
        "Base64 encoded length is expected a multiple of 4 bytes but found: 5",
    ),
    ("PutItem", {"Item": {"a": {"B": "=+/="}}}, "Invalid last non-pad Base64 character dectected"),
    (
        "PutItem",
        {"ExpressionAttributeNames": []},
        "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>",
    ),
]


@pytest.mark.parametrize(
    ("operation", "members", "message"), WRONG_TYPES, ids=[f"{t[0]} {t[1]}" for t in WRONG_TYPES]
)
def test_wrong_json_types(wire, table, operation, members, message):
    answer = wire.call(operation, members)
    assert answer.status == 400
    assert answer.json() == {
        "__type": "com.amazon.coral.service#SerializationException",
        "Message": message,
    }


@pytest.mark.parametrize(
    "members",
    [
        {"Unknown": {"deep": [1, 2, {}]}, "AnotherOne": None},
        {"ConsistentRead": "true"},
        {"ConsistentRead": "FALSE"},
        {"AttributesToGet": None, "ProjectionExpression": None},
    ],
    ids=str,
)
def test_what_is_forgiven(wire, table, members):
    answer = wire.call("GetItem", {"TableName": table, "Key": {"pk": S("nobody")}} | members)
    assert (answer.status, answer.json()) == (200, {})


def test_a_fraction_is_floored(wire, table):
    for n in range(3):
        assert wire.call("PutItem", {"TableName": table, "Item": {"pk": S(f"floor{n}")}}).status == 200
    assert wire.call("Scan", {"TableName": table, "Limit": 1.9}).json()["ScannedCount"] == 1


def test_an_unknown_type_is_an_empty_value(wire, table):
    answer = wire.call("PutItem", {"TableName": table, "Item": {"pk": {"a": ""}}})
    assert answer.code == "ValidationException"
    assert answer.message == (
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )


class TestOrder:
    """Of two things that are wrong, which one is said."""

    def error(self, wire: Wire, operation: str, body: dict, **headers) -> tuple[str, str]:
        answer = wire.call(operation, body, **headers)
        return answer.code, answer.message

    def test_types_before_authentication(self, wire):
        assert self.error(wire, "GetItem", {"TableName": 1}, Authorization="")[0] == "SerializationException"

    def test_authentication_before_constraints(self, wire):
        body = {"TableName": ""}
        assert self.error(wire, "GetItem", body, Authorization="")[0] == "MissingAuthenticationTokenException"

    def test_operation_before_json(self, wire):
        answer = wire.call("NoSuchOperation", b"{")
        assert answer.code == "UnknownOperationException"

    def test_constraints_before_rules(self, wire, table):
        body = {
            "TableName": table,
            "Item": {"pk": S("a")},
            "ReturnConsumedCapacity": "LOTS",
            "ConditionExpression": "",
        }
        assert "returnConsumedCapacity" in self.error(wire, "PutItem", body)[1]

    def test_mixing_before_values(self, wire, table):
        body = {
            "TableName": table,
            "Item": {"pk": N("abc")},
            "Expected": {"a": {"Exists": False}},
            "ConditionExpression": "a",
        }
        assert "Can not use both expression and non-expression" in self.error(wire, "PutItem", body)[1]

    def test_values_before_expressions(self, wire, table):
        body = {"TableName": table, "Item": {"pk": N("abc")}, "ConditionExpression": "a"}
        assert "cannot be converted to a numeric value" in self.error(wire, "PutItem", body)[1]

    def test_return_values_before_expressions(self, wire, table):
        body = {
            "TableName": table,
            "Item": {"pk": S("a")},
            "ReturnValues": "ALL_NEW",
            "ConditionExpression": "a",
        }
        assert "ReturnValues can only be" in self.error(wire, "PutItem", body)[1]

    def test_update_expression_before_condition(self, wire, table):
        body = {
            "TableName": table,
            "Key": {"pk": S("a")},
            "UpdateExpression": "b",
            "ConditionExpression": "a",
        }
        assert "Invalid UpdateExpression" in self.error(wire, "UpdateItem", body)[1]

    def test_expressions_before_the_table(self, wire):
        body = {"TableName": "no-such-table", "Item": {"pk": S("a")}, "ConditionExpression": "a"}
        assert "Invalid ConditionExpression" in self.error(wire, "PutItem", body)[1]

    def test_the_table_before_its_key(self, wire):
        body = {"TableName": "no-such-table", "Item": {}}
        assert self.error(wire, "PutItem", body)[0] == "ResourceNotFoundException"

    def test_the_key_before_the_condition(self, wire, table):
        body = {"TableName": table, "Key": {"x": S("a")}, "ConditionExpression": "attribute_exists(a)"}
        assert self.error(wire, "DeleteItem", body) == (
            "ValidationException",
            "The provided key element does not match the schema",
        )

    def test_the_condition_before_the_effect(self, wire, table):
        body = {
            "TableName": table,
            "Key": {"pk": S("order")},
            "UpdateExpression": "SET a = b",
            "ConditionExpression": "attribute_exists(a)",
        }
        assert self.error(wire, "UpdateItem", body)[0] == "ConditionalCheckFailedException"
