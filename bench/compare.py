#!/usr/bin/env python3
"""Measures this server, other servers that speak DynamoDB, and what the machine itself gives, in turns in one run: each
server with a core of its own, the generator with another. Writes compare.md, compare.json and compare.svg."""

import argparse
import json
import os
import pathlib
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from client import credentials_flags
from driver import Bench
from floors import raw_writers
from plot import bar_chart
from rivals import RIVALS, Missing

PATIENCE = 60  # seconds until a server is ready

# (name, flags of the generator); the table "indexed" has an index.
LINES = (
    ("GetItem", ["--operation", "GetItem"]),
    ("PutItem", ["--operation", "PutItem"]),
    ("UpdateItem ADD, one item", ["--operation", "CountByAdd"]),
    ("Query of 10 items of an index", ["--operation", "Query", "--table", "indexed"]),
    ("BatchGetItem of 25", ["--operation", "BatchGetItem"]),
    ("BatchWriteItem of 25", ["--operation", "BatchWriteItem"]),
    ("TransactWriteItems of 4", ["--operation", "TransactWriteItems"]),
    ("YCSB A, half updates", ["--workload", "a", "--table", "ycsb"]),
    ("YCSB B, 5 % updates", ["--workload", "b", "--table", "ycsb"]),
)
TABLES = (["--operation", "GetItem"], ["--operation", "GetItem", "--table", "indexed", "--indexes", "1"],
          ["--workload", "c", "--table", "ycsb"])


class Contestant:
    """A running server."""

    def __init__(self, name, data, version, command, port, pin):
        self.name, self.data, self.version, self.port, self.lines = name, data, version, port, {}
        begun = time.perf_counter()
        pinned = ["taskset", "-c", pin] if pin else []
        self.process = subprocess.Popen([*pinned, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not self.listens():
            if self.process.poll() is not None:
                raise Missing(f"it ended at once with {self.process.returncode}")
            if time.perf_counter() > begun + PATIENCE:
                self.stop()
                raise Missing(f"it was not ready after {PATIENCE} s")
            time.sleep(0.002)
        self.start_ms = (time.perf_counter() - begun) * 1000
        self.idle_mib = self.resident_mib()
        self.filled_mib = None

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_all(bench, packages):
    """(the servers that run, why others do not)."""
    running, missing = [], {}
    serve = [bench.options.binary, "serve", "--loops", "1", "--quiet", *credentials_flags(bench.folder), "--port"]
    version = subprocess.check_output([bench.options.binary, "--version"], text=True).split()[1]
    for name, data, more in (("Stator", "every write synced", ["--data", f"{bench.folder}/stator"]),
                             ("Stator in memory", "in memory", ["--in-memory"])):
        port = free_port()
        running.append(Contestant(name, data, version, [*serve, str(port), *more], port, bench.server_pin))
    for rival in RIVALS:
        if bench.options.only and rival.name not in bench.options.only:
            continue
        port = free_port()
        try:
            command, version = rival.arguments(packages, port, bench.folder)
            running.append(Contestant(rival.name, rival.data, version, command, port, bench.server_pin))
        except (Missing, OSError) as reason:
            missing[rival.name] = str(reason)
            print(f"{rival.name} is left out: {reason}", file=sys.stderr)
    return running, missing


def load(bench, port, flags, seconds):
    """The figures; why there are none, as text."""
    pinned = ["taskset", "-c", bench.pin] if bench.pin else []
    command = [*pinned, bench.options.binary, "bench", "--endpoint", f"http://127.0.0.1:{port}", "--output", "json",
               "--connections", str(bench.options.connections), "--items", str(bench.options.items),
               "--duration", f"{seconds * 1000:.0f}ms", "--timeout", "60s", *flags]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        return run.stderr.strip().splitlines()[0][:300]
    return json.loads(run.stdout)


def fill(bench, running, missing):
    """Those that cannot take part are stopped."""
    for contestant in list(running):
        say(f"filling {contestant.name}")
        for flags in TABLES:
            filled = load(bench, contestant.port, [*flags, "--create-table", "--keep"], 0.1)
            if isinstance(filled, str):
                contestant.stop()
                running.remove(contestant)
                missing[contestant.name] = filled
                print(f"{contestant.name} is left out: {filled}", file=sys.stderr)
                break
        else:
            contestant.filled_mib = contestant.resident_mib()


def measure(bench, running, echo):
    """Medians, by line and by floor."""
    floors = {"bare answer of the HTTP layer": [], "RocksDB, 16 synced writers": [], "RocksDB, 64 synced writers": []}
    rounds = {contestant: {name: [] for name, _ in LINES} for contestant in running}
    for i in range(bench.options.rounds):
        for name, flags in LINES:
            say(f"round {i + 1}: {name}")
            for contestant in running:
                rounds[contestant][name].append(load(bench, contestant.port, flags, bench.options.seconds))
        bare = load(bench, echo.port, ["--operation", "GetItem"], bench.options.seconds)
        floors["bare answer of the HTTP layer"].append(bare["per_second"])
        for writers in (16, 64):
            floors[f"RocksDB, {writers} synced writers"].append(raw_writers(bench, writers))
    for contestant, lines in rounds.items():
        contestant.lines = {name: median_of(figures) for name, figures in lines.items()}
    return {name: statistics.median(figures) for name, figures in floors.items()}


def median_of(rounds):
    measured = sorted((r for r in rounds if not isinstance(r, str)), key=lambda r: r["per_second"])
    return measured[len(measured) // 2] if measured else {"failure": rounds[0]}


def cell(figures):
    if "failure" in figures:
        return "fails"
    failed = sum(figures["failures"].values())
    return f"{figures['per_second']:,}" + (f" ({failed:,} failed)" if failed else "")


def table(title, rows, header):
    lines = [f"| {title} | " + " | ".join(header) + " |", "|---" * (len(header) + 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(str(value) for value in row) + " |" for row in rows])


def markdown(result):
    servers = result["servers"]
    names = [f"{server['name']} {server['version']}" for server in servers]
    rate = [(name, *(cell(server["lines"][name]) for server in servers)) for name, _ in LINES]
    late = [(name, *(f"{server['lines'][name]['p50_us']:,} / {server['lines'][name]['p99_us']:,}"
                     if "p99_us" in server["lines"][name] else "" for server in servers)) for name, _ in LINES]
    about = [("data", *(server["data"] for server in servers)),
             ("start, ms", *(f"{server['start_ms']:.0f}" for server in servers)),
             ("memory idle, MiB", *(f"{server['idle_mib']:.0f}" for server in servers)),
             ("memory filled, MiB", *(f"{server['filled_mib']:.0f}" for server in servers))]
    floors = [(name, f"{value:,.0f}") for name, value in result["floors"].items()]
    options = result["options"]
    parts = [f"{options['connections']} connections, {options['items']:,} items of 1 kB, medians of {options['rounds']} "
             f"rounds of {options['seconds']:g} s; {result['machine']}.",
             table("requests/s", rate, names), table("p50 / p99, µs", late, names), table("", about, names),
             table("floor", floors, ["a second"])]
    notes = [f"- {server['name']}, {name}: {server['lines'][name]['failure']}" for server in servers
             for name, _ in LINES if "failure" in server["lines"][name]]
    if notes:
        parts.append("\n".join(notes))
    if result["missing"]:
        parts.append("\n".join(f"- {name} is left out: {reason}" for name, reason in result["missing"].items()))
    return "\n\n".join(parts) + "\n"


def chart(result):
    groups = {name: {server["name"]: server["lines"][name].get("per_second", 0) for server in result["servers"]}
              for name, _ in LINES}
    floors = result["floors"]
    groups["GetItem"]["bare answer"] = floors["bare answer of the HTTP layer"]
    groups["PutItem"]["RocksDB, 64 synced writers"] = floors["RocksDB, 64 synced writers"]
    return bar_chart("Servers that speak DynamoDB, one core each", "requests a second", groups)


def machine():
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {platform.system()}"


def say(what):
    print(what, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--engine", required=True, help="stator_kv_bench")
    parser.add_argument("--packages", required=True, help="folder that other servers are installed in")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="medians of so many are printed")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--only", nargs="*", choices=[rival.name for rival in RIVALS], help="these other servers")
    parser.add_argument("--out", default="build", help="folder that the results are written to")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="stator-compare-") as folder:
        bench = Bench(options, folder)
        running, missing = start_all(bench, options.packages)
        echo = bench.echo()
        try:
            fill(bench, running, missing)
            floors = measure(bench, running, echo)
        finally:
            for contestant in running:
                contestant.stop()
            echo.stop()
    servers = [{key: getattr(contestant, key) for key in
                ("name", "version", "data", "start_ms", "idle_mib", "filled_mib", "lines")} for contestant in running]
    result = {"machine": machine(), "options": {key: getattr(options, key) for key in
                                                ("connections", "items", "seconds", "rounds")},
              "floors": floors, "servers": servers, "missing": missing}
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "compare.json").write_text(json.dumps(result, indent=2) + "\n")
    (out / "compare.md").write_text(markdown(result))
    (out / "compare.svg").write_text(chart(result))
    print(markdown(result))


if __name__ == "__main__":
    main()
