"""A program of tests/sdk/seeds that follows a stream: started, killed, started again, and told to end."""

import dataclasses
import json
import pathlib
import subprocess


@dataclasses.dataclass
class Follower:
    command: list[str]
    file: pathlib.Path  # where it keeps what it knows
    environment: dict[str, str]
    cwd: pathlib.Path | None = None
    process: subprocess.Popen | None = None

    @property
    def log(self) -> pathlib.Path:
        return self.file.with_suffix(".log")

    def start(self) -> "Follower":
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def records(self) -> int:
        """How many it has processed and remembers."""
        assert self.process.poll() is None, f"it ended:\n{self.log.read_text()}"
        return json.loads(self.file.read_text())["records"] if self.file.exists() else 0

    def finish(self) -> dict[str, dict]:
        """Lets it read what is left; the items by key that it has made of the stream."""
        try:
            output, _ = self.process.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        assert self.process.returncode == 0, f"it ended with {self.process.returncode}:\n{self.log.read_text()}"
        return {key: item for line in output.splitlines() for key, item in json.loads(line).items()}
