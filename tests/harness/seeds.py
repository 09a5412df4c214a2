"""Code that users run against DynamoDB (tests/sdk/seeds, tests/sdk/clients): where it is, and how it is run."""

import json
import os
import pathlib
import subprocess
import sys

from harness.clients import Tables, make_client

SEEDS = pathlib.Path(__file__).parent.parent / "sdk" / "seeds"
CLIENTS = SEEDS.parent / "clients"
CACHE = pathlib.Path(os.environ.get("STATOR_TEST_BUILD", "build")).resolve()


class Runner:
    """A server of the test's own and an environment that points every SDK to it."""

    def __init__(self, server):
        self.server = server
        self.dynamodb = make_client(server.endpoint, region="us-east-1")
        self.tables = Tables(self.dynamodb)
        beside_python = str(pathlib.Path(sys.executable).parent)
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
            "PATH": beside_python + os.pathsep + os.environ["PATH"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ENDPOINT_URL_DYNAMODB": server.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
            "PYTHONWARNINGS": "ignore",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *command: str, cwd: pathlib.Path = SEEDS, **environment: str) -> str:
        ended = subprocess.run(
            command,
            cwd=cwd,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=540,
        )
        assert ended.returncode == 0, f"{command} ended with {ended.returncode}:\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def shown(self, output: str) -> dict:
        """What a program showed as lines of {"name": result}."""
        return {name: result for line in output.splitlines() for name, result in json.loads(line).items()}
