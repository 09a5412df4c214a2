# The query of a deep dive into data modelling, as written there.
set -euo pipefail
aws dynamodb query \
  --table-name Users \
  --key-condition-expression "UserId = :uid" \
  --expression-attribute-values '{":uid":{"S":"user-123"}}'
