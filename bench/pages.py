"""How fast large answers leave: pages of 1 MB, which one client reads one after the other, against RocksDB's own
iteration over the same bytes."""

import base64
import json
import random
import re
import subprocess
import time

from client import Client

PARTITIONS, BATCH, VALUE_BYTES = 20, 25, 960
LAST = b'"LastEvaluatedKey":'


def fill(client, items):
    client.ask("CreateTable", {
        "TableName": "pages", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"},
                                 {"AttributeName": "sk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]})
    for first in range(0, items, BATCH):
        puts = [{"PutRequest": {"Item": {"pk": {"S": f"partition-{i % PARTITIONS}"}, "sk": {"S": f"item-{i:08}"},
                                         "value": {"S": base64.b64encode(random.randbytes(VALUE_BYTES * 3 // 4)).decode()}}}}
                for i in range(first, min(first + BATCH, items))]
        client.ask("BatchWriteItem", {"RequestItems": {"pages": puts}})


def read_pages(client, operation, request):
    """The key that the next page begins after is the end of its answer, so that the rest of
    the JSON, which would take longer than the server does, need not be read."""
    start = {}
    while start is not None:
        answer = client.raw(operation, json.dumps({**request, **start}).encode())
        at = answer.rfind(LAST)
        start = None if at < 0 else {"ExclusiveStartKey": json.JSONDecoder().raw_decode(
            answer[at + len(LAST):].decode())[0]}


def measure_pages(bench, _server, _echo):
    server = bench.server(data="pages")
    client, items = Client(server.port), bench.options.page_items
    fill(client, items)
    scans = [raw_scan(bench) for _ in range(bench.options.rounds)]
    size, raw = min(scans, key=lambda scan: scan[1])
    print(f"\n| {items:,} items in pages of 1 MB | MB/s | MB/s of the server's time | RocksDB by itself, MB/s | ratio |")
    print("|---|---|---|---|---|")
    for name, operation, requests in (
        ("Scan", "Scan", [{"TableName": "pages"}]),
        ("Query of each partition", "Query",
         [{"TableName": "pages", "KeyConditionExpression": "pk = :p",
           "ExpressionAttributeValues": {":p": {"S": f"partition-{p}"}}} for p in range(PARTITIONS)]),
    ):
        rounds = []
        for _ in range(bench.options.rounds):
            begun, cpu = time.perf_counter(), server.cpu_seconds()
            for request in requests:
                read_pages(client, operation, request)
            rounds.append((time.perf_counter() - begun, server.cpu_seconds() - cpu))
        took, used = (min(figures) for figures in zip(*rounds))
        print(f"| {name} | {size / took / 1e6:,.0f} | {size / used / 1e6:,.0f} | {size / raw / 1e6:,.0f} "
              f"| {raw / used:.2f} |", flush=True)
    server.stop()


def raw_scan(bench):
    """(bytes, seconds) of an iteration over what the server has on disk."""
    pinned = ["taskset", "-c", bench.server_pin] if bench.server_pin else []
    output = subprocess.run([*pinned, bench.options.engine, "rawscan", f"{bench.folder}/pages"],
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    size, seconds = re.search(r"(\d+) bytes in ([\d.]+) s", output).groups()
    return int(size), float(seconds)
