#!/usr/bin/env python3
"""Measures the server on this machine and prints Markdown: each line as a ratio to a bare fixed-answer server from the
same binary's HTTP layer, taken in turns in the same run, because machines differ and are shared."""

import argparse
import atexit
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request


class Server:
    def __init__(self, arguments, pin):
        self.started = time.perf_counter()
        command = (["taskset", "-c", pin] if pin else []) + arguments
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        atexit.register(self.process.kill)  # no server outlives a run that fails
        # The port and the instant of readiness come from the line that says where the server listens.
        for line in self.process.stdout:
            if match := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(match[1])
                self.ready_ms = (time.perf_counter() - self.started) * 1000
                return
        raise SystemExit("the server did not start")

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_stator/metrics") as answer:
            return answer.read().decode()

    def metric(self, name):
        return float(re.search(rf"^{name} (\S+)$", self.metrics(), re.MULTILINE)[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise SystemExit("the server did not stop cleanly")


class Bench:
    """The generator against a server, with a core of its own."""

    def __init__(self, options, pin):
        self.options = options
        self.pin = pin

    def command(self, port, operation, connections, seconds, *flags):
        return (["taskset", "-c", self.pin] if self.pin else []) + [
            self.options.generator, "--port", str(port), "--operation", operation, "--connections", str(connections),
            "--seconds", str(seconds), *flags]

    def load(self, port, operation, connections, *flags, seconds=None):
        run = subprocess.run(self.command(port, operation, connections, seconds or self.options.seconds, *flags),
                             stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(run.stdout.splitlines()[-1])

    def together(self, port, loads, seconds):
        """Several loads at once: (operation, connections, flags)."""
        runs = [subprocess.Popen(self.command(port, operation, connections, seconds, *flags), stdout=subprocess.PIPE,
                                 text=True) for operation, connections, flags in loads]
        return [json.loads(run.communicate()[0].splitlines()[-1]) for run in runs]

    def against_echo(self, server, echo, name, operation, connections, *flags, items=None):
        """A line of the table: the median round of so many, each in turns with the bare server. With `items` in a
        request there is a column of items a second."""
        rounds = []
        for _ in range(self.options.rounds):
            bare = self.load(echo.port, operation, connections, *flags)
            real = self.load(server.port, operation, connections, *flags)
            rounds.append((real["per_second"] / bare["per_second"], real, bare))
        rounds.sort(key=lambda r: r[0])
        ratio, real, bare = rounds[len(rounds) // 2]
        per_second = f"{real['per_second']:,}" + (f" | {real['per_second'] * items:,}" if items else "")
        print(f"| {name} | {connections} | {per_second} | {real['p50_us']} | {real['p99_us']} "
              f"| {bare['per_second']:,} | {ratio:.3f} |", flush=True)


def print_header(rate="requests/s"):
    print(f"\n| operation | connections | {rate} | p50 µs | p99 µs | bare answer/s | ratio |")
    print("|---" * (6 + rate.count("|") + 1) + "|")


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


SECTIONS = {"reads": measure_reads, "indexes": measure_indexes, "batches": measure_batches,
            "counters": measure_counters}


def measure_backfill(bench, server):
    """Adds an index to a table of many items: first under load, then alone."""
    items = ["--items", str(bench.options.backfill)]
    bench.load(server.port, "PutItem", 64, "--table", "backfilled", *items, "--once", "--create-table")
    bench.load(server.port, "PutItem", 64, "--table", "backfilled-alone", *items, "--once", "--create-table")
    keys = ["--table", "backfilled", "--items", str(bench.options.items)]
    mix = [("GetItem", 16, keys), ("PutItem", 16, keys)]
    bench.together(server.port, mix, 5)
    print(f"\n| load on a table of {bench.options.backfill:,} items | GetItem/s | p50 µs | p99 µs | PutItem/s | p50 µs | p99 µs |")
    print("|---|---|---|---|---|---|---|")

    def line(name):
        get, put = bench.together(server.port, mix, 10)
        print(f"| {name} | {get['per_second']:,} | {get['p50_us']} | {get['p99_us']} "
              f"| {put['per_second']:,} | {put['p50_us']} | {put['p99_us']} |", flush=True)

    line("before")
    bench.load(server.port, "AddIndex", 1, "--table", "backfilled", "--once")
    rounds = 0
    while server.metric("stator_backfill_indexes"):
        before = server.metric("stator_backfill_items_total"), time.perf_counter()
        if rounds < 3:
            line("while the backfill runs")
            rate = (server.metric("stator_backfill_items_total") - before[0]) / (time.perf_counter() - before[1])
            print(f"|   ... at {rate:,.0f} items/s, memory {server.resident_mib():.0f} MiB | | | | | | |")
            rounds += 1
        else:
            time.sleep(0.1)
    line("after")
    begun = time.perf_counter()
    bench.load(server.port, "AddIndex", 1, "--table", "backfilled-alone", "--once")
    while server.metric("stator_backfill_indexes"):
        time.sleep(0.05)
    took = time.perf_counter() - begun
    print(f"\nbackfill without load: {bench.options.backfill / took:,.0f} items/s, memory {server.resident_mib():.0f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is printed")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[16, 64])
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), help="these tables")
    parser.add_argument("--backfill", type=int, default=0, metavar="ITEMS",
                        help="measure instead how an index is added to a table of so many items")
    options = parser.parse_args()

    # The server gets a core of its own and the generator another, where there are two.
    pin = ("0", "1") if os.cpu_count() > 1 and shutil.which("taskset") else (None, None)
    bench = Bench(options, pin[1])
    with tempfile.TemporaryDirectory(prefix="stator-bench-") as folder:
        base = [options.binary, "serve", "--port", "0", "--loops", "1", "--data", f"{folder}/data"]
        Server(base, pin[0]).stop()
        if options.backfill:
            server = Server(base, pin[0])
            measure_backfill(bench, server)
            server.stop()
            return
        starts = []
        for _ in range(7):
            server = Server(base, pin[0])
            starts.append(server.ready_ms)
            idle = server.resident_mib()
            server.stop()
        print(f"start of an existing folder: {statistics.median(starts):.1f} ms (median of 7), idle memory: {idle:.1f} MiB")

        server = Server(base, pin[0])
        echo = Server([options.binary, "bench-echo", "--port", "0", "--loops", "1"], pin[0])
        bench.load(server.port, "PutItem", 64, "--items", str(options.items), "--once", "--create-table")
        for section in options.only:
            SECTIONS[section](bench, server, echo)
        print(f"\nmemory after the run: {server.resident_mib():.0f} MiB")
        for line in server.metrics().splitlines():
            if re.match(r"stator_(commits|commit_groups|sync)", line):
                print(f"  {line}")
        echo.stop()
        server.stop()


if __name__ == "__main__":
    main()
