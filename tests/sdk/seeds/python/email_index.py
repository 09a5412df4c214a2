"""The complete CRUD of a guide with its index, as written there but for the endpoint."""

import os

import boto3
from boto3.dynamodb.conditions import Key, Attr

dynamodb = boto3.resource(
    'dynamodb',
    endpoint_url=os.environ['AWS_ENDPOINT_URL_DYNAMODB'],
    region_name='us-east-1',
    aws_access_key_id='test',
    aws_secret_access_key='test'
)

# Create table
table = dynamodb.create_table(
    TableName='Users',
    KeySchema=[
        {'AttributeName': 'UserID', 'KeyType': 'HASH'},
        {'AttributeName': 'Timestamp', 'KeyType': 'RANGE'}
    ],
    AttributeDefinitions=[
        {'AttributeName': 'UserID', 'AttributeType': 'S'},
        {'AttributeName': 'Timestamp', 'AttributeType': 'N'},
        {'AttributeName': 'Email', 'AttributeType': 'S'}
    ],
    GlobalSecondaryIndexes=[
        {
            'IndexName': 'EmailIndex',
            'KeySchema': [
                {'AttributeName': 'Email', 'KeyType': 'HASH'}
            ],
            'Projection': {'ProjectionType': 'ALL'}
        }
    ],
    BillingMode='PAY_PER_REQUEST'
)

table.wait_until_exists()
print("✅ Table created")

# Put item
table.put_item(
    Item={
        'UserID': 'alice',
        'Timestamp': 1234567890,
        'Name': 'Alice Smith',
        'Email': 'alice@example.com',
        'Age': 30
    }
)
print("✅ Item created")

# Get item
response = table.get_item(
    Key={'UserID': 'alice', 'Timestamp': 1234567890}
)
print(f"✅ Retrieved: {response['Item']}")

# Update item
table.update_item(
    Key={'UserID': 'alice', 'Timestamp': 1234567890},
    UpdateExpression='SET Age = :age, #n = :name',
    ExpressionAttributeNames={'#n': 'Name'},
    ExpressionAttributeValues={
        ':age': 31,
        ':name': 'Alice Johnson'
    }
)
print("✅ Item updated")

# Query
response = table.query(
    KeyConditionExpression=Key('UserID').eq('alice')
)
print(f"✅ Query results: {response['Items']}")

# Query GSI
response = table.query(
    IndexName='EmailIndex',
    KeyConditionExpression=Key('Email').eq('alice@example.com')
)
print(f"✅ GSI query results: {response['Items']}")

# Scan with filter
response = table.scan(
    FilterExpression=Attr('Age').gt(25)
)
print(f"✅ Scan results: {response['Items']}")

# Delete item
table.delete_item(
    Key={'UserID': 'alice', 'Timestamp': 1234567890}
)
print("✅ Item deleted")
