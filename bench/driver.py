"""The servers and the load generator that a benchmark runs, and the lines that it prints."""

import atexit
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

from client import credentials_flags


class Server:
    def __init__(self, arguments, pin, environment=None):
        self.started = time.perf_counter()
        command = (["taskset", "-c", pin] if pin else []) + arguments
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True,
                                        env={**os.environ, **(environment or {})})
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

    def cpu_seconds(self):
        """That it has used so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

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
    """The generator against a server, each with a core of its own where there are two."""

    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.loads = 0
        self.server_pin, self.pin = ("0", "1") if os.cpu_count() > 1 and shutil.which("taskset") else (None, None)

    def server(self, *flags, data="data", loops=1, environment=None):
        """A server on a folder of that name, which verifies signatures: on a core of its own with one event loop, else on
        all of them."""
        return Server([self.options.binary, "serve", "--port", "0", "--loops", str(loops), "--data", f"{self.folder}/{data}",
                       *credentials_flags(self.folder), *flags], self.server_pin if loops == 1 else None, environment)

    def echo(self):
        return Server([self.options.binary, "bench-echo", "--port", "0", "--loops", "1"], self.server_pin)

    def command(self, port, operation, connections, seconds, *flags, pinned=True):
        """The items of each run differ by some bytes, so that its first writes change those of the run before. A table
        that a run creates stays."""
        self.loads += 1
        keep = ["--keep"] if "--create-table" in flags else []
        size = [] if "--item-size" in flags else ["--item-size", str(1000 + self.loads % 10)]
        return (["taskset", "-c", self.pin] if pinned and self.pin else []) + [
            self.options.binary, "bench", "--endpoint", f"http://127.0.0.1:{port}", "--operation", operation,
            "--connections", str(connections), "--duration", f"{seconds * 1000:.0f}ms", "--output", "json",
            *size, *flags, *keep]

    def load(self, port, operation, connections, *flags, seconds=None, pinned=True):
        command = self.command(port, operation, connections, seconds or self.options.seconds, *flags, pinned=pinned)
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        return flawless(run.stdout)

    def together(self, port, loads, seconds, pinned=True):
        """Several loads at once: (operation, connections, flags)."""
        runs = [subprocess.Popen(self.command(port, operation, connections, seconds, *flags, pinned=pinned),
                                 stdout=subprocess.PIPE, text=True) for operation, connections, flags in loads]
        return [flawless(run.communicate()[0]) for run in runs]

    def mixed(self, server, name, table, seconds=10):
        """A line of mixed_header(): 16 connections read a table while 16 write it."""
        keys = ["--table", table, "--items", str(self.options.items)]
        get, put = self.together(server.port, [("GetItem", 16, keys), ("PutItem", 16, keys)], seconds)
        print(f"| {name} | {get['per_second']:,} | {get['p50_us']} | {get['p99_us']} "
              f"| {put['per_second']:,} | {put['p50_us']} | {put['p99_us']} |", flush=True)

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


def flawless(output):
    """The figures of a run of the generator. A run in which anything failed is none."""
    measured = json.loads(output.splitlines()[-1])
    if measured["failures"]:
        raise SystemExit(f"some requests failed: {measured}")
    return measured


def print_header(rate="requests/s"):
    print(f"\n| operation | connections | {rate} | p50 µs | p99 µs | bare answer/s | ratio |")
    print("|---" * (6 + rate.count("|") + 1) + "|")


def print_mixed_header(load):
    print(f"\n| {load} | GetItem/s | p50 µs | p99 µs | PutItem/s | p50 µs | p99 µs |")
    print("|---|---|---|---|---|---|---|")
