"""Single-table designs of five guides: every access pattern that they list, on overloaded and sparse indexes."""

import dataclasses
import decimal
import threading

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key

from harness.patience import eventually
from harness.values import unique
from harness.wire import REGION


@pytest.fixture(scope="module")
def resource(server):
    secret = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.resource("dynamodb", endpoint_url=server.endpoint, region_name=REGION, **secret)


@dataclasses.dataclass
class Design:
    """A table: the types of its key attributes, its key and indexes written "partition [sort]", and its items."""

    types: str
    key: str
    indexes: dict[str, str]
    items: list[dict]
    local: tuple[str, ...] = ()
    projections: dict[str, dict] = dataclasses.field(default_factory=dict)

    def schema(self, key: str) -> list[dict]:
        return [{"AttributeName": n, "KeyType": role} for n, role in zip(key.split(), ("HASH", "RANGE"))]

    def index(self, name: str) -> dict:
        projection = self.projections.get(name, {"ProjectionType": "ALL"})
        return {"IndexName": name, "KeySchema": self.schema(self.indexes[name]), "Projection": projection}

    def definitions(self, *keys: str) -> list[dict]:
        """Of the attributes of the keys; text unless `types` has them as name:type."""
        types = dict(pair.split(":") for pair in self.types.split())
        names = dict.fromkeys(" ".join(keys).split())
        return [{"AttributeName": name, "AttributeType": types.get(name, "S")} for name in names]

    def projected(self, index: str | None, item: dict) -> dict:
        """What the index, or the table itself, has of the item."""
        included = self.projections.get(index, {}).get("NonKeyAttributes")
        if included is None:
            return item
        kept = {*self.key.split(), *self.indexes[index].split(), *included}
        return {name: value for name, value in item.items() if name in kept}

    def entries(self, index: str) -> list[dict]:
        """All that the index holds."""
        attributes = set(self.indexes[index].split())
        return [self.projected(index, item) for item in self.items if attributes <= set(item)]

    def make(self, resource, indexes=None):
        """The table with its items; `indexes`: only those."""
        indexes = list(self.indexes) if indexes is None else indexes
        lists = {
            "LocalSecondaryIndexes": [self.index(name) for name in indexes if name in self.local],
            "GlobalSecondaryIndexes": [self.index(name) for name in indexes if name not in self.local],
        }
        table = resource.create_table(
            TableName=unique("design"),
            KeySchema=self.schema(self.key),
            AttributeDefinitions=self.definitions(self.key, *(self.indexes[name] for name in indexes)),
            BillingMode="PAY_PER_REQUEST",
            **{kind: made for kind, made in lists.items() if made},
        )
        table.wait_until_exists()
        for item in self.items:
            table.put_item(Item=item)
        return table


def rows(attributes: str, *lines: str) -> list[dict]:
    """Items written as a table: a line each, cells parted by |, empty ones absent, `=7` for the number 7."""
    names = attributes.split()
    items = []
    for line in lines:
        cells = zip(names, (cell.strip() for cell in line.split("|")))
        items.append({n: decimal.Decimal(c[1:]) if c.startswith("=") else c for n, c in cells if c})
    return items


STATUS = Design(
    "Timestamp:N",
    "UserID OrderID",
    {"StatusIndex": "Status Timestamp", "TimestampIndex": "UserID Timestamp", "Totals": "Status"},
    rows(
        "UserID OrderID Status    Timestamp ProductName TotalAmount",
        "alice  | 1    | pending | =30      | Laptop    | =999",
        "alice  | 2    | shipped | =4       | Mouse     | =12",
        "alice  | 3    | pending | =200     | Desk      | =300",
        "alice  | 4    |         | =1       | Gift      | =0",
        "alice  | 5    | pending |          | Draft     | =5",
        "bob    | 1    | pending | =-7      | Chair     | =80",
        "bob    | 2    | pending | =40      | Lamp      | =20",
    ),
    local=("TimestampIndex",),
    projections={"Totals": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["ProductName", "TotalAmount"]}},
)

# PK/SK as the guide draws them, with the attributes that its two indexes are keyed on.
ECOMMERCE = Design(
    "Timestamp:N",
    "PK SK",
    {"GSI1": "EntityType CreatedAt", "GSI2": "Status Timestamp"},
    rows(
        "PK                SK                   EntityType CreatedAt     Status     Timestamp Name",
        "USER#alice      | PROFILE            | User     | 2024-01-01  |          |         | Alice Smith",
        "USER#alice      | ORDER#123          | Order    | 2024-02-03  | pending  | =300    |",
        "USER#alice      | ORDER#456          | Order    | 2024-02-01  | shipped  | =100    |",
        "USER#bob        | PROFILE            | User     | 2023-11-05  |          |         | Bob",
        "USER#bob        | ORDER#789          | Order    | 2024-02-02  | pending  | =20     |",
        "PRODUCT#laptop  | METADATA           | Product  | 2023-12-01  |          |         | Laptop",
        "PRODUCT#mouse   | METADATA           | Product  | 2023-10-01  |          |         | Mouse",
        "PRODUCT#laptop  | REVIEW#USER#alice  | Review   | 2024-03-01  |          |         |",
        "PRODUCT#laptop  | REVIEW#USER#bob    | Review   | 2024-02-20  |          |         |",
        "ORDER#123       | METADATA           | Order    | 2024-02-03  | pending  | =300    |",
        "STATUS#pending  | ORDER#123          |          |             |          |         |",
        "STATUS#pending  | ORDER#789          |          |             |          |         |",
        "PRODUCT#laptop  | ORDER#123          |          |             |          |         |",
        "TENANT#a#USER#1 | 2024-01-01T10#LOGIN  |          |             |          |         |",
        "TENANT#a#USER#1 | 2024-01-02T10#LOGOUT |          |             |          |         |",
    ),
)

OVERLOADED = Design(
    "",
    "ID",
    {"ByType": "Type Data"},
    rows(
        "ID  Type      Data",
        "u1 | USER    | alice@example.com",
        "u2 | USER    | bob@example.com",
        "u3 | USER    |",
        "p1 | PRODUCT | laptops",
        "p2 | PRODUCT | mice",
        "p3 | PRODUCT | laptops",
        "o1 | ORDER   | pending#1704067200",
        "o2 | ORDER   | pending#1704153600",
        "o3 | ORDER   | shipped#1704100000",
        "x  |         | laptops",
    ),
)

TWITTER = Design(
    "",
    "PK SK",
    {"GSI1": "Hashtag At"},
    rows(
        "PK               SK           Hashtag        At    TweetID AuthorID Content",
        "USER#alice     | PROFILE    |             |      |       |       | Alice",
        "USER#alice     | TWEET#1#a  | HASHTAG#aws | 1    | a     | alice | first",
        "USER#alice     | TWEET#3#c  | HASHTAG#aws | 3    | c     | alice | third",
        "USER#alice     | FOLLOWS#bob |            |      |       |       |",
        "USER#bob       | TWEET#2#b  | HASHTAG#aws | 2    | b     | bob   | second",
        "USER#bob       | TWEET#4#d  | HASHTAG#sql | 4    | d     | bob   | fourth",
        "TIMELINE#alice | 2#TWEET#b  |             |      | b     | bob   | second",
        "TIMELINE#alice | 4#TWEET#d  |             |      | d     | bob   | fourth",
    ),
    projections={"GSI1": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["TweetID", "AuthorID"]}},
)

MY_APP = Design(
    "",
    "PK SK",
    {"GSI1": "GSI1PK GSI1SK", "GSI2": "GSI2PK GSI2SK"},
    rows(
        "PK         SK          GSI1PK                GSI1SK     GSI2PK              GSI2SK",
        "USER#u1  | PROFILE   | EMAIL#a@example.com | USER#u1  |                  |",
        "USER#u2  | PROFILE   | EMAIL#b@example.com | USER#u2  |                  |",
        "USER#u1  | ORDER#456 | ORDER#456           | ORDER#456 | STATUS#pending   | 2024-01-02",
        "USER#u1  | ORDER#789 | ORDER#789           | ORDER#789 | STATUS#completed | 2024-01-01",
        "USER#u2  | ORDER#012 | ORDER#012           | ORDER#012 | STATUS#pending   | 2024-01-01",
    ),
)

CRM = Design(
    "",
    "PK SK",
    {"GSI1": "GSI1PK GSI1SK", "GSI2": "PK CreatedAt"},
    rows(
        "PK         SK                                  GSI1PK       GSI1SK                CreatedAt",
        "TENANT#a | LEAD#1                            | OWNER#u1   | CREATED#2025-01-15  | 2025-01-15",
        "TENANT#a | LEAD#2                            | OWNER#u2   | CREATED#2025-01-10  | 2025-01-10",
        "TENANT#a | LEAD#3                            | OWNER#u1   | CREATED#2025-01-02  | 2025-01-02",
        "TENANT#b | LEAD#1                            | OWNER#u3   | CREATED#2025-01-15  | 2025-01-15",
        "TENANT#a | ACCOUNT#1                         |            |                     |",
        "TENANT#a | ACCOUNT#1#OPPORTUNITY#4           | OWNER#u1   | CREATED#2025-02-01  | 2025-02-01",
        "TENANT#a | ACCOUNT#1#OPPORTUNITY#4#LINE_ITEM#7 |          |                     |",
        "TENANT#a | ACCOUNT#2                         |            |                     |",
        "TENANT#a | CAPSULE#x#ACCOUNT#8               |            |                     |",
        "TENANT#a | CAPSULE#x#ACCOUNT#9               |            |                     |",
        "TENANT#a | CAPSULE#y#ACCOUNT#1               |            |                     |",
    ),
)

# The price is text, as in the guide's macro: "PRICE#9" sorts after "PRICE#100".
CATALOG = Design(
    "",
    "PK SK",
    {f"GSI{n}": f"gsi{n}_pk gsi{n}_sk" for n in (1, 2, 3, 4)},
    [
        {
            "PK": f"TENANT#{tenant}",
            "SK": f"PRODUCT#{product}",
            "gsi1_pk": f"TENANT#{tenant}#CATEGORY#{category}",
            "gsi1_sk": f"PRODUCT#{product}",
            "gsi2_pk": f"TENANT#{tenant}#BRAND#{brand}",
            "gsi2_sk": f"PRODUCT#{product}",
            "gsi3_pk": f"TENANT#{tenant}#PRICETIER#{tier}",
            "gsi3_sk": f"PRICE#{price}",
            "gsi4_pk": f"TENANT#{tenant}#SKU#{sku}",
            "gsi4_sk": f"PRODUCT#{product}",
        }
        for tenant, product, category, brand, tier, price, sku in (
            ("a", 1, "pens", "bic", "LOW", "9", "P-1"),
            ("a", 2, "pens", "pilot", "LOW", "100", "P-2"),
            ("a", 3, "paper", "pilot", "HIGH", "500", "X-1"),
            ("b", 1, "pens", "bic", "LOW", "9", "P-1"),
        )
    ],
)

DESIGNS = {
    "status": STATUS,
    "ecommerce": ECOMMERCE,
    "overloaded": OVERLOADED,
    "twitter": TWITTER,
    "my app": MY_APP,
    "crm": CRM,
    "catalog": CATALOG,
}


@pytest.fixture(scope="module")
def designs(resource):
    """The table of each design."""
    made = {name: design.make(resource) for name, design in DESIGNS.items()}
    yield made
    for table in made.values():
        table.delete()


def is_(name: str, value) -> Key:
    return Key(name).eq(value)


# Design, index, what is asked, and the key's values of the items wanted, in order.
PATTERNS = [
    ("status", "StatusIndex", is_("Status", "pending"), ["bob 1", "alice 1", "bob 2", "alice 3"]),
    ("status", "StatusIndex", is_("Status", "pending") & Key("Timestamp").gte(30), ["alice 1", "bob 2", "alice 3"]),
    ("status", "StatusIndex", is_("Status", "pending") & Key("Timestamp").between(-7, 29), ["bob 1"]),
    ("status", "StatusIndex", is_("Status", "delivered"), []),
    ("status", "TimestampIndex", is_("UserID", "alice"), ["alice 4", "alice 2", "alice 1", "alice 3"]),
    ("status", "TimestampIndex", is_("UserID", "alice") & Key("Timestamp").lt(30), ["alice 4", "alice 2"]),
    ("status", None, is_("UserID", "alice"), [f"alice {n}" for n in range(1, 6)]),
    # Get user, user's orders, one order, orders for a product, orders by status.
    ("ecommerce", None, is_("PK", "USER#alice") & is_("SK", "PROFILE"), ["USER#alice PROFILE"]),
    (
        "ecommerce",
        None,
        is_("PK", "USER#alice") & Key("SK").begins_with("ORDER#"),
        ["USER#alice ORDER#123", "USER#alice ORDER#456"],
    ),
    ("ecommerce", None, is_("PK", "USER#alice") & is_("SK", "ORDER#456"), ["USER#alice ORDER#456"]),
    ("ecommerce", None, is_("PK", "ORDER#123"), ["ORDER#123 METADATA"]),
    (
        "ecommerce",
        None,
        is_("PK", "PRODUCT#laptop"),
        [f"PRODUCT#laptop {sort}" for sort in ("METADATA", "ORDER#123", "REVIEW#USER#alice", "REVIEW#USER#bob")],
    ),
    ("ecommerce", None, is_("PK", "STATUS#pending"), ["STATUS#pending ORDER#123", "STATUS#pending ORDER#789"]),
    (
        "ecommerce",
        None,
        is_("PK", "TENANT#a#USER#1") & Key("SK").begins_with("2024-01-01"),
        ["TENANT#a#USER#1 2024-01-01T10#LOGIN"],
    ),
    ("ecommerce", "GSI1", is_("EntityType", "Product"), ["PRODUCT#mouse METADATA", "PRODUCT#laptop METADATA"]),
    ("ecommerce", "GSI1", is_("EntityType", "User"), ["USER#bob PROFILE", "USER#alice PROFILE"]),
    (
        "ecommerce",
        "GSI1",
        is_("EntityType", "Order") & Key("CreatedAt").lt("2024-02-03"),
        ["USER#alice ORDER#456", "USER#bob ORDER#789"],
    ),
    (
        "ecommerce",
        "GSI1",
        is_("EntityType", "Review"),
        ["PRODUCT#laptop REVIEW#USER#bob", "PRODUCT#laptop REVIEW#USER#alice"],
    ),
    ("ecommerce", "GSI2", is_("Status", "pending") & Key("Timestamp").lt(300), ["USER#bob ORDER#789"]),
    ("ecommerce", "GSI2", is_("Status", "shipped"), ["USER#alice ORDER#456"]),
    ("status", "Totals", is_("Status", "shipped"), ["alice 2"]),
    ("overloaded", "ByType", is_("Type", "USER") & is_("Data", "bob@example.com"), ["u2"]),
    ("overloaded", "ByType", is_("Type", "USER"), ["u1", "u2"]),
    ("overloaded", "ByType", is_("Type", "ORDER") & Key("Data").begins_with("pending#"), ["o1", "o2"]),
    (
        "overloaded",
        "ByType",
        is_("Type", "ORDER") & Key("Data").between("pending#1704100000", "pending#1704200000"),
        ["o2"],
    ),
    ("overloaded", "ByType", is_("Type", "PRODUCT") & is_("Data", "mice"), ["p2"]),
    ("twitter", None, is_("PK", "USER#alice") & is_("SK", "PROFILE"), ["USER#alice PROFILE"]),
    (
        "twitter",
        None,
        is_("PK", "USER#alice") & Key("SK").begins_with("TWEET#"),
        ["USER#alice TWEET#1#a", "USER#alice TWEET#3#c"],
    ),
    ("twitter", None, is_("PK", "TIMELINE#alice") & Key("SK").between("3", "5"), ["TIMELINE#alice 4#TWEET#d"]),
    (
        "twitter",
        "GSI1",
        is_("Hashtag", "HASHTAG#aws"),
        ["USER#alice TWEET#1#a", "USER#bob TWEET#2#b", "USER#alice TWEET#3#c"],
    ),
    ("my app", "GSI1", is_("GSI1PK", "EMAIL#a@example.com"), ["USER#u1 PROFILE"]),
    ("my app", "GSI1", is_("GSI1PK", "ORDER#012"), ["USER#u2 ORDER#012"]),
    ("my app", "GSI2", is_("GSI2PK", "STATUS#pending"), ["USER#u2 ORDER#012", "USER#u1 ORDER#456"]),
    ("crm", None, is_("PK", "TENANT#b") & is_("SK", "LEAD#1"), ["TENANT#b LEAD#1"]),
    (
        "crm",
        None,
        is_("PK", "TENANT#a") & Key("SK").begins_with("CAPSULE#x#ACCOUNT#"),
        ["TENANT#a CAPSULE#x#ACCOUNT#8", "TENANT#a CAPSULE#x#ACCOUNT#9"],
    ),
    (
        "crm",
        None,
        is_("PK", "TENANT#a") & Key("SK").begins_with("ACCOUNT#1"),
        [f"TENANT#a ACCOUNT#1{end}" for end in ("", "#OPPORTUNITY#4", "#OPPORTUNITY#4#LINE_ITEM#7")],
    ),
    (
        "crm",
        "GSI1",
        is_("GSI1PK", "OWNER#u1"),
        ["TENANT#a LEAD#3", "TENANT#a LEAD#1", "TENANT#a ACCOUNT#1#OPPORTUNITY#4"],
    ),
    (
        "crm",
        "GSI1",
        is_("GSI1PK", "OWNER#u1") & Key("GSI1SK").between("CREATED#2025-01-01", "CREATED#2025-01-31"),
        ["TENANT#a LEAD#3", "TENANT#a LEAD#1"],
    ),
    ("crm", "GSI2", is_("PK", "TENANT#a") & Key("CreatedAt").lte("2025-01-10"), ["TENANT#a LEAD#3", "TENANT#a LEAD#2"]),
    ("catalog", "GSI1", is_("gsi1_pk", "TENANT#a#CATEGORY#pens"), ["TENANT#a PRODUCT#1", "TENANT#a PRODUCT#2"]),
    ("catalog", "GSI2", is_("gsi2_pk", "TENANT#a#BRAND#pilot"), ["TENANT#a PRODUCT#2", "TENANT#a PRODUCT#3"]),
    ("catalog", "GSI3", is_("gsi3_pk", "TENANT#a#PRICETIER#LOW"), ["TENANT#a PRODUCT#2", "TENANT#a PRODUCT#1"]),
    ("catalog", "GSI4", is_("gsi4_pk", "TENANT#b#SKU#P-1"), ["TENANT#b PRODUCT#1"]),
]


def keys_of(design: Design, items: list[dict]) -> list[str]:
    return [" ".join(item[name] for name in design.key.split()) for item in items]


def sorted_items(items: list[dict]) -> list[dict]:
    return sorted(items, key=lambda item: sorted(item.items()))


def pages(call, **request) -> list[list[dict]]:
    found, more = [], {}
    while True:
        page = call(**request, **more)
        found.append(page["Items"])
        if "LastEvaluatedKey" not in page:
            return found
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@pytest.mark.parametrize(("name", "index", "condition", "want"), PATTERNS, ids=[f"{p[0]}-{p[1]}" for p in PATTERNS])
def test_pattern(designs, name, index, condition, want):
    design, table = DESIGNS[name], designs[name]
    request = {"KeyConditionExpression": condition} | ({"IndexName": index} if index else {})
    answer = table.query(**request)
    assert keys_of(design, answer["Items"]) == want
    assert (answer["Count"], answer["ScannedCount"]) == (len(want), len(want))
    kept = {key: item for key, item in zip(keys_of(design, design.items), design.items)}
    assert answer["Items"] == [design.projected(index, kept[key]) for key in want]
    assert keys_of(design, table.query(**request, ScanIndexForward=False)["Items"]) == want[::-1]
    assert sum(pages(table.query, **request, Limit=1), []) == answer["Items"]
    counted = table.query(**request, Select="COUNT")
    assert counted["Count"] == len(want) and "Items" not in counted


INDEXES = [(name, index) for name, design in DESIGNS.items() for index in design.indexes]


@pytest.mark.parametrize(("name", "index"), INDEXES)
def test_an_index_holds_the_items_that_have_its_key(designs, name, index):
    design, table = DESIGNS[name], designs[name]
    want = design.entries(index)
    assert sorted_items(table.scan(IndexName=index)["Items"]) == sorted_items(want)
    split = pages(table.scan, IndexName=index, Limit=2)
    assert sorted_items(sum(split, [])) == sorted_items(want)
    assert all(len(page) == 2 for page in split[:-1])


@pytest.mark.parametrize(
    ("name", "index", "condition", "attribute", "value"),
    [
        ("catalog", "GSI1", is_("gsi1_pk", "TENANT#a#CATEGORY#pens"), "gsi1_pk", "TENANT#a#CATEGORY#pens"),
        ("status", "StatusIndex", is_("Status", "shipped"), "Status", "shipped"),
        ("overloaded", "ByType", is_("Type", "PRODUCT"), "Type", "PRODUCT"),
    ],
)
def test_a_query_finds_what_a_filtered_scan_finds_and_reads_no_more(designs, name, index, condition, attribute, value):
    queried = designs[name].query(IndexName=index, KeyConditionExpression=condition)
    scanned = designs[name].scan(FilterExpression=Attr(attribute).eq(value))
    assert sorted_items(queried["Items"]) == sorted_items(scanned["Items"])
    assert queried["ScannedCount"] == queried["Count"] < scanned["ScannedCount"] == len(DESIGNS[name].items)


def test_items_move_between_statuses(resource):
    table = STATUS.make(resource)

    def orders(status: str) -> list[str]:
        found = table.query(IndexName="StatusIndex", KeyConditionExpression=is_("Status", status))
        return keys_of(STATUS, found["Items"])

    def change(user: str, order: str, update: str, **values) -> None:
        more = {"ExpressionAttributeValues": {f":{n}": v for n, v in values.items()}} if values else {}
        names = {f"#{n}": n for n in ("Status", "Timestamp") if f"#{n}" in update}
        key = {"UserID": user, "OrderID": order}
        table.update_item(Key=key, UpdateExpression=update, ExpressionAttributeNames=names, **more)

    change("alice", "1", "SET #Status = :s", s="shipped")
    assert (orders("pending"), orders("shipped")) == (["bob 1", "bob 2", "alice 3"], ["alice 2", "alice 1"])
    change("bob", "1", "ADD #Timestamp :n", n=107)
    assert orders("pending") == ["bob 2", "bob 1", "alice 3"]
    change("bob", "2", "REMOVE #Status")
    assert orders("pending") == ["bob 1", "alice 3"]
    change("alice", "5", "SET #Timestamp = :n", n=0)
    assert orders("pending") == ["alice 5", "bob 1", "alice 3"]
    table.put_item(Item={"UserID": "alice", "OrderID": "3"})
    table.delete_item(Key={"UserID": "alice", "OrderID": "5"})
    assert orders("pending") == ["bob 1"]
    local = table.query(IndexName="TimestampIndex", KeyConditionExpression=is_("UserID", "alice"))
    assert keys_of(STATUS, local["Items"]) == ["alice 4", "alice 2", "alice 1"]
    table.delete()


@pytest.mark.parametrize("name", ["ecommerce", "crm", "catalog", "twitter", "my app"])
def test_patterns_on_indexes_that_come_later(resource, name):
    """Each global index is added to the table with its items, while others are written."""
    design = DESIGNS[name]
    table = design.make(resource, indexes=[])
    done = threading.Event()

    def write() -> None:
        mine = resource.meta.client
        partition, sort = design.key.split()
        for n in range(1_000_000):
            if done.is_set():
                return
            mine.put_item(TableName=table.name, Item={partition: "OTHERS", sort: str(n % 50)})

    others = threading.Thread(target=write)
    others.start()
    try:
        for index in design.indexes:
            table.update(
                AttributeDefinitions=design.definitions(design.indexes[index]),
                GlobalSecondaryIndexUpdates=[{"Create": design.index(index)}],
            )
            eventually(lambda: active(table, index), seconds=60)
    finally:
        done.set()
        others.join()
    for other, index, condition, want in PATTERNS:
        if other == name and index:
            answer = table.query(IndexName=index, KeyConditionExpression=condition)
            assert keys_of(design, answer["Items"]) == want
    for index in design.indexes:
        assert sorted_items(table.scan(IndexName=index)["Items"]) == sorted_items(design.entries(index))
    table.delete()


def active(table, index: str) -> bool:
    table.reload()
    status = {one["IndexName"]: one["IndexStatus"] for one in table.global_secondary_indexes}
    return status[index] == "ACTIVE" and table.table_status == "ACTIVE"
