"""What TransactWriteItems refuses as a whole, what it cancels, and what is said if several things are wrong."""

import itertools
import re

import pytest

from harness.clients import refused
from harness.transact import FAILED, NONE, check, delete, is_, put, reasons, update, values
from harness.values import BOOL, NS, SS, B, L, M, N, S

INVALID = "One or more parameter values were invalid: "
EMPTY_KEY = "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
TOO_DEEP = "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
MISMATCH = "The provided key element does not match the schema"
PATTERN = "failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
NOT_NULL = "failed to satisfy constraint: Member must not be null"
SAME_ITEM = "Transaction request cannot include multiple operations on one item"


def deep(levels: int) -> dict:
    value = N(1)
    for _ in range(levels - 1):
        value = L(value)
    return value


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make("id:S")


@pytest.fixture(scope="module")
def indexed(module_tables):
    """With a binary sort key, and index keys g, a number, and h, a text."""
    kinds = {"pk": "S", "sk": "B", "g": "N", "h": "S"}
    schema = {"a-number": ["g"], "b-text": ["g", "h"]}
    return module_tables.make(
        "pk:S",
        "sk:B",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()],
        GlobalSecondaryIndexes=[
            {
                "IndexName": name,
                "KeySchema": [{"AttributeName": n, "KeyType": t} for n, t in zip(names, ("HASH", "RANGE"))],
                "Projection": {"ProjectionType": "ALL"},
            }
            for name, names in schema.items()
        ],
    )


def detected(*errors: str) -> str:
    return f"{len(errors)} validation error{'s' if len(errors) > 1 else ''} detected: {'; '.join(errors)}"


def bad_enum(value: str, at: str, allowed: str) -> str:
    return f"Value '{value}' at '{at}' failed to satisfy constraint: Member must satisfy enum value set: {allowed}"


def bad_length(value: str, at: str, limit: str) -> str:
    return f"Value '{value}' at '{at}' failed to satisfy constraint: Member must have length {limit}"


TOKEN = "t" * 37
LONG_TOKEN = bad_length(TOKEN, "clientRequestToken", "less than or equal to 36")
BAD_CAPACITY = bad_enum("LOTS", "returnConsumedCapacity", "[INDEXES, TOTAL, NONE]")
BAD_METRICS = bad_enum("BIG", "returnItemCollectionMetrics", "[SIZE, NONE]")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"ClientRequestToken": TOKEN}, detected(LONG_TOKEN)),
        ({"ClientRequestToken": ""}, detected(bad_length("", "clientRequestToken", "greater than or equal to 1"))),
        ({"ReturnConsumedCapacity": "LOTS"}, detected(BAD_CAPACITY)),
        ({"ReturnItemCollectionMetrics": "BIG"}, detected(BAD_METRICS)),
        (
            {"ReturnItemCollectionMetrics": "BIG", "ReturnConsumedCapacity": "LOTS", "ClientRequestToken": TOKEN},
            detected(LONG_TOKEN, BAD_CAPACITY, BAD_METRICS),
        ),
        ({"TransactItems": None}, detected(f"Value null at 'transactItems' {NOT_NULL}")),
        ({"TransactItems": []}, detected(bad_length("[]", "transactItems", "greater than or equal to 1"))),
    ],
    ids=str,
)
def test_members_of_the_request(wire, table, more, message):
    """Whatever else is wrong, and whether or not there is such a table."""
    for name in (table, "no-such-table"):
        answer = wire.call("TransactWriteItems", {"TransactItems": [put(name, {"id": S("")})]} | more)
        assert (answer.status, answer.code, answer.message) == (400, "ValidationException", message)


@pytest.mark.parametrize("kind", ["Put", "Update", "Delete", "ConditionCheck"])
def test_members_of_an_action(wire, kind):
    item = "item" if kind == "Put" else "key"
    path = f"transactItems.2.member.{kind[0].lower()}{kind[1:]}"
    expression = {"Update": "updateExpression", "ConditionCheck": "conditionExpression"}.get(kind)
    missing = [f"Value null at '{path}.{member}' {NOT_NULL}" for member in ("tableName", item, expression) if member]
    good = {"TableName": "t", item.title(): {"id": S("a")}, "ConditionExpression": "attribute_exists(id)"}
    good |= {"UpdateExpression": "REMOVE a"}
    name = f"Value 'bad!name' at '{path}.tableName' {PATTERN}"
    rows = [
        ({}, detected(*missing)),
        (good | {"TableName": "bad!name"}, detected(name)),
        (
            good | {"ReturnValuesOnConditionCheckFailure": "ALL_NEW"},
            detected(bad_enum("ALL_NEW", f"{path}.returnValuesOnConditionCheckFailure", "[ALL_OLD, NONE]")),
        ),
    ]
    for body, message in rows:
        actions = [put("no-such-table", {"id": N("x")}), {kind: body}]
        answer = wire.call("TransactWriteItems", {"TransactItems": actions})
        assert (answer.code, answer.message) == ("ValidationException", message)


# Faults of one action that are told of the whole request, before any table is looked for.
FAULTS = {
    "no operation": ({}, "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"),
    "two operations": (
        put("t", {"id": S("a")}) | delete("t", {"id": S("b")}),
        "TransactItems can only contain one of Check, Put, Update or Delete",
    ),
    "a number in an item": (
        put("t", {"id": S("a"), "v": L(N("1.2.3"))}),
        "The parameter cannot be converted to a numeric value: 1.2.3",
    ),
    "an empty number in a key": (
        delete("t", {"id": N("")}),
        "The parameter cannot be converted to a numeric value",
    ),
    "a number too large": (
        put("t", {"id": S("a"), "v": N("1e126")}),
        "Number overflow. Attempting to store a number with magnitude larger than supported range",
    ),
    "an empty value": (
        put("t", {"id": {}}),
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
    ),
    "a text twice in a set": (
        put("t", {"id": S("a"), "v": SS("b", "a", "b")}),
        INVALID + "Input collection [b, a, b] contains duplicates.",
    ),
    "a number twice in a set": (
        put("t", {"id": S("a"), "v": NS("1", "2", "1.0")}),
        "Input collection contains duplicates",
    ),
    "an item too deep": (put("t", {"id": S("a"), "v": deep(33)}), TOO_DEEP),
    "an item too large": (
        put("t", {"id": S("a"), "v": S("x" * 409_600)}),
        "Item size has exceeded the maximum allowed size",
    ),
    "a value": (
        check("t", {"id": S("a")}, "a = :v", **values(v=N("x"))),
        "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for "
        "key :v",
    ),
    "syntax": (
        put("t", {"id": S("a")}, **is_("a = = b")),
        'Invalid ConditionExpression: Syntax error; token: "=", near: "= = b"',
    ),
    "an empty condition": (
        check("t", {"id": S("a")}, ""),
        "Invalid ConditionExpression: The expression can not be empty;",
    ),
    "an empty update": (update("t", {"id": S("a")}, ""), "Invalid UpdateExpression: The expression can not be empty;"),
    "update before condition": (
        update("t", {"id": S("a")}, "", **is_("")),
        "Invalid UpdateExpression: The expression can not be empty;",
    ),
    "an operand": (
        update("t", {"id": S("a")}, "SET a = a + :v", **values(v=S("x"))),
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand "
        "type: S",
    ),
    "overlapping paths": (
        update("t", {"id": S("a")}, "SET a.b = :v REMOVE a", **values(v=S("x"))),
        "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these "
        "paths; path one: [a, b], path two: [a]",
    ),
    "a name without a definition": (
        delete("t", {"id": S("a")}, **is_("#n = b")),
        "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute "
        "name: #n",
    ),
    "a value without a definition": (
        delete("t", {"id": S("a")}, **is_("a = :v")),
        "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: "
        ":v",
    ),
    "an unused name": (
        delete("t", {"id": S("a")}, **is_("attribute_exists(a)"), ExpressionAttributeNames={"#n": "n"}),
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#n}",
    ),
    "an unused value": (
        update("t", {"id": S("a")}, "REMOVE a", **values(v=N(1))),
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
    ),
    "no names": (
        check("t", {"id": S("a")}, "attribute_exists(a)", ExpressionAttributeNames={}),
        "ExpressionAttributeNames must not be empty",
    ),
    "no values": (
        check("t", {"id": S("a")}, "attribute_exists(a)", ExpressionAttributeValues={}),
        "ExpressionAttributeValues must not be empty",
    ),
    "a name's key": (
        check("t", {"id": S("a")}, "attribute_exists(a)", ExpressionAttributeNames={"n": "n"}),
        'ExpressionAttributeNames contains invalid key: Syntax error; key: "n"',
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_of_an_action(dynamodb, table, fault):
    action, message = FAULTS[fault]
    actions = [put(table, {"id": S("fault")}), action]
    assert refused(dynamodb.transact_write_items, TransactItems=actions) == ("ValidationException", message)
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"id": S("fault")})


def test_the_first_action_s_fault_is_told(dynamodb):
    for one, other in itertools.permutations(("syntax", "an item too deep", "an item too large", "an unused value", "two operations"), 2):
        actions = [FAULTS[one][0], FAULTS[other][0]]
        assert refused(dynamodb.transact_write_items, TransactItems=actions) == ("ValidationException", FAULTS[one][1])


def test_one_thing_after_another(dynamodb, table):
    """Of two faults, the one that is looked for first is told, wherever in the request it is."""
    dynamodb.put_item(TableName=table, Item={"id": S("there")})
    stages = [
        ([put("bad!name", {"id": S("a")})], re.compile("1 validation error detected: .*" + re.escape(PATTERN))),
        ([FAULTS["syntax"][0]], FAULTS["syntax"][1]),
        ([put("no-such-table", {"id": S("a")})], "Requested resource not found"),
        ([put(table, {"id": S("")})], EMPTY_KEY + "string value. Key: id"),
        ([put(table, {"id": N(1)})], re.compile(r".*ValidationError.*")),
        ([check(table, {"id": S("there")}, "attribute_not_exists(id)")], re.compile(r".*ConditionalCheckFailed.*")),
    ]
    same_item = ([put(table, {"id": S("same")}), delete(table, {"id": S("same")})], SAME_ITEM)
    for earlier, later in [*itertools.combinations(stages, 2), *((stage, same_item) for stage in stages[:4]),
                           (same_item, stages[-1])]:  # fmt: skip
        for actions in (earlier[0] + later[0], later[0] + earlier[0]):
            _, message = refused(dynamodb.transact_write_items, TransactItems=actions)
            assert re.fullmatch(earlier[1], message) if isinstance(earlier[1], re.Pattern) else message == earlier[1]


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        (lambda t, i: [put(t, {"id": S("")})], EMPTY_KEY + "string value. Key: id"),
        (lambda t, i: [delete(t, {"id": S("")})], EMPTY_KEY + "string value. Key: id"),
        (lambda t, i: [update(i, {"pk": S("a"), "sk": B(b"")}, "REMOVE a")], EMPTY_KEY + "binary value. Key: sk"),
        (lambda t, i: [check(i, {"pk": S(""), "sk": B(b"x")}, "a < b")], EMPTY_KEY + "string value. Key: pk"),
        (
            lambda t, i: [put(i, {"pk": S("a"), "sk": B(b"x"), "g": N(1), "h": S("")})],
            "One or more parameter values are not valid. A value specified for a secondary index key is not supported. "
            "The AttributeValue for a key attribute cannot contain an empty string value. IndexName: b-text, IndexKey: h",
        ),
        (
            lambda t, i: [update(i, {"pk": S("a"), "sk": B(b"x")}, "SET h = :h", **values(h=S("")))],
            "One or more parameter values are not valid. The update expression attempted to update a secondary index "
            "key to a value that is not supported. The AttributeValue for a key attribute cannot contain an empty "
            "string value.",
        ),
    ],
    ids=["put", "delete", "update", "check", "index key of a put", "index key of an update"],
)
def test_empty_keys(dynamodb, table, indexed, actions, message):
    for others in ([], [put(table, {"id": N(1)})]):
        sent = actions(table, indexed)
        assert refused(dynamodb.transact_write_items, TransactItems=others + sent) == ("ValidationException", message)


KEY = {"pk": S("a"), "sk": B(b"k")}


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda t: put(t, {"pk": N(1), "sk": B(b"k")}), INVALID + "Type mismatch for key pk expected: S actual: N"),
        (lambda t: put(t, {"pk": S("a"), "sk": M()}), INVALID + "Type mismatch for key sk expected: B actual: M"),
        (lambda t: put(t, {"pk": S("a")}), INVALID + "Missing the key sk in the item"),
        (lambda t: delete(t, {"pk": S("a"), "sk": S("k")}), MISMATCH),
        (lambda t: delete(t, {"pk": S("a")}), MISMATCH),
        (lambda t: update(t, KEY | {"x": S("y")}, "REMOVE a"), MISMATCH),
        (lambda t: check(t, {}, "attribute_exists(a)"), MISMATCH),
        (
            lambda t: put(t, {"pk": S("a" * 2049), "sk": B(b"k")}),
            INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes",
        ),
        (
            lambda t: delete(t, {"pk": S("a"), "sk": B(b"k" * 1025)}),
            INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes",
        ),
        (
            lambda t: put(t, KEY | {"g": S("x")}),
            INVALID + "Type mismatch for Index Key g Expected: N Actual: S IndexName: a-number",
        ),
        (
            lambda t: put(t, KEY | {"g": N(1), "h": BOOL(True)}),
            INVALID + "Type mismatch for Index Key h Expected: S Actual: BOOL IndexName: b-text",
        ),
        (
            lambda t: update(t, KEY, "SET g = :g", **values(g=S("x"))),
            INVALID + "Type mismatch for Index Key g Expected: N Actual: S IndexName: a-number",
        ),
        (
            lambda t: update(t, KEY, "SET sk = :v", **values(v=B(b"x"))),
            INVALID + "Cannot update attribute sk. This attribute is part of the key",
        ),
    ],
    ids=range(13),
)
def test_what_does_not_fit_the_table_cancels(dynamodb, table, indexed, action, message):
    """Only the first of those is told, and no condition is looked at."""
    actions = [
        put(table, {"id": S("never")}, **is_("attribute_exists(nothing)")),
        action(indexed),
        delete(table, {"id": N(1)}),
    ]
    found = reasons(dynamodb.transact_write_items, TransactItems=actions)
    assert found == [NONE, ("ValidationError", message), NONE]


WRONG_TYPE = "An operand in the update expression has an incorrect data type"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
BAD_PATH = "The document path provided in the update expression is invalid for update"
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"


@pytest.mark.parametrize(
    ("expression", "named", "message"),
    [
        ("SET a = s + :v", {"v": N(1)}, WRONG_TYPE),
        ("SET a = list_append(s, :v)", {"v": L()}, WRONG_TYPE),
        ("ADD s :v", {"v": N(1)}, WRONG_TYPE),
        ("ADD ns :v", {"v": SS("x")}, WRONG_TYPE),
        ("DELETE ns :v", {"v": SS("x")}, WRONG_TYPE),
        ("SET a = x", {}, NO_ATTRIBUTE),
        ("SET a = x + :v", {"v": N(1)}, NO_ATTRIBUTE),
        ("SET a = m.x", {}, NO_ATTRIBUTE),
        ("SET x.y = :v", {"v": N(1)}, BAD_PATH),
        ("SET s[1] = :v", {"v": N(1)}, BAD_PATH),
        ("REMOVE x.y", {}, BAD_PATH),
        ("SET n = n + :v", {"v": N("9e125")}, OVERFLOW),
        ("ADD n :v", {"v": N("9e125")}, OVERFLOW),
        ("SET m.x = :v", {"v": deep(32)}, TOO_DEEP),
    ],
    ids=str,
)
def test_what_an_update_cannot_do_cancels(dynamodb, table, expression, named, message):
    item = {"id": S("run"), "s": S("x"), "ns": NS(1), "n": N("9e125"), "m": M(), "l": L()}
    dynamodb.put_item(TableName=table, Item=item)
    more = values(**named) if named else {}
    bad, told = update(table, {"id": S("run")}, expression, **more), ("ValidationError", message)
    absent = [check(table, {"id": S(f"run-{n}")}, "attribute_exists(id)") for n in range(2)]
    for actions, want in (
        ([put(table, {"id": S("run-new")}), bad], [NONE, told]),
        ([absent[0], bad, absent[1]], [FAILED, told, FAILED]),
        # A condition that fails comes before what it guards.
        ([update(table, {"id": S("run")}, expression, **more, **is_("attribute_exists(x)"))], [FAILED]),
    ):
        assert reasons(dynamodb.transact_write_items, TransactItems=actions) == want
    assert "Item" not in dynamodb.get_item(TableName=table, Key={"id": S("run-new")})
    assert dynamodb.get_item(TableName=table, Key={"id": S("run")})["Item"]["n"] == item["n"] | {"N": "9" + "0" * 125}


def test_one_item_in_two_actions(dynamodb, tables, table):
    """However it is named, and whatever is done to it."""
    numbered = tables.make("pk:N", "sk:B")
    arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
    key, check_of = {"id": S("same")}, lambda name: check(name, {"id": S("same")}, "attribute_not_exists(v)")
    kinds = [put(table, key | {"v": N(1)}), update(table, key, "REMOVE a"), delete(table, key), check_of(table)]
    pairs = [*itertools.combinations(kinds, 2), *zip(kinds, kinds)]
    pairs += [(check_of(arn), check_of(table)), (put(table, key), delete(arn, key))]
    numbers = [delete(numbered, {"pk": N(text), "sk": B(b"\x00")}) for text in ("1000", "1e3", "1000.0", "+1E+3")]
    pairs += itertools.combinations(numbers, 2)
    reordered = {"sk": B(b"\x00"), "pk": N("1000")}
    pairs += [(numbers[0], update(numbered, reordered, "REMOVE a")), (put(numbered, reordered), numbers[1])]
    for pair in pairs:
        actions = [put(table, {"id": S("another")}), *pair]
        assert refused(dynamodb.transact_write_items, TransactItems=actions) == ("ValidationException", SAME_ITEM), pair
    # The same key in two tables, and other keys in one, are other items.
    other = tables.make("id:S")
    distinct = delete(numbered, {"pk": N("1000"), "sk": B(b"\x01")})
    dynamodb.transact_write_items(TransactItems=[put(table, key), put(other, key), numbers[0], distinct])


def test_types_of_the_request(wire):
    rows = [
        ({"TransactItems": {}}, "Start of structure or map found where not expected"),
        ({"TransactItems": "x"}, "Unexpected field type"),
        ({"TransactItems": [3]}, "Unexpected value type in payload"),
        ({"TransactItems": [{"Put": []}]}, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Put"),
        ({"TransactItems": [put("t", [])]},
         "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"),
        ({"TransactItems": [], "ClientRequestToken": 3}, "NUMBER_VALUE cannot be converted to String"),
    ]  # fmt: skip
    for body, message in rows:
        answer = wire.call("TransactWriteItems", body)
        assert (answer.status, answer.code, answer.json()["Message"]) == (400, "SerializationException", message)
