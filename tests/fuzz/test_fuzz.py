"""A short run of each fuzz target, over its corpus and onwards."""

import os
import pathlib

import pytest

from fuzz import run

BUILD = pathlib.Path(os.environ.get("STATOR_TEST_BUILD", "build")).resolve() / "fuzz"
SECONDS = 10


@pytest.mark.parametrize("target", ["expressions", "head", "json_body", "records"])
def test_target(target):
    assert target in run.targets(BUILD), "the target is not built"
    ended = run.fuzz(BUILD, target, SECONDS, quiet=True)
    assert ended.returncode == 0, ended.stdout[-5000:]
