"""The report as one HTML document.

Whatever a run contains is text to the page: here it is escaped, and the script, which shows the gallery from data that stands in
the page, writes text nodes only. The policy in the head lets nothing run but that one script and nothing be fetched at all.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib import resources
from typing import Any

from eval.report import tables
from eval.report.curves import curves
from eval.report.episodes import gallery
from eval.report.read import Run

_SCRIPTS = ("page.js", "viewer.js", "gallery.js")
_KEYS = (("j", "k"), "next and previous"), (("←", "→"), "step"), (("space",), "play")


def page(run: Run) -> str:
    """The report as HTML.

    Args:
        run: What to report on; parts that are empty are left out.

    Returns:
        A whole document in which every text of the run is escaped.
    """
    data = gallery(run)
    sections = {
        "Results": _results(run),
        "Training": curves(run),
        "Episodes": _gallery(data),
        "Configuration": _config(run),
    }
    present = {title: body for title, body in sections.items() if body}
    links = "".join(f'<a href="#{title.lower()}">{title}</a>' for title in present)
    body = "".join(
        f'<section id="{title.lower()}" aria-labelledby="h-{title.lower()}"><h2 id="h-{title.lower()}">{title}</h2>{body}'
        "</section>"
        for title, body in present.items()
    )
    facts = "".join(f"<span>{escape(name)} <b>{escape(value)}</b></span>" for name, value in run.facts)
    script = "".join(map(_asset, _SCRIPTS))
    name = escape(run.name)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{name}</title><style>{_asset('style.css')}</style></head><body>"
        f'<header><div class="bar"><nav aria-label="Sections">{links}</nav>'
        '<button id="theme" type="button" hidden>Dark</button></div>'
        f'<p class="kind">{"Training run" if run.training else "Evaluation"}</p><h1>{name}</h1>'
        f'<p class="facts">{facts}</p></header><main>{body}</main>'
        f'<script type="application/json" id="data">{_inert(data)}</script><script>{script}</script></body></html>\n'
    )


def _results(run: Run) -> str:
    if not run.scores:
        return ""
    return tables.headline(run) + tables.comparisons(run) + tables.by_kind(run) + tables.counts(run)


def _config(run: Run) -> str:
    if not run.config:
        return ""
    return f'<details><summary>config.yaml</summary><pre tabindex="0">{escape(run.config)}</pre></details>'


def _gallery(data: dict[str, Any]) -> str:
    """The gallery's frame, which the script fills."""
    if not data["tasks"]:
        return ""
    counts = "; ".join(
        f"{shown:,} of {played:,} of {escape(suite)}" for suite, (shown, played) in data["counts"].items()
    )
    keys = "".join(
        f"<span>{''.join(f'<kbd>{key}</kbd>' for key in names)} {meaning}</span>" for names, meaning in _KEYS
    )
    return (
        f'<p class="note">Held-out tasks with every answer, played again from their records: {counts}, spread over outcomes and '
        "kinds.</p><noscript><p>The episodes need JavaScript; everything else on this page does not.</p></noscript>"
        '<div id="gallery" hidden><div class="filters" role="group" aria-label="Filters"></div>'
        '<p class="shown" role="status"></p><div class="browser">'
        '<div class="tasks" role="listbox" aria-label="Tasks" tabindex="0"></div>'
        '<article class="viewer" aria-label="Episode"></article></div>'
        f'<p class="keys" aria-label="Keys">{keys}</p></div>'
    )


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    )


def _inert(data: Any) -> str:
    """JSON that cannot end the element it stands in; what is not a finite number becomes null."""
    text = json.dumps(_finite(data), ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _finite(data: Any) -> Any:
    match data:
        case dict():
            return {key: _finite(value) for key, value in data.items()}
        case list() | tuple():
            return [_finite(value) for value in data]
        case float() if data - data != 0:
            return None
    return data
