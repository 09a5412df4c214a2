"""Walks through what dynamodb.py offers, and prints what a user of it would see."""

import json
import sys

import botocore.exceptions

import dynamodb


def show(name, result):
    print(json.dumps({name: result}, default=str, sort_keys=True))


show("nobody", dynamodb.get_user("u1"))
dynamodb.create_user("u1", "a@example.com", "Alice")
show("user", dynamodb.get_user("u1"))
try:
    dynamodb.create_user("u1", "b@example.com", "Bob")
    sys.exit("a user was created twice")
except botocore.exceptions.ClientError as error:
    show("twice", error.response["Error"]["Code"])
for n in range(25):
    dynamodb.table.put_item(Item={"PK": "USER#u1", "SK": f"ORDER#{n:03}", "status": "pending", "total": n})
show("orders", [order["SK"] for order in dynamodb.get_user_orders("u1")])
show("three", [order["SK"] for order in dynamodb.get_user_orders("u1", 3)])
dynamodb.update_order_status("u1", "007", "completed")
order = dynamodb.table.get_item(Key={"PK": "USER#u1", "SK": "ORDER#007"})["Item"]
show("status", order["status"])
show("updated", "updatedAt" in order)
dynamodb.batch_create_items([{"PK": "USER#u2", "SK": f"ORDER#{n:03}", "total": n} for n in range(60)])
show("batch", len(dynamodb.get_user_orders("u2", 100)))
