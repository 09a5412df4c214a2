"""What a client may do to one item, alone or in a transaction, and how that is said to the server."""

import dataclasses
from typing import Any

from history.operation import LIST, Key, Seen

TABLES = {"left": ("pk",), "right": ("pk", "sk")}  # names begin so; key attributes

ANY = object()  # no condition


@dataclasses.dataclass(frozen=True)
class Action:
    """`kind` as TransactWriteItems calls it; Update appends to a list and sets a register."""

    kind: str
    key: Key
    value: str | None = None
    expects: Any = ANY  # what the condition wants the item to hold
    shows_old: bool = True  # if the condition fails

    def writes(self) -> bool:
        return self.kind != "ConditionCheck"

    def body(self) -> dict:
        """As in a transaction; without its kind, and with ReturnValues, it is a request of its own."""
        body: dict = {"TableName": self.key.table}
        values = {}
        if self.kind == "Put":
            body["Item"] = item_key(self.key) | {"v": {"S": self.value}}
        else:
            body["Key"] = item_key(self.key)
        if self.kind == "Update" and self.key.kind == LIST:
            body["UpdateExpression"] = "SET v = list_append(if_not_exists(v, :none), :new)"
            values = {":none": {"L": []}, ":new": {"L": [{"S": self.value}]}}
        elif self.kind == "Update":
            body["UpdateExpression"] = "SET v = :new"
            values = {":new": {"S": self.value}}
        if self.expects is not ANY:
            if self.expects:
                body["ConditionExpression"] = "v = :old"
                values[":old"] = attribute(self.expects)
            else:
                body["ConditionExpression"] = "attribute_not_exists(pk)"
            if self.shows_old:
                body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        return body | ({"ExpressionAttributeValues": values} if values else {})


def item_key(key: Key) -> dict:
    if key.table.startswith("left"):
        return {"pk": {"S": key.name}}
    return {"pk": {"S": key.kind}, "sk": {"S": key.name}}


def name_of(item: dict) -> str:
    return item.get("sk", item["pk"])["S"]


def attribute(value: Seen) -> dict:
    return {"L": [{"S": v} for v in value]} if isinstance(value, tuple) else {"S": value}


def nothing(key: Key) -> Seen:
    return () if key.kind == LIST else None


def seen(key: Key, item: dict | None) -> Seen:
    if not item:
        return nothing(key)
    return tuple(v["S"] for v in item["v"]["L"]) if key.kind == LIST else item["v"]["S"]


def get(key: Key, consistent: bool = True) -> dict:
    return {"TableName": key.table, "Key": item_key(key), "ConsistentRead": consistent}


def keys_by_table(keys: list[Key]) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for key in keys:
        found.setdefault(key.table, []).append(item_key(key))
    return found


def table_request(name: str) -> dict:
    attributes = next(attributes for prefix, attributes in TABLES.items() if name.startswith(prefix))
    return {
        "TableName": name,
        "KeySchema": [{"AttributeName": a, "KeyType": t} for a, t in zip(attributes, ("HASH", "RANGE"))],
        "AttributeDefinitions": [{"AttributeName": a, "AttributeType": "S"} for a in attributes],
        "BillingMode": "PAY_PER_REQUEST",
    }
