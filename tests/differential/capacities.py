"""Cases about what is consumed, and where pages and batches end."""

from differential.case import Case
from differential.fixtures import SEED_KEY, B, N, S
from differential.sizes import INDEXES, KIB, MIB, MOST_OF_AN_ITEM, NEW_KEY, TOTAL, sized

READ_SIZES = (100, 4 * KIB, 4 * KIB + 1, 8 * KIB, 8 * KIB + 1, MOST_OF_AN_ITEM)
QUARTER = MIB // 4
# Partitions of one megabyte: exactly, a byte less and a byte more, with something behind it and with nothing.
PAGES = {
    "exact": [QUARTER] * 4 + [100], "exact and over": [QUARTER] * 4, "short": [QUARTER] * 3 + [QUARTER - 1, 100, 100],
    "short and over": [QUARTER] * 3 + [QUARTER - 1], "long": [QUARTER] * 3 + [QUARTER + 1, 100],
}  # fmt: skip
SUMS = {"two halves": [2 * KIB] * 2, "two halves and a byte": [2 * KIB, 2 * KIB + 1], "many small": [100] * 9}
# Smaller ones, because what a local index keeps counts in an item's size.
EIGHTH = MIB // 8
INDEX_PAGES = {"exact": [EIGHTH] * 8 + [100], "short": [EIGHTH] * 7 + [EIGHTH - 1, 100, 100]}
BULK = 41


def stored():
    """What tables "sized" and "scanned" have: (table, item)."""
    for size in READ_SIZES:
        yield "sized", sized({"pk": S("one"), "sk": N(size)}, size)
    for name, sizes in (PAGES | SUMS).items():
        for i, size in enumerate(sizes, 1):
            yield "sized", sized({"pk": S(name), "sk": N(i)}, size)
    for name, sizes in INDEX_PAGES.items():
        for i, size in enumerate(sizes, 1):
            yield "sized", sized({"pk": S(f"local {name}"), "sk": N(i), "k": S(f"k{i:02}")}, size, name="t")
            yield "sized", sized({"pk": S(f"fetch {name}"), "sk": N(i), "k": S(f"k{i:02}")}, size)
            yield "sized", sized({"pk": S(f"{name} {i}"), "sk": N(i), "g": S(f"global {name}"), "h": N(i)}, size)
    for i, size in enumerate((5 * KIB, 300, 9 * KIB), 1):
        yield "sized", sized({"pk": S("entries"), "sk": N(i), "g": S("entries"), "h": N(i), "k": S("k"), "x": S("x" * 99), "t": S("t" * 99), "d": B("AQ==")}, size)
    for i in range(BULK):
        yield "sized", sized({"pk": S("bulk"), "sk": N(i + 1)}, MOST_OF_AN_ITEM)
    for i, size in ((101, 98_304), (102, 98_305)):
        yield "sized", sized({"pk": S("bulk"), "sk": N(i)}, size)
    for i, size in enumerate(PAGES["exact"], 1):
        yield "scanned", sized({"pk": S("a"), "sk": N(i)}, size)


def reads():
    for size in READ_SIZES:
        for label, more in (("", {}), (" consistently", {"ConsistentRead": True}), (" of the key only", {"ConsistentRead": True})):
            key = {"TableName": "sized", "Key": {"pk": S("one"), "sk": N(size)}, "ProjectionExpression": "sk"} | more
            yield Case(f"GetItem of {size} bytes{label}", [("GetItem", key | INDEXES)])
        yield Case(f"TransactGetItems of {size} bytes", [("TransactGetItems", {"TransactItems": [{"Get": {
            "TableName": "sized", "Key": {"pk": S("one"), "sk": N(size)}, "ProjectionExpression": "sk"}}]} | INDEXES)])  # fmt: skip
    keys = [{"pk": S("one"), "sk": N(size)} for size in READ_SIZES[:-1]] + [{"pk": S("none"), "sk": N(1)}]
    for consistent in (False, True):
        batch = {"RequestItems": {"sized": {"Keys": keys, "ProjectionExpression": "sk", "ConsistentRead": consistent}, "plain": {"Keys": [{"pk": S("no")}]}}}
        yield Case(f"BatchGetItem of many sizes with ConsistentRead {consistent}", [("BatchGetItem", batch | INDEXES)])
    gets = [{"Get": {"TableName": "sized", "Key": key, "ProjectionExpression": "sk"}} for key in keys] + [{"Get": {"TableName": "plain", "Key": {"pk": S("no")}}}]
    yield Case("TransactGetItems of many sizes", [("TransactGetItems", {"TransactItems": gets} | INDEXES)])
    for name in SUMS:
        for label, more in QUERIES.items():
            yield Case(f"Query of {name}{label}", [("Query", of_partition(name) | more)])
    for index, condition in (("all", "g = :p"), ("few", "g = :p"), ("local", "pk = :p"), ("only", "d = :p")):
        query = of_partition("entries") | {"IndexName": index, "KeyConditionExpression": condition}
        if index == "only":
            query["ExpressionAttributeValues"] = {":p": B("AQ==")}
        for label, more in QUERIES.items():
            if "consistently" not in label or index == "local":
                yield Case(f"Query of entries of {index}{label}", [("Query", query | more)])
        for label, more in (("of keys", "sk"), ("of what is not there", "nope"), ("of what is in the table", "pad"), ("of what some have", "x, t")):
            yield Case(f"Query of entries of {index}, projection {label}", [("Query", query | INDEXES | {"ProjectionExpression": more, "Limit": 2})])
        yield Case(f"Query of entries of {index} with all attributes counted by a filter", [("Query", query | INDEXES | {
            "Select": "ALL_ATTRIBUTES", "FilterExpression": "attribute_exists(nope)"})])  # fmt: skip


QUERIES = {
    "": {"Select": "COUNT"} | INDEXES, " consistently": {"Select": "COUNT", "ConsistentRead": True} | INDEXES,
    " of keys only": {"ProjectionExpression": "sk"} | TOTAL, " filtered": {"Select": "COUNT", "FilterExpression": "attribute_exists(nope)"} | TOTAL,
    " of one": {"Select": "COUNT", "Limit": 1} | TOTAL,
}  # fmt: skip


def of_partition(name: str) -> dict:
    return {"TableName": "sized", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": S(name)}}


def pages():
    for name in PAGES:
        query = of_partition(name) | INDEXES | {"Select": "COUNT"}
        for forward in (True, False):
            for limit in (None, 1, 3, 4, 5, 6):
                more = {"ScanIndexForward": forward} | ({"Limit": limit} if limit else {})
                yield Case(f"Query of a page {name}, forward {forward}, limit {limit}", [("Query", query | more)])
        for label, more in (("filtered", {"FilterExpression": "attribute_exists(nope)"}), ("filtered in part", {"FilterExpression": "size(pad) < :p", "ExpressionAttributeValues": {":p": S(name)}}),
                            ("of keys", {"ProjectionExpression": "sk", "Select": "SPECIFIC_ATTRIBUTES"}), ("consistently", {"ConsistentRead": True}),
                            ("after the first", {"ExclusiveStartKey": {"pk": S(name), "sk": N(1)}}), ("of a range", {"KeyConditionExpression": "pk = :p AND sk < :n",
                             "ExpressionAttributeValues": {":p": S(name), ":n": N(5)}})):  # fmt: skip
            yield Case(f"Query of a page {name}, {label}", [("Query", query | more)])
    for name in INDEX_PAGES:
        for kind, index, condition in (("local", "local", "pk = :p"), ("fetch", "local", "pk = :p"), ("global", "all", "g = :p"), ("global", "few", "g = :p")):
            query = of_partition(f"{kind} {name}") | {"IndexName": index, "KeyConditionExpression": condition} | INDEXES
            for forward in (True, False):
                for label, more in (("", {"Select": "COUNT"}), (" of keys", {"ProjectionExpression": "sk"}), (" filtered", {"Select": "COUNT", "FilterExpression": "attribute_exists(n)"})):
                    if index == "few" and label == " filtered":
                        continue
                    yield Case(f"Query of {index}, a page {kind} {name}{label}, forward {forward}", [("Query", query | {"ScanIndexForward": forward} | more)])
            if kind == "fetch":
                yield Case(f"Query of {index}, a page {kind} {name}, fetching", [("Query", query | {"ProjectionExpression": "sk, nope"})])
                yield Case(f"Query of {index}, a page {kind} {name}, fetching and filtering", [("Query", query | {
                    "Select": "ALL_ATTRIBUTES", "FilterExpression": "attribute_exists(n)"})])  # fmt: skip
    for limit in (None, 3, 4, 5, 6):
        scan = {"TableName": "scanned", "Select": "COUNT"} | ({"Limit": limit} if limit else {})
        yield Case(f"Scan of a page, limit {limit}", [("Scan", scan)])
        yield Case(f"Scan of a page, limit {limit}, filtered", [("Scan", scan | {"FilterExpression": "attribute_exists(nope)"})])
    yield Case("Scan of a page of keys", [("Scan", {"TableName": "scanned", "ProjectionExpression": "sk"})])


# What an item may have beside its key: the indexes' keys, and something long that is in some of the indexes.
BASE = {"g": S("g"), "h": N(1), "k": S("k"), "d": B("AQ=="), "x": S("x")}
STATES = {
    "nothing": None, "no index key": {}, "all index keys": BASE, "another g": BASE | {"g": S("gg")}, "no g": {a: v for a, v in BASE.items() if a != "g"},
    "another h": BASE | {"h": N(2)}, "another k": BASE | {"k": S("kk")}, "another d": BASE | {"d": B("Ag==")}, "a long x": BASE | {"x": S("x" * 1500)},
    "a long t": BASE | {"t": S("t" * 1500)}, "a long z": BASE | {"z": S("z" * 2500)},
}  # fmt: skip
SET = {"TableName": "written", "Key": NEW_KEY}


def becoming(old: dict, new: dict) -> dict:
    """The update that makes the one of the other."""
    changed = {a: v for a, v in new.items() if old.get(a) != v}
    gone = sorted(old.keys() - new.keys())
    text = [("SET " + ", ".join(f"#{a} = :{a}" for a in changed))] if changed else []
    text += [("REMOVE " + ", ".join(f"#{a}" for a in gone))] if gone else []
    request = SET | ({"UpdateExpression": " ".join(text), "ExpressionAttributeNames": {f"#{a}": a for a in (*changed, *gone)}} if text else {})
    return request | ({"ExpressionAttributeValues": {f":{a}": v for a, v in changed.items()}} if changed else {})


def writes():
    """What each change costs on the table and on its indexes."""
    for a, old in STATES.items():
        before = [] if old is None else [("PutItem", {"TableName": "written", "Item": NEW_KEY | old})]
        yield Case(f"DeleteItem where there was {a}", [*before, ("DeleteItem", SET | INDEXES)], look=False)
        yield Case(f"TransactWriteItems with a Delete where there was {a}", [*before, ("TransactWriteItems", {"TransactItems": [{"Delete": SET}]} | INDEXES)], look=False)
        for b, new in STATES.items():
            if new is None:
                continue
            put = {"TableName": "written", "Item": NEW_KEY | new}
            update = becoming(old or {}, new)
            # A put that the label names comes last.
            yield Case(f"UpdateItem with {b} where there was {a}", [*before, ("UpdateItem", update | INDEXES)], look=False)
            yield Case(f"BatchWriteItem with {b} where there was {a}", [*before, ("BatchWriteItem", {"RequestItems": {"written": [{"PutRequest": {"Item": put["Item"]}}]}} | INDEXES)], look=False)
            if "UpdateExpression" in update and (a in ("nothing", "all index keys") or b == "all index keys"):
                yield Case(f"TransactWriteItems with {b} where there was {a}", [*before, ("TransactWriteItems", {"TransactItems": [{"Update": update}]} | INDEXES)], look=False)
    for label, size in (("1024 bytes", KIB), ("1025 bytes", KIB + 1), ("a full item", MOST_OF_AN_ITEM)):
        before = ("PutItem", {"TableName": "written", "Item": sized(NEW_KEY, size)})
        small = {"UpdateExpression": "SET pad = :v", "ExpressionAttributeValues": {":v": S("")}}
        nothing = {"UpdateExpression": "REMOVE nope"}
        for how, more in (("shrinks", small), ("keeps", nothing)):
            yield Case(f"UpdateItem that {how} {label}", [before, ("UpdateItem", SET | more | INDEXES)], look=False)
            yield Case(f"TransactWriteItems with an update that {how} {label}", [before, ("TransactWriteItems", {"TransactItems": [{"Update": SET | more}]} | INDEXES)], look=False)
        yield Case(f"DeleteItem of {label}", [before, ("DeleteItem", SET | INDEXES)], look=False)
        fails = {"ConditionExpression": "attribute_exists(nope)", "ReturnConsumedCapacity": "TOTAL"}
        yield Case(f"DeleteItem of {label}, refused", [before, ("DeleteItem", SET | fails)], look=False)
        check = {"ConditionCheck": SET | {"ConditionExpression": "attribute_exists(pk)"}}
        yield Case(f"TransactWriteItems with a check of {label}", [before, ("TransactWriteItems", {"TransactItems": [check]} | INDEXES)], look=False)
        smaller = {"RequestItems": {"written": [{"PutRequest": {"Item": NEW_KEY}}]}}
        yield Case(f"BatchWriteItem with less than {label}", [before, ("BatchWriteItem", smaller | INDEXES)], look=False)
    both = {"RequestItems": {"written": [{"PutRequest": {"Item": NEW_KEY | BASE}}, {"DeleteRequest": {"Key": SEED_KEY}}], "plain": [{"PutRequest": {"Item": {"pk": S("new")}}}]}}
    for report in (TOTAL, INDEXES):
        yield Case(f"BatchWriteItem of two tables, {report}", [("BatchWriteItem", both | report)], look=False)
        items = [{"Put": {"TableName": "written", "Item": NEW_KEY | BASE}}, {"Delete": {"TableName": "written", "Key": SEED_KEY}},
                 {"Put": {"TableName": "plain", "Item": {"pk": S("new")}}}]  # fmt: skip
        yield Case(f"TransactWriteItems of two tables, {report}", [("TransactWriteItems", {"TransactItems": items} | report)], look=False)


def batches():
    """How many, and how much at once."""
    for count in (100, 101):
        keys = [{"pk": S("many"), "sk": N(i)} for i in range(count)]
        yield Case(f"BatchGetItem of {count} keys", [("BatchGetItem", {"RequestItems": {"read": {"Keys": keys}}} | TOTAL)])
        halves = {"read": {"Keys": keys[:50]}, "binary": {"Keys": [{"pk": B("AQID"), "sk": S(f"s{i}x")} for i in range(count - 50)]}}
        yield Case(f"BatchGetItem of {count} keys of two tables", [("BatchGetItem", {"RequestItems": halves} | TOTAL)])
        yield Case(f"TransactGetItems of {count}", [("TransactGetItems", {"TransactItems": [{"Get": {"TableName": "read", "Key": key}} for key in keys]} | TOTAL)])
        deletes = [{"Delete": {"TableName": "written", "Key": key}} for key in keys]
        yield Case(f"TransactWriteItems of {count}", [("TransactWriteItems", {"TransactItems": deletes} | TOTAL)], look=False)
    for count in (25, 26):
        deletes = [{"DeleteRequest": {"Key": {"pk": S("many"), "sk": N(i)}}} for i in range(count)]
        yield Case(f"BatchWriteItem of {count} requests", [("BatchWriteItem", {"RequestItems": {"written": deletes}} | TOTAL)], look=False)
        halves = {"written": deletes[:13], "plain": [{"DeleteRequest": {"Key": {"pk": S(f"many {i}")}}} for i in range(count - 13)]}
        yield Case(f"BatchWriteItem of {count} requests of two tables", [("BatchWriteItem", {"RequestItems": halves} | TOTAL)], look=False)
    for count in (39, 40, 41):
        keys = [{"pk": S("bulk"), "sk": N(i + 1)} for i in range(count)]
        for label, more in (("", {}), (" projected", {"ProjectionExpression": "sk"})):
            yield Case(f"BatchGetItem of {count} full items{label}", [("BatchGetItem", {"RequestItems": {"sized": {"Keys": keys} | more}} | TOTAL)])
    for last, label in ((101, "4 MB"), (102, "4 MB and a byte")):
        keys = [{"pk": S("bulk"), "sk": N(i + 1)} for i in range(10)] + [{"pk": S("bulk"), "sk": N(last)}]
        gets = [{"Get": {"TableName": "sized", "Key": key, "ProjectionExpression": "sk"}} for key in keys]
        yield Case(f"TransactGetItems of {label}", [("TransactGetItems", {"TransactItems": gets} | TOTAL)])
    clean = [("BatchWriteItem", {"RequestItems": {"written": [{"DeleteRequest": {"Key": {"pk": S("many"), "sk": N(i)}}} for i in range(11)]}})]
    for size, label in ((98_304, "4 MB"), (98_305, "4 MB and a byte"), (200_000, "more than 4 MB")):
        puts = [{"Put": {"TableName": "written", "Item": sized({"pk": S("many"), "sk": N(i)}, MOST_OF_AN_ITEM if i < 10 else size)}} for i in range(11)]
        yield Case(f"TransactWriteItems of {label}", [("TransactWriteItems", {"TransactItems": puts} | TOTAL), *clean], look=False)
    puts = [{"PutRequest": {"Item": sized({"pk": S("many"), "sk": N(i)}, MOST_OF_AN_ITEM)}} for i in range(11)]
    yield Case("BatchWriteItem of more than 4 MB", [("BatchWriteItem", {"RequestItems": {"written": puts}} | TOTAL), *clean], look=False)


def cases():
    yield from reads()
    yield from pages()
    yield from writes()
    yield from batches()
