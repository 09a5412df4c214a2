"""Valid requests of each operation: what the generator mutates."""

from differential.fixtures import SEED_KEY, B, N, S, index, keys, projecting

NEW_KEY = {"pk": S("new"), "sk": N(1)}
NEW = NEW_KEY | {"n": N("1.50"), "ss": {"SS": ["p", "q"]}, "m": {"M": {"a": {"L": [S("x"), {"NULL": True}]}}}, "b": B("AQ==")}
NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
READ_KEY = {"pk": S("a"), "sk": N(10)}

VALID = {
    "GetItem": [
        {"TableName": "read", "Key": READ_KEY, "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL",
         "ProjectionExpression": "#n, m.a, l[0], x", NAMES: {"#n": "n"}},
        {"TableName": "read", "Key": READ_KEY, "AttributesToGet": ["n", "x"], "ReturnConsumedCapacity": "INDEXES"},
    ],
    "PutItem": [
        {"TableName": "written", "Item": NEW, "ConditionExpression": "attribute_not_exists(pk) OR #n < :n", NAMES: {"#n": "n"},
         VALUES: {":n": N(9)}, "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "INDEXES",
         "ReturnItemCollectionMetrics": "SIZE", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
        {"TableName": "written", "Item": SEED_KEY | {"g": S("g2"), "h": N(1), "k": S("k"), "d": B("AA==")}, "ReturnValues": "ALL_OLD",
         "Expected": {"n": {"ComparisonOperator": "GE", "AttributeValueList": [N(5)]}, "s": {"Value": S("text")}},
         "ConditionalOperator": "AND"},
    ],
    "DeleteItem": [
        {"TableName": "written", "Key": SEED_KEY, "ConditionExpression": "#n < :n", NAMES: {"#n": "n"}, VALUES: {":n": N(9)},
         "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "TOTAL", "ReturnItemCollectionMetrics": "SIZE",
         "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
        {"TableName": "written", "Key": SEED_KEY, "Expected": {"n": {"Exists": True, "Value": N(5)}, "nope": {"Exists": False}},
         "ConditionalOperator": "OR"},
    ],
    "UpdateItem": [
        {"TableName": "written", "Key": SEED_KEY,
         "UpdateExpression": "SET #n = #n + :n, m.b.c = :s REMOVE l[0] ADD ns :ns DELETE ss :ss",
         "ConditionExpression": "attribute_exists(m.b) AND size(s) > :n", NAMES: {"#n": "n"},
         VALUES: {":n": N(1), ":s": S("new"), ":ns": {"NS": ["3"]}, ":ss": {"SS": ["a"]}}, "ReturnValues": "ALL_NEW",
         "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
        {"TableName": "written", "Key": SEED_KEY,
         "AttributeUpdates": {"n": {"Action": "ADD", "Value": N(2)}, "s": {"Action": "PUT", "Value": S("put")}, "x": {"Action": "DELETE"},
                              "ss": {"Action": "DELETE", "Value": {"SS": ["b"]}}},
         "Expected": {"n": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [N(1), N(9)]}}, "ReturnValues": "UPDATED_NEW"},
    ],
    "Query": [
        {"TableName": "read", "KeyConditionExpression": "pk = :p AND sk BETWEEN :a AND :b", "FilterExpression": "#n >= :a OR attribute_exists(g)",
         "ProjectionExpression": "sk, #n, m", NAMES: {"#n": "n"}, VALUES: {":p": S("a"), ":a": N(0), ":b": N(50)}, "Limit": 4,
         "ScanIndexForward": False, "ConsistentRead": True, "ReturnConsumedCapacity": "INDEXES", "Select": "SPECIFIC_ATTRIBUTES",
         "ExclusiveStartKey": {"pk": S("a"), "sk": N(40)}},
        {"TableName": "read", "IndexName": "all", "KeyConditionExpression": "g = :g AND h > :h", VALUES: {":g": S("g1"), ":h": N(-9)},
         "ReturnConsumedCapacity": "TOTAL"},
        {"TableName": "read", "IndexName": "local", "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [S("b")]},
                                                                      "k": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [S("k")]}},
         "QueryFilter": {"n": {"ComparisonOperator": "LT", "AttributeValueList": [N(9)]}, "t": {"ComparisonOperator": "NULL"}},
         "ConditionalOperator": "OR", "AttributesToGet": ["n", "k"], "Limit": 3},
    ],
    "Scan": [
        {"TableName": "read", "FilterExpression": "#n IN (:a, :b) AND contains(s, :t)", "ProjectionExpression": "pk, #n", NAMES: {"#n": "n"},
         VALUES: {":a": N(1), ":b": N(2), ":t": S("t")}, "Segment": 0, "TotalSegments": 1, "ConsistentRead": False,
         "Select": "SPECIFIC_ATTRIBUTES"},
        {"TableName": "read", "IndexName": "few", "Select": "ALL_PROJECTED_ATTRIBUTES", "ReturnConsumedCapacity": "NONE"},
        {"TableName": "read", "ScanFilter": {"n": {"ComparisonOperator": "EQ", "AttributeValueList": [N(1)]},
                                             "s": {"ComparisonOperator": "NE", "AttributeValueList": [S("q")]}},
         "ConditionalOperator": "AND", "AttributesToGet": ["pk", "n"]},
    ],
    "BatchGetItem": [
        {"RequestItems": {"read": {"Keys": [READ_KEY, {"pk": S("b"), "sk": N(0)}], "ProjectionExpression": "#n, m.a", NAMES: {"#n": "n"},
                                   "ConsistentRead": True},
                          "plain": {"Keys": [{"pk": S("w")}]}}, "ReturnConsumedCapacity": "TOTAL"},
        {"RequestItems": {"read": {"Keys": [READ_KEY, {"pk": S("none"), "sk": N(0)}], "AttributesToGet": ["n", "x"]}}},
    ],
    "BatchWriteItem": [
        {"RequestItems": {"written": [{"PutRequest": {"Item": NEW}}, {"DeleteRequest": {"Key": SEED_KEY}}],
                          "plain": [{"PutRequest": {"Item": {"pk": S("new")}}}]},
         "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"},
    ],
    "TransactGetItems": [
        {"TransactItems": [{"Get": {"TableName": "read", "Key": READ_KEY, "ProjectionExpression": "#n, m.a", NAMES: {"#n": "n"}}},
                           {"Get": {"TableName": "plain", "Key": {"pk": S("w")}}}], "ReturnConsumedCapacity": "TOTAL"},
    ],
    "TransactWriteItems": [
        {"TransactItems": [
            {"Put": {"TableName": "written", "Item": NEW, "ConditionExpression": "attribute_not_exists(pk)"}},
            {"Update": {"TableName": "written", "Key": SEED_KEY, "UpdateExpression": "SET #n = :n", "ConditionExpression": "#n < :n",
                        NAMES: {"#n": "n"}, VALUES: {":n": N(9)}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}},
            {"ConditionCheck": {"TableName": "plain", "Key": {"pk": S("w")}, "ConditionExpression": "n = :one", VALUES: {":one": N(1)}}},
            {"Delete": {"TableName": "plain", "Key": {"pk": S("new")}}}],
         "ReturnConsumedCapacity": "INDEXES", "ReturnItemCollectionMetrics": "SIZE"},
    ],
    "CreateTable": [
        {"TableName": "made", "KeySchema": keys("pk", "sk"), "BillingMode": "PROVISIONED",
         "AttributeDefinitions": [{"AttributeName": a, "AttributeType": t} for a, t in (("pk", "S"), ("sk", "N"), ("a", "B"))],
         "LocalSecondaryIndexes": [index("lsi", keys("pk", "a"), projecting("KEYS_ONLY"))],
         "GlobalSecondaryIndexes": [index("gsi", keys("a"), projecting("INCLUDE", "x", "y"),
                                          ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})],
         "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2},
         "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}, "Tags": [{"Key": "a", "Value": "b"}],
         "DeletionProtectionEnabled": False},
        {"TableName": "made", "KeySchema": keys("pk"), "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
         "BillingMode": "PAY_PER_REQUEST", "TableClass": "STANDARD"},
    ],
    "UpdateTable": [
        {"TableName": "victim", "ProvisionedThroughput": {"ReadCapacityUnits": 6, "WriteCapacityUnits": 7},
         "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "byg",
                                                     "ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 4}}}]},
        {"TableName": "victim", "AttributeDefinitions": [{"AttributeName": "z", "AttributeType": "S"}],
         "GlobalSecondaryIndexUpdates": [{"Create": index("byz", keys("z"), projecting("ALL"),
                                                          ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1})}]},
        {"TableName": "victim", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "byg"}}]},
        {"TableName": "victim", "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}},
        {"TableName": "victim", "BillingMode": "PAY_PER_REQUEST"},
    ],
    "DeleteTable": [{"TableName": "victim"}],
    "DescribeTable": [{"TableName": "read"}],
    "ListTables": [{"Limit": 2, "ExclusiveStartTableName": "binary"}],
    "UpdateTimeToLive": [{"TableName": "victim", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}],
    "DescribeTimeToLive": [{"TableName": "read"}],
    "TagResource": [{"ResourceArn": "$arn:victim", "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}]}],
    "UntagResource": [{"ResourceArn": "$arn:victim", "TagKeys": ["a"]}],
    "ListTagsOfResource": [{"ResourceArn": "$arn:victim"}],
    "ListStreams": [{"TableName": "streamed", "Limit": 5}],
    "DescribeStream": [{"StreamArn": "$stream:streamed", "Limit": 5}],
    "GetShardIterator": [{"StreamArn": "$stream:streamed", "ShardId": "$ShardId", "ShardIteratorType": "TRIM_HORIZON"},
                         {"StreamArn": "$stream:streamed", "ShardId": "$ShardId", "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                          "SequenceNumber": "$Sequence"}],
    "GetRecords": [{"ShardIterator": "$ShardIterator", "Limit": 10}],
}  # fmt: skip
# Asked before each request of the operation.
FIRST = {
    "GetShardIterator": [("DescribeStream", {"StreamArn": "$stream:streamed"})],
    "GetRecords": [("DescribeStream", {"StreamArn": "$stream:streamed"}),
                   ("GetShardIterator", {"StreamArn": "$stream:streamed", "ShardId": "$ShardId", "ShardIteratorType": "TRIM_HORIZON"})],
}  # fmt: skip
# Asked after it, of what it may have changed.
LAST = {
    "CreateTable": [("DescribeTable", {"TableName": "made"})],
    "UpdateTable": [("DescribeTable", {"TableName": "victim"})],
    "DeleteTable": [("ListTables", {})],
    "TagResource": [("ListTagsOfResource", {"ResourceArn": "$arn:victim"})],
    "UntagResource": [("ListTagsOfResource", {"ResourceArn": "$arn:victim"})],
    "UpdateTimeToLive": [("DescribeTimeToLive", {"TableName": "victim"})],
}
STREAMS = {"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"}
