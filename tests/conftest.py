"""Fixtures for the tests that drive the real binary with real clients."""

import pathlib

import pytest

from harness.clients import Tables, make_client
from harness.server import Server
from harness.wire import Wire


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory):
    """The server that most tests share, each with tables of its own. It must end well."""
    with Server(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


@pytest.fixture
def own_server(tmp_path: pathlib.Path):
    """own_server(*flags) starts a server of the test's own."""
    started = []

    def start(*flags: str) -> Server:
        server = Server(tmp_path / f"data{len(started)}", flags)
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.__exit__(None)


@pytest.fixture(scope="session")
def dynamodb(server: Server):
    return make_client(server.endpoint)


@pytest.fixture
def wire(server: Server):
    with Wire(server.port) as connection:
        yield connection


@pytest.fixture
def tables(dynamodb):
    made = Tables(dynamodb)
    yield made
    made.drop()


@pytest.fixture(scope="module")
def module_tables(dynamodb):
    """For tables that the tests of a module only read, or whose items do not get in each other's way."""
    made = Tables(dynamodb)
    yield made
    made.drop()
