"""Programs written with the libraries that people use DynamoDB through (tests/sdk/clients), and dynamodb-admin: unchanged
but for the endpoint. What they say is checked, and with boto3 what they left."""

import contextlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

import pytest

from harness.seeds import CLIENTS, Runner
from harness.server import free_port
from harness.values import N, S

REFUSED = "The conditional request failed"


@pytest.fixture
def patient(own_server):
    """For libraries that wait until what they ask of a table is done."""
    return Runner(own_server("--table-delay", "300ms"))


def test_electrodb(runner, clients):
    shown = runner.shown(runner.run("node", "electrodb.js", cwd=clients))
    for refused in (shown["twice"], shown["patched"], shown["stale"]):
        assert refused[0] == "ElectroError" and f'"{REFUSED}"' in refused[1]
    assert shown["nobody"] is None
    assert (shown["put"], shown["got"]) == ([], [True, 0])
    assert shown["pages"] == [[25, 25, 10], True]
    assert shown["between"] == [9, 10, 11]
    assert shown["due"] == [1, 13, 25, 37, 49]
    assert shown["worth"] == [34, 41, 55]
    assert shown["desk"] == [[["Ann", 1000]], 60]
    assert shown["staff"] == [1, 20]
    assert shown["changed"] == {
        "id": "ann",
        "team": "red",
        "name": "Ann",
        "salary": 1050,
        "skills": ["c++"],
        "address": {"city": "Rome", "zip": "00100"},
        "notes": ["new", "promoted"],
        "leavesAt": 1900000000,
        "version": 2,
    }
    assert shown["upserted"] == {"id": "bob", "team": "blue", "name": "Bob", "salary": 5, "version": 1}
    assert shown["moved"] is False
    failed = "ConditionalCheckFailed"
    assert shown["refused"] == [True, [["None", None], [failed, 7], [failed, None]]]
    assert shown["both"] == [None, "blue"]
    assert (shown["deleted"], shown["left"]) == ("Ann", ["bob"])
    items = runner.dynamodb.scan(TableName="company")["Items"]
    assert sorted(item["__edb_e__"]["S"] for item in items) == ["employee", "task"]


def test_toolbox(runner, clients):
    shown = runner.shown(runner.run("node", "toolbox.js", cwd=clients))
    assert shown["put"] == 1
    assert shown["twice"] == [True, REFUSED, "Ann"]
    assert shown["stored"] == [["new", "vip"], [0, 255], [{"city": "Rome"}], True]
    assert shown["nobody"] is None
    assert shown["got"] == [3.25, 1.25, 2.25]
    assert shown["pages"] == [10, 10, 5]
    assert shown["between"] == ["009", "008", "007"]
    assert shown["day"] == ["018", "019"]
    assert shown["open"] == ["020", "023", "024"]
    assert (shown["all"], shown["scanned"], shown["projected"]) == ([26, 1], 25, [{"total": 4.25}])
    assert shown["changed"] == {
        "id": "ann",
        "kind": "PROFILE",
        "name": "Anna",
        "tags": ["vip"],
        "addresses": [{"city": "Rome"}, {"city": "Oslo", "zip": 150}],
        "balance": 12.5,
        "active": True,
        "version": 2,
    }
    assert shown["stale"] == ["ConditionalCheckFailedException", REFUSED]
    assert shown["nested"] == [[{"zip": 12.5}], ["new", "vip"]]
    assert shown["token"][0] == "IdempotentParameterMismatchException"
    assert shown["cancelled"] == [["ConditionalCheckFailed", "paid"], *[["None", None]] * 4]
    assert shown["read"] == [11.5, "paid", None]
    assert (shown["deleted"], shown["left"]) == ("Anna", 0)


def test_dynamoose(patient, clients):
    shown = patient.shown(patient.run("node", "dynamoose.js", cwd=clients))
    refused = ["ConditionalCheckFailedException", REFUSED]
    assert shown["made"] == ["number", True]
    assert (shown["twice"], shown["refused"]) == (refused, refused)
    assert shown["stored"] == [["comedy", "novel"], [1, 2, 255], 86_400_000, "London"]
    assert shown["nobody"] is None
    assert (shown["put"], shown["got"]) == ([], [["Book 0", "Book 1", "Book 24"], []])
    assert shown["pages"] == [10, 10, 5]
    assert shown["late"] == ["Book 24", "Book 23", "Book 22", "Book 21", "Book 20"]
    assert shown["titles"] == ["Verne"]
    assert shown["lent"] == [f"Book {n}" for n in (10, 11, 14, 15, 18, 19)]
    assert (shown["count"], shown["scan"]) == (13, 8)
    assert shown["attributes"] == [{"title": "Emma", "year": 1815}]
    publisher = {"name": "Penguin", "city": {"name": "New York"}}
    assert shown["changed"] == [5, ["ann", "bob"], ["classic", "comedy", "novel"], publisher, None]
    assert shown["fewer"] == ["classic", "novel"]
    assert shown["saved"] == [1816, refused]
    assert shown["lentTwice"] == ["TransactionCanceledException", ["None", "ConditionalCheckFailed", "None", "None"]]
    assert shown["both"] == ["Book 3", "Emma"]
    assert shown["publishers"] == ["Frankenstein"]
    assert shown["left"] == ["Book 3", "Frankenstein"]
    table = patient.dynamodb.describe_table(TableName="library")["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert sorted(index["IndexName"] for index in table["GlobalSecondaryIndexes"]) == ["publishers", "titles"]
    tags = patient.dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]
    assert tags == [{"Key": "stage", "Value": "new"}]
    assert time_to_live(patient, "library") == ("ENABLED", "expiresAt")


def time_to_live(runner, table: str) -> tuple[str, str]:
    described = runner.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    return described["TimeToLiveStatus"], described["AttributeName"]


def test_onetable(runner, clients):
    shown = runner.shown(runner.run("node", "onetable.js", cwd=clients))
    assert shown["tables"] == [True, "ls1"]
    assert shown["twice"] == ["OneTableError", 'Conditional create failed for "Account"']
    assert "An item of the same name already exists" in shown["unique"][1]
    assert shown["stored"] == [["admin"], 0, [1, 255], True]
    assert shown["nobody"] is None
    assert (shown["batch"], shown["read"]) == (True, [37, 74])
    assert shown["pages"] == [[10, 10, 5], True]
    assert shown["between"] == ["009", "008", "007"]
    assert shown["cheap"] == [0, 3, 7]
    assert shown["paid"] == ["005", "010", "015", "020"]
    assert (shown["count"], shown["scanned"]) == (25, 25)
    assert shown["grouped"] == [["Account", 1], ["Invoice", 25], ["User", 1]]
    assert shown["changed"] == [{"city": "Rome"}, ["monday"], 5, None]
    assert (shown["pushed"], shown["fewer"]) == (["monday", "tuesday"], ["dev"])
    assert shown["stale"][0] == "OneTableError"
    assert shown["missing"] == ["OneTableError", "Cannot find existing item to update"]
    assert shown["upsert"] == 3
    assert (shown["paidTwice"], shown["counter"]) == (["OneTableError", "Transaction Cancelled"], 1)
    assert shown["indexes"] == ["gs1", "gs2"]
    assert (shown["again"], shown["removed"], shown["gone"]) == ("Ann", 18, False)
    assert runner.dynamodb.list_tables()["TableNames"] == []


def test_pynamodb(patient):
    shown = patient.shown(patient.run(sys.executable, "forum.py", cwd=CLIENTS / "python"))
    refused = ["ConditionalCheckFailedException", REFUSED]
    assert shown["made"] == [True, "ACTIVE", "PAY_PER_REQUEST"]
    assert [shown[name] for name in ("twice", "stale", "refused", "kept")] == [refused] * 4
    assert shown["found"] == [["hot", "new"], [1, 2.5], "Rome", "00ff", 1]
    assert shown["nothing"] == "Item does not exist"
    assert shown["batch"] == [f"{n:03}" for n in range(0, 60, 10)]
    assert shown["poll"] == ["Poll"]
    assert shown["pages"] == [25, 25, 11]
    assert shown["between"] == ["009", "008", "007"]
    assert shown["eve"] == ["024", "052", "poll"]
    assert shown["views"] == ["000", "043", "026"]
    assert shown["filter"] == ["008", "poll"]
    assert (shown["count"], shown["scan"]) == ([61, 16, 30], 62)
    assert shown["projected"] == [[28, None]]
    place = {"city": "Rome", "zip": 100}
    assert shown["updated"] == [2, ["hot"], [1, 2.5, 7], ["a", "b", {"by": "eve"}], place, 2]
    assert shown["removed"] == [None, 2, True]
    assert shown["cancelled"][0] == "TransactionCanceledException"
    assert shown["cancelled"][1].endswith("[ConditionalCheckFailed, ConditionalCheckFailed]")
    assert shown["got"] == [[3, 3], [0, 1]]
    assert shown["left"] == ["hello"]
    assert time_to_live(patient, "Thread") == ("ENABLED", "expires")


class Admin:
    """dynamodb-admin, asked as its pages ask it."""

    PATIENCE = 60

    def __init__(self, runner, clients):
        self.address = f"http://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        command = ["node", "node_modules/.bin/dynamodb-admin", "--host", "127.0.0.1", "--port", port]
        command.append("--skip-default-credentials")  # they have a session token that nobody has issued
        environment = runner.environment | {"DYNAMO_ENDPOINT": runner.server.endpoint}
        self.process = subprocess.Popen(
            command, cwd=clients, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + self.PATIENCE
        while True:
            try:
                self.ask("/api/tables")
                return
            except urllib.error.URLError:
                assert self.process.poll() is None and time.monotonic() < deadline, "it did not start"
                time.sleep(0.05)

    def ask(self, path: str, method: str = "GET", body=None) -> str:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=self.PATIENCE) as answer:
            return answer.read().decode()

    def items(self, **query) -> dict:
        text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in query.items()}
        return json.loads(self.ask(f"/tables/songs/items?{urllib.parse.urlencode(text)}"))

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(self.PATIENCE)


@pytest.fixture
def admin(runner, clients):
    with contextlib.closing(Admin(runner, clients)) as started:
        yield started


def test_admin(runner, admin):
    definition = {
        "TableName": "songs",
        "HashAttributeName": "artist",
        "HashAttributeType": "S",
        "RangeAttributeName": "year",
        "RangeAttributeType": "N",
        "ReadCapacityUnits": 3,
        "WriteCapacityUnits": 3,
    }
    index = {"HashAttributeName": "label", "HashAttributeType": "S", "ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    indexes = [index | {"IndexName": "labels", "IndexType": "global"}]
    admin.ask("/create-table", "POST", {"TableDefinition": definition, "SecondaryIndexes": indexes})
    table = runner.dynamodb.describe_table(TableName="songs")["Table"]
    assert (table["TableStatus"], table["ProvisionedThroughput"]["ReadCapacityUnits"]) == ("ACTIVE", 3)
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == "labels"
    assert "songs" in admin.ask("/")
    assert [table["TableName"] for table in json.loads(admin.ask("/api/tables"))] == ["songs"]

    for year in range(2000, 2030):
        song = {"artist": "Ann", "year": year, "label": "red" if year % 2 else "blue", "plays": {"n": [year, None, True]}}
        assert json.loads(admin.ask("/tables/songs/add-item", "PUT", song)) == {"artist": "Ann", "year": year}
    key = {"artist": S("Ann"), "year": N(2001)}
    plays = {"M": {"n": {"L": [N(2001), {"NULL": True}, {"BOOL": True}]}}}
    assert runner.dynamodb.get_item(TableName="songs", Key=key)["Item"] == key | {"label": S("red"), "plays": plays}
    assert "red" in admin.ask("/tables/songs/items/Ann,2001")
    assert "30" in admin.ask("/tables/songs/meta")
    for page in ("", "/ttl", "/add-item", "/get"):
        assert "songs" in admin.ask(f"/tables/songs{page}")

    first = admin.items()
    assert [song["year"] for song in first["Items"]] == list(range(2000, 2025))
    rest = admin.items(startKey=urllib.parse.unquote(first["nextKey"]), pageNum="2")
    assert ([song["year"] for song in rest["Items"]], rest["nextKey"]) == (list(range(2025, 2030)), None)
    late = {"year": {"operator": ">=", "type": "N", "value": "2027"}}
    assert [song["year"] for song in admin.items(filters=late)["Items"]] == [2027, 2028, 2029]
    of_ann = late | {"artist": {"operator": "=", "type": "S", "value": "Ann"}}
    assert [song["year"] for song in admin.items(filters=of_ann, operationType="query")["Items"]] == [2027, 2028, 2029]
    red = {"label": {"operator": "=", "type": "S", "value": "red"}}
    found = admin.items(filters=red, operationType="query", queryableSelection="labels")["Items"]
    assert sorted(song["year"] for song in found) == list(range(2001, 2030, 2))
    with pytest.raises(urllib.error.HTTPError) as refused:
        admin.items(filters=late, operationType="query")
    assert json.loads(refused.value.read())["message"] == "Query condition missed key schema element: artist"

    changed = {"artist": "Ann", "year": 2001, "label": "green"}
    assert json.loads(admin.ask("/tables/songs/items/Ann,2001", "PUT", changed)) == changed
    admin.ask("/tables/songs/items/Ann,2000", "DELETE")
    assert runner.dynamodb.scan(TableName="songs", Select="COUNT")["Count"] == 29
    admin.ask("/tables/songs/all", "DELETE")
    assert runner.dynamodb.scan(TableName="songs", Select="COUNT")["Count"] == 0
    admin.ask("/tables/songs", "DELETE")
    assert runner.dynamodb.list_tables()["TableNames"] == []
