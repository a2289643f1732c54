"""The report in a real browser: filters, stepping, keys, theme and phone do what they say, and text of a run does nothing."""

from __future__ import annotations

import base64
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agents.rollout import EnvironmentPool
from agents.scripted import ScriptedPolicy
from eval import record as records
from eval import report
from eval.gallery import replay
from eval.record import record_path
from eval.runner import evaluate
from eval.suites import Suite

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install playwright)")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the path")

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script></script><b id=made>bold</b><think>a</think>"
SUITES = {
    "sokoban": Suite("LMMR1/Sokoban-v0", {"preset": "mini-v0"}),
    "online": Suite("LMMR1/Sokoban-v0", {"preset": "mini-v0", "mode": "online", "max_steps": 12}),
    "text-math": Suite("LMMR1/TextMath-v0", {"levels": [1, 2]}),
}
STAGES = {"base": "idle", "fre": "random", "mgt": "solver"}


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """A training run whose stages are scripted policies, and whose first text task was answered with HTML."""
    folder = tmp_path_factory.mktemp("run") / "nano-0"
    for stage, script in STAGES.items():
        for name, suite in SUITES.items():
            evaluate(ScriptedPolicy(script), suite, 8, store=record_path(folder, name, stage))
    path = record_path(folder, "text-math", "base")
    first, *rest = [json.loads(line) for line in path.read_text().splitlines()]
    first |= {"responses": [EVIL], "labels": {**first["labels"], "family": EVIL}, "error": EVIL}
    path.write_text("".join(json.dumps(one) + "\n" for one in [first, *rest]))
    rows = [
        {"stage": stage, "step": i, "reward": i / 10, "entropy": 0.3} for stage in ("fre", "mgt") for i in range(20)
    ]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "config.yaml").write_text(EVIL + "x" * 400)
    report.write(folder)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the console, the page, dialogs and the network said; it has to stay empty."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def page(browser, run, complaints) -> Iterator:
    yield from opened(browser, run, complaints, viewport={"width": 1280, "height": 900})


@pytest.fixture
def phone(browser, run, complaints) -> Iterator:
    yield from opened(browser, run, complaints, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)


def opened(browser, run: Path, complaints: list[str], **settings) -> Iterator:
    context = browser.new_context(color_scheme="light", reduced_motion="reduce", **settings)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("console", lambda message: complaints.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request", lambda request: complaints.extend([request.url] * (not request.url.startswith(("file:", "data:"))))
    )
    page.goto((run / "report.html").as_uri())
    page.locator(".viewer h3").wait_for()
    page.evaluate("document.querySelector('#episodes').scrollIntoView()")
    yield page
    context.close()


def played(run: Path, suite: str, stage: str) -> list[records.Record]:
    return records.read(record_path(run, suite, stage))


def choose(page, menu: str, value: str) -> None:
    page.locator(f"select[data-filter='{menu}']").select_option(value)


def listed(page) -> int:
    return page.locator(".task").count()


def title(page) -> str:
    return page.locator(".viewer h3").inner_text()


def frames(page) -> list[str]:
    """What each column's canvas shows."""
    return page.locator(".viewer canvas").evaluate_all("all => all.map(one => one.toDataURL())")


def open_task(page, suite: str, index: int) -> None:
    page.locator(".task", has_text=f"{suite} #{index}").first.click()
    page.locator(".viewer h3", has_text=f"{suite} #{index}").wait_for()


def test_filters_list_the_tasks_that_the_records_say(page, run):
    assert listed(page) == 24
    choose(page, "suite", "sokoban")
    assert listed(page) == 8
    for stage, column in (("mgt", "2"), ("fre", "1")):
        choose(page, "column", column)
        solved = sum(record.success for record in played(run, "sokoban", stage))
        page.locator("[data-filter=outcome-solved]").click()
        assert listed(page) == solved
        page.locator("[data-filter=outcome-failed]").click()
        assert listed(page) == 8 - solved
    page.locator("[data-filter=outcome-changed]").click()
    by_stage = zip(*(played(run, "sokoban", stage) for stage in STAGES), strict=True)
    assert listed(page) == sum(len({record.success for record in same}) == 2 for same in by_stage)


def test_labels_filter_too_and_a_filter_that_nothing_fits_says_so(page, run):
    choose(page, "suite", "text-math")
    choose(page, "label-level", "2")
    assert listed(page) == sum(record.labels["level"] == "2" for record in played(run, "text-math", "mgt"))
    page.locator("[data-filter=outcome-failed]").click()  # the solver, the last column, fails none
    assert listed(page) == 0 and "No task fits" in page.locator(".viewer").inner_text()
    page.keyboard.press("j")
    page.locator("[data-filter=outcome-all]").click()
    assert listed(page) > 0 and "text-math" in title(page)


def test_stepping_draws_all_columns_in_step_and_lights_the_move(page, run):
    open_task(page, "sokoban", 0)
    start = frames(page)
    assert len(start) == 3 and len(set(start)) == 1  # all begin with the same level
    page.get_by_role("button", name="Next frame").click()
    moved = frames(page)
    assert moved[0] == start[0] and moved[2] != start[2]  # idle stands still, the solver does not
    answer = played(run, "sokoban", "mgt")[0].answer
    assert page.locator(".column").nth(2).locator(".moves .now").inner_text() == answer.split()[0]
    page.get_by_role("button", name="Previous frame").click()
    assert frames(page) == start


def test_the_scrubber_and_the_arrow_keys_reach_the_same_frames(page):
    open_task(page, "sokoban", 0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    by_key = frames(page)
    page.keyboard.press("ArrowLeft")
    assert frames(page) != by_key
    page.get_by_role("slider", name="Frame").fill("2")
    assert frames(page) == by_key
    assert page.locator(".count").inner_text().startswith("3 / ")


def test_a_drawn_frame_is_the_environments_to_the_pixel(page, run):
    open_task(page, "sokoban", 3)
    page.keyboard.press("ArrowRight")
    shown = Image.open(io.BytesIO(base64.b64decode(frames(page)[2].partition(",")[2]))).convert("RGB")
    expected = replay(played(run, "sokoban", "mgt")[3], EnvironmentPool()).frames[1]
    assert np.array_equal(np.asarray(shown), expected)


def test_space_plays_to_the_end_and_stops(page):
    open_task(page, "sokoban", 0)
    start = frames(page)
    page.keyboard.press("Space")
    assert page.locator(".play").inner_text() == "Pause"
    sync_api.expect(page.locator(".play")).to_have_text("Play", timeout=20_000)
    now, total = page.locator(".count").inner_text().split(" / ")
    assert now == total and frames(page) != start


def test_j_and_k_go_through_the_listed_tasks_and_stop_at_the_ends(page):
    choose(page, "suite", "sokoban")
    open_task(page, "sokoban", 0)
    page.keyboard.press("k")
    assert title(page) == "sokoban #0"
    for _ in range(9):
        page.keyboard.press("j")
    page.locator(".viewer h3", has_text="#7").wait_for()
    assert page.locator(".task[aria-selected=true]").inner_text().startswith("sokoban #7")
    assert page.locator(".position span").inner_text() == "8 / 8"


def test_the_list_is_a_listbox_for_arrow_keys_and_screen_readers(page):
    tasks = page.get_by_role("listbox", name="Tasks")
    open_task(page, "sokoban", 1)
    tasks.focus()
    page.keyboard.press("ArrowDown")
    page.locator(".viewer h3", has_text="sokoban #2").wait_for()
    chosen = tasks.get_by_role("option", selected=True)
    assert chosen.count() == 1 and tasks.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert "MGT solved" in chosen.get_attribute("aria-label")


def test_an_online_episode_shows_each_turns_response(page, run):
    record = played(run, "online", "mgt")[0]
    open_task(page, "online", 0)
    answer = page.locator(".column").nth(2)
    for turn, response in enumerate(record.responses):
        assert answer.locator(".turn").inner_text() == f"Turn {turn + 1} of {len(record.responses)}"
        assert answer.locator(".response .answer").inner_text().split()[-1] in response
        page.keyboard.press("ArrowRight")


def test_thinking_and_answer_are_told_apart(page, run):
    open_task(page, "sokoban", 0)
    response = played(run, "sokoban", "mgt")[0].responses[0]
    thinking = page.locator(".column").nth(2).locator(".think p").inner_text()
    assert thinking and f"<think>{thinking}</think>" in response


def test_html_in_a_response_is_text_and_nothing_else(page):
    open_task(page, "text-math", 0)
    told = page.locator(".column").first
    assert told.locator(".plain p").first.inner_text() == EVIL.partition("<think>")[0]
    assert told.locator(".think p").inner_text() == "a" and EVIL in told.locator(".error").inner_text()
    for made in ("img", "#made", "#gallery script", "#configuration b"):
        assert page.locator(made).count() == 0


def test_the_theme_follows_the_system_until_it_is_chosen_and_the_choice_stays(page):
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.locator("#theme").click()
    assert page.evaluate(ground) == light
    page.reload()
    assert page.evaluate(ground) == light


def test_a_charts_values_are_read_out_under_the_pointer(page):
    chart = page.locator(".chart").first
    chart.scroll_into_view_if_needed()
    box = chart.locator("svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] - 1, box["y"] + box["height"] / 2)
    assert chart.locator("output").inner_text() == "MGT, step 19: 1.90"


def test_focus_is_visible(page):
    page.locator(".tasks").focus()
    page.keyboard.press("Tab")
    outline = (
        "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).outlineWidth"
    )
    assert page.evaluate(outline) == "solid2px"


def test_a_phone_has_no_sideways_scroll_and_shows_the_columns_side_by_side(phone):
    for suite in SUITES:
        open_task(phone, suite, 0)
        phone.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert phone.evaluate("document.documentElement.scrollWidth") == 390, suite
    open_task(phone, "sokoban", 0)
    boxes = [canvas.bounding_box() for canvas in phone.locator(".viewer canvas").all()]
    assert len({box["y"] for box in boxes}) == 1 and len({box["x"] for box in boxes}) == 3
    phone.get_by_role("button", name="Next task").tap()
    phone.locator(".viewer h3", has_text="sokoban #1").wait_for()


def test_without_episodes_there_is_no_gallery_and_no_complaint(browser, tmp_path, complaints):
    (tmp_path / "metrics.jsonl").write_text('{"stage": "sft", "step": 0, "loss": 1.5}\n')
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.write(tmp_path).as_uri())
    assert page.locator("#gallery").count() == 0 and page.locator(".chart").count() == 1
    assert page.locator("#theme").is_visible()
    context.close()
