"""The legacy parameters: each operator with values of each type wherever it may stand, and what they may not be mixed with."""

import itertools

from differential.case import Case, one
from differential.fixtures import SEED_KEY, B, N, S

# Of each type one value, and the attribute that has the type: of the seed item, and but for bs of those that are read.
TYPED = {
    "n": N(5), "s": S("text"), "b": B("AQID"), "t": {"BOOL": True}, "z": {"NULL": True}, "ss": {"SS": ["b", "a"]},
    "ns": {"NS": ["2.50", "1"]}, "bs": {"BS": ["Ag==", "AQ=="]}, "l": {"L": [N(1)]}, "m": {"M": {"a": N(1)}},
}  # fmt: skip
COMPARISONS = ("EQ", "NE", "LT", "LE", "GT", "GE", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH", "IN", "BETWEEN", "NULL", "NOT_NULL")


def values_for(op: str, value: dict) -> list:
    return {"NULL": [], "NOT_NULL": [], "BETWEEN": [value, value]}.get(op, [value])


def comparison(op: str, *values: dict) -> dict:
    return {"ComparisonOperator": op, "AttributeValueList": list(values)}


def expectations():
    for op, (kind, value) in itertools.product(COMPARISONS, TYPED.items()):
        for attribute in (*TYPED, "missing"):
            expected = {"TableName": "written", "Key": SEED_KEY, "Expected": {attribute: comparison(op, *values_for(op, value))}}
            yield one(f"DeleteItem expected {attribute} {op} {kind}", "DeleteItem", expected, f"expected {op} {kind}")


def counts():
    """The wrong number of values."""
    for op, count in itertools.product(COMPARISONS, range(4)):
        values = [N(5)] * count
        yield one(f"Scan filter {op} of {count}", "Scan", {"TableName": "read", "ScanFilter": {"n": comparison(op, *values)}})
        key = {"pk": comparison("EQ", S("a")), "sk": comparison(op, *values)}
        yield one(f"Query key {op} of {count}", "Query", {"TableName": "read", "KeyConditions": key})
        hashed = {"pk": comparison(op, *[S("a")] * count)}
        yield one(f"Query hash {op} of {count}", "Query", {"TableName": "read", "KeyConditions": hashed})


def updates():
    for action, (kind, value) in itertools.product(("PUT", "ADD", "DELETE"), TYPED.items()):
        for attribute in (*TYPED, "missing"):
            update = {"TableName": "written", "Key": SEED_KEY, "ReturnValues": "ALL_NEW",
                      "AttributeUpdates": {attribute: {"Action": action, "Value": value}}}  # fmt: skip
            yield one(f"UpdateItem {action} {attribute} {kind}", "UpdateItem", update, f"{action} {kind}")


def filters():
    for op, (kind, value) in itertools.product(COMPARISONS, TYPED.items()):
        for attribute in (*TYPED, "missing"):
            condition = {attribute: comparison(op, *values_for(op, value))}
            scan = {"TableName": "read", "Select": "COUNT", "ScanFilter": condition}
            yield one(f"Scan filter {attribute} {op} {kind}", "Scan", scan, f"filter {op} {kind}")
        query = {"TableName": "read", "Select": "COUNT", "KeyConditions": {"pk": comparison("EQ", S("a"))}, "QueryFilter": {kind: comparison(op, *values_for(op, value))}}
        yield one(f"Query filter {op} {kind}", "Query", query)


def several_values():
    """Values of two types, in any order of two, the same ones, and more than two."""
    lists = ([N(1), S("a")], [N(2), N(1)], [S("b"), S("a")], [S("a"), S("a")], [B("Ag=="), B("AQ==")], [N(1), N(2), N(3)], [{"SS": ["a"]}, {"SS": ["b"]}],
             [{"NULL": True}, {"NULL": True}], [S("a"), {"SS": ["a"]}], [N("x")], [{}], [S("")])  # fmt: skip
    for op, values in itertools.product(COMPARISONS, lists):
        said = " and ".join(f"{kind} {content}" for value in values for kind, content in (value or {"nothing": ""}).items())
        yield one(f"Scan filter {op} of {said}", "Scan", {"TableName": "read", "Select": "COUNT", "ScanFilter": {"n": comparison(op, *values)}}, f"several {op}")
        query = {"TableName": "read", "Select": "COUNT", "KeyConditions": {"pk": comparison("EQ", S("a")), "sk": comparison(op, *values)}}
        yield one(f"Query key {op} of {said}", "Query", query, f"several keys {op}")
        expected = {"TableName": "written", "Key": SEED_KEY, "Expected": {"n": comparison(op, *values)}}
        yield one(f"DeleteItem expected {op} of {said}", "DeleteItem", expected, f"several {op}")


def key_conditions():
    keys = {"read": ({"TableName": "read"}, "pk", S("a"), "sk"), "binary": ({"TableName": "binary"}, "pk", B("AQID"), "sk"),
            "local": ({"TableName": "read", "IndexName": "local"}, "pk", S("a"), "k"), "all": ({"TableName": "read", "IndexName": "all"}, "g", S("g1"), "h")}  # fmt: skip
    for name, (target, hashed, of, ranged) in keys.items():
        for op, (kind, value) in itertools.product(COMPARISONS, TYPED.items()):
            both = {hashed: comparison("EQ", of), ranged: comparison(op, *values_for(op, value))}
            yield one(f"Query range of {name} {op} {kind}", "Query", target | {"Select": "COUNT", "KeyConditions": both}, f"range {name} {op} {kind}")
            alone = {hashed: comparison(op, *values_for(op, value))}
            yield one(f"Query hash of {name} {op} {kind}", "Query", target | {"Select": "COUNT", "KeyConditions": alone}, f"hash {op} {kind}")


ONE_VALUE = {"n": comparison("EQ", N(5))}
TWO_VALUES = ONE_VALUE | {"s": comparison("NE", S("q"))}
VALUES, NAMES = {"ExpressionAttributeValues": {":v": S("a")}}, {"ExpressionAttributeNames": {"#x": "x"}}
WRITTEN, READ = {"TableName": "written", "Key": SEED_KEY}, {"TableName": "read"}
# By operation: what every request has, the legacy parameters, and those of today.
MIXED = {
    "PutItem": ({"TableName": "written", "Item": SEED_KEY}, {"Expected": TWO_VALUES, "ConditionalOperator": "OR"}, {"ConditionExpression": "#x <> :v"}),
    "DeleteItem": (WRITTEN, {"Expected": TWO_VALUES, "ConditionalOperator": "AND"}, {"ConditionExpression": "#x <> :v"}),
    "UpdateItem": (WRITTEN, {"AttributeUpdates": {"n": {"Value": N(1)}}, "Expected": TWO_VALUES, "ConditionalOperator": "OR"},
                   {"UpdateExpression": "SET #x = :v", "ConditionExpression": "#x <> :v"}),
    "GetItem": (READ | {"Key": {"pk": S("a"), "sk": N(10)}}, {"AttributesToGet": ["n"]}, {"ProjectionExpression": "#x"}),
    "Query": (READ, {"AttributesToGet": ["n"], "QueryFilter": TWO_VALUES, "ConditionalOperator": "OR", "KeyConditions": {"pk": comparison("EQ", S("a"))}},
              {"ProjectionExpression": "#x", "FilterExpression": "#x <> :v", "KeyConditionExpression": "pk = :v"}),
    "Scan": (READ, {"AttributesToGet": ["n"], "ScanFilter": TWO_VALUES, "ConditionalOperator": "AND"}, {"ProjectionExpression": "#x", "FilterExpression": "#x <> :v"}),
}  # fmt: skip
EMPTY = {"Expected": {}, "AttributeUpdates": {}, "QueryFilter": {}, "ScanFilter": {}, "KeyConditions": {}}


def subsets(parameters: dict):
    for count in range(len(parameters) + 1):
        for names in itertools.combinations(parameters, count):
            yield {name: parameters[name] for name in names}


def mixtures():
    for operation, (base, old, new) in MIXED.items():
        place_holders = NAMES if operation == "GetItem" else NAMES | VALUES
        for legacy, today in itertools.product(subsets(old), subsets(new | place_holders)):
            said = ", ".join((*legacy, *today)) or "nothing"
            yield one(f"{operation} with {said}", operation, base | legacy | today, f"mixed {operation}")
        for name in EMPTY.keys() & old.keys():
            for today in subsets(new):
                said = ", ".join((f"an empty {name}", *today))
                yield one(f"{operation} with {said}", operation, base | {name: {}} | today, f"mixed {operation}")
                yield one(f"{operation} with {said} and OR", operation, base | {name: {}, "ConditionalOperator": "OR"} | today, f"mixed {operation}")
        for parameter in {"Expected", "QueryFilter", "ScanFilter"} & old.keys():
            more = {"KeyConditions": old["KeyConditions"]} if operation == "Query" else {}
            for op, condition in itertools.product(("AND", "OR", "XOR", ""), (None, {}, ONE_VALUE, TWO_VALUES)):
                given = {} if condition is None else {parameter: condition}
                count = "no" if condition is None else len(condition)
                yield one(f"{operation} with {op or 'an empty operator'} of {count} conditions", operation, base | more | given | {"ConditionalOperator": op})
    for legacy, today in itertools.product(subsets({"AttributesToGet": ["n"]}), subsets({"ProjectionExpression": "#x"} | NAMES)):
        keys = {"Keys": [{"pk": S("a"), "sk": N(10)}]} | legacy | today
        yield one(f"BatchGetItem with {', '.join((*legacy, *today)) or 'nothing'}", "BatchGetItem", {"RequestItems": {"read": keys}})


def cases() -> list[Case]:
    return [*expectations(), *counts(), *updates(), *filters(), *several_values(), *key_conditions(), *mixtures()]
