"""Two cores against one. The generator needs a core, too, so on a machine of two the throughput of two event loops says
little where a request costs the generator as much as the server; what a request costs the server then tells what two
cores of its own would do: twice the work, but for what the loops cost each other."""

import resource
import statistics

# (name, operation, connections, in memory)
LINES = (
    ("GetItem", "GetItem", 64, False),
    ("BatchGetItem of 25", "BatchGetItem", 64, False),
    ("Query of 10 items of an index", "Query", 64, False),
    ("durable PutItem", "PutItem", 64, False),
    ("durable BatchWriteItem of 25", "BatchWriteItem", 64, False),
    ("PutItem in memory", "PutItem", 64, True),
    ("BatchWriteItem of 25 in memory", "BatchWriteItem", 64, True),
    ("TransactWriteItems of 4 in memory", "TransactWriteItems", 64, True),
)


def measure_cores(bench, _server, _echo):
    servers = {(loops, in_memory): bench.server(*(["--in-memory"] if in_memory else []), loops=loops,
                                                data=f"cores-{loops}-{in_memory}")
               for loops in (1, 2) for in_memory in (False, True)}
    items = ["--items", str(bench.options.items)]
    for server in servers.values():
        bench.load(server.port, "PutItem", 64, *items, "--once", "--create-table", "--indexes", "1")
    print("\n| operation | one loop, requests/s | two | ratio | server's time, µs | with two | generator's, µs "
          "| two cores of the server's own, of one |")
    print("|---|---|---|---|---|---|---|---|")
    for name, operation, connections, in_memory in LINES:
        rounds = {1: [], 2: []}
        for _ in range(bench.options.rounds):
            for loops, found in rounds.items():
                found.append(measure(bench, servers[loops, in_memory], operation, connections, items, loops == 1))
        (one, one_cpu, generator), (two, two_cpu, _) = (
            [statistics.median(figures) for figures in zip(*found)] for found in rounds.values())
        print(f"| {name} | {one:,.0f} | {two:,.0f} | {two / one:.2f} | {one_cpu:.1f} | {two_cpu:.1f} | {generator:.1f} "
              f"| {2 * one_cpu / two_cpu:.2f} |", flush=True)
    for server in servers.values():
        server.stop()


def generator_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(bench, server, operation, connections, items, pinned):
    """(requests a second, the server's and the generator's processor time of one in µs)."""
    before, generator = server.cpu_seconds(), generator_seconds()
    measured = bench.load(server.port, operation, connections, *items, pinned=pinned)
    done = measured["completed"]
    return (measured["per_second"], (server.cpu_seconds() - before) / done * 1e6,
            (generator_seconds() - generator) / done * 1e6)
