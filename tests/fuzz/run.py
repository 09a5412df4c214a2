"""Runs the fuzz targets of a build for a while each. New inputs stay in the build folder, what fails too."""

import argparse
import pathlib
import subprocess
import sys

CORPUS = pathlib.Path(__file__).parent / "corpus"


def targets(build: pathlib.Path) -> list[str]:
    found = [path.name.removeprefix("stator_fuzz_") for path in (build / "tests/fuzz").glob("stator_fuzz_*")]
    return sorted(name for name in found if "." not in name)


def fuzz(build: pathlib.Path, target: str, seconds: int, quiet: bool = False) -> subprocess.CompletedProcess:
    """libFuzzer's end: 0 if nothing was found within the time."""
    place = build / "fuzz-findings" / target
    grown = place / "corpus"
    grown.mkdir(parents=True, exist_ok=True)
    command = [
        str(build / "tests/fuzz" / f"stator_fuzz_{target}"),
        f"-max_total_time={seconds}",
        "-timeout=10",
        "-rss_limit_mb=2048",
        "-max_len=65536",
        "-print_final_stats=1",
        f"-artifact_prefix={place}/",
        str(grown),
        str(CORPUS / target),
    ]
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True} if quiet else {}
    return subprocess.run(command, stdin=subprocess.DEVNULL, **piped)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("target", nargs="?")
    options = parser.parse_args()
    known = targets(options.build)
    if options.target and options.target not in known:
        parser.error(f"unknown target {options.target}; there are {', '.join(known)}")
    failed = [t for t in ([options.target] if options.target else known) if fuzz(options.build, t, options.seconds).returncode]
    print(f"failed: {', '.join(failed)}" if failed else "nothing found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
