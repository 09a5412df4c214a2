"""The same requests to this server and to others that speak DynamoDB, and every difference between the answers."""
