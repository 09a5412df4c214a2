"""The real binary as a child process, with a data folder and a port of its own."""

import dataclasses
import http.client
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time

START_PATIENCE = 60  # seconds; a sanitizer's server on a busy machine is slow
STOP_PATIENCE = 60


def binary() -> str:
    path = os.environ.get("STATOR_BINARY")
    if not path or not os.access(path, os.X_OK):
        raise RuntimeError(f"STATOR_BINARY names no executable: {path!r} (./x test sets it)")
    return path


def clean_environment() -> dict[str, str]:
    """The tests' environment without options of the server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("STATOR_")}


def free_port() -> int:
    """A port that nobody listens on, below the range that the system gives to outgoing connections."""
    chance = random.SystemRandom()
    while True:
        port = chance.randrange(15000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


@dataclasses.dataclass
class Server:
    """Not started until start(); may be started again after stop() or kill(), on the same folder and port."""

    data: pathlib.Path
    flags: tuple[str, ...] = ()
    port: int = dataclasses.field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> pathlib.Path:
        return self.data.parent / f"{self.data.name}.log"

    def command(self) -> list[str]:
        place = [] if "--in-memory" in self.flags else ["--data", str(self.data)]
        return [binary(), "serve", "--port", str(self.port), *place, *self.flags]

    def launch(self) -> None:
        """Starts the process and does not wait for it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), env=clean_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def start(self) -> "Server":
        self.launch()
        deadline = time.monotonic() + START_PATIENCE
        while not self.ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.output()}")
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the server is not ready after {START_PATIENCE} s:\n{self.output()}")
            time.sleep(0.002)
        return self

    def ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/_stator/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"the server did not end {STOP_PATIENCE} s after SIGTERM:\n{self.output()}") from None

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def output(self) -> str:
        return self.log.read_text(errors="replace")[-20_000:] if self.log.exists() else ""

    def rss_mib(self) -> float:
        """Resident memory; 0 under a sanitizer, whose own bookkeeping would be measured."""
        if os.environ.get("STATOR_TEST_SANITIZED"):
            return 0.0
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *error) -> None:
        if not self.running():
            return
        if error[0]:
            self.kill()
        elif (code := self.stop()) != 0:
            raise AssertionError(f"the server ended with {code} after SIGTERM:\n{self.output()}")
