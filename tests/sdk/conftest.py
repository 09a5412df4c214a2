"""Fixtures of the tests that run users' code."""

import filecmp
import pathlib
import shutil
import subprocess

import pytest

from harness.seeds import CACHE, CLIENTS, SEEDS, Runner
from harness.signing import write_credentials
from harness.triggers import Functions, Scene


@pytest.fixture
def runner(own_server, tmp_path):
    """Its server verifies the signatures of every SDK."""
    return Runner(own_server("--credentials", str(write_credentials(tmp_path / "credentials"))))


def with_npm_packages(source: pathlib.Path, name: str) -> pathlib.Path:
    """A copy of a folder with the packages that its package.json names, kept between runs."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    place = CACHE / name
    installed = place / "installed.json"
    package = source / "package.json"
    fresh = installed.exists() and filecmp.cmp(package, installed, shallow=False)
    place.mkdir(parents=True, exist_ok=True)
    for file in source.iterdir():
        shutil.copy(file, place / file.name)
    if not fresh:
        command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(command, cwd=place, check=True, stdin=subprocess.DEVNULL, timeout=540)
        shutil.copy(package, installed)
    return place


@pytest.fixture(scope="session")
def typescript() -> pathlib.Path:
    return with_npm_packages(SEEDS / "typescript", "seeds-typescript")


@pytest.fixture(scope="session")
def clients() -> pathlib.Path:
    """Programs written with libraries of npm, and dynamodb-admin."""
    return with_npm_packages(CLIENTS / "npm", "clients-npm")


@pytest.fixture(scope="session")
def go_programs() -> pathlib.Path:
    if not shutil.which("go"):
        pytest.skip("go is not installed")
    place = CACHE / "seeds-go"
    place.mkdir(parents=True, exist_ok=True)
    for program in ("users", "ecommerce", "ecommerceindexes", "orderindexes", "usedatabase", "followstream"):
        command = ["go", "build", "-buildvcs=false", "-o", str(place / program), f"./{program}"]
        subprocess.run(command, cwd=SEEDS / "go", check=True, stdin=subprocess.DEVNULL, timeout=540)
    return place


@pytest.fixture(scope="session")
def java() -> list[str]:
    """The command that runs a class of the Java seed. Its packages are kept between runs."""
    place = CACHE / "seeds-java"
    installed = place / "installed.xml"
    package = SEEDS / "java" / "pom.xml"
    fresh = installed.exists() and filecmp.cmp(package, installed, shallow=False)
    for old in ("src",) if fresh else ("src", "target"):
        shutil.rmtree(place / old, ignore_errors=True)
    shutil.copytree(SEEDS / "java", place, dirs_exist_ok=True)
    command = ["mvn", "--batch-mode", "--quiet", "--no-transfer-progress", f"-Dmaven.repo.local={place}/repository"]
    command += ["--offline", "compiler:compile"] if fresh else ["compiler:compile", "dependency:copy-dependencies"]
    subprocess.run(command, cwd=place, check=True, stdin=subprocess.DEVNULL, timeout=540)
    shutil.copy(package, installed)
    return ["java", "-cp", f"{place}/target/classes:{place}/target/dependency/*"]


@pytest.fixture
def functions():
    made = Functions()
    yield made
    made.close()


@pytest.fixture
def make_scene(own_server, tmp_path, functions):
    return lambda **more: Scene(own_server, tmp_path, functions, **more)


@pytest.fixture
def scene(make_scene):
    """A server with a function `f` and a table with a stream of one shard."""
    return make_scene()
