"""The tables and items that requests are made for, and how they are put right after a request has changed them."""

import time

S, N, B = (lambda kind: lambda value: {kind: value})("S"), lambda v: {"N": str(v)}, lambda v: {"B": v}
DEMAND = {"BillingMode": "PAY_PER_REQUEST"}


def keys(*names):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"))]


def defined(**types):
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def projecting(kind, *attributes):
    return {"ProjectionType": kind} | ({"NonKeyAttributes": list(attributes)} if attributes else {})


def index(name, schema, projection, **more):
    return {"IndexName": name, "KeySchema": schema, "Projection": projection} | more


INDEXED = {
    "KeySchema": keys("pk", "sk"),
    "AttributeDefinitions": defined(pk="S", sk="N", g="S", h="N", k="S", d="B"),
    "LocalSecondaryIndexes": [index("local", keys("pk", "k"), projecting("INCLUDE", "n", "t"))],
    "GlobalSecondaryIndexes": [
        index("all", keys("g", "h"), projecting("ALL")),
        index("few", keys("g"), projecting("INCLUDE", "x", "y")),
        index("only", keys("d"), projecting("KEYS_ONLY")),
    ],
}
TABLES = {
    "plain": {"KeySchema": keys("pk"), "AttributeDefinitions": defined(pk="S")} | DEMAND,
    "written": INDEXED | DEMAND,
    "read": INDEXED | DEMAND,
    "sized": INDEXED | DEMAND,
    "scanned": {"KeySchema": keys("pk", "sk"), "AttributeDefinitions": defined(pk="S", sk="N")} | DEMAND,
    "binary": {"KeySchema": keys("pk", "sk"), "AttributeDefinitions": defined(pk="B", sk="S")} | DEMAND,
    "streamed": {"KeySchema": keys("pk"), "AttributeDefinitions": defined(pk="S"),
                 "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}} | DEMAND,
}  # fmt: skip
LARGE = ("sized", "scanned")  # filled when they are first asked for
# What requests that change tables may change: made again after each of them that did.
VICTIM = {
    "KeySchema": keys("pk", "sk"),
    "AttributeDefinitions": defined(pk="S", sk="N", g="S"),
    "GlobalSecondaryIndexes": [index("byg", keys("g"), projecting("ALL"),
                                     ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 3})],
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
}  # fmt: skip

SEED = {
    "pk": S("w"), "sk": N(1), "n": N("5"), "s": S("text"), "b": B("AQID"), "t": {"BOOL": True}, "z": {"NULL": True},
    "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": ["AQ==", "Ag=="]},
    "l": {"L": [N(1), S("two"), {"L": [N(3)]}, {"M": {"four": N(4)}}]},
    "m": {"M": {"a": N(1), "b": {"M": {"c": S("deep")}}, "l": {"L": [N(10), N(20)]}}},
    "g": S("g1"), "h": N(7), "k": S("k1"), "d": B("/w=="), "x": S("x1"), "y": N(2),
}  # fmt: skip
SEED_KEY = {"pk": S("w"), "sk": N(1)}
SEEDS = [("PutItem", {"TableName": "written", "Item": SEED}),
         ("PutItem", {"TableName": "plain", "Item": {"pk": S("w"), "n": N(1)}}),
         ("DeleteItem", {"TableName": "written", "Key": {"pk": S("new"), "sk": N(1)}}),
         ("DeleteItem", {"TableName": "plain", "Key": {"pk": S("new")}})]  # fmt: skip
WRITTEN = ('"written"', '"plain"', "$arn:plain")
# What a write may have done.
LOOKS = [("GetItem", {"TableName": "written", "Key": SEED_KEY, "ConsistentRead": True}),
         ("GetItem", {"TableName": "written", "Key": {"pk": S("new"), "sk": N(1)}, "ConsistentRead": True}),
         ("GetItem", {"TableName": "plain", "Key": {"pk": S("w")}, "ConsistentRead": True})]  # fmt: skip


def items_to_read():
    """Three partitions of ten items; every attribute type, and gaps in the indexes' keys."""
    for p in "abc":
        for i in range(10):
            item = {"pk": S(p), "sk": N(i * 10 - 20), "n": N(i), "s": S(f"text {i}"), "x": S("x" * i), "b": B("AAECAwQFBgcICQ=="[: 4 * (i % 4 + 1)])}
            if i % 2:
                item |= {"g": S(f"g{i % 4}"), "h": N(i * 3 + "abc".index(p) - 9), "d": B("AAAA")}
            if i % 3:
                item |= {"k": S(f"k{9 - i}"), "l": {"L": [N(i), S(p)]}, "m": {"M": {"a": N(i), "b": {"S": p}}}}
            if i % 5 == 0:
                item |= {"ss": {"SS": [p, "z"]}, "ns": {"NS": [str(i), "-1"]}, "t": {"BOOL": bool(i)}, "z": {"NULL": True}}
            yield item


def fill(server) -> None:
    for name, table in TABLES.items():
        made = server.call("CreateTable", {"TableName": name} | table)
        assert made.status == 200, f"{server.name}: {made.body}"
        description = made.body["TableDescription"]
        server.names[f"$arn:{name}"] = description["TableArn"]
        server.names[f"$stream:{name}"] = description.get("LatestStreamArn", "none")
    for name in TABLES:
        wait_for(server, name)
    for item in items_to_read():
        assert server.call("PutItem", {"TableName": "read", "Item": item}).status == 200
    for i in range(5):
        server.call("PutItem", {"TableName": "streamed", "Item": {"pk": S(f"s{i % 2}"), "n": N(i)}})
        server.call("PutItem", {"TableName": "binary", "Item": {"pk": B("AQID"), "sk": S(f"s{i}"), "n": N(i)}})


def store(server, items) -> None:
    """As far as the server takes them: others count sizes otherwise."""
    for table, item in items:
        server.call("PutItem", {"TableName": table, "Item": item})


def wait_for(server, name: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        described = server.call("DescribeTable", {"TableName": name})
        table = described.body["Table"] if described.status == 200 else None
        if table is None or table.get("TableStatus") == "ACTIVE" and all(
            i.get("IndexStatus", "ACTIVE") == "ACTIVE" for i in table.get("GlobalSecondaryIndexes", [])
        ):
            return
        time.sleep(0.01)


def restore_items(server) -> None:
    for operation, body in SEEDS:
        server.call(operation, body)


def restore_tables(server) -> None:
    """No tables but those above and a new victim."""
    listed = server.call("ListTables", {})
    for name in listed.body["TableNames"] if listed.status == 200 else ():
        if name not in TABLES:
            wait_for(server, name)
            server.call("UpdateTable", {"TableName": name, "DeletionProtectionEnabled": False})
            wait_for(server, name)
            server.call("DeleteTable", {"TableName": name})
            wait_for_end(server, name)
    made = server.call("CreateTable", {"TableName": "victim"} | VICTIM)
    if made.status == 200:
        server.names["$arn:victim"] = made.body["TableDescription"]["TableArn"]
    wait_for(server, "victim")


def wait_for_end(server, name: str) -> None:
    deadline = time.monotonic() + 20
    while server.call("DescribeTable", {"TableName": name}).status == 200 and time.monotonic() < deadline:
        time.sleep(0.01)
