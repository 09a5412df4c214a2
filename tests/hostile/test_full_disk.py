"""A disk that fills up: writes are refused, nothing acknowledged is lost, reads go on, and writes come back with space."""

import os
import subprocess

import pytest

from harness.clients import Tables, make_client
from harness.filler import Filler
from harness.patience import eventually
from harness.server import Server

MIB = 1 << 20


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 192 MiB, in memory."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount the small file system that this fills")
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=192m", "tmpfs", str(place)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"mounting is not allowed here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("reserve", ["16MiB", "0"], ids=["with a reserve", "to the last byte"])
def test_full_disk(small_disk, reserve):
    with Server(small_disk / "data", ("--reserve", reserve, "--memtable", "4MiB")) as server:
        filler = Filler(make_client(server.endpoint), Tables(make_client(server.endpoint)).make())
        ballast = small_disk / "ballast"
        for _ in range(20):
            assert filler.put(10_000) is None
        # Someone else takes the rest of the disk.
        with ballast.open("wb") as file:
            try:
                while True:
                    file.write(b"\0" * MIB)
                    file.flush()
            except OSError:
                pass
        refusals = [code for code in (filler.put(300_000) for _ in range(300)) if code]
        assert refusals, "the disk was full and every write was acknowledged"
        filler.check()
        assert server.running()
        ballast.unlink()
        assert eventually(lambda: filler.put(1000) is None, seconds=60)
        filler.check()
        assert server.stop() == 0
        server.start()
        filler.check()
