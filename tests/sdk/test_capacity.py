"""ConsumedCapacity, from DynamoDB's rules for sizes and units, and ReturnItemCollectionMetrics."""

import pytest

from harness.values import N, S

KIB = 1024


@pytest.fixture(scope="module")
def table(module_tables):
    return module_tables.make("pk:S", "sk:N")


def item(size: int, sort: int = 1) -> dict:
    """An item of exactly so many bytes: pk 2+1, sk 2+2, v 1+..."""
    return {"pk": S("p"), "sk": N(sort), "v": S("x" * (size - 8))}


KEY = {"pk": S("p"), "sk": N(1)}


def units(answer) -> float:
    return answer["ConsumedCapacity"]["CapacityUnits"]


@pytest.mark.parametrize(
    ("size", "written", "consistent"),
    [(8, 1, 1), (KIB, 1, 1), (KIB + 1, 2, 1), (4 * KIB, 4, 1), (4 * KIB + 1, 5, 2), (8 * KIB + 1, 9, 3), (409_600, 400, 100)],
)
def test_one_item(dynamodb, tables, size, written, consistent):
    name = tables.make("pk:S", "sk:N")
    total = {"TableName": name, "ReturnConsumedCapacity": "TOTAL"}
    assert units(dynamodb.put_item(Item=item(size), **total)) == written
    assert units(dynamodb.get_item(Key=KEY, ConsistentRead=True, **total)) == consistent
    assert units(dynamodb.get_item(Key=KEY, **total)) == consistent / 2
    projected = dynamodb.get_item(Key=KEY, ProjectionExpression="sk", ConsistentRead=True, **total)
    assert units(projected) == consistent
    assert units(dynamodb.delete_item(Key=KEY, **total)) == written


def test_a_write_costs_the_larger_of_old_and_new(dynamodb, table):
    total = {"TableName": table, "ReturnConsumedCapacity": "TOTAL"}
    assert units(dynamodb.put_item(Item=item(10 * KIB), **total)) == 10
    assert units(dynamodb.put_item(Item=item(100), **total)) == 10
    assert units(dynamodb.put_item(Item=item(3 * KIB), **total)) == 3
    shorter = {"UpdateExpression": "SET v = :v", "ExpressionAttributeValues": {":v": S("x")}}
    assert units(dynamodb.update_item(Key=KEY, **shorter, **total)) == 3
    assert units(dynamodb.update_item(Key=KEY, **shorter, **total)) == 1


def test_what_is_not_there_costs_one(dynamodb, table):
    total = {"TableName": table, "ReturnConsumedCapacity": "TOTAL"}
    absent = {"pk": S("absent"), "sk": N(1)}
    assert units(dynamodb.get_item(Key=absent, **total)) == 0.5
    assert units(dynamodb.get_item(Key=absent, ConsistentRead=True, **total)) == 1
    assert units(dynamodb.delete_item(Key=absent, **total)) == 1
    nothing = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": S("absent")}}
    assert units(dynamodb.query(**nothing, **total)) == 0.5
    assert units(dynamodb.query(**nothing, ConsistentRead=True, **total)) == 1


@pytest.mark.parametrize(
    ("sizes", "consistent"),
    [([100], 1), ([100] * 20, 1), ([2 * KIB, 2 * KIB], 1), ([2 * KIB, 2 * KIB + 1], 2), ([3000] * 10, 8), ([100_000] * 3, 74)],
)
def test_query_adds_sizes_before_it_rounds(dynamodb, tables, sizes, consistent):
    name = tables.make("pk:S", "sk:N")
    for sort, size in enumerate(sizes, 1):
        dynamodb.put_item(TableName=name, Item=item(size, sort))
    request = {
        "TableName": name,
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": S("p")},
        "ReturnConsumedCapacity": "TOTAL",
    }
    assert units(dynamodb.query(**request, ConsistentRead=True)) == consistent
    assert units(dynamodb.query(**request)) == consistent / 2
    assert units(dynamodb.query(**request, ConsistentRead=True, Select="COUNT")) == consistent
    filtered = dynamodb.query(**request, ConsistentRead=True, FilterExpression="attribute_exists(nothing)")
    assert (filtered["Count"], units(filtered)) == (0, consistent)
    assert units(dynamodb.query(**request, ConsistentRead=True, ProjectionExpression="sk")) == consistent


def test_scan_of_one_small_item_on_demand(dynamodb, tables):
    name = tables.make()
    dynamodb.put_item(TableName=name, Item={"pk": S("a")})
    total = {"TableName": name, "ReturnConsumedCapacity": "TOTAL"}
    assert units(dynamodb.scan(ConsistentRead=True, **total)) == 4
    assert units(dynamodb.scan(**total)) == 2


@pytest.mark.parametrize("mode", ["NONE", None, "TOTAL", "INDEXES"])
def test_how_it_is_reported(dynamodb, table, mode):
    more = {"ReturnConsumedCapacity": mode} if mode else {}
    query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": S("p")}}
    for answer, unit in [
        (dynamodb.put_item(TableName=table, Item={"pk": S("p"), "sk": N(9)}, **more), 1),
        (dynamodb.get_item(TableName=table, Key={"pk": S("p"), "sk": N(9)}, **more), 0.5),
        (dynamodb.query(TableName=table, Limit=1, **query, **more), 0.5),
    ]:
        want = {
            "TOTAL": {"TableName": table, "CapacityUnits": unit},
            "INDEXES": {"TableName": table, "CapacityUnits": unit, "Table": {"CapacityUnits": unit}},
        }.get(mode)
        assert answer.get("ConsumedCapacity") == want


def test_item_collections_are_measured_only_with_local_indexes(dynamodb, table):
    request = {"TableName": table, "ReturnItemCollectionMetrics": "SIZE"}
    key = {"pk": S("p"), "sk": N(7)}
    assert "ItemCollectionMetrics" not in dynamodb.put_item(Item=key, **request)
    assert "ItemCollectionMetrics" not in dynamodb.update_item(Key=key, **request)
    assert "ItemCollectionMetrics" not in dynamodb.delete_item(Key=key, **request)


def test_the_table_is_called_as_in_the_request(dynamodb, tables):
    """By its name or by its ARN; a table that a transaction calls by both has one entry all the same."""
    key = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}]
    name = tables.make(
        "pk:S",
        "sk:N",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t in (("pk", "S"), ("sk", "N"), ("g", "S"))],
        LocalSecondaryIndexes=[{"IndexName": "local", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}],
    )
    arn = dynamodb.describe_table(TableName=name)["Table"]["TableArn"]
    query = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": S("p")}}
    report = {"ReturnConsumedCapacity": "INDEXES"}
    metrics = {"ReturnItemCollectionMetrics": "SIZE"}
    for called, other in ((name, arn), (arn, name)):
        for call, request in (
            (dynamodb.put_item, {"Item": KEY}),
            (dynamodb.update_item, {"Key": KEY}),
            (dynamodb.get_item, {"Key": KEY}),
            (dynamodb.query, query),
            (dynamodb.query, query | {"IndexName": "local"}),
            (dynamodb.scan, {}),
            (dynamodb.delete_item, {"Key": KEY}),
        ):
            answer = call(TableName=called, **request, **report)
            assert answer["ConsumedCapacity"]["TableName"] == called, call
        written = dynamodb.batch_write_item(RequestItems={called: [{"PutRequest": {"Item": KEY}}]}, **report, **metrics)
        read = dynamodb.batch_get_item(RequestItems={called: {"Keys": [KEY]}}, **report)
        assert written["ConsumedCapacity"][0]["TableName"] == read["ConsumedCapacity"][0]["TableName"] == called
        assert set(written["ItemCollectionMetrics"]) == {called}
        both = [{"TableName": table, "Key": {"pk": S("p"), "sk": N(n)}} for n, table in enumerate((called, other))]
        written = dynamodb.transact_write_items(TransactItems=[{"Delete": one} for one in both], **report, **metrics)
        read = dynamodb.transact_get_items(TransactItems=[{"Get": one} for one in both], **report)
        for answer in (written, read):
            (consumed,) = answer["ConsumedCapacity"]
            assert (consumed["TableName"], consumed["CapacityUnits"]) == (called, 4)
        assert set(written["ItemCollectionMetrics"]) == {called} and len(written["ItemCollectionMetrics"][called]) == 1
