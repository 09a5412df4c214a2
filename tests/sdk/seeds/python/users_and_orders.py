"""Batches and an atomic read of two tables as a guide has them, and what they answer."""

import json

import boto3

dynamodb = boto3.client('dynamodb')

dynamodb.batch_write_item(
    RequestItems={
        'Users': [
            {
                'PutRequest': {
                    'Item': {'UserID': {'S': 'alice'}, 'Name': {'S': 'Alice'}}
                }
            },
            {
                'PutRequest': {
                    'Item': {'UserID': {'S': 'bob'}, 'Name': {'S': 'Bob'}}
                }
            }
        ]
    }
)

response = dynamodb.batch_get_item(
    RequestItems={
        'Users': {
            'Keys': [
                {'UserID': {'S': 'alice'}},
                {'UserID': {'S': 'bob'}},
                {'UserID': {'S': 'charlie'}}
            ]
        }
    }
)
print(json.dumps({"batch": [response["Responses"], response["UnprocessedKeys"]]}))

response = dynamodb.transact_get_items(
    TransactItems=[
        {
            'Get': {
                'TableName': 'Users',
                'Key': {'UserID': {'S': 'alice'}}
            }
        },
        {
            'Get': {
                'TableName': 'Orders',
                'Key': {'OrderID': {'S': '123'}}
            }
        }
    ]
)
print(json.dumps({"atomic": response["Responses"]}))
