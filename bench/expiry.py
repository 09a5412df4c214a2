"""How many items whose time to live is over, all at the same second, are deleted while others read and write."""

import multiprocessing
import time
import urllib.request

from client import Client
from driver import print_mixed_header

BATCH = 25
FILLERS = 2


def fill(port, first, count, ttl):
    client = Client(port)
    for begin in range(first, first + count, BATCH):
        items = ({"pk": {"S": f"item-{i:08}"}, "ttl": {"N": f"{ttl}"}, "v": {"S": "x" * 200}}
                 for i in range(begin, min(begin + BATCH, first + count)))
        client.ask("BatchWriteItem", {"RequestItems": {"expiring": [{"PutRequest": {"Item": item}} for item in items]}})


def fill_table(port, count, ttl):
    client = Client(port)
    client.create_table("expiring")
    client.ask("UpdateTimeToLive", {"TableName": "expiring",
                                    "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}})
    share = -(-count // FILLERS)
    fillers = [multiprocessing.Process(target=fill, args=(port, first, min(share, count - first), ttl))
               for first in range(0, count, share)]
    for filler in fillers:
        filler.start()
    for filler in fillers:
        filler.join()
        if filler.exitcode != 0:
            raise SystemExit("the table could not be filled")


def measure_expiry(bench):
    server = bench.server("--movable-clock")
    count = bench.options.expiry
    deleted = lambda: server.metric("stator_expired_items_total")  # noqa: E731
    bench.load(server.port, "PutItem", 64, "--items", str(bench.options.items), "--once", "--create-table")
    fill_table(server.port, count, int(time.time()) + 86_400)
    print_mixed_header(f"load beside a table of {count:,} items")
    bench.mixed(server, "before", "bench")
    memory = server.resident_mib()
    clock = f"http://127.0.0.1:{server.port}/_stator/clock?advance=48h"
    urllib.request.urlopen(urllib.request.Request(clock, method="POST")).close()
    for _ in range(3):
        before, begun = deleted(), time.perf_counter()
        if before == count:
            break
        bench.mixed(server, "while they expire", "bench")
        rate = (deleted() - before) / (time.perf_counter() - begun)
        some = "at least " if deleted() == count else ""
        print(f"|   ... {some}{rate:,.0f} items/s, memory {server.resident_mib():.0f} MiB | | | | | | |", flush=True)
    before, begun = deleted(), time.perf_counter()
    while deleted() < count:
        time.sleep(0.05)
    took = time.perf_counter() - begun
    bench.mixed(server, "after", "bench")
    if before < count:
        print(f"\nthe last {count - before:,.0f} without load: {(count - before) / took:,.0f} items/s")
    print(f"\nmemory: {memory:.0f} MiB before, {server.resident_mib():.0f} MiB after")
    server.stop()
