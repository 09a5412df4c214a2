#!/usr/bin/env python3
"""Measures the server on this machine and prints Markdown: each line as a ratio to a bare fixed-answer server from the
same binary's HTTP layer, taken in turns in the same run, because machines differ and are shared."""

import argparse
import re
import statistics
import tempfile
import time

import connections
import cores
import expiry
import large
import pages
import quick
import streams
import syncs
import triggers
from driver import Bench, print_header, print_mixed_header


def measure_reads(bench, server, echo):
    print_header()
    for connections in bench.options.connections:
        bench.against_echo(server, echo, "GetItem", "GetItem", connections, "--items", str(bench.options.items))


def measure_indexes(bench, server, echo):
    print_header()
    items = ["--items", str(bench.options.items)]
    for indexes in (0, 1, 3):
        flags = ["--table", f"indexed-{indexes}", *items]
        bench.load(server.port, "PutItem", 64, *flags, "--once", "--create-table", "--indexes", str(indexes))
        for connections in bench.options.connections:
            bench.against_echo(server, echo, f"durable PutItem, {indexes} indexes", "PutItem", connections, *flags)
    for connections in bench.options.connections:
        bench.against_echo(server, echo, "Query of 10 items of an index", "Query", connections, "--table", "indexed-1",
                           *items)


def measure_batches(bench, server, echo):
    print_header("requests/s | items/s")
    items = ["--items", str(bench.options.items)]
    for name, operation, size, flags in (
        ("durable BatchWriteItem of 25", "BatchWriteItem", 25, []),
        ("BatchGetItem of 25", "BatchGetItem", 25, []),
        ("durable TransactWriteItems of 4 puts", "TransactWriteItems", 4, []),
        ("the same, with ClientRequestToken", "TransactWriteItems", 4, ["--tokens"]),
        ("TransactGetItems of 4", "TransactGetItems", 4, []),
    ):
        for connections in bench.options.connections:
            bench.against_echo(server, echo, name, operation, connections, *flags, *items, items=size)


def measure_counters(bench, server, _echo):
    """All connections count up one item; the generator fails unless the count is exact in the end."""
    print("\n| counter | connections | completed/s | p50 µs | p99 µs | attempts each | conflicts |")
    print("|---|---|---|---|---|---|---|")
    for name, operation in (
        ("UpdateItem ADD", "CountByAdd"),
        ("UpdateItem SET if unchanged, until it succeeds", "CountByCondition"),
        ("TransactWriteItems ADD and a Put", "CountByTransaction"),
    ):
        rounds = [bench.load(server.port, operation, 64) for _ in range(bench.options.rounds)]
        real = sorted(rounds, key=lambda r: r["per_second"])[len(rounds) // 2]
        attempts = 1 + (real["refused"] + real["conflicts"]) / real["completed"]
        print(f"| {name} | 64 | {real['per_second']:,} | {real['p50_us']} | {real['p99_us']} | {attempts:.1f} "
              f"| {real['conflicts']:,} |", flush=True)


def measure_backfill(bench, server):
    """Adds an index to a table of many items: first under load, then alone."""
    items = ["--items", str(bench.options.backfill)]
    bench.load(server.port, "PutItem", 64, "--table", "backfilled", *items, "--once", "--create-table")
    bench.load(server.port, "PutItem", 64, "--table", "backfilled-alone", *items, "--once", "--create-table")
    keys = ["--table", "backfilled", "--items", str(bench.options.items)]
    bench.together(server.port, [("GetItem", 16, keys), ("PutItem", 16, keys)], 5)
    print_mixed_header(f"load on a table of {bench.options.backfill:,} items")
    bench.mixed(server, "before", "backfilled")
    bench.load(server.port, "AddIndex", 1, "--table", "backfilled", "--once")
    rounds = 0
    while server.metric("stator_backfill_indexes"):
        before = server.metric("stator_backfill_items_total"), time.perf_counter()
        if rounds < 3:
            bench.mixed(server, "while the backfill runs", "backfilled")
            rate = (server.metric("stator_backfill_items_total") - before[0]) / (time.perf_counter() - before[1])
            print(f"|   ... at {rate:,.0f} items/s, memory {server.resident_mib():.0f} MiB | | | | | | |")
            rounds += 1
        else:
            time.sleep(0.1)
    bench.mixed(server, "after", "backfilled")
    begun = time.perf_counter()
    bench.load(server.port, "AddIndex", 1, "--table", "backfilled-alone", "--once")
    while server.metric("stator_backfill_indexes"):
        time.sleep(0.05)
    took = time.perf_counter() - begun
    print(f"\nbackfill without load: {bench.options.backfill / took:,.0f} items/s, "
          f"memory {server.resident_mib():.0f} MiB")


def measure_start(bench):
    bench.server().stop()
    starts = []
    for _ in range(7):
        server = bench.server()
        starts.append(server.ready_ms)
        idle = server.resident_mib()
        server.stop()
    print(f"start of an existing folder: {statistics.median(starts):.1f} ms (median of 7), idle memory: {idle:.1f} MiB")


SECTIONS = {"reads": measure_reads, "indexes": measure_indexes, "batches": measure_batches,
            "counters": measure_counters, "streams": streams.measure_writes_and_reads,
            "triggers": triggers.measure_triggers, "pages": pages.measure_pages,
            "connections": connections.measure_connections, "cores": cores.measure_cores,
            "syncs": syncs.measure_slow_syncs}


def measure_sections(bench):
    measure_start(bench)
    server = bench.server()
    echo = bench.echo()
    bench.load(server.port, "PutItem", 64, "--items", str(bench.options.items), "--once", "--create-table")
    for section in bench.options.only:
        SECTIONS[section](bench, server, echo)
    print(f"\nmemory after the run: {server.resident_mib():.0f} MiB")
    for line in server.metrics().splitlines():
        if re.match(r"stator_(commits|commit_groups|sync)", line):
            print(f"  {line}")
    echo.stop()
    server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--engine", required=True, help="stator_kv_bench")
    parser.add_argument("--seconds", type=float, help="of each measurement (3; with --quick 1)")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is printed")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), help="these tables")
    parser.add_argument("--page-items", type=int, default=200_000, help="items of 1 kB that pages of 1 MB are read of")
    parser.add_argument("--backfill", type=int, default=0, metavar="ITEMS",
                        help="measure instead how an index is added to a table of so many items")
    parser.add_argument("--expiry", type=int, default=0, metavar="ITEMS",
                        help="measure instead how so many items are deleted whose time to live is over")
    parser.add_argument("--large", type=int, default=0, metavar="ITEMS",
                        help="measure instead a table of so many items of 4 kB with three indexes")
    parser.add_argument("--quick", action="store_true",
                        help="measure only ratios that do not depend on the machine, in less than two minutes")
    parser.add_argument("--json", metavar="FILE", help="with --quick: writes the ratios there, too")
    options = parser.parse_args()
    options.seconds = options.seconds or (1 if options.quick else 3)
    with tempfile.TemporaryDirectory(prefix="stator-bench-") as folder:
        bench = Bench(options, folder)
        if options.quick:
            quick.measure_quick(bench)
        elif options.backfill:
            server = bench.server()
            measure_backfill(bench, server)
            server.stop()
        elif options.expiry:
            expiry.measure_expiry(bench)
        elif options.large:
            large.measure_large(bench)
        else:
            measure_sections(bench)


if __name__ == "__main__":
    main()
