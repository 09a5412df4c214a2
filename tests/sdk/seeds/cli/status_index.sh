# A guide's table with a global index, created as written there but for the endpoint, and queries on the index.
set -euo pipefail

aws dynamodb create-table \
  --table-name Orders \
  --attribute-definitions \
    AttributeName=UserID,AttributeType=S \
    AttributeName=OrderID,AttributeType=S \
    AttributeName=Status,AttributeType=S \
    AttributeName=Timestamp,AttributeType=N \
  --key-schema \
    AttributeName=UserID,KeyType=HASH \
    AttributeName=OrderID,KeyType=RANGE \
  --global-secondary-indexes \
    "[
      {
        \"IndexName\": \"StatusIndex\",
        \"KeySchema\": [
          {\"AttributeName\": \"Status\", \"KeyType\": \"HASH\"},
          {\"AttributeName\": \"Timestamp\", \"KeyType\": \"RANGE\"}
        ],
        \"Projection\": {\"ProjectionType\": \"ALL\"},
        \"ProvisionedThroughput\": {
          \"ReadCapacityUnits\": 5,
          \"WriteCapacityUnits\": 5
        }
      }
    ]" \
  --billing-mode PROVISIONED \
  --provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=5

aws dynamodb wait table-exists --table-name Orders

put() {
  aws dynamodb put-item --table-name Orders --item \
    '{"UserID": {"S": "'"$1"'"}, "OrderID": {"S": "'"$2"'"}, "Status": {"S": "'"$3"'"}, "Timestamp": {"N": "'"$4"'"}}'
}
put alice 1 pending 1704103200
put bob 2 pending 1704067200
put alice 3 shipped 1704153600
put carol 4 pending 1704240000

pending() {
  aws dynamodb query --table-name Orders --index-name StatusIndex --expression-attribute-names '{"#s": "Status"}' \
    --key-condition-expression '#s = :status' --expression-attribute-values '{":status": {"S": "pending"}}' \
    --query 'Items[].OrderID.S' --output text "$@"
}
pending
pending --no-scan-index-forward
pending --page-size 1
aws dynamodb query --table-name Orders --index-name StatusIndex \
  --key-condition-expression '#s = :status AND #t > :since' \
  --expression-attribute-names '{"#s": "Status", "#t": "Timestamp"}' \
  --expression-attribute-values '{":status": {"S": "pending"}, ":since": {"N": "1704067200"}}' \
  --query 'Items[].OrderID.S' --output text

aws dynamodb update-item --table-name Orders --key '{"UserID": {"S": "bob"}, "OrderID": {"S": "2"}}' \
  --update-expression 'SET #s = :status' --expression-attribute-names '{"#s": "Status"}' \
  --expression-attribute-values '{":status": {"S": "shipped"}}'
pending
