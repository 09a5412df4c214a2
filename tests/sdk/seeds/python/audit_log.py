"""The audit log of a guide, as written there."""

import json
from datetime import datetime

from services import s3


def lambda_handler(event, context):
    for record in event['Records']:
        event_name = record['eventName']  # INSERT, MODIFY, REMOVE
        user_id = record['dynamodb']['Keys']['UserID']['S']
        
        # Log to S3
        s3.put_object(
            Bucket='audit-logs',
            Key=f'{datetime.now().isoformat()}-{user_id}.json',
            Body=json.dumps(record)
        )
