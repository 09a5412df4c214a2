"""Finds on the index GSI1 the users that dynamodb.py creates, and prints what a user of it would see."""

import json

from boto3.dynamodb.conditions import Key

import dynamodb


def show(name, result):
    print(json.dumps({name: result}, default=str, sort_keys=True))


def by_email(email, **more):
    condition = Key("GSI1PK").eq(f"EMAIL#{email}")
    return dynamodb.table.query(IndexName="GSI1", KeyConditionExpression=condition, **more)["Items"]


created = dynamodb.create_user("u1", "a@example.com", "Alice")
dynamodb.create_user("u2", "b@example.com", "Bob")
dynamodb.create_user("u0", "a@example.com", "Ann")
dynamodb.table.put_item(Item={"PK": "USER#u1", "SK": "ORDER#1", "status": "pending"})
show("found", by_email("a@example.com")[1] == created)
show("users", [user["GSI1SK"] for user in by_email("a@example.com")])
show("last", [user["name"] for user in by_email("a@example.com", ScanIndexForward=False, Limit=1)])
show("nobody", by_email("c@example.com"))
show("indexed", dynamodb.table.scan(IndexName="GSI1", Select="COUNT")["Count"])
dynamodb.table.update_item(
    Key={"PK": "USER#u1", "SK": "PROFILE"},
    UpdateExpression="SET email = :email, GSI1PK = :key",
    ExpressionAttributeValues={":email": "c@example.com", ":key": "EMAIL#c@example.com"},
)
show("moved", [[user["userId"] for user in by_email(f"{name}@example.com")] for name in "abc"])
