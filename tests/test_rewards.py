"""What rewards promise: a strict grammar, right verdicts, and a time limit that no answer can break."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rewards import (
    RewardWeights,
    VerifierPool,
    are_correct,
    check_gold,
    extract_answer,
    format_reward,
    is_correct,
    load_reward,
)
from rewards.verifier import _Server

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 1.0  # seconds a verdict may take in the impatient pool
SLACK = 2.5  # seconds for killing, replacing and a busy machine


@pytest.fixture(scope="module")
def pool():
    with VerifierPool(timeout=20) as patient:
        yield patient


@pytest.fixture(scope="module")
def impatient():
    with VerifierPool(timeout=LIMIT) as pool:
        assert pool.equivalent([("x+1", "1+x")]) == [True]  # started
        yield pool


# -- format -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("response", "reward"),
    [
        ("<think>a</think><answer>b</answer>", 1.0),
        ("<think></think><answer></answer>", 1.0),
        ("\n <think>a\nb</think>\n\n<answer>\nb\n</answer> \n", 1.0),
        ("<think>1 < 2 and <b></think> <answer>x</answer>", 1.0),
        ("", 0.0),
        ("42", 0.0),
        ("<answer>b</answer>", 0.0),
        ("<think>a</think>", 0.0),
        ("Well, <think>a</think><answer>b</answer>", 0.0),
        ("<think>a</think><answer>b</answer> done", 0.0),
        ("<think>a</think> so <answer>b</answer>", 0.0),
        ("<think>a<answer>b</think></answer>", 0.0),
        ("<think><answer>b</answer></think><answer>b</answer>", 0.0),
        ("<think>a</think><think>a</think><answer>b</answer>", 0.0),
        ("<think>a</think><answer>b</answer><answer>c</answer>", 0.0),
        ("<think>a</think><answer>b</answer></answer>", 0.0),
        ("<think>a</think></think><answer>b</answer>", 0.0),
        ("<THINK>a</THINK><ANSWER>b</ANSWER>", 0.0),
        ("<think>a</think><answer>b", 0.0),
        ("<think>a</answer>", 0.0),
    ],
)
def test_format_reward_is_one_only_for_the_exact_grammar(response, reward):
    assert format_reward(response) == reward


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("<think>a</think><answer> b </answer>", "b"),
        ("<answer>a</answer> no, <answer>b</answer>", "b"),
        ("<answer>a</answer><answer>b", "a"),
        ("<answer>a</answer></answer>", "a"),
        ("<answer>a<answer>b</answer>", "b"),
        ("<answer></answer>", ""),
        (r"<answer>a</answer> \boxed{b}", "a"),
        (r"so \boxed{ 3 }.", "3"),
        (r"\boxed{1} then \boxed{2}", "2"),
        (r"\boxed{\frac{1}{2}} and {", r"\frac{1}{2}"),
        (r"\boxed{1} then \boxed{2", "1"),
        (r"\boxed{\{1, 2\}}", r"\{1, 2\}"),
        (r"\boxed{\left\{ x \right.}", r"\left\{ x \right."),
        (r"}} \boxed{1} }", "1"),
        (r"\boxed{a \boxed{b}}", "b"),
        (r"\boxed{", None),
        (r"boxed{3}", None),
        (r"\boxed3", None),
        ("</answer>a<answer>", None),
        ("the answer is 3", None),
        ("", None),
    ],
)
def test_extract_answer_finds_the_last_complete_answer(response, answer):
    assert extract_answer(response) == answer


pieces = st.sampled_from(
    ["<think>", "</think>", "<answer>", "</answer>", "\\boxed{", "{", "}", "\\", " ", "\n", "3", "é"]
)
responses = st.one_of(
    st.lists(pieces, max_size=30).map("".join), st.text(), st.text(st.characters(categories=["Cs", "Cc", "L"]))
)


@settings(max_examples=300, deadline=None)
@given(responses)
def test_format_functions_take_any_string_and_the_answer_stands_in_it(response):
    reward, answer = format_reward(response), extract_answer(response)
    assert reward in (0.0, 1.0)
    assert answer is None or answer in response
    if reward == 1.0:
        assert answer is not None


@given(st.text(st.characters(exclude_characters="<>")), st.text(st.characters(exclude_characters="<>")))
def test_a_well_formed_response_is_rewarded_and_its_answer_found(thought, answer):
    response = f"<think>{thought}</think>\n<answer>{answer}</answer>"
    assert format_reward(response) == 1.0
    assert extract_answer(response) == answer.strip()


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=30).map("".join))
def test_last_boxed_agrees_with_matching_braces_one_by_one(text):
    if "<answer>" in text and "</answer>" in text:
        return
    expected = None
    for start in range(len(text)):
        if not text.startswith("\\boxed{", start):
            continue
        depth = 0
        for end in range(start + 6, len(text)):
            if text[end] in "{}" and text[end - 1] != "\\":
                depth += 1 if text[end] == "{" else -1
            if depth == 0:
                expected = text[start + 7 : end].strip()
                break
    assert extract_answer(text) == expected


@pytest.mark.parametrize(
    "unit", ["<think>", "</answer>", "<answer>", "<answer></answer", "\\boxed{", "{", "}", "\\boxed{}", "\\", " ", "<"]
)
def test_a_megabyte_of_anything_is_read_in_linear_time(unit):
    text = "<think>\\boxed{" + unit * (1_000_000 // len(unit)) + "</answer>"
    start = time.process_time()
    format_reward(text)
    extract_answer(text)
    assert time.process_time() - start < 0.15  # about 0.02 on an idle machine; quadratic time would be minutes


# -- accuracy: verdicts -----------------------------------------------------------------------------------------------

VERDICTS = [
    # gold, answer, verdict. Plain numbers, compared exactly
    ("5", "5", True),
    ("5", "6", False),
    ("5", " 5 ", True),
    ("5", "$5$", True),
    ("$5$", "5", True),
    ("5", "5.", True),
    ("5", "5.0", True),
    ("5", "+5", True),
    ("-3", "-3", True),
    ("-3", "\u22123", True),
    ("-3", "3", False),
    ("0.5", "1/2", True),
    ("1/2", ".5", True),
    ("1/2", "2/4", True),
    ("1/2", r"\frac{1}{2}", True),
    (r"-\frac{1}{2}", "-0.5", True),
    (r"\frac{-1}{2}", r"-\frac{1}{2}", True),
    ("1/3", "0.333333", False),
    ("1.5", "1 1/2", True),
    ("-1.5", r"-1\frac{1}{2}", True),
    ("1234567", "1,234,567", True),
    ("1,234.5", "1234.50", True),
    ("1234", "12,34", False),
    ("100000000000000000001", "100000000000000000000", False),
    ("0.1", "0.10000000000000000001", False),
    ("5", "5 6", False),
    ("11", "5 6", False),
    ("5", "", False),
    ("5", "   ", False),
    ("5", None, False),
    ("5", "5\x00", False),
    ("5", "5\ud800", False),
    ("5", "5" + " " * 2000, False),
    # Option letters
    ("B", "B", True),
    ("B", "b", True),
    ("B", "(B)", True),
    ("B", "B.", True),
    ("B", "B) 12 cm", True),
    ("B", "(b): twelve", True),
    ("B", "option B", True),
    ("B", "Option (B)", True),
    ("B", r"\boxed{B}", True),
    ("B", r"$\text{B}$", True),
    ("(B)", "B", True),
    ("B", "C", False),
    ("B", "Bob", False),
    ("B", "A or B", False),
    ("A", "A cat", False),
    ("B", "12", False),
    # Words
    ("Paris", "paris.", True),
    ("yes", "Yes", True),
    ("yes", "no", False),
    ("New York", "new  york", True),
    (r"\text{Monday}", "Monday", True),
    ("listen", "silent", False),
    ("Paris", "London", False),
    ("Paris", "5", False),
    # Left to Math-Verify
    (r"2\sqrt{3}", r"\sqrt{12}", True),
    (r"2\sqrt{3}", "2*sqrt(3)", True),
    (r"2\sqrt{3}", "2√3", True),
    (r"2\sqrt{3}", r"3\sqrt{2}", False),
    (r"\frac{\sqrt{2}}{2}", r"\frac{1}{\sqrt{2}}", True),
    (r"\frac{3}{4}", r"\boxed{0.75}", True),
    ("x+1", "1+x", True),
    ("x+1", "y+1", False),
    ("x^2-1", "(x-1)(x+1)", True),
    ("x^2-1", "(x-1)^2", False),
    ("5", "x = 5", True),
    ("5", "x = 6", False),
    ("60", r"60^\circ", True),
    ("60", "60°", True),
    ("3", "3 cm", True),
    (r"\frac{\pi}{2}", "π/2", True),
    (r"\pi", "3.14", False),
    ("1024", "2^10", True),
    ("1024", "2**10", True),
    ("20", "2^10", False),
    (r"\sin(x)", "sin(x)", True),
    (r"\sin(x)", "cos(x)", False),
    ("101_2", "101_{2}", True),
    ("101_2", "101", False),
    ("1000", r"1{,}000", True),
    ("1500", r"1.5 \times 10^{3}", True),
    ("(1,2)", "(1, 2)", True),
    ("(1,2)", "(2,1)", False),
    ("[1,2]", "(1,2)", False),
    (r"\{1,2\}", r"\{2,1\}", True),
    ("1,2", "1", False),
    (r"(-\infty,2)\cup(3,\infty)", r"(3,\infty)\cup(-\infty,2)", True),
    (r"\infty", r"-\infty", False),
    ("3+4i", "4i+3", True),
    ("y=2x+1", "y=1+2x", True),
    (r"x \le 3", "x ≤ 3", True),
    (r"x \le 3", "x < 3", False),
    (
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\begin{bmatrix}1&2\\3&4\end{bmatrix}",
        True,
    ),
    (
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\begin{pmatrix}1&2\\4&3\end{pmatrix}",
        False,
    ),
    (r"2\pi", "6 or $2\\pi$ or 7", False),
    ("5", "either $5$ or $6$", False),
    ("5", "1/0", False),
    (r"\frac{1}{0}", r"\frac{2}{0}", False),
    ("4", "len('abcd')", False),
    ("4", "print(4)", False),
    ("5", "__import__('os')._exit(5)", False),
    ("5", "hello", False),
    ("5", r"\frac{", False),
    ("5", "5" * 150, False),
]


@pytest.fixture(scope="module")
def verdicts(pool):
    return are_correct([(answer, gold) for gold, answer, _ in VERDICTS], pool=pool)


@pytest.mark.parametrize("index", range(len(VERDICTS)), ids=[f"{gold!a:.30}-{a!a:.30}" for gold, a, _ in VERDICTS])
def test_verdict(verdicts, index):
    gold, answer, expected = VERDICTS[index]
    assert verdicts[index] is expected, (gold, answer)


def test_plain_answers_are_judged_without_any_process_and_fast():
    closed = VerifierPool()
    closed.close()
    pairs = [("1,234", "1234"), (r"\frac{3}{4}", "0.75"), ("(B)", "B"), ("Paris", "paris"), ("7", "8")] * 400
    start = time.process_time()
    verdicts = [is_correct(answer, gold, pool=closed) for answer, gold in pairs]
    seconds = time.process_time() - start
    assert verdicts == [True, True, True, True, False] * 400
    assert seconds / len(pairs) < 60e-6  # 6 to 14 µs on an idle machine


def test_a_batch_keeps_its_order(pool):
    pairs = [(f"{i}+x", f"x+{i + i % 2}") for i in range(20)]
    assert are_correct(pairs, pool=pool) == [i % 2 == 0 for i in range(20)]
    assert are_correct([], pool=pool) == []


@pytest.mark.parametrize("gold", ["B", "5", "1/2", "Paris", "yes", r"2\sqrt{3}", "x+1", "(1,2)", r"\infty", "$3$"])
def test_check_gold_accepts_what_can_be_compared(pool, gold):
    check_gold(gold, pool=pool)


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        (None, "NoneType"),
        (5, "type int"),
        ("", "empty"),
        ("  ", "empty"),
        ("5\x00", "control characters"),
        ("1" * 2001, "2001 characters"),
        (r"\frac{", "does not parse"),
        (r"\frac{1}{0}", "does not parse"),
        ("5 6", "does not parse"),
        ("?!", "does not parse"),
    ],
)
def test_check_gold_says_in_one_line_what_is_wrong(pool, gold, message):
    with pytest.raises(ValueError, match=message) as error:
        check_gold(gold, pool=pool)
    assert "\n" not in str(error.value)


# -- accuracy: the time limit -----------------------------------------------------------------------------------------

HOSTILE = {
    "tower of powers": "9**9**9**9",
    "googolplex": "10^{10^{10}}",
    "latex tower": "9^{9^{9^{9}}}",
    "factorial": "1000000000!",
    "nested parentheses": "(" * 900 + "6" + ")" * 900,
    "nested roots": r"\sqrt{" * 300 + "6",
    "unclosed fractions": r"\frac{" * 390,
    "null bytes": "\x00" * 1000,
    "lone surrogates": "\ud800\udfff" * 500,
    "code": "__import__('os').system('sleep 60')",
    "dollars": "$" * 1999,
    "100 kB of LaTeX": r"\frac{1}{2}+" * 9000,
}


@pytest.mark.parametrize("answer", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_answer_is_false_in_time_and_the_next_verdict_works(impatient, answer):
    start = time.monotonic()
    assert is_correct(answer, "5", pool=impatient) is False
    assert time.monotonic() - start < LIMIT + SLACK
    assert is_correct("y+x", "x+y", pool=impatient) is True


@pytest.mark.parametrize("answer", [r"\frac{1}{2}+" * 9000 + "1", "\x00", "\ud800"])
def test_the_pool_itself_bounds_strings_that_is_correct_would_not_send(impatient, answer):
    start = time.monotonic()
    assert impatient.equivalent([("5", answer)]) == [False]
    assert time.monotonic() - start < LIMIT + SLACK
    assert impatient.equivalent([("x+y", "y+x")]) == [True]


def test_hostile_answers_in_a_batch_cost_only_themselves(impatient):
    pairs = [("10^{10^{10}}", "5"), ("1+x", "x+1"), ("1000000000!", "5"), ("2+x", "x+2"), ("3+x", "x+4")]
    start = time.monotonic()
    assert are_correct(pairs, pool=impatient) == [False, True, False, True, False]
    assert time.monotonic() - start < 2 * LIMIT + SLACK


def processes_under(pid: int) -> list[int]:
    tree = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = {}
    for line in tree.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, []).append(child)
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found[1:]


def gone(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(os.path.exists(f"/proc/{pid}") for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_a_pool_outlives_its_server_and_its_workers_and_closing_it_leaves_no_process_behind():
    mortal = VerifierPool(max_workers=1)
    assert mortal.equivalent([("x+1", "1+x")]) == [True]
    server = mortal._server._process.pid
    family = processes_under(server)
    assert len(family) >= 2  # fork server and worker
    os.kill(server, signal.SIGKILL)
    assert mortal.equivalent([("x+1", "1+x"), ("x", "y")]) == [True, False]
    assert gone(family, 10)

    family = processes_under(mortal._server._process.pid)
    for pid in family:
        os.kill(pid, signal.SIGKILL)
    assert mortal.equivalent([("x+1", "1+x"), ("x", "y")]) == [True, False]

    family = [mortal._server._process.pid, *processes_under(mortal._server._process.pid)]
    mortal.close()
    mortal.close()
    assert gone(family, 10)
    with pytest.raises(RuntimeError, match="closed"):
        mortal.equivalent([("x", "x")])


def test_a_server_whose_end_was_not_yet_noticed_costs_no_verdict(monkeypatch):
    read = _Server._read

    def read_late(server):
        time.sleep(2)
        read(server)

    monkeypatch.setattr(_Server, "_read", read_late)
    with VerifierPool(max_workers=1) as mortal:
        server = mortal._running_server()
        server.kill()
        assert server.alive
        assert mortal.equivalent([("x+1", "1+x"), ("x", "y")]) == [True, False]


def test_nothing_is_left_running_when_the_process_that_asked_is_killed_amid_a_verdict():
    script = """
        from rewards import VerifierPool
        pool = VerifierPool(timeout=60)
        pool.equivalent([("x+1", "1+x")])
        print("ready", flush=True)
        pool.equivalent([("5", "1000000000!")])
    """
    with subprocess.Popen(script_command(script), stdout=subprocess.PIPE, env=script_env()) as asker:
        asker.stdout.readline()
        time.sleep(0.3)
        family = processes_under(asker.pid)
        asker.kill()
    assert len(family) >= 4  # server, fork server, two workers
    assert gone(family, 10)


def test_a_worker_has_a_memory_limit_and_dies_at_once_when_told_to():
    script = """
        import os, signal, rewards.worker as worker
        signal.signal(signal.SIGTERM, lambda *_: None)  # as pebble does
        worker._prepare(1 << 30)
        try:
            bytearray(2 << 30)
        except MemoryError:
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
            print("limited")
    """
    assert run_script(script).stdout.strip() == "limited"


def test_many_threads_share_a_pool(pool):
    wrong: list[int] = []

    def ask(number: int) -> None:
        for i in range(5):
            if are_correct([(f"{i}+y", f"y+{i}"), (f"{number}z", f"{number + 1}z")], pool=pool) != [True, False]:
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not wrong and not any(thread.is_alive() for thread in threads)


# -- accuracy: in other processes -------------------------------------------------------------------------------------


def judge_in_child(connection, inherited: VerifierPool | None) -> None:
    assert multiprocessing.current_process().daemon
    verdicts = are_correct([("1+x", "x+1"), ("x", "y")])
    seconds = 0.0
    if inherited is not None:
        verdicts.append(is_correct("2+x", "x+2", pool=inherited))
        start = time.monotonic()
        verdicts.append(is_correct("1000000000!", "5", pool=inherited))
        seconds = time.monotonic() - start
    connection.send((verdicts, seconds))


@pytest.mark.parametrize(("method", "expected"), [("fork", [True, False, True, False]), ("spawn", [True, False])])
def test_verdicts_work_in_a_daemonic_process_after_the_parent_used_its_own_pools(impatient, method, expected):
    assert is_correct("1+x", "x+1")  # the parent's default pool is running, and so is the impatient one
    context = multiprocessing.get_context(method)
    ours, theirs = context.Pipe()
    child = context.Process(target=judge_in_child, args=(theirs, impatient if method == "fork" else None), daemon=True)
    child.start()
    assert ours.poll(40)
    verdicts, seconds = ours.recv()
    child.join(10)
    assert verdicts == expected and seconds < LIMIT + SLACK
    assert child.exitcode == 0
    assert is_correct("2+x", "x+2") and is_correct("2+x", "x+2", pool=impatient)  # the parent's still run


def script_command(script: str) -> list[str]:
    return [sys.executable, "-c", textwrap.dedent(script)]


def script_env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run_script(script: str, file: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = script_command(script)
    if file is not None:
        file.write_text(textwrap.dedent(script))
        command = [sys.executable, str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=script_env())


def test_a_script_without_main_guard_can_ask_and_exits_cleanly_and_quietly(tmp_path):
    script = """
        print("once")
        from rewards import is_correct
        print(is_correct("1+x", "x+1"))
    """
    done = run_script(script, tmp_path / "script.py")
    assert (done.returncode, done.stdout.split(), done.stderr) == (0, ["once", "True"], "")


def test_importing_rewards_starts_nothing_and_loads_no_computer_algebra():
    done = run_script("import sys, rewards; print([m for m in ('sympy', 'pebble', 'math_verify') if m in sys.modules])")
    assert done.stdout.strip() == "[]"


def test_a_verifier_that_cannot_start_is_an_error_not_a_wrong_answer(tmp_path, monkeypatch):
    (tmp_path / "pebble.py").write_text("raise ImportError('no pebble here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="no pebble here") as error, VerifierPool() as broken:
        broken.equivalent([("x", "x")])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "arguments",
    [{"max_workers": 0}, {"timeout": 0}, {"timeout": float("inf")}, {"memory_bytes": 1}, {"max_tasks": 0.5}],
)
def test_a_pool_refuses_arguments_out_of_range(arguments):
    with pytest.raises(ValueError, match=next(iter(arguments))):
        VerifierPool(**arguments)


# -- compose ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "form", "accuracy", "reward"),
    [
        (RewardWeights(), 1.0, 1.0, 1.5),
        (RewardWeights(), 1.0, 0.0, 0.5),
        (RewardWeights(), 0.0, 1.0, 1.0),
        (RewardWeights(), 0.0, 0.0, 0.0),
        (RewardWeights(format=0.0, accuracy=2.0), 1.0, 0.25, 0.5),
    ],
)
def test_combine_is_the_weighted_sum(weights, form, accuracy, reward):
    assert weights.combine(form, accuracy) == reward


@pytest.mark.parametrize(
    "weights", [{"format": -1}, {"accuracy": float("nan")}, {"format": float("inf")}, {"format": "1"}, {"format": True}]
)
def test_weights_must_be_finite_and_not_negative(weights):
    with pytest.raises(ValueError, match=next(iter(weights))):
        RewardWeights(**weights)


def test_weights_must_not_all_be_zero():
    with pytest.raises(ValueError, match="both 0"):
        RewardWeights(format=0, accuracy=0)


@pytest.mark.parametrize("rewards", [(1.5, 0), (0, -0.1), (float("nan"), 0), (0, None)])
def test_combine_refuses_rewards_outside_their_range(rewards):
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        RewardWeights().combine(*rewards)


@pytest.fixture
def user_package(tmp_path, monkeypatch):
    package = tmp_path / "myrewards"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "length.py").write_text(
        "SCALE = 2\n"
        "def brevity(response, task):\n    return 1 / (1 + len(response))\n"
        "def lonely(response):\n    return 0.0\n"
        "class Both:\n    @staticmethod\n    def score(response, task):\n        return 0.25\n"
    )
    (package / "needy.py").write_text("import a_module_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] == "myrewards"]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("myrewards.length:brevity", 0.25),
        ("myrewards.length.brevity", 0.25),
        ("myrewards.length:Both.score", 0.25),
    ],
)
def test_load_reward_imports_a_users_function(user_package, path, value):
    assert load_reward(path)("abc", None) == value


@pytest.mark.parametrize(
    ("path", "error", "message"),
    [
        ("myrewards.length:brevitty", ValueError, "did you mean 'brevity'"),
        ("myrewards.lenght:brevity", ValueError, "did you mean 'myrewards.length'"),
        ("myreward.length:brevity", ValueError, "did you mean 'myrewards'"),
        ("myrewards.length:Both.scor", ValueError, "did you mean 'score'"),
        ("myrewards.needy:f", ValueError, "needs 'a_module_that_is_not_there'"),
        ("brevity", ValueError, "package.module:function"),
        ("", ValueError, "package.module:function"),
        ("myrewards.length:", ValueError, "package.module:function"),
        ("my rewards.length:f", ValueError, "package.module:function"),
        ("myrewards.length:SCALE", TypeError, "names a int"),
        ("myrewards.length:lonely", TypeError, r"fn\(response, task\)"),
    ],
)
def test_load_reward_says_in_one_line_what_is_wrong(user_package, path, error, message):
    with pytest.raises(error, match=message) as caught:
        load_reward(path)
    assert "\n" not in str(caught.value)
