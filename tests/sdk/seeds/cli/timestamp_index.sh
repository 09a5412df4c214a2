# A guide's table with a local index, created as written there but for the endpoint, and queries on both orders.
set -euo pipefail

aws dynamodb create-table \
  --table-name Orders \
  --attribute-definitions \
    AttributeName=UserID,AttributeType=S \
    AttributeName=OrderID,AttributeType=S \
    AttributeName=Timestamp,AttributeType=N \
  --key-schema \
    AttributeName=UserID,KeyType=HASH \
    AttributeName=OrderID,KeyType=RANGE \
  --local-secondary-indexes \
    "[
      {
        \"IndexName\": \"TimestampIndex\",
        \"KeySchema\": [
          {\"AttributeName\": \"UserID\", \"KeyType\": \"HASH\"},
          {\"AttributeName\": \"Timestamp\", \"KeyType\": \"RANGE\"}
        ],
        \"Projection\": {\"ProjectionType\": \"ALL\"}
      }
    ]" \
  --billing-mode PAY_PER_REQUEST

aws dynamodb wait table-exists --table-name Orders

put() {
  aws dynamodb put-item --table-name Orders --item \
    '{"UserID": {"S": "'"$1"'"}, "OrderID": {"S": "'"$2"'"}, "Timestamp": {"N": "'"$3"'"}}'
}
put alice 1 30
put alice 2 4
put alice 3 200
put bob 4 5

orders() {
  aws dynamodb query --table-name Orders --key-condition-expression 'UserID = :user' \
    --expression-attribute-values '{":user": {"S": "alice"}}' --query 'Items[].OrderID.S' --output text "$@"
}
orders
orders --index-name TimestampIndex
orders --index-name TimestampIndex --consistent-read --no-scan-index-forward
orders --index-name TimestampIndex --max-items 2 | sed -n 1p
