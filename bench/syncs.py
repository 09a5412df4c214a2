"""What readers notice of a disk whose syncs take 5 ms: nothing, if no reader waits for a writer. Requests to read are due
at a fixed rate, while others write as fast as they can."""

import pathlib

SYNC_MS = 5


def measure_slow_syncs(bench, _server, _echo):
    shim = pathlib.Path(bench.options.binary).with_name("libstator_slow_syncs.so")
    slow = {"LD_PRELOAD": str(shim), "STATOR_SYNC_MS": str(SYNC_MS)}
    print("\n| writers | disk | GetItem/s | p50 µs | p99 µs | p99.9 µs | PutItem/s | p50 µs | p99 µs |")
    print("|---|---|---|---|---|---|---|---|---|")
    for writers, disk, environment in ((0, "as it is", {}), (16, "as it is", {}),
                                       (16, f"syncs of {SYNC_MS} ms more", slow)):
        server = bench.server(data=f"syncs-{writers}-{len(environment)}", environment=environment)
        items = ["--items", str(bench.options.items)]
        bench.load(server.port, "PutItem", 64, *items, "--once", "--create-table")
        loads = [("GetItem", 16, [*items, "--rate", "5000", "--warm-up", "1s"])]
        if writers:
            loads.append(("PutItem", writers, items))
        get, *put = bench.together(server.port, loads, 3 * bench.options.seconds)
        written = f"{put[0]['per_second']:,} | {put[0]['p50_us']} | {put[0]['p99_us']}" if put else "| |"
        print(f"| {writers} | {disk} | {get['per_second']:,} | {get['p50_us']} | {get['p99_us']} | {get['p999_us']} "
              f"| {written} |", flush=True)
        server.stop()
