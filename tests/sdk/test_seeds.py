"""Code that users run against DynamoDB (tests/sdk/seeds), unchanged but for the endpoint, through seven clients: the
aws CLI, boto3, the SDK v3 for JavaScript, the SDKs v1 and v2 for Go, the SDK v2 for Java and its enhanced client.
Transactions and triggers have tests of their own; backups are left out."""

import json
import sys

from harness.values import N, S


def make_indexed_app(runner) -> None:
    """The table MyApp with its index GSI1, as the guide's Terraform makes it."""
    names = ("PK", "SK", "GSI1PK", "GSI1SK")
    key = [{"AttributeName": "GSI1PK", "KeyType": "HASH"}, {"AttributeName": "GSI1SK", "KeyType": "RANGE"}]
    runner.tables.make(
        "PK:S",
        "SK:S",
        TableName="MyApp",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[{"IndexName": "GSI1", "KeySchema": key, "Projection": {"ProjectionType": "ALL"}}],
    )


def test_cli_operations_guide(runner):
    runner.tables.make("PK:S", "SK:S", TableName="lexi")
    output = runner.run("bash", "cli/lexi.sh", TABLE_NAME="lexi", REGION="us-east-1", USER_ID="123")
    steps = {}
    for part in output.split("\n### ")[1:]:
        name, _, text = part.partition("\n")
        steps[name] = json.loads(text) if text.strip().startswith("{") else text.strip()
    key = {"PK": S("USER#123"), "SK": S("CREATED#2026-05-02T10:30:00Z")}
    john = key | {"email": S("user@example.com"), "name": S("John Doe")}
    assert steps["list-tables"] == {"TableNames": ["lexi"]}
    described = steps["describe-table"]["Table"]
    assert (described["TableName"], described["TableStatus"], described["ItemCount"]) == ("lexi", "ACTIVE", 0)
    assert steps["put-item"] == ""
    for step in ("scan", "scan-filter", "query", "query-sort-key"):
        assert steps[step]["Items"] == [john], step
        assert (steps[step]["Count"], steps[step]["ScannedCount"]) == (1, 1)
    assert steps["get-item"] == {"Item": john}
    assert steps["update-item"] == ""
    assert steps["get-updated"] == {"Item": john | {"name": S("Jane Doe")}}
    assert steps["delete-item"] == ""
    assert steps["describe-again"]["Table"]["ItemCount"] == 0
    assert "ValidationException" in steps["unbound-name"]
    assert "An expression attribute name used in the document path is not defined" in steps["unbound-name"]


def test_cli_query(runner):
    runner.tables.make("UserId:S", TableName="Users")
    alice = {"UserId": S("user-123"), "Name": S("Alice"), "Age": N(30), "Email": S("alice@example.com")}
    runner.dynamodb.put_item(TableName="Users", Item=alice)
    answer = json.loads(runner.run("bash", "cli/users.sh"))
    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([alice], 1, 1)


def cli_answer(output: str) -> tuple[dict, list[list[str]]]:
    """The description that a program printed first, and the words of each line after it."""
    description, end = json.JSONDecoder().raw_decode(output)
    return description["TableDescription"], [line.split() for line in output[end:].strip().splitlines()]


def test_cli_status_index(runner):
    description, lines = cli_answer(runner.run("bash", "cli/status_index.sh"))
    (index,) = description["GlobalSecondaryIndexes"]
    assert (index["IndexName"], index["IndexStatus"]) == ("StatusIndex", "CREATING")
    assert index["ProvisionedThroughput"]["WriteCapacityUnits"] == 5
    one_a_page = [["2"], ["1"], ["4"]]
    assert lines == [["2", "1", "4"], ["4", "1", "2"], *one_a_page, ["1", "4"], ["1", "4"]]


def test_cli_timestamp_index(runner):
    description, lines = cli_answer(runner.run("bash", "cli/timestamp_index.sh"))
    (index,) = description["LocalSecondaryIndexes"]
    assert index["IndexArn"] == f"{description['TableArn']}/index/TimestampIndex"
    assert lines == [["1", "2", "3"], ["2", "1", "3"], ["3", "1", "2"], ["2", "1"]]


def test_python_complete_crud(runner):
    lines = runner.run(sys.executable, "python/complete_crud.py").splitlines()
    assert lines[0] == "✅ Table created"
    assert lines[1] == "✅ Item created"
    assert lines[2].startswith("✅ Retrieved: {") and "'Name': 'Alice Smith'" in lines[2]
    assert "'Timestamp': Decimal('1234567890')" in lines[2] and "'Age': Decimal('30')" in lines[2]
    assert lines[3] == "✅ Item updated"
    for line, name in ((lines[4], "Query"), (lines[5], "Scan")):
        assert line.startswith(f"✅ {name} results: [{{") and line.endswith("}]")
        assert "'Name': 'Alice Johnson'" in line and "'Age': Decimal('31')" in line
    assert lines[6:] == ["✅ Item deleted"]
    assert runner.dynamodb.scan(TableName="Users")["Count"] == 0


def test_python_email_index(runner):
    lines = runner.run(sys.executable, "python/email_index.py").splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "✅ Table created",
        "✅ Item created",
        "✅ Retrieved",
        "✅ Item updated",
        "✅ Query results",
        "✅ GSI query results",
        "✅ Scan results",
        "✅ Item deleted",
    ]
    assert lines[5].removeprefix("✅ GSI query results") == lines[4].removeprefix("✅ Query results")
    assert "'Name': 'Alice Johnson'" in lines[5] and "'Age': Decimal('31')" in lines[5]
    assert runner.dynamodb.scan(TableName="Users", IndexName="EmailIndex")["Count"] == 0


def test_python_pagination(runner):
    runner.tables.make("UserID:S", "OrderID:S", TableName="Orders")
    for n in range(30):
        order = {"UserID": S("alice"), "OrderID": S(f"{n:03}"), "note": S("x" * 100_000)}
        runner.dynamodb.put_item(TableName="Orders", Item=order)
    assert runner.run(sys.executable, "python/pagination.py").strip() == "30"


def test_python_resource(runner):
    runner.tables.make("PK:S", "SK:S", TableName="MyApp")
    shown = runner.shown(runner.run(sys.executable, "python/use_dynamodb.py", DYNAMODB_TABLE="MyApp"))
    assert shown["nobody"] is None
    assert shown["user"]["email"] == "a@example.com"
    assert shown["user"]["GSI1PK"] == "EMAIL#a@example.com"
    assert shown["twice"] == "ConditionalCheckFailedException"
    assert shown["orders"] == [f"ORDER#{n:03}" for n in range(24, 4, -1)]
    assert shown["three"] == ["ORDER#024", "ORDER#023", "ORDER#022"]
    assert (shown["status"], shown["updated"], shown["batch"]) == ("completed", True, 60)


def test_python_gsi1(runner):
    make_indexed_app(runner)
    shown = runner.shown(runner.run(sys.executable, "python/use_gsi1.py", DYNAMODB_TABLE="MyApp"))
    assert shown["found"] is True
    assert shown["users"] == ["USER#u0", "USER#u1"]
    assert shown["last"] == ["Alice"]
    assert shown["nobody"] == []
    assert shown["indexed"] == 3
    assert shown["moved"] == [["u0"], ["u2"], ["u1"]]


def test_typescript_types(runner, typescript):
    runner.run("node_modules/.bin/tsc", "-p", ".", cwd=typescript)


def test_typescript(runner, typescript):
    output = runner.run("node_modules/.bin/tsx", "use_dynamodb.ts", cwd=typescript, DYNAMODB_TABLE="MyApp")
    shown = runner.shown(output)
    assert shown["nobody"] is None
    assert shown["user"]["PK"] == "USER#u1" and shown["user"]["name"] == "Alice"
    assert shown["twice"] is True
    assert shown["orders"] == 20
    assert shown["three"] == ["ORDER#2024-12-23", "ORDER#2024-12-11", "ORDER#2024-11-22"]
    assert shown["between"] == 24
    assert shown["status"] == ["completed", 0, {"tags": ["a", {"b": None}]}, "string"]
    assert shown["counter"] == 45
    assert sum(shown["pages"]) == 26 and shown["pages"][:2] == [10, 10]
    assert shown["types"] == [[0, 255], ["1", "2"]]
    assert shown["deleted"] == ["PK", "SK", "n", "v"]
    assert shown["count"] == 36


def test_typescript_gsi1(runner, typescript):
    shown = runner.shown(runner.run("node_modules/.bin/tsx", "use_gsi1.ts", cwd=typescript, DYNAMODB_TABLE="MyApp"))
    assert shown["email"] == ["u1", "Alice", True]
    key = {"PK": "USER#u1", "SK": "ORDER#3", "GSI1PK": "ORDER#3", "GSI1SK": "ORDER#3"}
    assert shown["order"] == [key | {"status": "pending", "total": 3}]
    assert shown["completed"] == "completed"
    assert shown["nothing"] == []
    assert shown["indexed"] == ["EMAIL#a@example.com", "EMAIL#b@example.com"] + [f"ORDER#{n}" for n in range(6)]
    assert shown["pending"] == [f"ORDER#{n}" for n in (5, 4, 2, 1, 0)]


def test_go_v1_crud(runner, go_programs):
    runner.tables.make("UserID:S", "Timestamp:N", TableName="Users")
    lines = runner.run(str(go_programs / "users")).splitlines()
    assert lines[0] == "✅ Item created"
    assert lines[1].startswith("✅ Retrieved: {UserID:alice Timestamp:")
    assert lines[1].endswith("Name:Alice Smith Email:alice@example.com Age:30}")
    assert lines[2] == "✅ Item updated"
    assert lines[3].startswith("✅ Query results: [{UserID:alice ") and lines[3].endswith(" Age:31}]")


def test_go_v1_single_table(runner, go_programs):
    lines = runner.run(str(go_programs / "ecommerce")).splitlines()
    assert lines == [
        "[{BaseItem:{PK:USER#alice SK:ORDER#123 EntityType:Order} OrderID:123 Product:Mouse Total:12.25 "
        "Status:pending} {BaseItem:{PK:USER#alice SK:ORDER#456 EntityType:Order} OrderID:456 Product:Laptop "
        "Total:999.5 Status:pending}]",
        "ResourceNotFoundException Requested resource not found: Table: nothing not found",
    ]


def test_go_v2(runner, go_programs):
    runner.tables.make("PK:S", "SK:S", TableName="MyApp")
    lines = runner.run(str(go_programs / "usedatabase"), DYNAMODB_TABLE="MyApp").splitlines()
    assert lines == [
        "nobody: true",
        "user: true USER#u1 a@example.com Alice",
        "twice: true The conditional request failed",
    ]


def test_go_v1_single_table_indexes(runner, go_programs):
    assert runner.run(str(go_programs / "ecommerceindexes")).splitlines() == [
        'GSI1: ["PRODUCT#laptop METADATA"]',
        'GSI1: ["USER#alice ORDER#456" "USER#bob ORDER#789" "USER#alice ORDER#123"]',
        'GSI1: ["USER#alice ORDER#123" "USER#bob ORDER#789" "USER#alice ORDER#456"]',
        'GSI2: ["USER#bob ORDER#789" "USER#alice ORDER#123"]',
        'GSI2: ["USER#alice ORDER#123"]',
        "GSI2: []",
    ]


def test_go_v2_indexes(runner, go_programs):
    assert runner.run(str(go_programs / "orderindexes")).splitlines() == [
        "CREATING",
        "[2 1 3] <nil>",
        "[1 4 5] <nil>",
        "true ValidationException Consistent reads are not supported on global secondary indexes",
    ]


def test_java(runner, java):
    assert runner.run(*java, "seeds.UseDynamoDb").splitlines() == [
        "table: ACTIVE",
        "updated: 105 1 4",
        "refused: The conditional request failed 105",
        "transferred: 30",
        "cancelled: [ConditionalCheckFailed, None]",
        "pages: 2, items: 89",
        "balances: [75, 130]",
        "sum: 10005",
        "gone: Requested resource not found",
    ]


def test_java_enhanced(runner, java):
    assert runner.run(*java, "seeds.UseOrders").splitlines() == [
        "table: ACTIVE",
        "one: ann/o1 OPEN 30 v1",
        "none: null",
        "from o3: o3 o4",
        "open: o2 o4 o6 o1",
        "dear first: o1 o6 o4 o2",
        "of ann: [o1, o2, o3, o4]",
        "all: 6",
        "updated: ann/o1 PAID 30 v2",
        "refused: The conditional request failed",
        "new: [a, b]",
        "not new: o8",
        "moved: ann/o6 OPEN 6 v1, null",
        "cancelled: [None, ConditionalCheckFailed] null",
    ]
