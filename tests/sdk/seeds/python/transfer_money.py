import boto3

dynamodb = boto3.client('dynamodb')

def transfer_money(from_account, to_account, amount):
    try:
        response = dynamodb.transact_write_items(
            TransactItems=[
                {
                    'Update': {
                        'TableName': 'Accounts',
                        'Key': {'AccountID': {'S': from_account}},
                        'UpdateExpression': 'SET Balance = Balance - :amount',
                        'ConditionExpression': 'Balance >= :amount',
                        'ExpressionAttributeValues': {
                            ':amount': {'N': str(amount)}
                        }
                    }
                },
                {
                    'Update': {
                        'TableName': 'Accounts',
                        'Key': {'AccountID': {'S': to_account}},
                        'UpdateExpression': 'SET Balance = Balance + :amount',
                        'ExpressionAttributeValues': {
                            ':amount': {'N': str(amount)}
                        }
                    }
                }
            ]
        )
        return True
    except dynamodb.exceptions.TransactionCanceledException as e:
        print(f"Transaction failed: {e}")
        return False
