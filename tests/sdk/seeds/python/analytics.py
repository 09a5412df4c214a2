"""The real-time analytics of a guide, as written there."""

import json

from services import kinesis


def lambda_handler(event, context):
    for record in event['Records']:
        if record['eventName'] == 'INSERT':
            new_item = record['dynamodb']['NewImage']
            
            # Send to Kinesis for real-time processing
            kinesis.put_record(
                StreamName='user-events',
                Data=json.dumps(new_item),
                PartitionKey=new_item['UserID']['S']
            )
