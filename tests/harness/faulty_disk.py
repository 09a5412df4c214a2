"""The server on a disk that fails when it is told to, and on which a kill is a power cut."""

import dataclasses
import pathlib
import random
import shutil
import subprocess

from harness.server import Server, binary, clean_environment

SECTOR = 512


def torn(extra: bytes, chance: random.Random) -> bytes:
    """What may be there of bytes that were written and not synced: some of the first, maybe with some missing, or wrong."""
    kept = bytearray(extra[: chance.randrange(len(extra) + 1)])
    for _ in range(chance.choice([0, 0, 1, 3]) if kept else 0):
        at = chance.randrange(len(kept))
        if chance.random() < 0.5:
            begin = at // SECTOR * SECTOR
            kept[begin : begin + SECTOR] = bytes(len(kept[begin : begin + SECTOR]))
        else:
            kept[at] ^= 1 << chance.randrange(8)
    return bytes(kept)


@dataclasses.dataclass
class FaultyDiskServer(Server):
    """After kill() the database is what a power cut leaves; without `chance` nothing that was not synced."""

    chance: random.Random | None = None

    @property
    def mirror(self) -> pathlib.Path:
        return self.data.parent / f"{self.data.name}.durable"

    @property
    def database(self) -> pathlib.Path:
        return self.data / "rocksdb"

    def command(self) -> list[str]:
        program = pathlib.Path(binary()).with_name("stator_on_faulty_disk")
        return [str(program), str(self.mirror), *super().command()[1:], "--quiet"]

    def launch(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                env=clean_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def tell(self, line: str) -> str:
        """A fault, "clear" or "met"; see tests/faults/main.cc."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def fail(self, fault: str) -> None:
        assert self.tell(fault) == "ok", fault

    def kill(self) -> None:
        was_running = self.running()
        super().kill()
        if was_running:
            self.cut_power()

    def cut_power(self) -> None:
        if not self.mirror.exists():
            return
        for unfinished in self.mirror.glob("*.unfinished"):
            unfinished.unlink()
        if self.chance:
            self.tear(self.chance)
        shutil.rmtree(self.database, ignore_errors=True)
        self.mirror.rename(self.database)

    def tear(self, chance: random.Random) -> None:
        """The disk had begun with what it was not asked to finish."""
        for file in self.database.glob("*"):
            durable = self.mirror / file.name
            written = file.read_bytes()
            if durable.exists():
                synced = durable.read_bytes()
                if written.startswith(synced) and len(written) > len(synced) and chance.random() < 0.7:
                    durable.write_bytes(synced + torn(written[len(synced) :], chance))
            elif file.suffix in (".log", ".sst") and chance.random() < 0.3:
                durable.write_bytes(torn(written, chance))
