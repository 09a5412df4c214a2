"""Other servers that speak DynamoDB, as npm and PyPI have them."""

import json
import pathlib
import shutil
import subprocess
import sys


class Missing(Exception):
    """Why a server cannot be had here."""


class Rival:
    """A server under its `name`, which keeps its data as `data` says."""

    def __init__(self, name, data, package, command):
        self.name, self.data, self.package, self.command = name, data, package, command

    def arguments(self, packages, port, folder):
        """(the command that serves on the port of 127.0.0.1 with data in the folder, the version)."""
        return self.command(self.package(pathlib.Path(packages).absolute()), port, folder), self.package.version


class NpmPackage:
    """A package and what it needs, in a folder of its own."""

    def __init__(self, name):
        self.name, self.version = name, None

    def __call__(self, packages):
        """Where it is, installed unless it is there already."""
        folder = packages / self.name.replace("@", "").replace("/", "-")
        installed = folder / "node_modules" / self.name
        if not installed.exists():
            if not shutil.which("npm"):
                raise Missing("npm is not installed")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "package.json").write_text('{"private": true}\n')
            run("npm", "install", "--silent", "--no-fund", "--no-audit", self.name, cwd=folder)
        self.version = json.loads((installed / "package.json").read_text())["version"]
        return installed


class PyPackage:
    def __init__(self, name, extras):
        self.name, self.extras, self.version = name, extras, None

    def __call__(self, packages):
        """The folder of its programs, in a virtual environment of its own."""
        folder = packages / self.name
        if not (folder / "installed").exists():
            run(sys.executable, "-m", "venv", "--clear", str(folder))
            run(str(folder / "bin/pip"), "install", "-q", "--no-input", f"{self.name}[{self.extras}]")
            (folder / "installed").touch()
        version = f"import importlib.metadata as m; print(m.version('{self.name}'))"
        self.version = subprocess.check_output([folder / "bin/python", "-c", version], text=True).strip()
        return folder / "bin"


def run(*command, **more):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()]
        raise Missing(f"{command[0]} failed: {lines[-1] if lines else done.returncode}")


DYNALITE = NpmPackage("dynalite")
DYNOXIDE = NpmPackage("@dynoxide/linux-x64")
MOTO = PyPackage("moto", "dynamodb,server")


def dynalite(installed, port, *more):
    if not shutil.which("node"):
        raise Missing("node is not installed")
    program = installed.parent / ".bin/dynalite"
    return ["node", str(program), "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0",
            "--deleteTableMs", "0", "--updateTableMs", "0", *more]


def dynoxide(installed, port, *more):
    return [str(installed / "dynoxide"), "serve", "--port", str(port), *more]


RIVALS = (
    Rival("Dynoxide on disk", "SQLite", DYNOXIDE,
          lambda installed, port, folder: dynoxide(installed, port, "--db-path", f"{folder}/dynoxide.db")),
    Rival("Dynoxide in memory", "in memory", DYNOXIDE, lambda installed, port, _: dynoxide(installed, port)),
    Rival("dynalite on disk", "LevelDB", DYNALITE,
          lambda installed, port, folder: dynalite(installed, port, "--path", f"{folder}/dynalite")),
    Rival("dynalite in memory", "in memory", DYNALITE, lambda installed, port, _: dynalite(installed, port)),
    Rival("moto", "in memory", MOTO,
          lambda programs, port, _: [str(programs / "moto_server"), "-H", "127.0.0.1", "-p", str(port)]),
)
