"""The guard against regressions: in less than two minutes, figures that do not depend on the machine. Each is a ratio to
a floor that is measured in turns with it. Throughput: of reads to a bare fixed answer of the same HTTP layer, of durable
writes to as many synced writers of RocksDB by itself. Processor time of a request: to that of a bare answer; it is the
steadier figure where others use the machine, too."""

import json
import pathlib
import statistics
import time

from floors import raw_writers

# (name, operation, connections, table, items of a request)
READS = (
    ("GetItem", "GetItem", 64, "bench", 1),
    ("GetItem", "GetItem", 16, "bench", 1),
    ("Query of 10 items of an index", "Query", 64, "indexed", 1),
    ("BatchGetItem of 25", "BatchGetItem", 64, "bench", 1),
    ("TransactGetItems of 4", "TransactGetItems", 64, "bench", 1),
)
WRITES = (
    ("durable PutItem", "PutItem", 64, "bench", 1),
    ("durable PutItem", "PutItem", 16, "bench", 1),
    ("durable UpdateItem ADD, one item", "CountByAdd", 64, "bench", 1),
    ("items of durable BatchWriteItem of 25", "BatchWriteItem", 16, "bench", 25),
    ("items of durable TransactWriteItems of 4", "TransactWriteItems", 64, "bench", 4),
)


def measure_quick(bench):
    begun = time.perf_counter()
    server, echo = bench.server(), bench.echo()
    for table, indexes in (("bench", "0"), ("indexed", "1")):
        bench.load(server.port, "PutItem", 64, "--table", table, "--items", str(bench.options.items), "--once",
                   "--create-table", "--indexes", indexes)
    lines = {}
    for _ in range(bench.options.rounds):
        for name, operation, connections, table, _ in READS:
            bare, bare_cpu = measure(bench, echo, operation, connections, table)
            real, cpu = measure(bench, server, operation, connections, table)
            take(lines, name, connections, "bare answer", real / bare, cpu / bare_cpu)
        raw = {writers: raw_writers(bench, writers) for writers in (64, 16)}
        _, bare_cpu = measure(bench, echo, "PutItem", 64, "bench")
        for name, operation, connections, table, size in WRITES:
            real, cpu = measure(bench, server, operation, connections, table)
            take(lines, name, connections, f"RocksDB, {connections} writers", size * real / raw[connections],
                 cpu / size / bare_cpu)
    echo.stop()
    server.stop()
    report(lines, bench.options, time.perf_counter() - begun)


def measure(bench, server, operation, connections, table):
    """(completed operations a second, processor time of one)."""
    before = server.cpu_seconds()
    measured = bench.load(server.port, operation, connections, "--table", table, "--items", str(bench.options.items))
    return measured["per_second"], (server.cpu_seconds() - before) / measured["completed"]


def take(lines, name, connections, floor, throughput, cpu):
    line = lines.setdefault((name, connections, floor), {"throughput": [], "cpu": []})
    line["throughput"].append(throughput)
    line["cpu"].append(cpu)


def spread(rounds, digits):
    return f"{statistics.median(rounds):.{digits}f} | {min(rounds):.{digits}f} to {max(rounds):.{digits}f}"


def report(lines, options, took):
    print("\n| operation | connections | floor | throughput | of all rounds | processor time | of all rounds |")
    print("|---|---|---|---|---|---|---|")
    for (name, connections, floor), line in lines.items():
        print(f"| {name} | {connections} | {floor} | {spread(line['throughput'], 3)} | {spread(line['cpu'], 2)} |")
    print(f"\n{took:.0f} s")
    if options.json:
        found = [{"operation": name, "connections": connections, "floor": floor,
                  **{figure: {"median": statistics.median(rounds), "rounds": rounds} for figure, rounds in line.items()}}
                 for (name, connections, floor), line in lines.items()]
        pathlib.Path(options.json).write_text(json.dumps(found, indent=2) + "\n")
