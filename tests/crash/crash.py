"""Kills the server at random moments while many connections write, and checks after each restart that every acknowledged
write is there, none is half there, nothing that a reader was given is gone, and the table's counters are right.

    STATOR_BINARY=build/release/src/stator python tests/crash/crash.py --rounds 1000
"""

import argparse
import asyncio
import json
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from crash.model import Counter, Key, is_whole, item_size, request  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.wire import post  # noqa: E402

TABLE = "crash"


class Wrong(Exception):
    """The server did what it must not."""


class Connection:
    """A keep-alive connection, as little as it takes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 22))

    async def call(self, operation: str, body: dict) -> tuple[int, dict]:
        self.writer.write(post(operation, body))
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        content = await self.reader.readexactly(length)
        return int(head.split(b" ", 2)[1]), json.loads(content) if content else {}

    async def must(self, operation: str, body: dict) -> dict:
        status, answer = await self.call(operation, body)
        if status != 200:
            raise Wrong(f"{operation}: {status} {answer}")
        return answer

    def close(self) -> None:
        self.writer.close()


DEAD = (ConnectionError, asyncio.IncompleteReadError, OSError)


class Run:
    def __init__(self, data: pathlib.Path, seed: int, connections: int, keys: int, longest_ms: int, flags: list[str]):
        self.server = Server(data, tuple(flags))
        self.chance = random.Random(seed)
        self.keys = [[Key(f"c{c}-k{k}") for k in range(keys)] for c in range(connections)]
        self.counters = [Counter(f"counter{n}") for n in range(3)]
        self.longest_ms = longest_ms
        self.tables: dict[str, bool | None] = {}  # of those made and deleted on the way: there, gone, in doubt
        self.writes = 0

    # Writers and readers end when the server dies.

    async def write(self, connection: Connection, keys: list[Key], chance: random.Random) -> None:
        while True:
            if chance.random() < 0.15:
                await self.count(connection, chance.choice(self.counters))
                continue
            key = chance.choice(keys)
            operation, body, holds = request(key, TABLE, chance)
            status, answer = await connection.call(operation, body)
            failed = answer.get("__type", "").endswith("#ConditionalCheckFailedException")
            if (status != 200) if holds else not failed:
                raise Wrong(f"{operation} {body}: {status} {answer}")
            key.acknowledge()
            self.writes += 1

    async def count(self, connection: Connection, counter: Counter) -> None:
        counter.sent += 1
        body = {
            "TableName": TABLE,
            "Key": counter.key,
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
        await connection.must("UpdateItem", body)
        counter.acknowledged += 1
        self.writes += 1

    async def read(self, connection: Connection, chance: random.Random) -> None:
        while True:
            counter = chance.choice(self.counters)
            body = {"TableName": TABLE, "Key": counter.key, "ConsistentRead": chance.random() < 0.5}
            item = (await connection.must("GetItem", body)).get("Item")
            if item:
                counter.seen = max(counter.seen, int(item["n"]["N"]))

    async def make_tables(self, connection: Connection, number: int) -> None:
        made, old = f"made-{number}", f"made-{number - 2}"
        self.tables[made] = None
        await connection.must("CreateTable", table_request(made))
        self.tables[made] = True
        if self.tables.get(old):
            self.tables[old] = None
            await connection.must("DeleteTable", {"TableName": old})
            self.tables[old] = False

    async def load_and_kill(self, number: int) -> None:
        connections = [await Connection.open(self.server.port) for _ in range(len(self.keys) + 3)]
        chances = [random.Random(self.chance.random()) for _ in connections]
        work = [self.write(c, keys, chance) for c, keys, chance in zip(connections, self.keys, chances)]
        work += [self.read(c, chance) for c, chance in zip(connections[-3:-1], chances[-3:-1])]
        work.append(self.make_tables(connections[-1], number))
        tasks = [asyncio.create_task(w) for w in work]
        await asyncio.sleep(self.chance.uniform(0, self.longest_ms) / 1000)
        if self.server.process.poll() is not None:
            raise Wrong(f"the server ended by itself:\n{self.server.output()}")
        self.server.kill()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, DEAD):
                raise ended
        for connection in connections:
            connection.close()

    async def verify(self) -> tuple[int, int]:
        """(items, bytes) of the table, after everything has been compared."""
        connection = await Connection.open(self.server.port)
        found: dict[str, dict] = {}
        start: dict = {}
        while True:
            page = await connection.must("Scan", {"TableName": TABLE, "ConsistentRead": True} | start)
            for item in page["Items"]:
                if item["pk"]["S"] in found:
                    raise Wrong(f"{item['pk']['S']} is there twice")
                found[item["pk"]["S"]] = item
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        half = [name for name, item in found.items() if "sq" in item and not is_whole(item)]
        if half:
            raise Wrong(f"half written: {[found[name] for name in half]}")
        size = sum(item_size(item) for item in found.values())
        for key in [key for keys in self.keys for key in keys] + self.counters:
            if complaint := key.settle(found.pop(key.name, None)):
                raise Wrong(complaint)
        if found:
            raise Wrong(f"never written: {found}")
        items = sum(key.item is not None for keys in self.keys for key in keys)
        items += sum(counter.acknowledged > 0 for counter in self.counters)
        table = (await connection.must("DescribeTable", {"TableName": TABLE}))["Table"]
        if (table["ItemCount"], table["TableSizeBytes"]) != (items, size):
            raise Wrong(f"counters say {table['ItemCount']} items, {table['TableSizeBytes']} bytes: {items}, {size}")
        await self.verify_tables(connection)
        connection.close()
        return items, size

    async def verify_tables(self, connection: Connection) -> None:
        for name, there in list(self.tables.items()):
            status, _ = await connection.call("DescribeTable", {"TableName": name})
            if there is not None and there != (status == 200):
                raise Wrong(f"table {name}: there should be {there}, status {status}")
            if status == 200:
                self.tables[name] = True
            else:
                del self.tables[name]

    async def round(self, number: int) -> tuple[int, int]:
        self.server.start()
        if number == 0:
            connection = await Connection.open(self.server.port)
            await connection.must("CreateTable", table_request(TABLE))
            connection.close()
        await self.load_and_kill(number)
        while self.chance.random() < 0.25:  # a kill while it starts, maybe while it recovers
            self.server.launch()
            await asyncio.sleep(self.chance.uniform(0, 0.03))
            self.server.kill()
        self.server.start()
        state = await self.verify()
        if self.chance.random() < 0.2:  # the next round starts after a clean stop
            if (code := self.server.stop()) != 0:
                raise Wrong(f"exit code {code} after SIGTERM:\n{self.server.output()}")
        else:
            self.server.kill()
        return state


def table_request(name: str) -> dict:
    return {
        "TableName": name,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--seed", type=int, default=None, help="of the choices; the moments depend on the machine")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--keys", type=int, default=12, help="of each connection")
    parser.add_argument("--longest-ms", type=int, default=400, help="a kill comes at most so long after the first write")
    parser.add_argument("--data", type=pathlib.Path, help="a folder that is kept; a temporary one otherwise")
    parser.add_argument("flags", nargs="*", help="of the server, after --")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    folder = options.data or pathlib.Path(tempfile.mkdtemp(prefix="stator-crash-"))
    run = Run(folder / "data", seed, options.connections, options.keys, options.longest_ms, options.flags)
    print(f"seed {seed}, folder {folder}")
    started = time.monotonic()
    for number in range(options.rounds):
        try:
            items, size = asyncio.run(run.round(number))
        except Exception:
            run.server.kill()
            print(f"round {number} of seed {seed} failed; the folder {folder} is kept\n{run.server.output()}")
            raise
        print(f"round {number + 1}: {run.writes} writes, {items} items, {size} bytes", flush=True)
    seconds = time.monotonic() - started
    print(f"{options.rounds} rounds, {run.writes} acknowledged writes in {seconds:.1f} s, none lost")
    if not options.data:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
