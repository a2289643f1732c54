"""`python -m envs.dataset convert | stats | preview`: data sets from one form to another, in numbers, and to look at."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from envs.dataset import CATALOG, RowSource, open_table
from envs.dataset.convert import convert
from envs.dataset.errors import RowError
from envs.dataset.files import refuse_existing, whole_file
from envs.dataset.images import MAX_PIXELS
from envs.dataset.order import Order
from envs.dataset.preview import page
from envs.dataset.rows import Rows
from envs.dataset.stats import gather, show


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns 0, 1 if `stats` found bad rows, 2 after an error, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except (ValueError, OSError, ModuleNotFoundError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nstopped; nothing was written", file=sys.stderr)
        return 130


def _convert(options: argparse.Namespace) -> int:
    rows = _rows(options, need=("prompt",))
    bad: list[RowError] = []

    def report(number: int, error: RowError) -> None:
        bad.append(error)
        print(f"skipped: {error}", file=sys.stderr)

    count = convert(
        rows,
        options.output,
        options.to,
        options.overwrite,
        report if options.on_error == "skip" else None,
        track(_numbers(rows, options), "rows", console=_console()),
    )
    print(f"{options.output}: {count:,} rows" + (f", {len(bad):,} skipped" if bad else ""))
    return 0


def _stats(options: argparse.Namespace) -> int:
    rows = _rows(options)
    stats = gather(RowSource(rows), track(_numbers(rows, options), "rows", console=_console()))
    show(stats, rows.name, Console())
    return 1 if stats.bad else 0


def _preview(options: argparse.Namespace) -> int:
    refuse_existing(options.output, options.overwrite)
    rows = _rows(options)
    order = Order(len(rows), options.seed)
    numbers = [order[position] for position in range(min(options.rows, len(rows)))]
    with whole_file(options.output) as stream:
        stream.write(page(RowSource(rows), track(numbers, "rows", console=_console())))
    print(f"{options.output}: {len(numbers)} of {len(rows):,} rows")
    return 0


def _rows(options: argparse.Namespace, need: Sequence[str] = ("prompt", "answer")) -> Rows:
    return open_table(
        options.source,
        image_roots=options.image_root,
        allow_outside=options.allow_outside,
        max_pixels=options.max_pixels,
        need=need,
    )


def _numbers(rows: Rows, options: argparse.Namespace) -> Sequence[int]:
    return range(len(rows) if options.limit is None else min(options.limit, len(rows)))


def _console() -> Console:
    """Progress goes where it does not mix with what is printed."""
    return Console(file=sys.stderr, quiet=not sys.stderr.isatty())


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}; expected an integer of at least 1")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("source", help=f"a file, a folder, OWNER/NAME on the hub, or one of {', '.join(CATALOG)}")
    shared.add_argument(
        "--image-root", action="append", default=[], metavar="FOLDER", help="where else pictures may lie"
    )
    shared.add_argument("--allow-outside", action="store_true", help="let pictures be any file of this machine")
    shared.add_argument("--max-pixels", type=_count, default=MAX_PIXELS, help="of a picture (default: %(default)s)")
    limited = argparse.ArgumentParser(add_help=False)
    limited.add_argument("--limit", type=_count, help="look at the first so many rows only")
    written = argparse.ArgumentParser(add_help=False)
    written.add_argument("--overwrite", action="store_true", help="replace what is there")

    parser = argparse.ArgumentParser(prog="python -m envs.dataset", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("convert", parents=[shared, limited, written], help="write JSONL, pictures as files")
    command.add_argument("output", type=Path, help="the JSONL file; pictures go to STEM_images beside it")
    command.add_argument("--to", choices=("lmm-r1", "rows"), default="lmm-r1", help="form (default: lmm-r1)")
    command.add_argument("--on-error", choices=("raise", "skip"), default="raise", help="bad rows (default: raise)")
    command.set_defaults(command=_convert)
    command = commands.add_parser("stats", parents=[shared, limited], help="count rows, lengths, pictures, bad rows")
    command.set_defaults(command=_stats)
    command = commands.add_parser("preview", parents=[shared, written], help="write an HTML contact sheet")
    command.add_argument("output", type=Path, help="the HTML file")
    command.add_argument("--rows", type=_count, default=24, help="how many (default: 24)")
    command.add_argument("--seed", type=int, default=0, help="which rows (default: 0)")
    command.set_defaults(command=_preview)
    return parser


if __name__ == "__main__":
    sys.exit(main())
