#!/usr/bin/env python3
"""Measures the server on this machine and prints Markdown: each line as a ratio to a bare fixed-answer server from the
same binary's HTTP layer, taken in turns in the same run, because machines differ and are shared."""

import argparse
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

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise SystemExit("the server did not stop cleanly")


def load(generator, pin, port, operation, connections, seconds, items, *flags):
    command = (["taskset", "-c", pin] if pin else []) + [
        generator, "--port", str(port), "--operation", operation, "--connections", str(connections),
        "--seconds", str(seconds), "--items", str(items), *flags]
    run = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(run.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--generator", required=True)
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3, help="the median of so many is printed")
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 64])
    options = parser.parse_args()

    # The server gets a core of its own and the generator another, where there are two.
    pin = ("0", "1") if os.cpu_count() > 1 and shutil.which("taskset") else (None, None)
    with tempfile.TemporaryDirectory(prefix="stator-bench-") as folder:
        base = [options.binary, "serve", "--port", "0", "--loops", "1", "--data", f"{folder}/data"]
        Server(base, pin[0]).stop()
        starts = []
        for _ in range(7):
            server = Server(base, pin[0])
            starts.append(server.ready_ms)
            idle = server.resident_mib()
            server.stop()
        print(f"start of an existing folder: {statistics.median(starts):.1f} ms (median of 7), idle memory: {idle:.1f} MiB\n")

        server = Server(base, pin[0])
        echo = Server([options.binary, "bench-echo", "--port", "0", "--loops", "1"], pin[0])
        load(options.generator, pin[1], server.port, "PutItem", 64, 0, options.items, "--once", "--create-table")
        print("| operation | connections | requests/s | p50 µs | p99 µs | bare answer/s | ratio |")
        print("|---|---|---|---|---|---|---|")
        for operation in ("GetItem", "PutItem"):
            for connections in options.connections:
                rounds = []
                for _ in range(options.rounds):
                    bare = load(options.generator, pin[1], echo.port, operation, connections, options.seconds, options.items)
                    real = load(options.generator, pin[1], server.port, operation, connections, options.seconds, options.items)
                    rounds.append((real["per_second"] / bare["per_second"], real, bare))
                rounds.sort(key=lambda r: r[0])
                ratio, real, bare = rounds[len(rounds) // 2]
                name = "durable PutItem" if operation == "PutItem" else operation
                print(f"| {name} | {connections} | {real['per_second']:,} | {real['p50_us']} | {real['p99_us']} "
                      f"| {bare['per_second']:,} | {ratio:.2f} |", flush=True)
        print(f"\nmemory after the run: {server.resident_mib():.0f} MiB")
        for line in server.metrics().splitlines():
            if re.match(r"stator_(commits|commit_groups|sync)", line):
                print(f"  {line}")
        echo.stop()
        server.stop()


if __name__ == "__main__":
    main()
