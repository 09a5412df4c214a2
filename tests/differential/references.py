"""The servers whose answers are compared: this one, AWS's DynamoDB Local, and the emulators that npm and PyPI have."""

import http.client
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from differential.signatures import signed
from harness.server import binary, clean_environment, free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bench"))

from rivals import DYNALITE, DYNOXIDE, MOTO, Missing, dynalite, dynoxide, run  # noqa: E402

START_PATIENCE = 120
ANSWER_PATIENCE = 5
STATOR = "stator"
LOCAL = "dynamodb-local"

# Its telemetry, which is off, needs four clients that not every mirror has in the newest version.
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>none</groupId><artifactId>none</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>software.amazon.dynamodb</groupId><artifactId>DynamoDBLocal</artifactId><version>%s</version></dependency>
  </dependencies>
  <dependencyManagement><dependencies>%s</dependencies></dependencyManagement>
</project>
"""
PINNED = "<dependency><groupId>software.amazon.awssdk</groupId><artifactId>%s</artifactId><version>2.33.0</version></dependency>"
TELEMETRY = ("cognitoidentity", "cognitoidentityprovider", "pinpoint", "dynamodb-enhanced")


class DynamoDBLocal:
    """AWS's own, from Maven with all it needs. It listens on all addresses and has no option for that."""

    VERSION = "3.3.1"
    MAIN = "software.amazon.dynamodb.services.local.main.ServerRunner"

    def __call__(self, packages: pathlib.Path, port: int) -> list[str]:
        if not shutil.which("java"):
            raise Missing("java is not installed")
        folder = packages / f"dynamodb-local-{self.VERSION}"
        lib = folder / "lib"
        if not (folder / "installed").exists():
            if not shutil.which("mvn"):
                raise Missing("mvn is not installed")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "pom.xml").write_text(POM % (self.VERSION, "".join(PINNED % name for name in TELEMETRY)))
            run("mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib", cwd=folder)
            for library in lib.glob("libsqlite4java-linux-amd64-*.so"):
                shutil.copy(library, lib / "libsqlite4java-linux-amd64.so")
            (folder / "installed").touch()
        return ["java", "-Xmx512m", "-XX:+UseSerialGC", f"-Dsqlite4java.library.path={lib}", "-cp", f"{lib}/*", self.MAIN,
                "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]  # fmt: skip


def serve_stator(packages, port):
    return [binary(), "serve", "--in-memory", "--port", str(port)]


SERVERS = {
    STATOR: serve_stator,
    LOCAL: DynamoDBLocal(),
    "dynoxide": lambda packages, port: dynoxide(DYNOXIDE(packages), port),
    "dynalite": lambda packages, port: dynalite(DYNALITE(packages), port),
    "moto": lambda packages, port: [str(MOTO(packages) / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
}


# Of those that are installed.
VERSIONS = {
    STATOR: lambda: subprocess.check_output([binary(), "--version"], text=True).split()[1],
    LOCAL: lambda: DynamoDBLocal.VERSION,
    "dynoxide": lambda: DYNOXIDE.version,
    "dynalite": lambda: DYNALITE.version,
    "moto": lambda: MOTO.version,
}
# What is slow is asked one case of so many.
ONE_OF = {"moto": 20}


class Answer:
    """What came back; status 0 if nothing did."""

    def __init__(self, status: int, body: bytes):
        self.status = status
        try:
            self.body = json.loads(body) if body else None
        except ValueError:
            self.body = body.decode(errors="replace")

    def error(self, name: str):
        return self.body.get(name) if isinstance(self.body, dict) else None


class Running:
    """A server as a child process, and a connection to it."""

    def __init__(self, name: str, packages: pathlib.Path):
        self.name, self.port = name, free_port()
        self.folder, self.answered = tempfile.TemporaryDirectory(), True
        self.command = SERVERS[name](packages, self.port)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_PATIENCE)
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=self.folder.name, env=clean_environment(), stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        deadline = time.monotonic() + START_PATIENCE
        while self.call("ListTables", {}).status != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise Missing("it did not start")
            time.sleep(0.05)

    def is_well(self) -> bool:
        """Whether it is there and has answered the last time."""
        return self.process.poll() is None and self.answered

    def restart(self) -> None:
        self.end()
        self.start()

    def call(self, operation: str, body, changes: dict | None = None) -> Answer:
        """Signed, but for what `changes` has of other headers. Bodies that are no dictionaries are sent as they are."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        service = "DynamoDBStreams" if operation in STREAMS_OPERATIONS else "DynamoDB"
        headers = signed(f"{service}_20120810.{operation}", sent, changes)
        for attempt in range(2):
            try:
                self.connection.request("POST", "/", sent, headers)
                response = self.connection.getresponse()
                answer = Answer(response.status, response.read())
                self.answered = True
                return answer
            except TimeoutError:
                self.connection.close()
                break
            except (OSError, http.client.HTTPException):
                self.connection.close()
                if self.process.poll() is not None:
                    break
        self.answered = False
        return Answer(0, b"")

    def stop(self) -> None:
        self.end()
        self.folder.cleanup()

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


STREAMS_OPERATIONS = {"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"}
