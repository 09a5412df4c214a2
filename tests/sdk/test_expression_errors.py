"""What is wrong with an expression, in DynamoDB's words. All of it is known before the table is looked at."""

import pytest

from harness.clients import refused
from harness.values import BOOL, L, M, N, NULL, S, SS, B

DETECTED = "1 validation error detected: "
OPERAND = "Incorrect operand type for operator or function; "
OVERLAP = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
CONFLICT = "Two document paths conflict with each other; must remove or rewrite one of these paths; "
VALUES = {
    ":s": S("a"),
    ":n": N("1"),
    ":n0": N("0"),
    ":b": B(b"x"),
    ":bool": BOOL(True),
    ":null": NULL,
    ":l": L(),
    ":m": M(),
    ":ss": SS("a"),
    ":dog": S("DOG"),
    ":t": S("S"),
}


def used(expression: str) -> dict:
    """The parameters that define the placeholders of the expression, except :undefined and #undefined."""
    words = "".join(c if c.isalnum() or c in "#:_" else " " for c in expression).split()
    values = {word: VALUES[word] for word in words if word in VALUES}
    names = {word: word[1:] for word in words if word.startswith("#") and word != "#undefined"}
    made = {}
    if values:
        made["ExpressionAttributeValues"] = values
    if names:
        made["ExpressionAttributeNames"] = names
    return made


CONDITIONS = [
    ("", "The expression can not be empty;"),
    # syntax
    ("a = = b", 'Syntax error; token: "=", near: "= = b"'),
    ("a", 'Syntax error; token: "<EOF>", near: "a"'),
    ("a =", 'Syntax error; token: "<EOF>", near: "="'),
    ("a = :s b", 'Syntax error; token: "b", near: ":s b"'),
    ("(a = :s", 'Syntax error; token: "<EOF>", near: ":s"'),
    ("_a = :s", "Syntax error"),
    ("a == :s", 'Syntax error; token: "=", near: "== :s"'),
    ("a = 5", "Syntax error"),
    ("a = 'x'", "Syntax error"),
    ("attribute_exists()", 'Syntax error; token: ")", near: "()"'),
    ("a[-1] = :s", "Syntax error"),
    ("a[] = :s", 'Syntax error; token: "]", near: "[]'),
    # parentheses, functions, reserved words
    ("((a = :s))", "The expression has redundant parentheses;"),
    ("((a)) = :s", "The expression has redundant parentheses;"),
    ("whatever(a)", "Invalid function name; function: whatever"),
    ("Attribute_Exists(a)", "Invalid function name; function: Attribute_Exists"),
    (
        "if_not_exists(a, :s) = :s",
        "The function is not allowed in a condition expression; function: if_not_exists",
    ),
    ("size(a)", "The function is not allowed to be used this way in an expression; function: size"),
    (
        "attribute_exists(a) = :bool",
        "The function is not allowed to be used this way in an expression; function: attribute_exists",
    ),
    ("abOrT = :s", "Attribute name is a reserved keyword; reserved keyword: abOrT"),
    ("a.Name = :s", "Attribute name is a reserved keyword; reserved keyword: Name"),
    # placeholders
    (
        "#undefined = :s",
        "An expression attribute name used in the document path is not defined; attribute name: #undefined",
    ),
    (
        "a = :undefined",
        "An expression attribute value used in expression is not defined; attribute value: :undefined",
    ),
    # operands
    (
        "begins_with(a)",
        "Incorrect number of operands for operator or function; operator or function: begins_with, number of "
        "operands: 1",
    ),
    (
        "attribute_exists(a, b)",
        "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of "
        "operands: 2",
    ),
    (
        "attribute_exists(:s)",
        "Operator or function requires a document path; operator or function: attribute_exists",
    ),
    ("a < :l", OPERAND + "operator or function: <, operand type: L"),
    ("a > :m", OPERAND + "operator or function: >, operand type: M"),
    ("a <= :ss", OPERAND + "operator or function: <=, operand type: SS"),
    ("a >= :bool", OPERAND + "operator or function: >=, operand type: BOOL"),
    (":null < a", OPERAND + "operator or function: <, operand type: NULL"),
    ("size(a) > :bool", OPERAND + "operator or function: >, operand type: BOOL"),
    ("a BETWEEN :bool AND :bool", OPERAND + "operator or function: BETWEEN, operand type: BOOL"),
    ("begins_with(a, :n)", OPERAND + "operator or function: begins_with, operand type: N"),
    ("attribute_type(a, :n)", OPERAND + "operator or function: attribute_type, operand type: N"),
    ("attribute_type(a, :dog)", "Invalid attribute type name found; type: DOG"),
    ("size(:n) = :n", OPERAND + "operator or function: size, operand type: N"),
    (
        "a = a",
        "The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
        "first operand: [a]",
    ),
    (
        "contains(a.b[1], a.b[1])",
        "The first operand must be distinct from the remaining operands for this operator or function; operator: "
        "contains, first operand: [a, b, [1]]",
    ),
    (
        "a BETWEEN :n AND :s",
        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
        "AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}",
    ),
    (
        "a BETWEEN :n AND :n0",
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: "
        "AttributeValue: {N:1}, upper bound operand: AttributeValue: {N:0}",
    ),
    # limits
    (
        "attribute_exists(" + "a" * 4079 + ")",
        "Expression size has exceeded the maximum allowed size; expression size: 4097",
    ),
    (
        "attribute_exists(" + ".".join(["a"] * 33) + ")",
        "The document path has too many nesting levels; nesting levels: 33",
    ),
    (
        " OR ".join(["a = :s"] * 151),
        "The expression contains too many operators; operator count: 301",
    ),
]


@pytest.mark.parametrize(
    ("expression", "message"), CONDITIONS, ids=[f"{c[0][:40]}-{i}" for i, c in enumerate(CONDITIONS)]
)
def test_conditions(dynamodb, tables, expression, message):
    name = tables.make()
    for table in (name, "no-such-table"):
        code, got = refused(
            dynamodb.put_item,
            TableName=table,
            Item={"pk": S("a")},
            ConditionExpression=expression,
            **used(expression),
        )
        assert code == "ValidationException"
        assert got.startswith(DETECTED + "Invalid ConditionExpression: " + message)
        code, got = refused(dynamodb.scan, TableName=table, FilterExpression=expression, **used(expression))
        assert code == "ValidationException"
        assert got.startswith("Invalid FilterExpression: " + message)
    assert dynamodb.scan(TableName=name)["Count"] == 0


def test_the_limits_themselves_are_allowed(dynamodb, tables):
    name = tables.make()
    for expression in (
        "attribute_not_exists(" + "a" * 4074 + ")",
        "attribute_not_exists(" + ".".join(["a"] * 32) + ")",
        "NOT (" + " OR ".join(["a = :s"] * 150) + ")",
    ):
        assert len(expression) <= 4096
        dynamodb.put_item(
            TableName=name, Item={"pk": S("a")}, ConditionExpression=expression, **used(expression)
        )


UPDATES = [
    ("", "The expression can not be empty;"),
    ("INVALID SYNTAX HERE", 'Syntax error; token: "INVALID", near: "INVALID SYNTAX"'),
    ("SET a = :s,", 'Syntax error; token: "<EOF>", near: ","'),
    ("SET a = :s +", 'Syntax error; token: "<EOF>", near: "+"'),
    ("SET a = a * :n", 'Syntax error; token: "*", near: "a * :n"'),
    ("SET a = b + c + d", 'Syntax error; token: "+", near: "c + d"'),
    ("ADD a", 'Syntax error; token: "<EOF>", near: "a"'),
    ("ADD a 1", 'Syntax error; token: "1", near: "a 1"'),
    ("SET a[0.b = :s", 'Syntax error; token: ".", near: "0.b"'),
    ("REMOVE", "Syntax error"),
    ("SET a = :s SET b = :s", 'The "SET" section can only be used once in an update expression;'),
    ("REMOVE a REMOVE b", 'The "REMOVE" section can only be used once in an update expression;'),
    ("SET abOrT = :s", "Attribute name is a reserved keyword; reserved keyword: abOrT"),
    ("REMOVE a.Status", "Attribute name is a reserved keyword; reserved keyword: Status"),
    ("SET a = whatever(b)", "Invalid function name; function: whatever"),
    (
        "SET a = contains(b, :s)",
        "The function is not allowed in an update expression; function: contains",
    ),
    (
        "SET a = list_append(list_append(a, :l), :l)",
        "The function is not allowed to be used this way in an expression; function: list_append",
    ),
    (
        "SET #undefined = :s",
        "An expression attribute name used in the document path is not defined; attribute name: #undefined",
    ),
    (
        "SET a = :undefined",
        "An expression attribute value used in expression is not defined; attribute value: :undefined",
    ),
    ("SET a = :s, a = :n", OVERLAP + "path one: [a], path two: [a]"),
    ("SET a = :s, a.b = :n", OVERLAP + "path one: [a], path two: [a, b]"),
    ("SET a = :s REMOVE a.b[1]", OVERLAP + "path one: [a], path two: [a, b, [1]]"),
    ("SET a.b = :s, a[1] = :s", CONFLICT + "path one: [a, b], path two: [a, [1]]"),
    ("ADD a :s", OPERAND + "operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND"),
    ("ADD a :l", OPERAND + "operator: ADD, operand type: LIST, typeSet: ALLOWED_FOR_ADD_OPERAND"),
    ("ADD a :bool", OPERAND + "operator: ADD, operand type: BOOLEAN, typeSet: ALLOWED_FOR_ADD_OPERAND"),
    ("DELETE a :n", OPERAND + "operator: DELETE, operand type: NUMBER"),
    ("SET a = a + :s", OPERAND + "operator or function: +, operand type: S"),
    ("SET a = :ss - a", OPERAND + "operator or function: -, operand type: SS"),
    ("SET a = list_append(a, :s)", OPERAND + "operator or function: list_append, operand type: S"),
    (
        "SET a = if_not_exists(a)",
        "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of "
        "operands: 1",
    ),
    (
        "SET a = if_not_exists(:s, :s)",
        "Operator or function requires a document path; operator or function: if_not_exists",
    ),
]


@pytest.mark.parametrize(
    ("expression", "message"), UPDATES, ids=[f"{u[0][:40]}-{i}" for i, u in enumerate(UPDATES)]
)
def test_updates(dynamodb, tables, expression, message):
    name = tables.make()
    for table in (name, "no-such-table"):
        code, got = refused(
            dynamodb.update_item,
            TableName=table,
            Key={"pk": S("a")},
            UpdateExpression=expression,
            **used(expression),
        )
        assert code == "ValidationException"
        assert got.startswith(DETECTED + "Invalid UpdateExpression: " + message)
    assert dynamodb.scan(TableName=name)["Count"] == 0


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {"#x": "b"}},
            "Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}",
        ),
        (
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeValues": {":x": S("b")}},
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:x}",
        ),
        (
            {"ExpressionAttributeNames": {"#x": "b"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
        (
            {"ExpressionAttributeValues": {":x": S("b")}},
            "ExpressionAttributeValues can only be specified when using expressions",
        ),
        (
            {"ConditionExpression": "#a = :b", "ExpressionAttributeNames": {}},
            "ExpressionAttributeNames must not be empty",
        ),
        (
            {"ConditionExpression": "a = :b", "ExpressionAttributeValues": {}},
            "ExpressionAttributeValues must not be empty",
        ),
        (
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {"a": "b"}},
            'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"',
        ),
        (
            {"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeValues": {"a": S("b")}},
            'ExpressionAttributeValues contains invalid key: Syntax error; key: "a"',
        ),
    ],
    ids=str,
)
def test_placeholders(dynamodb, tables, parameters, message):
    for table in (tables.make(), "no-such-table"):
        code, got = refused(dynamodb.put_item, TableName=table, Item={"pk": S("a")}, **parameters)
        assert code == "ValidationException"
        assert got.removeprefix(DETECTED) == message


def test_paths_into_keys(dynamodb, tables):
    name = tables.make()
    code, got = refused(
        dynamodb.put_item, TableName=name, Item={"pk": S("a")}, ConditionExpression="attribute_exists(pk.x)"
    )
    assert code == "ValidationException"
    assert got.removeprefix(DETECTED).removeprefix("Invalid ConditionExpression: ") == (
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk"
    )
