"""The pagination of a guide, as written there but for the endpoint."""

import os

import boto3

dynamodb = boto3.client(
    'dynamodb',
    endpoint_url=os.environ['AWS_ENDPOINT_URL_DYNAMODB'],
    region_name='us-east-1',
    aws_access_key_id='test',
    aws_secret_access_key='test'
)


def get_all_user_orders(user_id):
    items = []
    last_evaluated_key = None
    
    while True:
        params = {
            'TableName': 'Orders',
            'KeyConditionExpression': 'UserID = :uid',
            'ExpressionAttributeValues': {':uid': {'S': user_id}}
        }
        
        if last_evaluated_key:
            params['ExclusiveStartKey'] = last_evaluated_key
        
        response = dynamodb.query(**params)
        items.extend(response['Items'])
        
        last_evaluated_key = response.get('LastEvaluatedKey')
        if not last_evaluated_key:
            break
    
    return items


print(len(get_all_user_orders('alice')))
