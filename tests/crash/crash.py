"""Kills the server, or cuts its power, at random moments while many connections write, alone and in transactions, and indexes come and go.
Checks after each restart that every acknowledged write is there, no write and no transaction is half there, one that is
sent again with its token is done once, nothing that a reader was given is gone, every index is the projection of the
table, its stream makes the table, and all counters are right.

    STATOR_BINARY=build/release/src/stator python tests/crash/crash.py --rounds 1000
"""

import argparse
import asyncio
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from crash.connection import DEAD, Connection, Wrong  # noqa: E402
from crash.indexes import LASTING, Indexes, table_request  # noqa: E402
from crash.model import Counter, Key, checked, is_whole, odd, request  # noqa: E402
from crash.transfers import Transfers  # noqa: E402
from harness.check import complaints  # noqa: E402
from harness.faulty_disk import FaultyDiskServer  # noqa: E402
from harness.index_model import Item, item_size  # noqa: E402
from harness.server import Server  # noqa: E402
from harness.streams import Consumer, key_of, make_streams_client, stream_of  # noqa: E402

TABLE = "crash"


class Run:
    def __init__(self, data: pathlib.Path, seed: int, options: argparse.Namespace):
        self.chance = random.Random(seed)
        self.server = Server(data, tuple(options.flags))
        if options.power_cuts:
            self.server = FaultyDiskServer(data, tuple(options.flags), chance=random.Random(seed))
        self.keys = [[Key(f"c{c // 2}", f"c{c}-k{k}") for k in range(options.keys)] for c in range(options.connections)]
        self.counters = [Counter(f"counter{n}") for n in range(3)]
        self.longest_ms = options.longest_ms
        self.indexes = None if options.plain else Indexes(TABLE)
        self.transfers = Transfers()
        self.stream = ""
        self.follower: Consumer | None = None
        self.ballast = [self.old_item(n) for n in range(options.ballast)]  # gives backfills something to do
        self.tables: dict[str, bool | None] = {}  # of those made and deleted on the way: there, gone, in doubt
        self.writes = 0
        self.pause = 0.0  # seconds between two writes of a connection

    def old_item(self, number: int) -> Item:
        key = {"pk": {"S": f"old{number % 50}"}, "sk": {"S": f"old{number}"}}
        return key | checked(number, self.chance.choice("abcé漢") * self.chance.randrange(8)) | odd(self.chance)

    async def create(self) -> None:
        connection = await Connection.open(self.server.port)
        request = table_request(TABLE, LASTING if self.indexes else []) | stream_of("NEW_AND_OLD_IMAGES")
        made = await connection.must("CreateTable", request)
        self.stream = made["TableDescription"]["LatestStreamArn"]
        await connection.until_active(TABLE)
        await self.transfers.create(connection)
        connection.close()
        await asyncio.gather(*(self.put_all(self.ballast[n::32]) for n in range(32)))

    async def put_all(self, items: list[Item]) -> None:
        connection = await Connection.open(self.server.port)
        for item in items:
            await connection.must("PutItem", {"TableName": TABLE, "Item": item})
        connection.close()

    # Writers and readers end when the server dies.

    async def write(self, connection: Connection, keys: list[Key], chance: random.Random) -> None:
        while True:
            if chance.random() < 0.15:
                await self.count(connection, chance.choice(self.counters))
                continue
            key = chance.choice(keys)
            operation, body, holds = request(key, TABLE, chance)
            status, answer = await connection.call(operation, body)
            error = answer.get("__type", "").partition("#")[2]
            if error == "ValidationException" and self.indexes and self.indexes.may_refuse(key.then):
                key.refuse()
                continue
            failed = error == "ConditionalCheckFailedException"
            if (status != 200) if holds else not failed:
                raise Wrong(f"{operation} {body}: {status} {answer}")
            key.acknowledge()
            self.writes += 1
            await asyncio.sleep(self.pause)

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
        await connection.must("CreateTable", table_request(made, []))
        self.tables[made] = True
        if self.tables.get(old):
            self.tables[old] = None
            await connection.must("DeleteTable", {"TableName": old})
            self.tables[old] = False

    def works(self, number: int) -> list:
        """What each connection does."""
        works = [lambda connection, chance, keys=keys: self.write(connection, keys, chance) for keys in self.keys]
        works += [self.read] * 2 + [self.transfers.move] * 4
        works.append(lambda connection, _: self.transfers.watch(connection))
        works.append(lambda connection, _: self.make_tables(connection, number))
        return works + ([self.indexes.change] if self.indexes else [])

    async def load_and_kill(self, number: int) -> None:
        connections = []
        tasks = []

        async def start(work) -> None:
            connections.append(await Connection.open(self.server.port))
            tasks.append(asyncio.create_task(work(connections[-1], random.Random(self.chance.random()))))

        for work in self.works(number):
            await start(work)
        await self.pick_a_moment()
        if self.server.process.poll() is not None:
            raise Wrong(f"the server ended by itself:\n{self.server.output()}")
        self.server.kill()
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(ended, Exception) and not isinstance(ended, DEAD):
                raise ended
        for connection in connections:
            connection.close()

    async def pick_a_moment(self) -> None:
        longest = self.longest_ms / 1000
        if self.indexes and self.chance.random() < 0.5:
            await self.indexes.wait_for_backfill(longest)
            longest = min(longest, 0.03)
        await asyncio.sleep(self.chance.uniform(0, longest))

    async def verify(self) -> tuple[int, int]:
        """(items, bytes) of the table, after everything has been compared."""
        connection = await Connection.open(self.server.port)
        if self.indexes:
            await self.indexes.look(connection)
        found: dict[str, dict] = {}
        for item in await connection.scan({"TableName": TABLE, "ConsistentRead": True}):
            if item["sk"]["S"] in found:
                raise Wrong(f"{item['sk']['S']} is there twice")
            found[item["sk"]["S"]] = item
        everything = list(found.values())
        half = [name for name, item in found.items() if "sq" in item and not is_whole(item)]
        if half:
            raise Wrong(f"half written: {[found[name] for name in half]}")
        size = sum(item_size(item) for item in found.values())
        for key in [key for keys in self.keys for key in keys] + self.counters:
            if complaint := key.settle(found.pop(key.name, None)):
                raise Wrong(complaint)
        for item in self.ballast:
            if (there := found.pop(item["sk"]["S"], None)) != item:
                raise Wrong(f"{item}: found {there}")
        if found:
            raise Wrong(f"never written: {found}")
        items = len(everything)
        table = (await connection.must("DescribeTable", {"TableName": TABLE}))["Table"]
        if (table["ItemCount"], table["TableSizeBytes"]) != (items, size):
            raise Wrong(f"counters: {table['ItemCount']} items, {table['TableSizeBytes']} bytes, not {items}, {size}")
        await self.transfers.verify(connection, self.chance)
        self.verify_stream(everything)
        await self.verify_tables(connection)
        if self.indexes:
            await self.indexes.verify(connection, everything)
        connection.close()
        return items, size

    def verify_stream(self, items: list[Item]) -> None:
        """A consumer goes on from its checkpoints, and has the table once it has read all there is."""
        client = make_streams_client(self.server.endpoint)
        if self.follower is None:
            self.follower = Consumer(client, self.stream)
        self.follower.restart(client)
        self.follower.drain()
        table = {key_of({name: item[name] for name in ("pk", "sk")}): item for item in items}
        if self.follower.items != table:
            both = self.follower.items.keys() | table.keys()
            wrong = [(k, self.follower.items.get(k), table.get(k)) for k in both]
            raise Wrong(f"the stream makes another table: {[w for w in wrong if w[1] != w[2]][:5]}")

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
            await self.create()
        await self.load_and_kill(number)
        if found := complaints(self.server.data):
            raise Wrong(f"the data does not agree with itself: {found}")
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


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--seed", type=int, default=None, help="of the choices; the moments depend on the machine")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--keys", type=int, default=12, help="of each connection")
    parser.add_argument("--longest-ms", type=int, default=400, help="between the first write and the kill, at most")
    parser.add_argument("--data", type=pathlib.Path, help="a folder that is kept; a temporary one otherwise")
    parser.add_argument("--power-cuts", action="store_true", help="a kill loses what was not synced")
    parser.add_argument("--plain", action="store_true", help="a table without indexes")
    parser.add_argument("--ballast", type=int, default=300, help="items that are there all the time")
    parser.add_argument("flags", nargs="*", help="of the server, after --")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    folder = options.data or pathlib.Path(tempfile.mkdtemp(prefix="stator-crash-"))
    run = Run(folder / "data", seed, options)
    print(f"seed {seed}, folder {folder}")
    started = time.monotonic()
    for number in range(options.rounds):
        try:
            items, size = asyncio.run(run.round(number))
        except Exception:
            run.server.kill()
            print(f"round {number} of seed {seed} failed; the folder {folder} is kept\n{run.server.output()}")
            raise
        changes = f", {run.indexes.summary()}" if run.indexes else ""
        done = f"{run.writes} writes, {run.transfers.summary()}{changes}"
        print(f"round {number + 1}: {done}, {items} items, {size} bytes", flush=True)
    seconds = time.monotonic() - started
    print(f"{options.rounds} rounds, {run.writes} acknowledged writes and {run.transfers.summary()} in {seconds:.1f} s")
    if not options.data:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
