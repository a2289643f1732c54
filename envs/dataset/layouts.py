"""What the columns of known data sets mean: one small function for each kind, from a record to `Fields`.

Most sets have a column for each thing and need only `columns`. The others hide the answer in a solution, the options in
the question, or the picture in a message.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

from envs import prompts
from envs.dataset.rows import Fields, Layout

Record = Mapping[str, Any]

_MARK = re.compile(r"<image[ _]?([0-9]*)>")
_CALCULATOR = re.compile(r"<<[^<>]*>>")
_OPTIONS_HEAD = re.compile(r"(?:^|\n)[ \t]*(?:Choices|Options)[ \t]*:[ \t]*\n?", re.IGNORECASE)


# -- parts of rows ----------------------------------------------------------------------------------------------------


def need(record: Record, key: str) -> str:
    """The text of a column that every row must have; numbers are written out.

    Raises:
        ValueError: If the row has no such text.
    """
    value = record.get(key)
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"the row has no text in {key!r}; it has {', '.join(map(repr, record)) or 'nothing'}")
    return value


def pictures(record: Record, *keys: str) -> tuple[Any, ...]:
    """References to the pictures in some columns, each of one picture or a list of them; empty ones are passed over."""
    found: list[Any] = []
    for key in keys:
        value = record.get(key)
        found += value if isinstance(value, list | tuple) else [value]
    return tuple(value for value in found if value is not None)


def listed(record: Record, key: str) -> Sequence[Any]:
    """The items of a column that holds a list, or nothing.

    Raises:
        ValueError: If it holds something else.
    """
    value = record.get(key) or ()
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise ValueError(f"{key!r} is {value!r:.80}; expected a list of strings")
    return value


def only(record: Record, *keys: str) -> dict[str, Any]:
    """The columns that go into a row's details."""
    return {key: record[key] for key in keys if record.get(key) is not None}


def without_marks(text: str, count: int) -> str:
    """A question whose marks such as `<image1>` say which picture is meant, or nothing where there is only one."""
    if not count:
        return text
    numbers = iter(range(1, len(text) + 2))

    def told(mark: re.Match[str]) -> str:
        number = mark[1] or str(next(numbers))
        return "" if count == 1 else prompts.DATASET_PICTURE.format(number=number)

    return _MARK.sub(told, text).strip()


def plain(answer: str) -> str:
    r"""A gold answer without the `<answer>` tags, dollar signs and `\boxed{…}` around it."""
    _, tag, rest = answer.rpartition("<answer>")
    text = (rest.partition("</answer>")[0] if tag else answer).strip()
    if len(text) > 2 and text[0] == text[-1] == "$" and "$" not in text[1:-1]:
        text = text[1:-1].strip()
    inside = boxed(text)
    return inside if inside is not None and text == rf"\boxed{{{inside}}}" else text


def boxed(solution: str) -> str | None:
    r"""What stands in the last `\boxed{…}` or `\fbox{…}` of a text; `None` if there is none or it is not closed."""
    start = max(solution.rfind(r"\boxed{"), solution.rfind(r"\fbox{"))
    if start < 0:
        return None
    begin = solution.index("{", start) + 1
    depth = 1
    for place in range(begin, len(solution)):
        depth += {"{": 1, "}": -1}.get(solution[place], 0)
        if not depth:
            return solution[begin:place]
    return None


def split_options(text: str) -> tuple[str, tuple[str, ...]]:
    """A question and the options listed at its end under `Choices:` or `Options:`, as A, B, … one a line or after commas.

    What does not look exactly like that is left as it is, with no options.
    """
    heads = list(_OPTIONS_HEAD.finditer(text))
    if not heads:
        return text, ()
    stem, body = text[: heads[-1].start()].rstrip(), text[heads[-1].end() :].strip()
    between = r"\n[ \t]*" if re.search(r"\n[ \t]*\(?B[).:]", body) else r",\s*"
    options: list[str] = []
    letter = ord("A")
    if not (first := re.match(r"\(?A[).:]\s*", body)):
        return text, ()
    rest = body[first.end() :]
    while letter < ord("Z") and (following := re.search(rf"{between}\(?{chr(letter + 1)}[).:][ \t]*", rest)):
        options.append(rest[: following.start()].strip())
        rest = rest[following.end() :]
        letter += 1
    options.append(rest.strip())
    if not stem or len(options) < 2 or not all(options) or any("\n" in option for option in options):
        return text, ()
    return stem, tuple(options)


# -- kinds of rows ----------------------------------------------------------------------------------------------------


def columns(
    prompt: str,
    answer: str,
    images: Sequence[str] = (),
    details: Sequence[str] = (),
    steps: str | None = None,
) -> Layout:
    """A layout with a column for each thing.

    Args:
        prompt: Column of the question; its marks for pictures are taken out.
        answer: Column of the gold answer, or of a text with it in `<answer>` tags.
        images: Columns of pictures.
        details: Columns that are kept as details.
        steps: Column of a worked solution, a step a line.
    """

    def layout(record: Record) -> Fields:
        shown = pictures(record, *images)
        return Fields(
            prompt=without_marks(need(record, prompt), len(shown)),
            answer=plain(need(record, answer)),
            images=shown,
            steps=str(record.get(steps) or "").splitlines() if steps else (),
            details=only(record, *details),
        )

    return layout


def lmm_r1(record: Record) -> Fields:
    """LMM-R1's rows: `message`, a list of chat messages written as a string, and `answer`.

    Of the messages only what the user says is kept: a system message, which tells how to answer, is replaced by the
    project's own words, and a last message of the assistant is a demonstration. All other columns become details.
    """
    messages = record.get("message", record.get("messages"))
    if isinstance(messages, str):
        try:
            messages = json.loads(messages)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"'message' is not a list written as a string of JSON: {error}") from None
    if not isinstance(messages, list) or not all(isinstance(message, Mapping) for message in messages):
        raise ValueError(f"'message' is {messages!r:.80}; expected a list of chat messages")
    asked = [message.get("content") for message in messages if message.get("role") == "user"]
    replies = [message.get("content") for message in messages if message.get("role") == "assistant"]
    if len(asked) != 1 or len(replies) > 1:
        raise ValueError(f"'message' has {len(asked)} messages of the user and {len(replies)} of the assistant; "
                         "expected one question and at most one reply")  # fmt: skip
    images, text = _parts(asked[0])
    answer = record.get("answer")
    if answer is not None:
        answer = plain(need(record, "answer"))
    question, choices = split_options(text) if answer and re.fullmatch(r"\(?[A-H]\)?\.?", answer) else (text, ())
    return Fields(
        prompt=without_marks(question, len(images)),
        answer=answer,
        images=images,
        choices=choices,
        response=_parts(replies[0])[1] if replies else record.get("response"),
        details={k: v for k, v in record.items() if k not in ("message", "messages", "answer", "response")},
    )


def _parts(content: Any) -> tuple[tuple[Any, ...], str]:
    """The pictures and the text of a message; a picture that comes after some text leaves a mark in it."""
    if isinstance(content, str):
        return (), content
    if not isinstance(content, list) or not all(isinstance(part, Mapping) for part in content):
        raise ValueError(f"the content of a message is {content!r:.80}; expected a text or a list of parts")
    images: list[Any] = []
    texts: list[str] = []
    for part in content:
        match part.get("type"):
            case "text":
                texts.append(need(part, "text"))
            case "image":
                images.append(part.get("image", part.get("path")))
            case "image_url":
                address = part.get("image_url")
                images.append(address.get("url") if isinstance(address, Mapping) else address)
            case kind:
                raise ValueError(f"a part of a message has the type {kind!r}; expected 'text' or 'image'")
        if part.get("type") != "text" and texts:
            texts.append(f"<image{len(images)}>")
    return tuple(images), "\n".join(texts)


def gsm8k(record: Record) -> Fields:
    """GSM8K: the answer is a rationale with `<<…>>` for a calculator, and after `####` the number."""
    rationale, found, number = need(record, "answer").rpartition("####")
    if not found:
        raise ValueError("'answer' has no line that begins with ####")
    steps = _CALCULATOR.sub("", rationale).strip().splitlines()
    return Fields(prompt=need(record, "question"), answer=number.strip(), steps=steps)


def math(record: Record) -> Fields:
    r"""MATH: the answer stands in the last `\boxed{…}` of the solution."""
    solution = need(record, "solution")
    return Fields(
        prompt=need(record, "problem"),
        answer=boxed(solution),
        steps=solution.splitlines(),
        details=only(record, "level", "type"),
    )


def gpqa(record: Record) -> Fields:
    """GPQA: one right and three wrong answers in columns of their own, shuffled by the question's hash."""
    question = need(record, "Question")
    keys = ("Correct Answer", "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3")
    seed = int.from_bytes(hashlib.blake2b(question.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
    order = np.random.default_rng(seed).permutation(len(keys)).tolist()
    return Fields(
        prompt=question.strip(),
        answer="ABCD"[order.index(0)],
        choices=[need(record, keys[place]).strip() for place in order],
        details=only(record, "Record ID", "High-level domain", "Subdomain"),
    )


def mathvista(record: Record) -> Fields:
    """MathVista: the answer is the text of an option, or a number of the given unit and number of decimals."""
    question = need(record, "question").strip()
    answer = need(record, "answer").strip()
    details = {**only(record, "pid", "question_type", "answer_type"), **_nested(record, "task", "category", "source")}
    images = pictures(record, "decoded_image") or pictures(record, "image")
    if record.get("question_type") == "multi_choice":
        choices = [str(choice).strip() for choice in record.get("choices") or ()]
        if answer not in choices:
            raise ValueError(f"'answer' is {answer!r:.80}, which is none of the options")
        letter = chr(ord("A") + choices.index(answer))
        return Fields(question, letter, images, choices, details=details)
    if unit := record.get("unit"):
        question += "\n" + prompts.DATASET_UNIT.format(unit=unit)
    if record.get("answer_type") == "float" and record.get("precision") is not None:
        question += "\n" + prompts.DATASET_DECIMALS.format(count=int(record["precision"]))
    return Fields(question, answer, images, details=details)


def mathverse(record: Record) -> Fields:
    """MathVerse: options at the end of the question; the vision-only version has its question in the picture."""
    chosen = record.get("question_type") == "multi-choice"
    shown = str(record.get("question") or "").strip()
    question, choices = split_options(shown) if chosen else (shown, ())
    if not shown:
        question = prompts.IN_PICTURE
    return Fields(
        prompt=question,
        answer=plain(need(record, "answer")),
        images=pictures(record, "image"),
        choices=choices,
        details={
            **only(record, "sample_index", "problem_index", "problem_version", "question_type"),
            **_nested(record, "subject", "subfield", "source"),
        },
    )


def mathvision(record: Record) -> Fields:
    """MATH-Vision: `options` are empty for a free answer, and bare letters where they are drawn in the picture."""
    images = pictures(record, "decoded_image") or pictures(record, "image")
    return Fields(
        prompt=without_marks(need(record, "question"), len(images)),
        answer=plain(need(record, "answer")),
        images=images,
        choices=listed(record, "options"),
        details=only(record, "id", "level", "subject"),
    )


def olympiad(record: Record) -> Fields:
    """OlympiadBench: pictures in `image_1` to `image_9`, a list of final answers, perhaps a context and a unit."""
    answers = record.get("final_answer") or ()
    if not isinstance(answers, Sequence) or not answers or isinstance(answers, str):
        raise ValueError(f"'final_answer' is {answers!r:.80}; expected a list with the answer first")
    images = pictures(record, *(f"image_{number}" for number in range(1, 10)))
    parts = [str(record.get("context") or "").strip(), need(record, "question").strip()]
    if unit := record.get("unit"):
        parts.append(prompts.DATASET_UNIT.format(unit=unit))
    return Fields(
        prompt=without_marks("\n".join(filter(None, parts)), len(images)),
        answer=plain(str(answers[0])),
        images=images,
        details=only(record, "id", "subfield", "subject", "answer_type", "unit", "error", "is_multiple_answer"),
    )


def mmstar(record: Record) -> Fields:
    """MMStar: options after commas at the end of the question, the answer a letter."""
    question, choices = split_options(need(record, "question").strip())
    return Fields(
        prompt=question,
        answer=need(record, "answer").strip(),
        images=pictures(record, "image"),
        choices=choices,
        details=only(record, "index", "category", "l2_category"),
    )


def guessed(record: Record) -> Fields:
    """A data set that is not in the catalogue, by the usual names of columns.

    Raises:
        ValueError: If there is no column for the question or the answer.
    """
    if "message" in record or "messages" in record:
        return lmm_r1(record)
    names = {
        thing: next((name for name in usual if record.get(name) is not None), None)
        for thing, usual in (
            ("prompt", ("prompt", "problem", "question")),
            ("answer", ("answer", "solution")),
            ("choices", ("choices", "options")),
        )
    }
    if names["prompt"] is None:
        raise ValueError(
            f"no column is a question: {', '.join(map(repr, record))}; expected 'prompt', 'problem' or 'question', "
            "or LMM-R1's 'message'"
        )
    used = {name for name in names.values() if name} | {"image", "images", "decoded_image", "response"}
    images = pictures(record, "decoded_image") or pictures(record, "images") or pictures(record, "image")
    answer = names["answer"] and plain(need(record, names["answer"]))
    if answer and names["answer"] == "solution":
        answer = boxed(answer) or answer
    return Fields(
        prompt=without_marks(need(record, names["prompt"]), len(images)),
        answer=answer,
        images=images,
        choices=listed(record, names["choices"]) if names["choices"] else (),
        response=record.get("response"),
        details={key: value for key, value in record.items() if key not in used},
    )


def _nested(record: Record, *keys: str) -> dict[str, Any]:
    """Entries of the struct `metadata`."""
    metadata = record.get("metadata")
    return only(metadata, *keys) if isinstance(metadata, Mapping) else {}
