"""Many clients write and read the same few items, in transactions and alone, while the server is killed and restarted.
Then the checker looks for an order of all that happened which explains what each of them saw.

    STATOR_BINARY=build/release/src/stator python tests/history/history.py --seconds 600

With --plant the clients themselves do wrong what a server with a bug would: the checker must find it.
"""

import argparse
import asyncio
import collections
import pathlib
import random
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from crash.connection import Connection, Wrong  # noqa: E402
from harness.server import Server  # noqa: E402
from history.actions import TABLES, table_request  # noqa: E402
from history.checker import check  # noqa: E402
from history.checker.anomaly import Anomaly  # noqa: E402
from history.client import Client  # noqa: E402
from history.operation import History, Key, Seen  # noqa: E402
from history.senders import PLANTED, Honest  # noqa: E402
from history.slots import Slots  # noqa: E402

KEYS_AT_ONCE = 100  # in TransactGetItems
SHOWN = 3  # anomalies of a name


class Round:
    """One history, on tables of its own."""

    def __init__(self, server: Server, number: int, chance: random.Random, options: argparse.Namespace):
        self.server, self.chance, self.options = server, chance, options
        self.port = server.port
        self.lives = self.died_at = 0
        self.over = False
        self.history = History()
        self.known: dict[Key, Seen] = {}
        self.tables = [f"{name}-{number}" for name in TABLES]
        self.slots = Slots(self.tables, options.slots)
        self.sender = PLANTED[options.plant]() if options.plant else Honest()

    async def play(self) -> None:
        connection = await Connection.open(self.port)
        for table in self.tables:
            await connection.must("CreateTable", table_request(table))
            await connection.until_active(table)
        connection.close()
        clients = [self.client(number) for number in range(1, self.options.clients + 1)]
        tasks = [asyncio.create_task(client.work()) for client in clients]
        for _ in range(self.options.kills):
            await self.wait(tasks)
            self.restart()
        await self.wait(tasks)
        self.over = True
        await asyncio.gather(*tasks)
        await self.read_all()

    def client(self, number: int) -> Client:
        return Client(self, number, random.Random(self.chance.random()))

    async def wait(self, tasks: list[asyncio.Task]) -> None:
        pause = self.chance.uniform(0.1, self.options.longest_ms / 1000)
        ended, _ = await asyncio.wait(tasks, timeout=pause, return_when=asyncio.FIRST_EXCEPTION)
        for task in ended:
            task.result()
        if not self.server.running():
            raise Wrong(f"the server ended by itself:\n{self.server.output()}")

    def restart(self) -> None:
        """Nothing else of this program runs meanwhile: when a client notices, the new server is there."""
        if self.chance.random() < 0.15:
            if (code := self.server.stop()) != 0:
                raise Wrong(f"exit code {code} after SIGTERM:\n{self.server.output()}")
        else:
            self.server.kill()
        self.lives += 1
        self.died_at = self.history.tick()
        while self.chance.random() < 0.2:  # a kill while it starts
            self.server.launch()
            time.sleep(self.chance.uniform(0, 0.03))
            self.server.kill()
        self.server.start()

    async def read_all(self) -> None:
        reader = self.client(0)
        await reader.connect()
        keys = self.slots.all()
        for start in range(0, len(keys), KEYS_AT_ONCE):
            await reader.read_at_once(keys[start : start + KEYS_AT_ONCE])
        for table in self.tables:
            await reader.connections[0].must("DeleteTable", {"TableName": table})
        reader.close()

    def summary(self) -> str:
        outcomes = collections.Counter(operation.outcome.value for operation in self.history.operations)
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        return f"{len(self.history.operations)} operations ({told}) on {len(self.slots.used)} items"


class Run:
    """Rounds, until something is found or there have been enough."""

    def __init__(self, folder: pathlib.Path, options: argparse.Namespace):
        self.folder, self.options = folder, options
        self.server = Server(folder / "data", tuple(options.flags))
        self.operations = 0

    def play(self, seed: int) -> list[Anomaly]:
        chance = random.Random(seed)
        began = time.monotonic()
        number = 0
        self.server.start()
        try:
            while self.goes_on(number, time.monotonic() - began):
                number += 1
                if found := self.round(number, chance):
                    return found
            return []
        finally:
            self.server.kill()

    def goes_on(self, number: int, seconds: float) -> bool:
        return seconds < self.options.seconds if self.options.seconds else number < self.options.rounds

    def round(self, number: int, chance: random.Random) -> list[Anomaly]:
        playing = Round(self.server, number, chance, self.options)
        began = time.monotonic()
        asyncio.run(playing.play())
        played = time.monotonic()
        operations = playing.history.operations
        self.operations += len(operations)
        found = check(operations)
        seconds = f"{played - began:.1f} s, checked in {time.monotonic() - played:.1f} s"
        print(f"round {number}: {playing.summary()} in {seconds}, {len(found)} anomalies", flush=True)
        if found:
            (self.folder / "history.txt").write_text("".join(f"{operation}\n" for operation in operations))
        return found


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=0, help="rounds until then, however many")
    parser.add_argument("--kills", type=int, default=4, help="in each round")
    parser.add_argument("--longest-ms", type=int, default=1000, help="between two kills, at most")
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--slots", type=int, default=6, help="lists, and as many registers, in use at a time")
    parser.add_argument("--seed", type=int, default=None, help="of the choices; the moments depend on the machine")
    parser.add_argument("--plant", choices=PLANTED, help="a bug")
    parser.add_argument("--data", type=pathlib.Path, help="a folder that is kept; a temporary one otherwise")
    parser.add_argument("flags", nargs="*", help="of the server, after --")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    options = parse(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(1 << 32)
    folder = options.data or pathlib.Path(tempfile.mkdtemp(prefix="stator-history-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"seed {seed}, folder {folder}")
    run = Run(folder, options)
    began = time.monotonic()
    try:
        found = run.play(seed)
    except Exception:
        print(f"seed {seed} failed; the folder {folder} is kept\n{run.server.output()}")
        raise
    for name, count in collections.Counter(anomaly.name for anomaly in found).items():
        print(f"{count} times {name}, for example", *[a for a in found if a.name == name][:SHOWN], sep="\n")
    print(f"{run.operations} operations in {time.monotonic() - began:.1f} s, {len(found)} anomalies")
    if found:
        print(f"seed {seed}; the history is in {folder / 'history.txt'}")
    elif not options.data:
        shutil.rmtree(folder)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
