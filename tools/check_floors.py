"""No include goes up: a folder of src/ includes only itself and folders of lower floors (docs/architecture.md)."""

import sys

from sources import cxx_files, includes, read

FLOORS = [
    ["base"],
    ["model", "obs", "config"],
    ["expr", "codec", "kv", "http", "auth", "bench"],
    ["api", "storage"],
    ["streams", "capacity"],
    ["lambda"],
    ["ops", "jobs"],
    ["server", "console"],
]
# A folder that may include one of its own floor.
NEIGHBOURS = {"auth": {"http"}, "config": {"model"}}

FLOOR_OF = {folder: floor for floor, folders in enumerate(FLOORS) for folder in folders}


def complaint(folder: str, included: str) -> str | None:
    if folder not in FLOOR_OF:
        return f"folder src/{folder} is on no floor: add it to tools/check_floors.py"
    if included not in FLOOR_OF:
        return f'"{included}/..." is no folder of src/'
    if included == folder or included in NEIGHBOURS.get(folder, ()) or FLOOR_OF[included] < FLOOR_OF[folder]:
        return None
    return f"{folder}/ (floor {FLOOR_OF[folder]}) includes {included}/ (floor {FLOOR_OF[included]})"


def main() -> int:
    bad = 0
    for path in cxx_files("src"):
        if len(path.parts) == 2:  # src/main.cc wires everything
            continue
        for line, quoted, included in includes(read(path)):
            if quoted and (text := complaint(path.parts[1], included.split("/")[0])):
                print(f"{path}:{line}: {text}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
