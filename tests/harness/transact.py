"""The actions of TransactWriteItems, and what a cancelled transaction tells."""

import botocore.exceptions
import pytest

FAILED = ("ConditionalCheckFailed", "The conditional request failed")
NONE = ("None", None)


def put(table: str, item: dict, **more) -> dict:
    return {"Put": {"TableName": table, "Item": item} | more}


def update(table: str, key: dict, expression: str, **more) -> dict:
    return {"Update": {"TableName": table, "Key": key, "UpdateExpression": expression} | more}


def delete(table: str, key: dict, **more) -> dict:
    return {"Delete": {"TableName": table, "Key": key} | more}


def check(table: str, key: dict, condition: str, **more) -> dict:
    return {"ConditionCheck": {"TableName": table, "Key": key, "ConditionExpression": condition} | more}


def get(table: str, key: dict, **more) -> dict:
    return {"Get": {"TableName": table, "Key": key} | more}


def values(**named: dict) -> dict:
    """The member ExpressionAttributeValues, each name without its colon."""
    return {"ExpressionAttributeValues": {f":{name}": value for name, value in named.items()}}


def is_(condition: str, **named: dict) -> dict:
    """The members of a condition with values."""
    return {"ConditionExpression": condition} | (values(**named) if named else {})


OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


def cancelled(call, *arguments, **parameters) -> list[dict]:
    """The reasons for which the call must be cancelled."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(*arguments, **parameters)
    answer = caught.value.response
    assert answer["Error"]["Code"] == "TransactionCanceledException", answer
    reasons = answer["CancellationReasons"]
    codes = ", ".join(reason["Code"] for reason in reasons)
    assert answer["Error"]["Message"] == (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    return reasons


def reasons(call, *arguments, **parameters) -> list[tuple]:
    """The same, as pairs of code and message; none of them may show an item."""
    found = cancelled(call, *arguments, **parameters)
    assert not any("Item" in reason for reason in found), found
    return [(reason["Code"], reason.get("Message")) for reason in found]
