"""What the crash test knows of the table: for each key what was acknowledged, and what was under way."""

import dataclasses
import random
import zlib

Item = dict[str, dict]


def checked(sequence: int, text: str) -> Item:
    """The attributes that are always written together; `ck` tells whether they stayed so."""
    group = {"gr": {"S": text[0]}} if text else {}
    return group | {
        "sq": {"N": str(sequence)},
        "tx": {"S": text},
        "ck": {"N": str(zlib.crc32(f"{sequence}:{text}".encode()))},
    }


def is_whole(item: Item) -> bool:
    wanted = checked(int(item["sq"]["N"]), item["tx"]["S"])
    return wanted.items() <= item.items() and ("gr" in wanted) == ("gr" in item)


def odd(chance: random.Random) -> Item:
    """An attribute that an index may be made of, now and then such that it cannot."""
    pick = chance.random()
    if pick < 0.3:
        return {}
    if pick < 0.4:
        return {"od": chance.choice([{"N": "5"}, {"S": ""}, {"BOOL": True}])}
    return {"od": {"S": chance.choice("abcde")}}


@dataclasses.dataclass
class Key:
    """One key, written by one connection at a time, so that at most one write of it is in doubt."""

    partition: str
    name: str
    item: Item | None = None  # as acknowledged
    doubt: bool = False  # a write was sent and not answered
    then: Item | None = None  # what it makes of the item
    sequence: int = 0

    @property
    def key(self) -> Item:
        return {"pk": {"S": self.partition}, "sk": {"S": self.name}}

    def begin(self, then: Item | None) -> None:
        self.doubt, self.then = True, then

    def acknowledge(self) -> None:
        self.doubt, self.item = False, self.then

    def refuse(self) -> None:
        self.doubt = False

    def settle(self, found: Item | None) -> str | None:
        """Takes what a restarted server has; the complaint if it cannot be."""
        possible = [self.item, self.then] if self.doubt else [self.item]
        if found not in possible:
            return f"{self.name}: found {found}, possible were {possible}"
        self.item, self.doubt = found, False
        return None


@dataclasses.dataclass
class Counter:
    """A key that every connection increments."""

    name: str
    acknowledged: int = 0
    sent: int = 0
    seen: int = 0  # the highest value that a reader was given

    @property
    def key(self) -> Item:
        return {"pk": {"S": "counters"}, "sk": {"S": self.name}}

    def settle(self, found: Item | None) -> str | None:
        value = int(found["n"]["N"]) if found else 0
        low = max(self.acknowledged, self.seen)
        if not low <= value <= self.sent:
            return f"{self.name}: found {value}, acknowledged {self.acknowledged}, seen {self.seen}, sent {self.sent}"
        self.acknowledged = self.sent = self.seen = value
        return None


def request(key: Key, table: str, chance: random.Random) -> tuple[str, dict, bool]:
    """A random write of the key, begun in the model: operation, body, whether its condition holds."""
    key.sequence += 1
    length = chance.choice([0, 10, 100, 1000, 4000])
    new = checked(key.sequence, chance.choice("abcé漢") * length)
    body: dict = {"TableName": table}
    pick = chance.random()
    if pick < 0.3:
        key.begin(key.key | new | odd(chance))
        return "PutItem", body | {"Item": key.then}, True
    if pick < 0.6:
        count = int(key.item["n"]["N"]) if key.item and "n" in key.item else 0
        rest = {name: value for name, value in (key.item or key.key).items() if name != "gr"}
        key.begin(rest | new | {"n": {"N": str(count + 1)}})
        set_group, values = (", gr = :g", {":g": new["gr"]}) if "gr" in new else (" REMOVE gr", {})
        return (
            "UpdateItem",
            body
            | {
                "Key": key.key,
                "UpdateExpression": f"SET sq = :q, tx = :t, ck = :c{set_group} ADD n :one",
                "ExpressionAttributeValues": values
                | {":q": new["sq"], ":t": new["tx"], ":c": new["ck"], ":one": {"N": "1"}},
            },
            True,
        )
    holds = chance.random() < 0.8
    if key.item:
        expected = key.item["sq"] if holds else {"N": "0"}
        condition = {"ConditionExpression": "sq = :old", "ExpressionAttributeValues": {":old": expected}}
    else:
        condition = {"ConditionExpression": f"attribute_{'not_' if holds else ''}exists(pk)"}
    if pick < 0.85:
        key.begin(key.key | new if holds else key.item)
        return "PutItem", body | condition | {"Item": key.key | new}, holds
    key.begin(None if holds else key.item)
    return "DeleteItem", body | condition | {"Key": key.key}, holds
