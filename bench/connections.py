"""Many connections: what an idle one costs, and whether many busy ones are all served."""

import contextlib
import resource
import socket

IDLE, BUSY = 10_000, 1_000
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


def measure_connections(bench, _server, _echo):
    room = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (room[1], room[1]))
    server = bench.server("--max-connections", str(2 * IDLE), data="connections")
    items = ["--items", str(bench.options.items)]
    bench.load(server.port, "PutItem", 64, *items, "--once", "--create-table")
    bench.load(server.port, "GetItem", 64, *items)
    before = server.resident_mib()
    with contextlib.ExitStack() as stack:
        for _ in range(IDLE):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(REQUEST)
            if not connection.recv(4096).startswith(b"HTTP/1.1 200"):
                raise SystemExit("an idle connection was refused")
        kib = (server.resident_mib() - before) * 1024 / IDLE
        print(f"\n{IDLE:,} idle connections, each after a request: {kib:.1f} KiB each")
        beside = bench.load(server.port, "GetItem", 64, *items)
        print(f"GetItem of 64 others beside them: {beside['per_second']:,}/s, p99 {beside['p99_us']} us")
    for operation in ("GetItem", "PutItem"):
        busy = bench.load(server.port, operation, BUSY, *items)
        print(f"{operation} on {BUSY:,} connections: {busy['per_second']:,}/s, p99 {busy['p99_us']} us, none failed")
    server.stop()
