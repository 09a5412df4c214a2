"""Requests made from valid ones by what the service's model says of their members: every single fault, and pairs of faults."""

import copy
import random
import re

import botocore.loaders

from differential.case import Case
from differential.valid import FIRST, LAST, STREAMS, VALID

EXPRESSION_TOKEN = re.compile(r"[#:]?[A-Za-z0-9_]+|<>|<=|>=|\s+|.")
DEEP = {"S": "x"}
for _ in range(33):
    DEEP = {"L": [DEEP]}
# What may stand for an attribute's value, and does not.
VALUES = (
    {}, {"S": "a", "N": "1"}, {"Z": "a"}, {"S": ""}, {"S": None}, {"S": 1}, {"N": ""}, {"N": "abc"}, {"N": " 1"}, {"N": 1},
    {"N": "1e126"}, {"N": "1e-131"}, {"N": "9" * 39}, {"N": "-0"}, {"N": "+1.50e1"}, {"B": ""}, {"B": "a"}, {"B": "===="}, {"B": 7},
    {"BOOL": "true"}, {"BOOL": "yes"}, {"BOOL": 1}, {"BOOL": False}, {"NULL": False}, {"NULL": "no"}, {"SS": []}, {"SS": ["a", "b", "a"]},
    {"SS": ["a", None]}, {"SS": [""]}, {"SS": "a"}, {"SS": [1]}, {"NS": []}, {"NS": ["1", "1.0"]}, {"NS": ["x"]}, {"BS": []},
    {"BS": ["AQ==", "AQ=="]}, {"L": []}, {"L": {}}, {"L": [{}]}, {"L": ["a"]}, {"M": {}}, {"M": []}, {"M": {"": {"S": "a"}}},
    {"M": {"a": {"N": "x"}}}, DEEP,
)  # fmt: skip
TYPES = ("text", 7, 1.5, True, [], {}, [[]], [{}])


def brief(value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]}... ({len(text)})"


class Model:
    def __init__(self):
        load = botocore.loaders.Loader().load_service_model
        self.dynamodb, self.streams = load("dynamodb", "service-2"), load("dynamodbstreams", "service-2")

    def input_of(self, operation: str):
        model = self.streams if operation in STREAMS else self.dynamodb
        return model, model["operations"][operation]["input"]["shape"]

    def faults(self, operation: str, request: dict):
        """(label, request) for every single fault of the request."""
        model, shape = self.input_of(operation)
        for label, edit in self.edits(model["shapes"], shape, request, ()):
            yield label, apply(request, edit)

    def edits(self, shapes, name: str, value, path):
        """(label, (path, new value)); a value of `...` takes the member out."""
        shape, at = shapes[name], ".".join(map(str, path)) or "body"
        if path:
            for other in TYPES:
                if type(other) is not type(value) or name == "String":
                    yield f"{at} is {other!r}", (path, other)
        if name in ("AttributeValue",):
            for other in VALUES:
                yield f"{at} is {brief(other)}", (path, other)
            return
        kind = shape["type"]
        if kind == "structure" and isinstance(value, dict):
            for member, of in shape["members"].items():
                if member in value:
                    yield f"{at} without {member}", (path + (member,), ...)
                    yield f"{at}.{member} is null", (path + (member,), None)
                    yield from self.edits(shapes, of["shape"], value[member], path + (member,))
                else:
                    for made in self.made_up(shapes, of["shape"], member):
                        yield f"{at} with {member} {brief(made)}", (path + (member,), made)
            yield f"{at} with an unknown member", (path + ("Unknown",), {"a": 1})
        elif kind == "list" and isinstance(value, list):
            yield f"{at} is empty", (path, [])
            yield f"{at} with null", (path, value + [None])
            if value:
                yield f"{at} twice the first", (path, value + [copy.deepcopy(value[0])])
                if shape.get("max", 1000) <= 100:
                    yield f"{at} too many", (path, [copy.deepcopy(value[0]) for _ in range(shape["max"] + 1)])
            for i, element in enumerate(value):
                yield from self.edits(shapes, shape["member"]["shape"], element, path + (i,))
        elif kind == "map" and isinstance(value, dict):
            yield f"{at} is empty", (path, {})
            for key in list(value):
                yield f"{at} without {key}", (path + (key,), ...)
                yield f"{at}.{key} is null", (path + (key,), None)
            first = next(iter(value.values()), None)
            for key in ("", "a;b", "zz", "#zz", ":zz", "#", ":", "x" * 256, "#" + "x" * 255, ":" + "x" * 255, "é"):
                yield f"{at} with {brief(key)}", (path + (key,), copy.deepcopy(first))
            for key, element in value.items():
                yield from self.edits(shapes, shape["value"]["shape"], element, path + (key,))
        elif kind == "string":
            for other in self.strings(shape, path, value):
                yield f"{at} is {brief(other)}", (path, other)
        elif kind in ("integer", "long"):
            for other in (0, -1, 1, shape.get("min", 0) - 1, shape.get("max", 2**31) + 1, "3", 2.7, 2**40, 2**70):
                yield f"{at} is {other!r}", (path, other)
        elif kind == "boolean":
            for other in (not value, "true", "FALSE", "maybe", 0):
                yield f"{at} is {other!r}", (path, other)

    def strings(self, shape, path, value):
        if path[-1].__class__ is str and path[-1].endswith("Expression") and isinstance(value, str):
            yield from broken_expressions(value)
            return
        yield from ("", "a", "ab", "nothere", "a;b", "é", "x" * 256, "x" * 1025)
        if "enum" in shape:
            yield from shape["enum"]
            yield value.lower() if isinstance(value, str) else "lower"
        elif isinstance(value, str):
            yield value + "x"

    def made_up(self, shapes, name: str, member: str):
        """Values for a member that the request does not have."""
        shape = shapes[name]
        match shape["type"]:
            case "string" if "enum" in shape:
                yield from (shape["enum"][0], "BOGUS", "")
            case "string":
                yield from ("", "a", "a;b", 5)
            case "boolean":
                yield from (True, "x")
            case "integer" | "long":
                yield from (0, 1, -1, "x")
            case "list":
                yield from ([], [{}], ["a"], {})
            case "map":
                yield from ({}, {"a": {}}, [])
            case "structure":
                yield from ({}, [], "x")
            case _:
                yield 1


def broken_expressions(text: str):
    """The expression without each of its tokens, with each twice, with neighbours swapped, and with strange ones put in."""
    tokens = EXPRESSION_TOKEN.findall(text)
    solid = [i for i, token in enumerate(tokens) if not token.isspace()]
    yield ""
    yield " "
    for i in solid:
        yield "".join(tokens[:i] + tokens[i + 1 :])
        yield "".join(tokens[:i] + [tokens[i], " ", tokens[i]] + tokens[i + 1 :])
        for strange in ("!", "abort", ":undefined", "#undefined", "(", "5", "AND", "foo(pk)", "pk"):
            yield "".join(tokens[:i] + [strange] + tokens[i + 1 :])
    for i, j in zip(solid, solid[1:]):
        yield "".join(tokens[:i] + [tokens[j]] + tokens[i + 1 : j] + [tokens[i]] + tokens[j + 1 :])
    yield f"({text})"
    yield f"(({text}))"
    yield text + " "
    yield text + ","
    yield text + ")"
    yield text + " " * 4096


def apply(request: dict, *edits) -> dict:
    """A copy of the request with the edits, as far as the places are still there."""
    made = copy.deepcopy(request)
    for path, value in edits:
        place = made
        try:
            for step in path[:-1]:
                place = place[step]
            if value is ...:
                del place[path[-1]]
            else:
                place[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue
    return made


def cases(seed: int, pairs: int, operations=None):
    """All single faults of all valid requests, and so many pairs of faults of each."""
    model = Model()
    for operation, requests in VALID.items():
        if operations and operation not in operations:
            continue
        chance = random.Random(f"{seed} {operation}")
        before, after = FIRST.get(operation, []), LAST.get(operation, [])
        shapes, shape = model.input_of(operation)
        for number, request in enumerate(requests):
            edits = list(model.edits(shapes["shapes"], shape, request, ()))
            chosen = [(f"{label}", [edit]) for label, edit in edits]
            for _ in range(pairs if len(edits) > 1 else 0):
                (a, first), (b, second) = chance.sample(edits, 2)
                chosen.append((f"{a} and {b}", [first, second]))
            for label, faults in [("as it is", []), *chosen]:
                yield Case(f"{operation} {number + 1}: {label}", [*before, (operation, apply(request, *faults)), *after], kin=operation)
