"""The materialized view of a guide, as written there."""

import json

from services import redis


def lambda_handler(event, context):
    """Update ElastiCache cache when DynamoDB changes"""
    for record in event['Records']:
        user_id = record['dynamodb']['Keys']['UserID']['S']
        
        if record['eventName'] in ['INSERT', 'MODIFY']:
            new_item = record['dynamodb']['NewImage']
            # Update cache
            redis.set(f'user:{user_id}', json.dumps(new_item))
        elif record['eventName'] == 'REMOVE':
            # Invalidate cache
            redis.delete(f'user:{user_id}')
