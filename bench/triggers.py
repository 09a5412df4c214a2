"""How soon after an acknowledged write a function is called with it, and how fast a trigger goes through a backlog."""

import multiprocessing
import pathlib
import re
import socket
import threading
import time

from client import Client

PROBE = re.compile(rb'"pk":\{"S":"probe-(\d+)"\}')
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
IDLE = 400  # triggers of tables that nobody writes
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull"


class Function:
    """An HTTP endpoint that notes when the probes have come, and how many records."""

    def __init__(self):
        self.came, self.records, self.last = {}, 0, 0.0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/call"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        data = b""
        with connection:
            while True:
                while b"\r\n\r\n" not in data:
                    if not (more := connection.recv(1 << 18)):
                        return
                    data += more
                head, _, body = data.partition(b"\r\n\r\n")
                size = int(LENGTH.search(head)[1])
                parts, got = [body], len(body)
                while got < size:
                    parts.append(connection.recv(1 << 18))
                    got += len(parts[-1])
                body = b"".join(parts)
                self.take(body[:size], time.perf_counter())
                data = body[size:]
                connection.sendall(ANSWER)

    def take(self, event, now):
        for probe in PROBE.findall(event):
            self.came.setdefault(int(probe), now)
        self.records += event.count(b'"eventID":')
        self.last = now


def write_probes(port, table, seconds, acknowledged):
    """A process of its own: the clock that it reads is the machine's."""
    client, begun = Client(port), time.perf_counter()
    times = {}
    while time.perf_counter() < begun + seconds:
        probe = len(times)
        client.ask("PutItem", {"TableName": table, "Item": {"pk": {"S": f"probe-{probe}"}, "v": {"S": "x" * 100}}})
        times[probe] = time.perf_counter()
        time.sleep(0.005)
    acknowledged.send(times)


def measure_triggers(bench, _server, _echo):
    function = Function()
    config = pathlib.Path(bench.folder, "triggers.toml")
    config.write_text(f'[functions.bench]\nurl = "{function.url}"\n')
    server = bench.server("--config", str(config), data="triggers")
    client = Client(server.port)
    print("\n| from an acknowledged write to the call | p50 µs | p99 µs | records/s to the function |")
    print("|---|---|---|---|")
    for name, connections in (("200 writes/s", 0), ("and 1 connection that writes", 1), ("and 16", 16)):
        measure_latency(bench, server, client, function, name, connections)
    idle = [client.map(client.create_table(f"idle-{i}", "NEW_AND_OLD_IMAGES"), "bench", StartingPosition="TRIM_HORIZON")
            for i in range(IDLE)]
    measure_latency(bench, server, client, function, f"200 writes/s, beside {IDLE} idle triggers", 0)
    for mapping in idle:
        client.unmap(mapping["UUID"])
    print("\n| backlog | batch size | parallelization factor | records/s |")
    print("|---|---|---|---|")
    stream = client.create_table("backlog", "NEW_AND_OLD_IMAGES")
    count = 10 * bench.options.items
    bench.load(server.port, "PutItem", 64, "--table", "backlog", "--items", str(count), "--once")
    for size, factor in ((100, 1), (1000, 1), (100, 10)):
        measure_backlog(client, function, stream, count, size, factor)
    server.stop()


def measure_latency(bench, server, client, function, name, connections):
    table, seconds = f"probed-{time.time_ns()}", max(5, bench.options.seconds)
    mapping = client.map(client.create_table(table, "NEW_AND_OLD_IMAGES"), "bench", StartingPosition="TRIM_HORIZON")
    function.came = {}
    result, acknowledged = multiprocessing.Pipe(False)
    writer = multiprocessing.Process(target=write_probes, args=(server.port, table, seconds, acknowledged))
    before, begun = function.records, time.perf_counter()
    writer.start()
    if connections:
        bench.load(server.port, "PutItem", connections, "--table", table, "--items", str(bench.options.items),
                   seconds=seconds)
    times = result.recv()
    writer.join()
    per_second = (function.records - before) / (time.perf_counter() - begun)
    wait(lambda: len(function.came) >= len(times), "not all probes have come")
    micros = sorted(max(0.0, function.came[probe] - at) * 1e6 for probe, at in times.items())
    client.unmap(mapping["UUID"])
    print(f"| {name} | {micros[len(micros) // 2]:,.0f} | {micros[len(micros) * 99 // 100]:,.0f} | {per_second:,.0f} |",
          flush=True)


def measure_backlog(client, function, stream, count, size, factor):
    function.records, begun = 0, time.perf_counter()
    mapping = client.map(stream, "bench", StartingPosition="TRIM_HORIZON", BatchSize=size, ParallelizationFactor=factor)
    wait(lambda: function.records >= count, "not all records have come")
    print(f"| {count:,} records | {size:,} | {factor} | {count / (function.last - begun):,.0f} |", flush=True)
    client.unmap(mapping["UUID"])


def wait(happened, complaint, seconds=300):
    deadline = time.perf_counter() + seconds
    while not happened():
        if time.perf_counter() > deadline:
            raise SystemExit(complaint)
        time.sleep(0.01)
