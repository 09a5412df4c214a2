# A user's operations guide for a single-table design, its aws commands as written there. The placeholders
# are filled in by the runner: TABLE_NAME, REGION, USER_ID.
set -euo pipefail

step() { printf '\n### %s\n' "$1"; }

step list-tables
aws dynamodb list-tables --region "$REGION"

step describe-table
aws dynamodb describe-table \
--table-name "$TABLE_NAME" \
--region "$REGION"

step put-item
aws dynamodb put-item \
--table-name "$TABLE_NAME" \
--item '{
"PK": {"S": "USER#123"},
"SK": {"S": "CREATED#2026-05-02T10:30:00Z"},
"email": {"S": "user@example.com"},
"name": {"S": "John Doe"}
}' \
--region "$REGION"

step scan
aws dynamodb scan \
--table-name "$TABLE_NAME" \
--region "$REGION" \
--limit 10

step scan-filter
aws dynamodb scan \
--table-name "$TABLE_NAME" \
--filter-expression "attribute_exists(#pk)" \
--expression-attribute-names '{"#pk":"PK"}' \
--region "$REGION"

step query
aws dynamodb query \
--table-name "$TABLE_NAME" \
--key-condition-expression "PK = :pk" \
--expression-attribute-values '{":pk":{"S":"USER#'"$USER_ID"'"}}' \
--region "$REGION"

step query-sort-key
aws dynamodb query \
--table-name "$TABLE_NAME" \
--key-condition-expression "PK = :pk AND begins_with(SK, :sk)" \
--expression-attribute-values '{":pk":{"S":"USER#'"$USER_ID"'"},":sk":{"S":"CREATED"}}' \
--region "$REGION"

step get-item
aws dynamodb get-item \
--table-name "$TABLE_NAME" \
--key '{
"PK": {"S": "USER#123"},
"SK": {"S": "CREATED#2026-05-02T10:30:00Z"}
}' \
--region "$REGION"

step update-item
aws dynamodb update-item \
--table-name "$TABLE_NAME" \
--key '{
"PK": {"S": "USER#123"},
"SK": {"S": "CREATED#2026-05-02T10:30:00Z"}
}' \
--update-expression "SET #name = :name" \
--expression-attribute-names '{"#name":"name"}' \
--expression-attribute-values '{":name":{"S":"Jane Doe"}}' \
--region "$REGION"

step get-updated
aws dynamodb get-item \
--table-name "$TABLE_NAME" \
--key '{
"PK": {"S": "USER#123"},
"SK": {"S": "CREATED#2026-05-02T10:30:00Z"}
}' \
--region "$REGION"

step delete-item
aws dynamodb delete-item \
--table-name "$TABLE_NAME" \
--key '{
"PK": {"S": "USER#123"},
"SK": {"S": "CREATED#2026-05-02T10:30:00Z"}
}' \
--region "$REGION"

step describe-again
aws dynamodb describe-table \
--table-name "$TABLE_NAME" \
--region "$REGION"

step unbound-name
# As written in the guide: #pk is used and not defined, which DynamoDB refuses.
aws dynamodb scan \
--table-name "$TABLE_NAME" \
--filter-expression "attribute_exists(#pk)" \
--region "$REGION" 2>&1 || true
