"""Damages the files of a stopped data folder at random places and reads it all: each answer is right or an error.

    STATOR_BINARY=build/release/src/stator python tests/crash/damage.py --rounds 200
"""

import argparse
import dataclasses
import pathlib
import random
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import botocore.exceptions  # noqa: E402

from crash.connection import Wrong  # noqa: E402
from harness.check import complaints  # noqa: E402
from harness.clients import make_client  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.values import N, S  # noqa: E402

TABLE = "damaged"
INDEX = "by-number"
Items = dict[str, dict]

REQUEST = {
    "TableName": TABLE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in (("pk", "S"), ("g", "S"), ("n", "N"))],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": INDEX,
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}


@dataclasses.dataclass
class Folder:
    """What a server left that was killed, and the states that its last writes made of the table."""

    data: pathlib.Path
    states: list[Items]


def leave_folder(data: pathlib.Path, chance: random.Random, writes: int) -> Folder:
    """Tables on every level, and a log."""
    server = Server(data, ("--memtable", "1MiB")).start()
    client = make_client(server.endpoint)
    client.create_table(**REQUEST)
    states: list[Items] = [{}]
    for number in range(writes):
        if number == writes * 2 // 3:  # so that some of it is in tables for certain
            assert server.stop() == 0
            server.start()
        now = dict(states[-1])
        key = f"k{chance.randrange(150)}"
        if key in now and chance.random() < 0.2:
            client.delete_item(TableName=TABLE, Key={"pk": S(key)})
            del now[key]
        else:
            text = "".join(chance.choices("abcdefgh0123", k=chance.choice([10, 300, 3000])))
            now[key] = {"pk": S(key), "g": S(chance.choice("xyz")), "n": N(number), "v": S(text)}
            client.put_item(TableName=TABLE, Item=now[key])
        states.append(now)
    server.kill()
    return Folder(data, states)


def damage(file: pathlib.Path, chance: random.Random) -> str:
    """What was done to it."""
    content = bytearray(file.read_bytes())
    kind = chance.choice(["flip", "flip", "flips", "zeros", "cut"])
    at = chance.randrange(len(content))
    if kind == "cut":
        del content[at:]
    elif kind == "zeros":
        size = min(chance.choice([1, 512, 4096]), len(content) - at)
        content[at : at + size] = bytes(size)
    else:
        for place in [at, *(chance.randrange(len(content)) for _ in range(20 if kind == "flips" else 0))]:
            content[place] ^= 1 << chance.randrange(8)
    if content == file.read_bytes():
        return ""
    file.write_bytes(content)
    return f"{kind} at {at} of {file.name}"


class Reading:
    """Reads all there is in every way, and keeps the errors."""

    def __init__(self, client):
        self.client = client
        self.errors: list[str] = []

    def ask(self, call, **parameters) -> dict | None:
        """None if the answer is the server's error."""
        try:
            return call(**parameters)
        except botocore.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                raise Wrong(f"{parameters}: {error}") from None
            self.errors.append(str(error))
            return None

    def pages(self, call, **parameters) -> list[dict] | None:
        found, start = [], {}
        while (page := self.ask(call, **parameters, **start)) is not None:
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        return None

    def everything(self, keys: list[str]) -> list[Items]:
        """What each way of reading gives of the table, without those that end in an error."""
        got: Items = {}
        unknown = set()
        for key in keys:
            answer = self.ask(self.client.get_item, TableName=TABLE, Key={"pk": S(key)}, ConsistentRead=True)
            if answer is None:
                unknown.add(key)
            elif "Item" in answer:
                got[key] = answer["Item"]
        self.unknown = unknown
        scanned = self.pages(self.client.scan, TableName=TABLE)
        indexed = self.pages(self.client.scan, TableName=TABLE, IndexName=INDEX)
        queried = [
            self.pages(
                self.client.query,
                TableName=TABLE,
                IndexName=INDEX,
                KeyConditionExpression="g = :g",
                ExpressionAttributeValues={":g": S(group)},
            )
            for group in "xyz"
        ]
        whole = [scanned, indexed, None if None in queried else [item for group in queried for item in group]]
        return [got, *({item["pk"]["S"]: item for item in items} for items in whole if items is not None)]


def may_lack(file: pathlib.Path, what: str, states: int) -> int:
    """How many of the last writes may be missing, without an error. A log that ends early is what a crash before them
    leaves; so is one whose last write is damaged."""
    if file.suffix != ".log":
        return 0
    return states - 1 if what.startswith("cut") else 1


def look(folder: Folder, what: str, lacks: int) -> str:
    """How it was found, or how it is right."""
    server = Server(folder.data)
    try:
        server.start()
    except RuntimeError as error:
        if server.process.returncode != 1 or "cannot start" not in str(error):
            raise Wrong(f"{what}: {error}") from None
        return "refused at the start"
    reading = Reading(make_client(server.endpoint))
    try:
        found = reading.everything([f"k{n}" for n in range(150)])
        if not server.running():
            raise Wrong(f"{what}: the server ended:\n{server.output()}")
        states = folder.states[-1 - lacks :]
        if not any(all(fits(items, state, reading.unknown) for items in found) for state in reversed(states)):
            raise Wrong(f"{what}: what is read was never there; errors: {reading.errors[:3]}")
    finally:
        server.kill()
    if not reading.errors:
        return "is right"
    if not complaints(folder.data):
        raise Wrong(f"{what}: stator check finds nothing, but {reading.errors[:3]}")
    return "refused when it is read"


def kind_of(file: pathlib.Path) -> str:
    return file.suffix or file.name.split("-")[0]


def fits(items: Items, state: Items, unknown: set[str]) -> bool:
    if items.keys() | unknown != state.keys() | unknown:
        return False
    return all(state[key] == item for key, item in items.items())


def flushed(data: pathlib.Path) -> None:
    """A clean stop: nothing is left in a log."""
    server = Server(data).start()
    assert server.stop() == 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--writes", type=int, default=1000)
    parser.add_argument("--kinds", nargs="*", help="of files: .log .sst MANIFEST CURRENT STATOR; all otherwise")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    base = pathlib.Path(tempfile.mkdtemp(prefix="stator-damage-"))
    print(f"seed {seed}, folder {base}", flush=True)
    left = leave_folder(base / "left", chance, options.writes)
    outcomes: dict[str, int] = {}
    for number in range(options.rounds):
        folder = Folder(base / f"round{number}", left.states)
        shutil.copytree(left.data, folder.data)
        if is_clean := chance.random() < 0.3:
            flushed(folder.data)
        files = [f for f in folder.data.rglob("*") if f.is_file() and f.stat().st_size and f.suffix != ".dbtmp"]
        kinds = sorted({kind_of(f) for f in files} - {"LOG"})
        kind = chance.choice([k for k in kinds if not options.kinds or k in options.kinds] or kinds)
        file = chance.choice(sorted(f for f in files if kind_of(f) == kind))
        if not (what := damage(file, chance)):
            continue
        told = f"round {number} of seed {seed}, {what}, {'clean' if is_clean else 'killed'}"
        outcome = look(folder, told, may_lack(file, what, len(left.states)))
        outcomes[f"{kind}: {outcome}"] = outcomes.get(f"{kind}: {outcome}", 0) + 1
        shutil.rmtree(folder.data)
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:5} {outcome}")
    shutil.rmtree(base)
    return 0


if __name__ == "__main__":
    sys.exit(main())
