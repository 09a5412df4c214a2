"""The guard against regressions: in less than two minutes, figures that do not depend on the machine. Each is a ratio to
a floor that is measured in turns with it: reads to a bare fixed answer of the same HTTP layer, durable writes to as many
synced writers of RocksDB by itself."""

import json
import pathlib
import statistics
import time

from floors import raw_writers

# (name, operation, connections, flags, items of a request)
READS = (
    ("GetItem", "GetItem", 64, (), 1),
    ("GetItem", "GetItem", 16, (), 1),
    ("Query of 10 items of an index", "Query", 64, (), 1),
    ("BatchGetItem of 25", "BatchGetItem", 64, (), 1),
    ("TransactGetItems of 4", "TransactGetItems", 64, (), 1),
)
WRITES = (
    ("durable PutItem", "PutItem", 64, (), 1),
    ("durable PutItem", "PutItem", 16, (), 1),
    ("durable UpdateItem ADD, one item", "CountByAdd", 64, (), 1),
    ("items of durable BatchWriteItem of 25", "BatchWriteItem", 16, (), 25),
    ("items of durable TransactWriteItems of 4", "TransactWriteItems", 64, (), 4),
)
INDEXED = {"Query"}


def measure_quick(bench):
    begun = time.perf_counter()
    server, echo = bench.server(), bench.echo()
    items = ("--items", str(bench.options.items))
    for table, indexes in (("bench", "0"), ("indexed", "1")):
        bench.load(server.port, "PutItem", 64, "--table", table, *items, "--once", "--create-table", "--indexes", indexes)
    ratios = {}
    for _ in range(bench.options.rounds):
        for name, operation, connections, flags, _ in READS:
            table = "indexed" if operation in INDEXED else "bench"
            flags = ("--table", table, *items, *flags)
            bare = bench.load(echo.port, operation, connections, *flags)
            real = bench.load(server.port, operation, connections, *flags)
            take(ratios, name, connections, "bare answer", real["per_second"] / bare["per_second"])
        raw = {writers: raw_writers(bench, writers) for writers in (64, 16)}
        for name, operation, connections, flags, size in WRITES:
            real = bench.load(server.port, operation, connections, *items, *flags)
            floor = f"RocksDB, {connections} writers"
            take(ratios, name, connections, floor, size * real["per_second"] / raw[connections])
    echo.stop()
    server.stop()
    report(ratios, bench.options, time.perf_counter() - begun)


def take(ratios, name, connections, floor, ratio):
    ratios.setdefault((name, connections, floor), []).append(ratio)


def report(ratios, options, took):
    print(f"\n| operation | connections | floor | ratio | of {options.rounds} rounds |")
    print("|---|---|---|---|---|")
    for (name, connections, floor), rounds in ratios.items():
        print(f"| {name} | {connections} | {floor} | {statistics.median(rounds):.3f} "
              f"| {min(rounds):.3f} to {max(rounds):.3f} |")
    print(f"\n{took:.0f} s")
    if options.json:
        lines = [{"operation": name, "connections": connections, "floor": floor, "ratio": statistics.median(rounds),
                  "rounds": rounds} for (name, connections, floor), rounds in ratios.items()]
        pathlib.Path(options.json).write_text(json.dumps(lines, indent=2) + "\n")
