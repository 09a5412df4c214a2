"""What a stream costs its table's writes, and how fast its records are read."""

import json
import re
import threading
import time

from client import STREAMS, Client
from driver import print_header

VIEWS = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
NEXT = re.compile(rb'"NextShardIterator":"([^"]*)"')


def measure_writes_and_reads(bench, server, echo):
    print_header()
    client, streams = Client(server.port), {}
    items = ["--items", str(bench.options.items)]
    for view in (None, *VIEWS):
        table = f"stream-{view or 'none'}"
        streams[view] = client.create_table(table, view)
        bench.load(server.port, "PutItem", 64, "--table", table, *items, "--once")
        for connections in bench.options.connections:
            name = f"durable PutItem, stream of {view}" if view else "durable PutItem, no stream"
            bench.against_echo(server, echo, name, "PutItem", connections, "--table", table, *items)
    print("\n| GetRecords | readers | records/s | MB/s | µs an answer | records an answer |")
    print("|---|---|---|---|---|---|")
    for view in VIEWS:
        for readers in (1, 4):
            measure_reads(bench, server, streams[view], view, readers)


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
