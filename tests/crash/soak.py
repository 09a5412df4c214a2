"""A mixed load for a long time: what crash.py writes and checks, items that expire, indexes that come and go, a stream
that is followed and trimmed, a day of server time in four rounds, and after each round a restart, by SIGTERM or SIGKILL
in turn. Memory, disk and latency must stay flat.

    STATOR_BINARY=build/release/src/stator python tests/crash/soak.py --minutes 60
"""

import argparse
import asyncio
import dataclasses
import http.client
import pathlib
import random
import shutil
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from crash.connection import Connection, Wrong  # noqa: E402
from crash.crash import Run  # noqa: E402
from harness.values import N, S  # noqa: E402

EXPIRING = "expiring"
HOURS_A_ROUND = 6


@dataclasses.dataclass
class Figures:
    """Of a round."""

    writes: int
    read_ms: float  # p99
    write_ms: float  # p99
    memory_mib: float
    disk_mib: float

    def row(self) -> str:
        figures = [self.read_ms, self.write_ms, self.memory_mib, self.disk_mib]
        return f"{self.writes:10}" + "".join(f"{figure:10.1f}" for figure in figures)


HEAD = "".join(f"{name:>10}" for name in ("writes", "read p99", "write p99", "MiB RAM", "MiB disk"))


def p99(seconds: list[float]) -> float:
    return 1000 * sorted(seconds)[int(len(seconds) * 0.99)]


class Soak(Run):
    def __init__(self, data: pathlib.Path, seed: int, options: argparse.Namespace):
        super().__init__(data, seed, options)
        self.seconds, self.pause = options.round_seconds, options.pause_ms / 1000
        self.indexes.pauses = [1, 2, 4]
        self.hours = 0  # that the server's clock is ahead
        self.reads: list[float] = []
        self.puts: list[float] = []
        self.figures: list[Figures] = []
        self.expired = 0

    def works(self, number: int) -> list:
        writers = [lambda connection, chance, keys=keys: self.write(connection, keys, chance) for keys in self.keys]
        return writers + [self.indexes.change, self.put_expiring, self.probe]

    async def create(self) -> None:
        await super().create()
        connection = await Connection.open(self.server.port)
        key = {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "pk", "KeyType": "HASH"}
        table = {"TableName": EXPIRING, "AttributeDefinitions": [key[0]], "KeySchema": [key[1]]}
        await connection.must("CreateTable", table | {"BillingMode": "PAY_PER_REQUEST"})
        expiry = {"Enabled": True, "AttributeName": "until"}
        await connection.must("UpdateTimeToLive", {"TableName": EXPIRING, "TimeToLiveSpecification": expiry})
        connection.close()

    def advance(self, hours: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request("POST", f"/_stator/clock?advance={hours}h")
        if connection.getresponse().status != 200:
            raise Wrong("the clock does not move")
        connection.close()

    # These end with the server.

    async def put_expiring(self, connection: Connection, chance: random.Random) -> None:
        """Items that are gone when the round is over and the clock has moved on."""
        while True:
            until = int(time.time()) + self.hours * 3600 + 1800
            item = {"pk": S(f"x{chance.randrange(20_000)}"), "until": N(until), "v": S("v" * 500)}
            await connection.must("PutItem", {"TableName": EXPIRING, "Item": item})
            self.expired += 1
            await asyncio.sleep(self.pause)

    async def probe(self, connection: Connection, chance: random.Random) -> None:
        while True:
            key = {"pk": S("probe"), "sk": S("probe")}
            begun = time.monotonic()
            await connection.must("GetItem", {"TableName": "accounts", "Key": {"pk": S("account1")}})
            self.reads.append(time.monotonic() - begun)
            begun = time.monotonic()
            await connection.must("PutItem", {"TableName": EXPIRING, "Item": {"pk": key["pk"], "v": S("v" * 100)}})
            self.puts.append(time.monotonic() - begun)
            await asyncio.sleep(0.02)

    async def pick_a_moment(self) -> None:
        await asyncio.sleep(self.seconds)
        size = sum(file.stat().st_size for file in self.server.data.rglob("*") if file.is_file())
        figures = Figures(self.writes, p99(self.reads), p99(self.puts), self.server.rss_mib(), size / (1 << 20))
        self.reads, self.puts = [], []
        self.figures.append(figures)
        print(figures.row(), flush=True)

    async def round(self, number: int) -> None:
        if number == 0:
            self.server.start()
            await self.create()
        await self.load_and_kill(number)
        self.server.start()
        self.advance(self.hours)
        await self.verify()
        self.hours += HOURS_A_ROUND
        self.advance(HOURS_A_ROUND)
        await self.until_expired()
        if number % 2:
            if (code := self.server.stop()) != 0:
                raise Wrong(f"exit code {code} after SIGTERM:\n{self.server.output()}")
            self.server.start()
            self.advance(self.hours)

    async def until_expired(self) -> None:
        connection = await Connection.open(self.server.port)
        deadline = time.monotonic() + 60
        while len(left := await connection.scan({"TableName": EXPIRING})) > 1:  # the probe's stays
            if time.monotonic() > deadline:
                raise Wrong(f"{len(left)} items do not expire")
            await asyncio.sleep(0.5)  # expiry rests while there are requests
        connection.close()

    def complaints(self) -> list[str]:
        """What did not stay flat: of the last third of the rounds against the first after a warm-up of a day."""
        rounds = self.figures[4:]
        if len(rounds) < 6:
            return []
        third = len(rounds) // 3
        found = []
        for name, factor, more in [("memory_mib", 1.2, 20), ("disk_mib", 1.3, 20), ("read_ms", 2, 5), ("write_ms", 2, 10)]:
            first, last = (statistics.median(getattr(r, name) for r in part) for part in (rounds[:third], rounds[-third:]))
            if last > first * factor + more:
                found.append(f"{name} went from {first:.1f} to {last:.1f}")
        return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--round-seconds", type=float, default=30)
    parser.add_argument("--pause-ms", type=float, default=5, help="between two writes of a connection")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--keys", type=int, default=200, help="of each connection")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.flags = ["--movable-clock", "--cache", "16MiB", "--memtable", "8MiB"]
    options.plain = options.power_cuts = False
    options.ballast, options.longest_ms = 2000, 0
    folder = pathlib.Path(tempfile.mkdtemp(prefix="stator-soak-"))
    soak = Soak(folder / "data", options.seed, options)
    print(f"folder {folder}\n{HEAD}", flush=True)
    end = time.monotonic() + options.minutes * 60
    number = 0
    while time.monotonic() < end:
        try:
            asyncio.run(soak.round(number))
        except Exception:
            soak.server.kill()
            print(f"round {number} failed; the folder {folder} is kept\n{soak.server.output()}")
            raise
        number += 1
    soak.server.kill()
    print(f"{number} rounds, {soak.writes} writes, {soak.expired} items expired, {soak.indexes.summary()}")
    if found := soak.complaints():
        print("\n".join(found))
        return 1
    print("memory, disk and latency stayed flat")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
