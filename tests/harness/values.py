"""Attribute values as the wire has them, and the numbers that DynamoDB counts."""

import itertools

_names = itertools.count(1)


def S(value: str) -> dict:
    return {"S": value}


def N(value) -> dict:
    return {"N": str(value)}


def B(value: bytes) -> dict:
    return {"B": value}


def SS(*values: str) -> dict:
    return {"SS": list(values)}


def NS(*values) -> dict:
    return {"NS": [str(value) for value in values]}


def BS(*values: bytes) -> dict:
    return {"BS": list(values)}


def L(*values: dict) -> dict:
    return {"L": list(values)}


def M(**values: dict) -> dict:
    return {"M": values}


def BOOL(value: bool) -> dict:
    return {"BOOL": value}


NULL = {"NULL": True}


def normal(value: dict) -> dict:
    """The same value with its sets in a fixed order, so that two can be compared."""
    ((kind, content),) = value.items()
    if kind in ("SS", "NS", "BS"):
        return {kind: sorted(content)}
    if kind == "L":
        return {kind: [normal(v) for v in content]}
    if kind == "M":
        return {kind: {k: normal(v) for k, v in content.items()}}
    return value


def normal_item(item: dict | None) -> dict | None:
    return None if item is None else {name: normal(value) for name, value in item.items()}


def unique(prefix: str) -> str:
    return f"{prefix}-{next(_names)}"
