"""What a stream costs its table's writes, and how fast its records are read."""

import json
import re
import statistics
import threading
import time

from client import STREAMS, Client

VIEWS = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
NEXT = re.compile(rb'"NextShardIterator":"([^"]*)"')


def measure_writes_and_reads(bench, _server, _echo):
    """Each view has a server of its own, so that what one has to write later is not counted as another's."""
    servers = {view: bench.server(data=f"stream-{view}") for view in (None, *VIEWS)}
    streams = {view: Client(server.port).create_table("bench", view) for view, server in servers.items()}
    items = ["--items", str(bench.options.items)]
    for server in servers.values():
        bench.load(server.port, "PutItem", 64, *items, "--once")
    print("\n| durable PutItem | connections | requests/s | p50 µs | p99 µs | of no stream's | processor time, µs "
          "| of no stream's |\n|---|---|---|---|---|---|---|---|")
    for connections in bench.options.connections:
        rounds = [{view: measure_writes(bench, server, connections, items) for view, server in servers.items()}
                  for _ in range(bench.options.rounds)]
        for view in servers:
            rate, p50, p99, cpu = (statistics.median(r[view][i] for r in rounds) for i in range(4))
            of_rate = statistics.median(r[view][0] / r[None][0] for r in rounds)
            of_cpu = statistics.median(r[None][3] / r[view][3] for r in rounds)
            print(f"| {f'stream of {view}' if view else 'no stream'} | {connections} | {rate:,.0f} | {p50:.0f} | {p99:.0f} "
                  f"| {of_rate:.2f} | {cpu:.1f} | {of_cpu:.2f} |", flush=True)
    print("\n| GetRecords | readers | records/s | MB/s | µs an answer | records an answer |")
    print("|---|---|---|---|---|---|")
    for view in VIEWS:
        for readers in (1, 4):
            measure_reads(bench, servers[view], streams[view], view, readers)
    for server in servers.values():
        server.stop()


def measure_writes(bench, server, connections, items):
    """(requests a second, p50, p99, microseconds of the server's processor time for each)."""
    before = server.cpu_seconds()
    measured = bench.load(server.port, "PutItem", connections, *items)
    return (measured["per_second"], measured["p50_us"], measured["p99_us"],
            (server.cpu_seconds() - before) / measured["completed"] * 1e6)


class Reader(threading.Thread):
    """Reads shards from their beginnings, one answer after the other, until the time is over or nothing is left. It
    counts records without reading their JSON, which would take longer than the server does."""

    def __init__(self, port, stream, shards, seconds):
        super().__init__(daemon=True)
        self.client, self.stream, self.shards, self.seconds = Client(port), stream, shards, seconds
        self.records = self.bytes = self.answers = 0
        self.took = 0.0

    def run(self):
        begun = time.perf_counter()
        for shard in self.shards:
            request = {"StreamArn": self.stream, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
            iterator = self.client.ask("GetShardIterator", request, STREAMS)["ShardIterator"]
            while iterator and time.perf_counter() < begun + self.seconds:
                answer = self.client.raw("GetRecords", json.dumps({"ShardIterator": iterator}).encode(), STREAMS)
                if not (count := answer.count(b'"eventID":')):
                    break
                self.records += count
                self.bytes += len(answer)
                self.answers += 1
                following = NEXT.search(answer)
                iterator = following and following[1].decode()
        self.took = time.perf_counter() - begun


def measure_reads(bench, server, stream, view, count):
    shards = Client(server.port).shards(stream)
    readers = [Reader(server.port, stream, shards[i::count], bench.options.seconds) for i in range(count)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    records, answers = sum(r.records for r in readers), sum(r.answers for r in readers)
    per_second = sum(r.records / r.took for r in readers)
    megabytes = sum(r.bytes / r.took for r in readers) / 1e6
    micros = sum(r.took for r in readers) / max(answers, 1) * 1e6
    print(f"| {view} | {count} | {per_second:,.0f} | {megabytes:,.0f} | {micros:,.0f} "
          f"| {records / max(answers, 1):,.0f} |", flush=True)
