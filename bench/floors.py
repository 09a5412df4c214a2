"""What the machine gives without any of this: RocksDB by itself."""

import re
import shutil
import subprocess
import tempfile

BYTES = 1024


def raw_writers(bench, writers, seconds=None):
    """Synced puts a second of so many threads, on the core and the disk that servers have."""
    folder = tempfile.mkdtemp(prefix="raw-", dir=bench.folder)
    pinned = ["taskset", "-c", bench.server_pin] if bench.server_pin else []
    command = [*pinned, bench.options.engine, "raw", folder, str(writers), str(writers),
               str(seconds or bench.options.seconds), str(BYTES)]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    shutil.rmtree(folder)
    return float(re.search(r"(\d+) commits/s", output)[1])
