# dynamodb.py
import boto3
from boto3.dynamodb.conditions import Key, Attr
from decimal import Decimal
import json
from datetime import datetime
import os

dynamodb = boto3.resource('dynamodb', region_name=os.environ.get('AWS_REGION', 'us-east-1'))
table = dynamodb.Table(os.environ['DYNAMODB_TABLE'])


def get_user(user_id: str) -> dict | None:
    response = table.get_item(
        Key={
            'PK': f'USER#{user_id}',
            'SK': 'PROFILE',
        }
    )
    return response.get('Item')


def create_user(user_id: str, email: str, name: str) -> dict:
    now = datetime.utcnow().isoformat()
    item = {
        'PK': f'USER#{user_id}',
        'SK': 'PROFILE',
        'GSI1PK': f'EMAIL#{email}',
        'GSI1SK': f'USER#{user_id}',
        'entityType': 'USER',
        'userId': user_id,
        'email': email,
        'name': name,
        'createdAt': now,
        'updatedAt': now,
    }

    table.put_item(
        Item=item,
        ConditionExpression='attribute_not_exists(PK)',
    )

    return item


def get_user_orders(user_id: str, limit: int = 20) -> list:
    response = table.query(
        KeyConditionExpression=Key('PK').eq(f'USER#{user_id}') & Key('SK').begins_with('ORDER#'),
        Limit=limit,
        ScanIndexForward=False,  # Newest first
    )
    return response.get('Items', [])


def update_order_status(user_id: str, order_id: str, status: str) -> None:
    table.update_item(
        Key={
            'PK': f'USER#{user_id}',
            'SK': f'ORDER#{order_id}',
        },
        UpdateExpression='SET #status = :status, updatedAt = :updatedAt',
        ExpressionAttributeNames={
            '#status': 'status',
        },
        ExpressionAttributeValues={
            ':status': status,
            ':updatedAt': datetime.utcnow().isoformat(),
        },
    )


# Batch write (up to 25 items)
def batch_create_items(items: list) -> None:
    with table.batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)
