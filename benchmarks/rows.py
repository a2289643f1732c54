"""A million rows of JSON Lines: time and memory to open them, and rows a second at random, beside the library `datasets`.

    python benchmarks/rows.py [--rows N] [--json FILE]

Each side runs in a process of its own on the same file, which is in the page cache for both. The library's side is its JSON
loader with an empty cache: it writes an Arrow copy of the file, which later openings find. Ours checks every row it reads.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from harness import Row, finish, parser, resident_bytes

READS = 50_000


def write(path: Path, count: int) -> None:
    """Rows of some 133 bytes: a sum in words."""
    rng = random.Random(0)
    with path.open("w", encoding="utf-8") as stream:
        for number in range(count):
            first, second = rng.randrange(10**6), rng.randrange(10**6)
            prompt = f"In year {number} a town has {first} people, and {second} more move in. How many people live there then?"
            stream.write(json.dumps({"prompt": prompt, "answer": str(first + second)}) + "\n")


def measure(side: str, path: Path) -> dict[str, float]:
    """Open the file and read rows at random: seconds, growth of resident memory in bytes, rows a second."""
    if side == "ours":
        from envs.dataset import open_table

        def open_side() -> object:
            return open_table(path)
    else:
        from datasets import disable_progress_bars, load_dataset

        disable_progress_bars()

        def open_side() -> object:
            return load_dataset("json", data_files=str(path), split="train", cache_dir=str(path.parent / "cache"))

    before, began = resident_bytes(), time.perf_counter()
    rows = open_side()
    opened = time.perf_counter() - began
    rng = random.Random(1)
    numbers = [rng.randrange(len(rows)) for _ in range(READS)]  # type: ignore[arg-type]
    began = time.perf_counter()
    for number in numbers:
        rows[number]  # type: ignore[index]
    read = time.perf_counter() - began
    return {"open": opened, "memory": resident_bytes() - before, "rows": READS / read}


def apart(side: str, path: Path) -> dict[str, float]:
    """`measure` in a fresh process."""
    command = [sys.executable, __file__, "--side", side, "--file", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def main() -> int:
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--side", help="measure one side of --file and print it; used by this program itself")
    arguments.add_argument("--file", type=Path)
    options = arguments.parse_args()
    if options.side:
        print(json.dumps(measure(options.side, options.file)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        write(path, options.rows)
        ours, other = apart("ours", path), apart("other", path)
    return finish(
        f"{options.rows:,} rows of JSON Lines, ours and the library datasets",
        [
            Row("open, s", ours["open"], other["open"], "<= 5", ours["open"]),
            Row("resident memory, MB", ours["memory"] / 1e6, other["memory"] / 1e6, "<= 64", ours["memory"] / 1e6),
            Row("rows/s at random", ours["rows"], other["rows"]),
        ],
        options.json,
    )


if __name__ == "__main__":
    sys.exit(main())
