"""Cases at the borders of what is counted in bytes, items or levels. Their values are made by rule: too large to write down."""

import math
import random
from decimal import Decimal

from differential.case import Case
from differential.fixtures import SEED_KEY, B, N, S

KIB, MIB = 1024, 1024 * 1024
MOST_OF_AN_ITEM, MOST_OF_A_PAGE = 400 * KIB, MIB
NEW_KEY = {"pk": S("new"), "sk": N(1)}
TOTAL, INDEXES = {"ReturnConsumedCapacity": "TOTAL"}, {"ReturnConsumedCapacity": "INDEXES"}


def size_of_number(text: str) -> int:
    """As measured on the service: two significant digits a byte, on each side of the point, and a byte more; one for a minus."""
    number = Decimal(text)
    if number == 0:
        return 1
    whole, _, part = format(abs(number), "f").partition(".")
    whole, part = whole.lstrip("0"), part.rstrip("0")
    digits = len(whole) if part else len(whole.rstrip("0"))
    return 1 + math.ceil(digits / 2) + math.ceil(len(part if whole else part.lstrip("0")) / 2) + (number < 0)


def size_of_value(value: dict) -> int:
    (kind, content), = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return size_of_number(content)
        case "B":
            return len(content) // 4 * 3 - content.count("=")
        case "SS" | "NS" | "BS":
            return sum(size_of_value({kind[0]: member}) for member in content)
        case "L":
            return 3 + sum(1 + size_of_value(element) for element in content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + size_of_value(element) for name, element in content.items())
    return 1


def size_of(item: dict) -> int:
    return sum(len(name.encode()) + size_of_value(value) for name, value in item.items())


def sized(item: dict, size: int, name: str = "pad") -> dict:
    """The item with one attribute more, so that it has exactly so many bytes."""
    rest = size - size_of(item) - len(name)
    assert rest >= 0, (size, size_of(item))
    return item | {name: S("x" * rest)}


def nested(kind: str, levels: int, inner: dict) -> dict:
    for _ in range(levels):
        inner = {"M": {"m": inner}} if kind == "M" else {"L": [inner]}
    return inner


WEIGHED_NUMBERS = (
    "0", "-0", "0.0", "1", "-1", "12", "-12", "123", "1.5", "15", "3.14159", "123456", "100", "100.5", "1010", "0.15", "-42", "1E125", "1E-130",
    "9" * 38, "-" + "9" * 38, "9" * 37, "0." + "9" * 38, "1." + "9" * 37, "12." + "3" * 36, "1e2", "120e3", "0.001", "0.0010203", "10.01", "99999",
    "1000000.000001", "-0.5", "5e-5", "1234567890", "9.9999999999999999999999999999999999999e125", "-1e-130", "100000", "10000000000.5",
)  # fmt: skip
WEIGHED = {
    "nothing": {}, "an empty string": {"a": S("")}, "two bytes a letter": {"a": S("é" * 9)}, "three bytes a letter": {"a": S("☃" * 9)},
    "four bytes a letter": {"a": S("𝄞" * 9)}, "a name of two bytes a letter": {"é" * 9: S("a")}, "a long name": {"n" * 255: S("")},
    "an empty binary": {"a": B("")}, "one byte": {"a": B("AA==")}, "two bytes": {"a": B("AAA=")}, "three bytes": {"a": B("AAAA")},
    "true": {"a": {"BOOL": True}}, "false": {"a": {"BOOL": False}}, "null": {"a": {"NULL": True}}, "strings": {"a": {"SS": ["", "a", "bcd", "é"]}},
    "one string": {"a": {"SS": ["abc"]}}, "numbers": {"a": {"NS": ["0", "-1.5", "123"]}}, "binaries": {"a": {"BS": ["", "AA==", "AAAA"]}},
    "an empty list": {"a": {"L": []}}, "an empty map": {"a": {"M": {}}}, "a list of one": {"a": {"L": [S("a")]}}, "a list of three": {"a": {"L": [N(1), {"NULL": True}, S("abc")]}},
    "a map of one": {"a": {"M": {"b": S("c")}}}, "a map of three": {"a": {"M": {"b": N(-7), "cé": {"BOOL": True}, "dd": {"SS": ["x", "yy"]}}}},
    "empty things in a list": {"a": {"L": [S(""), {"L": []}, {"M": {}}]}}, "empty things in a map": {"a": {"M": {"b": S(""), "c": {"L": []}, "d": {"M": {}}}}},
    "lists in lists": {"a": nested("L", 30, S("x"))}, "maps in maps": {"a": nested("M", 30, N(1))}, "two attributes": {"a": S("a"), "bb": N(22)},
}  # fmt: skip


def random_value(chance: random.Random, depth: int = 0) -> dict:
    kind = chance.choice(("S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS") + ("L", "M") * (2 if depth < 3 else 0))
    text = lambda: "".join(chance.choice("abcé☃𝄞") for _ in range(chance.randrange(8)))  # noqa: E731
    number = lambda: f"{chance.choice(('', '-'))}{chance.randrange(10 ** chance.randrange(1, 20))}e{chance.randrange(-30, 30)}"  # noqa: E731
    count = range(chance.randrange(1, 4))
    match kind:
        case "S":
            return S(text())
        case "N":
            return N(number())
        case "B":
            return B("AAAA" * chance.randrange(5))
        case "BOOL":
            return {"BOOL": chance.random() < 0.5}
        case "NULL":
            return {"NULL": True}
        case "SS":
            return {"SS": [f"{i}{text()}" for i in count]}
        case "NS":
            return {"NS": [str(i * 10) + chance.choice(("", ".5", ".25")) for i in count]}
        case "BS":
            return {"BS": [("AAAA", "AQ==", "AgM=")[i] for i in count]}
        case "L":
            return {"L": [random_value(chance, depth + 1) for _ in count]}
    return {"M": {f"{i}{text()}": random_value(chance, depth + 1) for i in count}}


def weights():
    """What each value counts, by where the second kilobyte begins. All weigh the same on the other side of the border."""
    weighed = dict(WEIGHED)
    weighed |= {f"the number {text}": {"a": N(text)} for text in WEIGHED_NUMBERS}
    chance = random.Random(1)
    weighed |= {f"random value {i}": {"a": random_value(chance)} for i in range(60)}
    for label, attributes in weighed.items():
        for size in (KIB, KIB + 1):
            put = {"TableName": "written", "Item": sized(NEW_KEY | attributes, size)} | TOTAL
            yield Case(f"PutItem of {size} bytes with {label}", [("PutItem", put)], look=False)


def largest_items():
    """Of each way to write an item, the largest one and one that is a byte larger."""
    for size in (MOST_OF_AN_ITEM, MOST_OF_AN_ITEM + 1):
        for label, item in (("of one string", NEW_KEY), ("with a list", NEW_KEY | {"l": {"L": [N("-1.5"), S("")] * 999}}),
                            ("with a number", NEW_KEY | {"n": N("1234.5")}), ("with index keys", NEW_KEY | {"g": S("g"), "h": N(1), "d": B("AA==")})):  # fmt: skip
            put = {"TableName": "written", "Item": sized(item, size)}
            yield Case(f"PutItem of {size} bytes {label}", [("PutItem", put | INDEXES)], look=False)
            yield Case(f"BatchWriteItem of {size} bytes {label}", [("BatchWriteItem", {"RequestItems": {"written": [{"PutRequest": {"Item": put["Item"]}}]}} | INDEXES)], look=False)
            yield Case(f"TransactWriteItems put of {size} bytes {label}", [("TransactWriteItems", {"TransactItems": [{"Put": put}]} | INDEXES)], look=False)
        many = {f"a{i}": S("") for i in range(1000)}
        yield Case(f"PutItem of {size} bytes of many attributes", [("PutItem", {"TableName": "written", "Item": sized(NEW_KEY | many, size)} | TOTAL)], look=False)
        yield Case(f"PutItem of {size} bytes with a condition", [("PutItem", {
            "TableName": "written", "Item": sized(NEW_KEY, size), "ConditionExpression": "attribute_exists(pk)"})], look=False)  # fmt: skip
        yield Case(f"PutItem of {size} bytes into no table", [("PutItem", {"TableName": "nothere", "Item": sized(NEW_KEY, size)})])
        yield Case(f"PutItem of {size} bytes without a sort key", [("PutItem", {"TableName": "written", "Item": sized({"pk": S("new")}, size)})])
        yield Case(f"BatchWriteItem of {size} bytes into no table", [("BatchWriteItem", {"RequestItems": {"nothere": [{"PutRequest": {"Item": sized(NEW_KEY, size)}}]}})])
        yield Case(f"BatchWriteItem of {size} bytes behind a bad key", [("BatchWriteItem", {"RequestItems": {"written": [
            {"PutRequest": {"Item": {"pk": S("new")}}}, {"PutRequest": {"Item": sized(NEW_KEY, size)}}]}})], look=False)  # fmt: skip
    small, half = {"pk": S("new"), "sk": N(1), "a": S("x" * 200_000)}, S("x" * 200_000)
    base = size_of(small)
    for size in (MOST_OF_AN_ITEM, MOST_OF_AN_ITEM + 1):
        rest = S("x" * (size - base - 1))
        before = ("PutItem", {"TableName": "written", "Item": small})
        set_b = {"UpdateExpression": "SET b = :b", "ExpressionAttributeValues": {":b": rest}}
        update = {"TableName": "written", "Key": NEW_KEY}
        yield Case(f"TransactWriteItems update to {size} bytes", [before, ("TransactWriteItems", {"TransactItems": [{"Update": update | set_b}]} | TOTAL)], look=False)
        yield Case(f"UpdateItem by values to {size} bytes", [before, ("UpdateItem", update | {"AttributeUpdates": {"b": {"Action": "PUT", "Value": rest}}} | TOTAL)], look=False)
        # The statement's own weight is added to the item's: 3 for it and 19 for the SET.
        lighter = set_b | {"ExpressionAttributeValues": {":b": S(rest["S"])}}
        yield Case(f"UpdateItem by an expression to {size} bytes", [before, ("UpdateItem", update | lighter | TOTAL)], look=False)
        full = ("PutItem", {"TableName": "written", "Item": sized(small, MOST_OF_AN_ITEM)})
        grow = {"UpdateExpression": "SET a = :a REMOVE pad", "ExpressionAttributeValues": {":a": S("y" * (100 if size == MOST_OF_AN_ITEM else 300_000))}}
        yield Case(f"UpdateItem of a full item that leaves it {'smaller' if size == MOST_OF_AN_ITEM else 'large'}", [full, ("UpdateItem", update | grow | TOTAL)], look=False)
    yield from with_local_entries()
    append = {"UpdateExpression": "SET a = list_append(:a, :b)", "ExpressionAttributeValues": {":a": {"L": [half]}, ":b": {"L": [half, S("x" * 20_000)]}}}
    yield Case("UpdateItem that appends too much", [("UpdateItem", {"TableName": "written", "Key": NEW_KEY} | append)], look=False)


def with_local_entries():
    """What a local index keeps of an item counts as the item's own does."""
    for label, kept in (("a small", {"t": S("t")}), ("a large", {"t": S("t" * 150_000)}), ("a large and lists in the", {"t": {"L": [S("t" * 99)] * 999}})):
        entry = NEW_KEY | {"k": S("key")} | kept
        for more in (0, 1, 9):
            item = sized(entry | {"x": S("not kept")}, MOST_OF_AN_ITEM - size_of(entry) + more)
            put = {"TableName": "written", "Item": item}
            said = f"{label} entry of a local index, and {more} bytes more than there may be"
            yield Case(f"PutItem with {said}", [("PutItem", put | INDEXES)], look=False)
            yield Case(f"PutItem with {said}, on a condition that fails", [("PutItem", put | {"ConditionExpression": "attribute_exists(pk)"})], look=False)
            yield Case(f"BatchWriteItem with {said}", [("BatchWriteItem", {"RequestItems": {"written": [{"PutRequest": {"Item": item}}]}} | INDEXES)], look=False)
            yield Case(f"TransactWriteItems with {said}", [("TransactWriteItems", {"TransactItems": [{"Put": put}]} | INDEXES)], look=False)
            before = ("PutItem", {"TableName": "written", "Item": {name: value for name, value in item.items() if name != "k"}})
            update = {"TableName": "written", "Key": NEW_KEY, "UpdateExpression": "SET k = :k", "ExpressionAttributeValues": {":k": item["k"]}}
            yield Case(f"UpdateItem with {said}", [before, ("UpdateItem", update | INDEXES)], look=False)
            yield Case(f"TransactWriteItems updating with {said}", [before, ("TransactWriteItems", {"TransactItems": [{"Update": update}]} | INDEXES)], look=False)


def key_sizes():
    """Keys of all operations; characters are not bytes."""
    sizes = (("1", S("h")), ("2048", S("h" * 2048)), ("2049", S("h" * 2049)), ("2048 in letters of two", S("é" * 1024)), ("2050 in letters of two", S("é" * 1025)))
    for label, pk in sizes:
        yield from each_use(f"a hash key of {label}", "written", {"pk": pk, "sk": N(1)})
    for label, sk in (("1", S("r")), ("1024", S("r" * 1024)), ("1025", S("r" * 1025)), ("1026 in letters of two", S("é" * 513))):
        yield from each_use(f"a sort key of {label}", "binary", {"pk": B("AQID"), "sk": sk})
    for label, pk in (("2048", B("AAAA" * 682 + "AAA=")), ("2049", B("AAAA" * 683))):
        yield from each_use(f"a binary hash key of {label}", "binary", {"pk": pk, "sk": S("1")})
    both = {"pk": B("AAAA" * 683), "sk": S("r" * 1025)}
    yield from each_use("two keys too long", "binary", both)
    for attribute, index, sizes in (("g", "all and few", (2048, 2049)), ("k", "local", (1024, 1025))):
        for size in sizes:
            item = NEW_KEY | {attribute: S("i" * size), "h": N(1)}
            yield Case(f"PutItem with a key of {size} of {index}", [("PutItem", {"TableName": "written", "Item": item} | INDEXES)], look=False)
            yield Case(f"BatchWriteItem with a key of {size} of {index}", [("BatchWriteItem", {"RequestItems": {"written": [{"PutRequest": {"Item": item}}]}})], look=False)
            yield Case(f"TransactWriteItems with a key of {size} of {index}", [("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "written", "Item": item}}]})], look=False)
            update = {"TableName": "written", "Key": NEW_KEY}
            by_text = {"UpdateExpression": f"SET {attribute} = :v, h = :h", "ExpressionAttributeValues": {":v": item[attribute], ":h": N(1)}}
            yield Case(f"UpdateItem to a key of {size} of {index}", [("UpdateItem", update | by_text | INDEXES)], look=False)
            by_value = {"AttributeUpdates": {attribute: {"Action": "PUT", "Value": item[attribute]}}}
            yield Case(f"UpdateItem by values to a key of {size} of {index}", [("UpdateItem", update | by_value)], look=False)
            yield Case(f"TransactWriteItems update to a key of {size} of {index}", [("TransactWriteItems", {"TransactItems": [{"Update": update | by_text}]})], look=False)
    for size in (2048, 2049):
        for name, index in (("all", {"IndexName": "all", "KeyConditionExpression": "g = :v"}), ("the table", {"KeyConditionExpression": "pk = :v"})):
            query = {"TableName": "read", "ExpressionAttributeValues": {":v": S("q" * size)}} | index
            yield Case(f"Query of {name} with a key of {size}", [("Query", query)])
    for size in (1024, 1025):
        for operator in ("=", "<", "begins_with"):
            condition = f"begins_with({{}}, :s)" if operator == "begins_with" else f"{{}} {operator} :s"  # noqa: F541
            values = {":p": B("AQID"), ":s": S("q" * size)}
            query = {"TableName": "binary", "KeyConditionExpression": "pk = :p AND " + condition.format("sk"), "ExpressionAttributeValues": values}
            yield Case(f"Query with a sort key {operator} {size}", [("Query", query)])
            local = {"TableName": "read", "IndexName": "local", "KeyConditionExpression": "pk = :p AND " + condition.format("k"),
                     "ExpressionAttributeValues": values | {":p": S("a")}}  # fmt: skip
            yield Case(f"Query of a local index with a key {operator} {size}", [("Query", local)])
        start = {"pk": B("AQID"), "sk": S("q" * size)}
        yield Case(f"Scan after a sort key of {size}", [("Scan", {"TableName": "binary", "ExclusiveStartKey": start, "Select": "COUNT"})])
        yield Case(f"Query after a sort key of {size}", [("Query", {"TableName": "binary", "ExclusiveStartKey": start, "KeyConditionExpression": "pk = :p",
                                                                   "ExpressionAttributeValues": {":p": B("AQID")}})])  # fmt: skip


def each_use(label: str, table: str, key: dict):
    def case(operation, body):
        return Case(f"{operation} with {label}", [(operation, body)], look=False)

    clean = ("DeleteItem", {"TableName": table, "Key": key})
    one = {"TableName": table, "Key": key}
    yield case("GetItem", one)
    yield case("DeleteItem", one)
    for operation, body in (("PutItem", {"TableName": table, "Item": key} | TOTAL), ("UpdateItem", one | {"UpdateExpression": "REMOVE a"} | TOTAL),
                            ("BatchWriteItem", {"RequestItems": {table: [{"PutRequest": {"Item": key}}]}}),
                            ("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": table, "Item": key}}]})):  # fmt: skip
        yield Case(f"{operation} with {label}", [(operation, body), clean], look=False)
    yield case("BatchGetItem", {"RequestItems": {table: {"Keys": [key]}}})
    yield Case(f"BatchWriteItem deleting {label}", [("BatchWriteItem", {"RequestItems": {table: [{"DeleteRequest": {"Key": key}}]}})], look=False)
    yield case("TransactGetItems", {"TransactItems": [{"Get": one}]})
    yield Case(f"TransactWriteItems deleting {label}", [("TransactWriteItems", {"TransactItems": [{"Delete": one}]})], look=False)


# An expression's text of exactly so many bytes, by the operation that takes it: blanks count.
OF_EXPRESSIONS = {
    "Query KeyConditionExpression": ({"TableName": "read", "Select": "COUNT"}, "pk = :v", {":v": S("a")}),
    "Query FilterExpression": ({"TableName": "read", "Select": "COUNT", "KeyConditionExpression": "pk = :v"}, "n = :v", {":v": S("a")}),
    "Scan FilterExpression": ({"TableName": "read", "Select": "COUNT"}, "n = :v", {":v": S("a")}),
    "GetItem ProjectionExpression": ({"TableName": "read", "Key": {"pk": S("a"), "sk": N(10)}}, "n", {}),
    "Scan ProjectionExpression": ({"TableName": "read", "Limit": 1}, "nope", {}),
    "DeleteItem ConditionExpression": ({"TableName": "written", "Key": SEED_KEY}, "n = :v", {":v": S("a")}),
    "PutItem ConditionExpression": ({"TableName": "written", "Item": SEED_KEY}, "n = :v", {":v": S("a")}),
    "UpdateItem UpdateExpression": ({"TableName": "written", "Key": SEED_KEY}, "SET n = :v", {":v": S("a")}),
    "UpdateItem ConditionExpression": ({"TableName": "written", "Key": SEED_KEY}, "n = :v", {":v": S("a")}),
}


def expression(name: str, text: str, values: dict) -> tuple[str, dict]:
    """(operation, request) with this text."""
    operation, _, parameter = name.partition(" ")
    request, _, _ = OF_EXPRESSIONS[name]
    more = {} if parameter != "ConditionExpression" or operation != "UpdateItem" else {"UpdateExpression": "REMOVE nope"}
    return operation, request | more | {parameter: text} | ({"ExpressionAttributeValues": values} if values else {})


def operators(count: int, form: str) -> str:
    """A condition of so many operators."""
    match form:
        case "comparisons":
            text = " AND ".join(["n=:v"] * ((count + 1) // 2))
            return text if count % 2 else "NOT " + " AND ".join(["n=:v"] * (count // 2))
        case "NOT":
            return "NOT " * (count - 1) + "n=:v"
        case "functions":
            text = " OR ".join(["attribute_exists(n)"] * ((count + 1) // 2))
            return text if count % 2 else "NOT " + " OR ".join(["attribute_exists(n)"] * (count // 2))
        case "sizes":
            return " OR ".join(["size(n)=:v"] * ((count + 1) // 3))
        case "ranges":
            return " OR ".join(["n BETWEEN :v AND :v"] * ((count + 1) // 2))
        case "lists":
            return " OR ".join(["n IN(:v,:v)"] * ((count + 1) // 2))
        case "in parentheses":
            return " AND ".join(["(n=:v)"] * ((count + 1) // 2))
    raise ValueError(form)


def expressions():
    for name, (_, text, values) in OF_EXPRESSIONS.items():
        for size in (4096, 4097):
            long = text + " " * (size - len(text))
            yield Case(f"{name} of {size} bytes", [expression(name, long, values)], look=False)
            letters = text + " " * ((size - len(text)) % 2) + "é" * ((size - len(text)) // 2)
            yield Case(f"{name} of {size} bytes in letters of two", [expression(name, letters, values)], look=False)
        if "Projection" in name or "Key" in name:
            continue
        forms = ("comparisons", "NOT", "functions", "sizes", "ranges", "lists", "in parentheses") if name.startswith("DeleteItem") else ("comparisons",)
        for form in forms if not text.startswith("SET") else ():
            for count in (299, 300, 301, 302) if form != "sizes" else (299, 302):
                yield Case(f"{name} of {count} operators, {form}", [expression(name, operators(count, form), values)], look=False)
    key = {"TableName": "written", "Key": SEED_KEY}
    for count in (149, 150, 151, 299, 300, 301):
        sets = "SET " + ", ".join(f"z{i}=:v" for i in range(count))
        yield Case(f"UpdateItem with {count} SETs", [("UpdateItem", key | {"UpdateExpression": sets, "ExpressionAttributeValues": {":v": N(1)}})], look=False)
        sums = "SET " + ", ".join(f"z{i}=n+:v" for i in range(count))
        yield Case(f"UpdateItem with {count} sums", [("UpdateItem", key | {"UpdateExpression": sums, "ExpressionAttributeValues": {":v": N(1)}})], look=False)
        removes = "REMOVE " + ", ".join(f"z{i}" for i in range(count))
        yield Case(f"UpdateItem with {count} REMOVEs", [("UpdateItem", key | {"UpdateExpression": removes})], look=False)
    for count in (100, 101):
        values = {f":v{i}": N(i) for i in range(count)}
        text = f"n IN ({', '.join(values)})"
        for name in ("DeleteItem ConditionExpression", "Query FilterExpression", "Scan FilterExpression"):
            yield Case(f"{name} with IN of {count}", [expression(name, text, values | ({":v": S("a")} if name[0] == "Q" else {}))], look=False)
    yield from placeholders()
    yield from depths()


def placeholders():
    """Names and values that are long, or many."""
    key = {"TableName": "written", "Key": SEED_KEY}
    for length in (254, 255, 256):
        word = "a" * (length - 1)
        yield Case(f"DeleteItem with a name's placeholder of {length}", [("DeleteItem", key | {
            "ConditionExpression": f"#{word} = n", "ExpressionAttributeNames": {f"#{word}": "x"}})], look=False)  # fmt: skip
        yield Case(f"DeleteItem with a value's placeholder of {length}", [("DeleteItem", key | {
            "ConditionExpression": f"x = :{word}", "ExpressionAttributeValues": {f":{word}": N(1)}})], look=False)  # fmt: skip
    for length in (255, 256, 65_535, 65_536):
        yield Case(f"DeleteItem with a name of {length}", [("DeleteItem", key | {
            "ConditionExpression": "attribute_exists(#n)", "ExpressionAttributeNames": {"#n": "n" * length}})], look=False)  # fmt: skip
        yield Case(f"PutItem with a name of {length}", [("PutItem", {"TableName": "written", "Item": NEW_KEY | {"n" * length: S("")}} | TOTAL)], look=False)
        yield Case(f"UpdateItem with a name of {length}", [("UpdateItem", {
            "TableName": "written", "Key": NEW_KEY, "UpdateExpression": "SET #n = :v", "ExpressionAttributeNames": {"#n": "n" * length},
            "ExpressionAttributeValues": {":v": S("")}} | TOTAL)], look=False)  # fmt: skip
        yield Case(f"PutItem with a name of {length} in a map", [("PutItem", {"TableName": "written", "Item": NEW_KEY | {"m": {"M": {"n" * length: S("")}}}} | TOTAL)], look=False)
    for rest, label in ((1, "less than 2 MB"), (2000, "more than 2 MB")):
        values = {f":v{i}": S("x" * 349_520) for i in range(5)} | {":v9": S("x" * (349_500 + rest - 1))}
        yield Case(f"DeleteItem with values of {label}", [("DeleteItem", key | {
            "ConditionExpression": "n IN (" + ", ".join(values) + ")", "ExpressionAttributeValues": values})], look=False)  # fmt: skip
    for size in (MOST_OF_AN_ITEM, MOST_OF_AN_ITEM + 1, 500_000):
        yield Case(f"DeleteItem with a value of {size}", [("DeleteItem", key | {
            "ConditionExpression": "n = :v", "ExpressionAttributeValues": {":v": S("x" * size)}})], look=False)  # fmt: skip
        yield Case(f"Scan with a value of {size}", [("Scan", {
            "TableName": "read", "Select": "COUNT", "FilterExpression": "n = :v", "ExpressionAttributeValues": {":v": S("x" * size)}})])  # fmt: skip


def depths():
    """Paths of 32 steps, and values of 32 levels, in all that takes them."""
    key = {"TableName": "written", "Key": SEED_KEY}
    for steps in (31, 32, 33):
        for label, path in (("names", ".".join(["a"] * steps)), ("indexes", "a" + "[0]" * (steps - 1))):
            yield Case(f"GetItem of a path of {steps} {label}", [("GetItem", {"TableName": "read", "Key": {"pk": S("a"), "sk": N(10)}, "ProjectionExpression": path})])
            yield Case(f"DeleteItem with a path of {steps} {label}", [("DeleteItem", key | {"ConditionExpression": f"attribute_exists({path})"})], look=False)
            yield Case(f"UpdateItem of a path of {steps} {label}", [("UpdateItem", key | {"UpdateExpression": f"REMOVE {path}"})], look=False)
            yield Case(f"Scan with a path of {steps} {label}", [("Scan", {"TableName": "read", "Select": "COUNT", "FilterExpression": f"attribute_exists({path})"})])
    for levels in (31, 32, 33):
        for kind in "LM":
            value = nested(kind, levels, S("x"))
            said = f"{levels} levels of {kind}"
            yield Case(f"PutItem with {said}", [("PutItem", {"TableName": "written", "Item": NEW_KEY | {"a": value}} | TOTAL)], look=False)
            yield Case(f"BatchWriteItem with {said}", [("BatchWriteItem", {"RequestItems": {"written": [{"PutRequest": {"Item": NEW_KEY | {"a": value}}}]}})], look=False)
            yield Case(f"TransactWriteItems with {said}", [("TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "written", "Item": NEW_KEY | {"a": value}}}]})], look=False)
            update = key | {"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": value}}
            deeper = key | {"UpdateExpression": "SET m.b.c = :v", "ExpressionAttributeValues": {":v": value}}
            for label, request in (("", update), (" below others", deeper)):
                yield Case(f"UpdateItem with {said}{label}", [("UpdateItem", request)], look=False)
                yield Case(f"TransactWriteItems updating with {said}{label}", [("TransactWriteItems", {"TransactItems": [{"Update": request}]})], look=False)
            yield Case(f"UpdateItem by values with {said}", [("UpdateItem", key | {"AttributeUpdates": {"a": {"Action": "PUT", "Value": value}}})], look=False)
            yield Case(f"DeleteItem with {said}", [("DeleteItem", key | {"ConditionExpression": "a = :v", "ExpressionAttributeValues": {":v": value}})], look=False)
            yield Case(f"DeleteItem expecting {said}", [("DeleteItem", key | {"Expected": {"a": {"Value": value}}})], look=False)
            yield Case(f"Scan with {said}", [("Scan", {"TableName": "read", "Select": "COUNT", "FilterExpression": "a = :v", "ExpressionAttributeValues": {":v": value}})])
            yield Case(f"Query with {said}", [("Query", {"TableName": "read", "Select": "COUNT", "KeyConditionExpression": "pk = :p", "FilterExpression": "a = :v",
                                                         "ExpressionAttributeValues": {":v": value, ":p": S("a")}})])  # fmt: skip
            yield Case(f"GetItem by a key of {said}", [("GetItem", {"TableName": "read", "Key": {"pk": S("a"), "sk": value}})])
            yield Case(f"Query after a key of {said}", [("Query", of_a | {"ExclusiveStartKey": {"pk": S("a"), "sk": value}})])


of_a = {"TableName": "read", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": S("a")}}


def cases():
    yield from weights()
    yield from largest_items()
    yield from key_sizes()
    yield from expressions()
