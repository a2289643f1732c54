"""A contact sheet of a data set: one HTML file that needs nothing else, for a look at what the rows are."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping
from html import escape

import numpy as np
from PIL import Image

from envs.dataset.errors import RowError
from envs.dataset.source import RowQuestion, RowSource
from envs.question import letter

#: Pixels of the longer side of a thumbnail.
THUMBNAIL = 320
#: Pictures of a row that are shown.
PICTURES = 4
#: Characters of a text that are shown.
TEXT = 1_500

_STYLE = """
:root { color-scheme: light dark; --paper: #f4f4f1; --card: #fff; --ink: #1d1e20; --faint: #6b6e73; --line: #dcdcd6;
  --right: #1b6e3c; --right-paper: #e6f3ea; --bad: #a32020; }
@media (prefers-color-scheme: dark) { :root { --paper: #16171a; --card: #1f2125; --ink: #e7e7e4; --faint: #9a9da3;
  --line: #34373d; --right: #7fd6a0; --right-paper: #1d3527; --bad: #ff8f8f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 2rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
header p { margin: .25rem 0 1.5rem; color: var(--faint); }
main { columns: 320px; column-gap: 1rem; }
article { break-inside: avoid; margin-bottom: 1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 10px; overflow: hidden; }
.pictures { display: flex; flex-wrap: wrap; justify-content: center; gap: 1px; background: #fff;
  border-bottom: 1px solid var(--line); }
.pictures img { display: block; max-width: 100%; max-height: 240px; object-fit: contain; }
.text { padding: .9rem 1rem 1rem; }
.text p { margin: 0 0 .7rem; white-space: pre-wrap; overflow-wrap: anywhere; }
ol { list-style: none; margin: 0 0 .7rem; padding: 0; }
ol li { padding: .1rem .5rem; border-radius: 5px; overflow-wrap: anywhere; }
ol li b { display: inline-block; min-width: 1.4em; }
.right { background: var(--right-paper); color: var(--right); }
.answer { display: inline-block; padding: .1rem .6rem; border-radius: 5px; font-weight: 600; overflow-wrap: anywhere; }
.bad { color: var(--bad); }
footer { margin-top: .8rem; color: var(--faint); font-size: .8rem; overflow-wrap: anywhere; }
footer span { display: inline-block; margin-right: .9em; }
summary { cursor: pointer; color: var(--faint); font-size: .85rem; margin-top: .5rem; }
details p { margin: .4rem 0 0 !important; font-size: .85rem; }
"""


def page(source: RowSource, numbers: Iterable[int]) -> str:
    """The sheet of some rows, in their order. A bad row is shown with what is wrong with it.

    Everything that comes from the data set is escaped; pictures are re-encoded thumbnails.
    """
    title = escape(source.rows.name)
    cards = [_card(source, number) for number in numbers]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style></head>\n<body><header><h1>{title}</h1>"
        f"<p>{len(cards):,} of {len(source):,} rows</p></header>\n<main>\n{chr(10).join(cards)}\n</main></body></html>\n"
    )


def _card(source: RowSource, number: int) -> str:
    try:
        question = source.at(number)
        row = source.rows[number]
    except RowError as error:
        return _article("", f'<p class="bad">{_text(str(error))}</p>{_footer(number, {})}')
    body = f"<p>{_text(row.prompt)}</p>{_options(question)}{_working(question)}{_footer(number, row.details)}"
    return _article("".join(map(_thumbnail, question.images[:PICTURES])), body)


def _article(pictures: str, body: str) -> str:
    shown = f'<div class="pictures">{pictures}</div>' if pictures else ""
    return f'<article>{shown}<div class="text">{body}</div></article>'


def _options(question: RowQuestion) -> str:
    if not question.choices:
        return f'<span class="answer right">{_text(question.answer)}</span>'
    items = (
        f"<li{' class=right' if letter(place) == question.answer else ''}><b>{letter(place)}</b> {_text(choice)}</li>"
        for place, choice in enumerate(question.choices)
    )
    return f"<ol>{''.join(items)}</ol>"


def _working(question: RowQuestion) -> str:
    working = question.response or "\n".join(question.steps)
    return f"<details><summary>working</summary><p>{_text(working)}</p></details>" if working else ""


def _footer(number: int, details: Mapping[str, str]) -> str:
    told = {"row": str(number), **details}
    return f"<footer>{''.join(f'<span>{_text(k, 60)} {_text(v, 80)}</span>' for k, v in told.items())}</footer>"


def _text(text: str, limit: int = TEXT) -> str:
    return escape(text if len(text) <= limit else text[: limit - 1] + "…")


def _thumbnail(pixels: np.ndarray) -> str:
    image = Image.fromarray(pixels)
    width, height = image.size
    image.thumbnail((2 * THUMBNAIL, 2 * THUMBNAIL))  # twice the size that is shown, for dense screens
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=80)
    address = "data:image/webp;base64," + base64.b64encode(stream.getvalue()).decode()
    return f'<img src="{address}" alt="picture of {width} x {height} pixels" loading="lazy">'
