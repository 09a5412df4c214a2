"""A table that is far larger than the memory it may use, with three indexes, beside one of 100,000 items: how long reads
and writes wait that are due at a fixed rate, over keys that were not asked for before."""

import pathlib
import time

ITEM, SMALL, SECONDS = 4000, 100_000, 20
# (operation, requests a second)
LOADS = (("GetItem", 2000), ("PutItem", 500), ("Query", 500))


def measure_large(bench):
    servers = {}
    for count in (bench.options.large, SMALL):
        servers[count] = bench.server(data=f"large-{count}", loops=0)
        begun = time.perf_counter()
        bench.load(servers[count].port, "GetItem", 16, *flags(count), "--create-table", "--indexes", "3",
                   "--projection", "KEYS_ONLY", "--timeout", "1m", seconds=0.1, pinned=False)
        took = time.perf_counter() - begun
        print(f"{count:,} items of {ITEM:,} bytes with 3 indexes: written in {took:,.0f} s, {count / took:,.0f} items/s, "
              f"{disk_gb(bench, count):.1f} GB on the disk", flush=True)
    print(f"\n| items | operation | requests/s due | {' | '.join(figure + ' µs' for figure in ('p50', 'p99', 'p99.9'))} |")
    print("|---|---|---|---|---|---|")
    for seed in range(1, bench.options.rounds + 1):
        for count, server in servers.items():
            loads = [(operation, 16, [*flags(count), "--rate", str(rate), "--seed", str(10 * seed + place)])
                     for place, (operation, rate) in enumerate(LOADS)]
            for (operation, rate), found in zip(LOADS, bench.together(server.port, loads, SECONDS, pinned=False)):
                print(f"| {count:,} | {operation} | {rate:,} | {found['p50_us']} | {found['p99_us']} "
                      f"| {found['p999_us']} |", flush=True)
    for count, server in servers.items():
        print(f"\nmemory with {count:,} items: {server.resident_mib():.0f} MiB")
        server.stop()


def flags(count):
    return ["--items", str(count), "--item-size", str(ITEM)]


def disk_gb(bench, count):
    return sum(file.stat().st_size for file in pathlib.Path(f"{bench.folder}/large-{count}").rglob("*")
               if file.is_file()) / 1e9
