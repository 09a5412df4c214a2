"""`stator check`: whether all that a data folder keeps twice agrees."""

import pathlib
import subprocess

from harness.server import binary, clean_environment


def complaints(data: pathlib.Path) -> str:
    """What it says of a folder that no server uses; empty if all is well."""
    command = [binary(), "check", "--data", str(data)]
    ended = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, timeout=600)
    return "" if ended.returncode == 0 else f"exit code {ended.returncode}\n{ended.stdout}{ended.stderr}"
