"""Log-probabilities without logits against the plain path: log_softmax and Categorical over every logit at once."""

from __future__ import annotations

import subprocess
import sys
import weakref

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.checkpoint import checkpoint

from trainers.fused_logprobs import fused_logprobs

TOKENS, WORDS, WIDTH = 11, 23, 6
BANNED = (0, 1, 2, 3, 9, 22)  # a tile of four words is banned altogether


def case(dtype: torch.dtype = torch.float64, tokens: int = TOKENS, seed: int = 0) -> tuple[torch.Tensor, ...]:
    """Hidden states, weight, bias and targets (none of them banned)."""
    generator = torch.Generator().manual_seed(seed)
    allowed = torch.tensor([word for word in range(WORDS) if word not in BANNED])
    hidden, weight, bias = (
        torch.randn(shape, generator=generator, dtype=torch.float64).to(dtype).requires_grad_()
        for shape in ((tokens, WIDTH), (WORDS, WIDTH), (WORDS,))
    )
    return hidden, weight, bias, allowed[torch.randint(len(allowed), (tokens,), generator=generator)]


def plain(hidden, weight, targets, temperature=1.0, banned=(), bias=None):
    """The same two results with every logit in memory; banned words are cut out of the vocabulary."""
    logits = torch.nn.functional.linear(hidden, weight, bias)
    logits = (logits if logits.dtype == torch.float64 else logits.float()) / temperature
    allowed = torch.tensor([word for word in range(len(weight)) if word not in banned])
    kept = logits[:, allowed]
    place = torch.searchsorted(allowed, targets)
    logprobs = torch.log_softmax(kept, -1).gather(1, place[:, None])[:, 0]
    return logprobs, torch.distributions.Categorical(logits=kept, validate_args=False).entropy()


def gradients(results, inputs, seed=1):
    """Gradients of a sum that weighs every log-probability and every entropy differently."""
    generator = torch.Generator().manual_seed(seed)
    loss = sum((torch.randn(x.shape, generator=generator, dtype=torch.float64).to(x.dtype) * x).sum() for x in results)
    return torch.autograd.grad(loss, inputs)


def assert_close(ours, theirs, tolerance):
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.shape == other.shape
        torch.testing.assert_close(mine, other, atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("dtype, tolerance", [(torch.float64, 1e-12), (torch.float32, 1e-5)])
@pytest.mark.parametrize("temperature, banned", [(1.0, ()), (0.6, BANNED), (3.0, (5,))])
@pytest.mark.parametrize("tile", [None, (11, 23), (1, 1), (4, 5), (3, 4), (100, 100)])
@pytest.mark.parametrize("kept_tokens", [0, 5, TOKENS])
def test_values_and_gradients_are_the_plain_paths(dtype, tolerance, temperature, banned, tile, kept_tokens) -> None:
    hidden, weight, bias, targets = case(dtype)
    keep_bytes = kept_tokens * WORDS * dtype.itemsize
    ours = fused_logprobs(hidden, weight, targets, temperature, banned, bias, tile=tile, keep_bytes=keep_bytes)
    theirs = plain(hidden, weight, targets, temperature, banned, bias)
    assert_close(ours, theirs, tolerance)
    inputs = hidden, weight, bias
    assert_close(gradients(ours, inputs), gradients(theirs, inputs), tolerance)


@pytest.mark.parametrize("tokens", [0, 1])
def test_no_token_and_one_token_are_ordinary_batches(tokens: int) -> None:
    hidden, weight, bias, targets = case(tokens=tokens)
    ours, theirs = (f(hidden, weight, targets, 0.7, BANNED, bias) for f in (fused_logprobs, plain))
    assert_close(ours, theirs, 1e-12)
    assert_close(gradients(ours, (hidden, weight, bias)), gradients(theirs, (hidden, weight, bias)), 1e-12)


@pytest.mark.parametrize("used", [0, 1])
def test_a_loss_may_use_one_result_alone(used: int) -> None:
    hidden, weight, bias, targets = case()
    ours, theirs = (f(hidden, weight, targets, 0.7, BANNED, bias)[used : used + 1] for f in (fused_logprobs, plain))
    assert_close(gradients(ours, (hidden, weight, bias)), gradients(theirs, (hidden, weight, bias)), 1e-12)


@pytest.mark.parametrize("keep_bytes", [0, 2 * WORDS * 8, 1 << 20])
def test_gradients_pass_gradcheck(keep_bytes: int) -> None:
    hidden, weight, bias, targets = case(tokens=3)

    def results(*inputs):
        return fused_logprobs(inputs[0], inputs[1], targets, 0.8, BANNED, inputs[2], tile=(2, 5), keep_bytes=keep_bytes)

    assert torch.autograd.gradcheck(results, (hidden, weight, bias))


def test_bfloat16_rounds_as_the_plain_path_does() -> None:
    hidden, weight, bias, targets = case(torch.bfloat16)
    inputs = hidden, weight, bias
    ours, theirs = (f(hidden, weight, targets, 0.8, BANNED, bias) for f in (fused_logprobs, plain))
    assert [x.dtype for x in ours] == [torch.float32] * 2
    assert_close(ours, theirs, 0.05)
    found = gradients(ours, inputs)
    assert [x.dtype for x in found] == [torch.bfloat16] * 3
    exact = plain(
        *(x.detach().double().requires_grad_() for x in (hidden, weight)), targets, 0.8, BANNED, bias.double()
    )
    assert_close(ours, [x.float() for x in exact], 0.05)
    wide = [x.detach().double().requires_grad_() for x in inputs]
    exact = gradients(plain(wide[0], wide[1], targets, 0.8, BANNED, wide[2]), wide)
    for mine, other in zip(found, exact, strict=True):
        assert (mine.double() - other).norm() <= 0.02 * other.norm()


def test_a_certain_token_has_next_to_no_gradient_in_bfloat16() -> None:
    # 1 - p is 22 exp(-9); a p rounded to bfloat16 before it is taken from 1 would be off by up to 1/512.
    hidden = torch.ones(1, 1, dtype=torch.bfloat16, requires_grad=True)
    weight = torch.zeros(WORDS, 1, dtype=torch.bfloat16)
    weight[4] = 9.0
    logprobs, _ = fused_logprobs(hidden, weight, torch.tensor([4]))
    (found,) = torch.autograd.grad(logprobs.sum(), hidden)
    others = 22 * torch.exp(torch.tensor(-9.0))
    torch.testing.assert_close(found.float(), (9.0 * others / (1 + others)).view(1, 1), rtol=0.01, atol=0)


def test_autocast_makes_products_in_its_dtype() -> None:
    hidden, weight, _, targets = case(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        ours, theirs = (f(hidden, weight, targets, 0.8, BANNED) for f in (fused_logprobs, plain))
    in_float32 = plain(hidden, weight, targets, 0.8, BANNED)
    assert (ours[0] - theirs[0]).abs().mean() < 0.1 * (ours[0] - in_float32[0]).abs().mean()
    found = gradients(ours, (hidden, weight))
    assert [x.dtype for x in found] == [torch.float32] * 2
    for mine, other in zip(found, gradients(in_float32, (hidden, weight)), strict=True):
        assert (mine - other).norm() <= 0.02 * other.norm()


def test_autocast_takes_a_weight_and_hidden_states_of_different_dtypes() -> None:
    hidden, weight, _, targets = case(torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        ours = fused_logprobs(hidden.bfloat16(), weight, targets)
        theirs = fused_logprobs(hidden, weight, targets)
    assert_close(ours, theirs, 0)
    with pytest.raises(ValueError, match="autocast"):
        fused_logprobs(hidden.bfloat16(), weight, targets)


class CountProducts(TorchDispatchMode):
    """Counts matrix products, in place or not."""

    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += func.overloadpacket in (torch.ops.aten.mm, torch.ops.aten.addmm, torch.ops.aten.addmm_)
        return func(*args, **(kwargs or {}))


@pytest.mark.parametrize("keep_bytes, again", [(0, 1), (1 << 20, 0)])
@pytest.mark.parametrize("trained", [(0,), (1,), (0, 1)])
def test_a_frozen_side_costs_no_product_and_kept_logits_none_either(trained, keep_bytes: int, again: int) -> None:
    hidden, weight, bias, targets = case()
    inputs = hidden, weight
    for i, x in enumerate(inputs):
        x.requires_grad_(i in trained)
    wanted = [inputs[i] for i in trained]
    with CountProducts() as products:
        ours = fused_logprobs(hidden, weight, targets, bias=bias.detach(), keep_bytes=keep_bytes)
        found = gradients(ours, wanted)
    assert products.count == 1 + again + len(trained)
    assert_close(found, gradients(plain(hidden, weight, targets, bias=bias.detach()), wanted), 1e-12)


def test_without_gradients_nothing_is_kept() -> None:
    hidden, weight, _, targets = case()
    with torch.no_grad():
        logprobs, entropy = fused_logprobs(hidden, weight, targets)
    assert not logprobs.requires_grad and not entropy.requires_grad
    assert_close((logprobs, entropy), plain(hidden, weight, targets), 1e-12)


def test_a_tied_embedding_collects_both_gradients() -> None:
    _, weight, _, targets = case()
    words = torch.randint(WORDS, (TOKENS,), generator=torch.Generator().manual_seed(3))
    ours, theirs = (f(torch.tanh(weight[words]), weight, targets, 0.7, BANNED) for f in (fused_logprobs, plain))
    assert_close(gradients(ours, (weight,)), gradients(theirs, (weight,)), 1e-12)


@pytest.mark.parametrize("reentrant", [True, False])
def test_checkpointing_changes_nothing(reentrant: bool) -> None:
    hidden, weight, bias, targets = case()
    ours = checkpoint(fused_logprobs, hidden, weight, targets, 0.7, BANNED, bias, use_reentrant=reentrant)
    theirs = plain(hidden, weight, targets, 0.7, BANNED, bias)
    for x in (hidden, weight, bias):
        x.grad = None
    (ours[0].sum() + 2 * ours[1].sum()).backward()
    expected = torch.autograd.grad(theirs[0].sum() + 2 * theirs[1].sum(), (hidden, weight, bias))
    assert_close((hidden.grad, weight.grad, bias.grad), expected, 1e-12)


def test_a_second_backward_pass_finds_the_kept_logits_unspoilt() -> None:
    hidden, weight, _, targets = case()
    results = fused_logprobs(hidden, weight, targets, 0.7, BANNED)
    loss = results[0].sum() + results[1].sum()
    first = torch.autograd.grad(loss, (hidden, weight), retain_graph=True)
    assert_close(torch.autograd.grad(loss, (hidden, weight)), first, 0)


def test_gradients_of_gradients_are_refused() -> None:
    hidden, weight, _, targets = case()
    loss = fused_logprobs(hidden, weight, targets)[0].square().sum()
    (grad,) = torch.autograd.grad(loss, hidden, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        grad.sum().backward()


def test_a_partitioned_weight_is_read_inside_the_passes_alone() -> None:
    # What ZeRO-3 does: the parameter's data come for the forward pass, go, and come again for the backward pass.
    hidden, values, _, targets = case()
    weight = torch.nn.Parameter(values.detach().clone())

    def gather() -> weakref.ref:
        array = values.detach().numpy().copy()
        weight.data = torch.from_numpy(array)
        return weakref.ref(array)

    gathered = gather()
    results = fused_logprobs(hidden, weight, targets, 0.7, BANNED, tile=(3, 4), keep_bytes=0)
    weight.data = torch.empty(0, dtype=weight.dtype)
    assert gathered() is None
    gather()
    expected = plain(hidden, values, targets, 0.7, BANNED)
    assert_close(gradients(results, (hidden, weight)), gradients(expected, (hidden, values)), 1e-12)


@pytest.mark.parametrize("scale", [1e3, 1e4])
def test_far_apart_logits_neither_overflow_nor_vanish(scale: float) -> None:
    # The highest logit comes in the last tile, and in the first.
    weight = torch.tensor([[scale], [0.0], [-scale], [1.0], [0.5], [-scale]], requires_grad=True)
    hidden = torch.tensor([[1.0], [-1.0]], requires_grad=True)
    targets = torch.tensor([1, 2])
    ours = fused_logprobs(hidden, weight, targets, tile=(2, 2), keep_bytes=0)
    exact = [x.detach().double().requires_grad_() for x in (hidden, weight)]
    theirs = plain(*exact, targets)
    assert_close(ours, [x.float() for x in theirs], 1e-6)
    assert_close(gradients(ours, (hidden, weight)), [x.float() for x in gradients(theirs, exact)], 1e-6)


def test_a_banned_target_has_no_probability_and_no_gradient() -> None:
    hidden, weight, bias, _ = case(torch.float32)
    targets = torch.full((TOKENS,), BANNED[-1])
    logprobs, entropy = fused_logprobs(hidden, weight, targets, 0.7, BANNED, bias, tile=(3, 4))
    assert (logprobs == torch.finfo(torch.float32).min).all() and entropy.isfinite().all()
    found = torch.autograd.grad(logprobs.sum(), (hidden, weight, bias))
    assert all(x.isfinite().all() for x in found)
    assert not found[1][list(BANNED)].any() and not found[2][list(BANNED)].any()


@pytest.mark.parametrize(
    "change, message",
    [
        ({"hidden": torch.zeros(TOKENS, WIDTH + 1)}, r"\(11, 7\) and weight \(23, 6\)"),
        ({"weight": torch.zeros(0)}, "gathered first"),
        ({"targets": torch.zeros(TOKENS - 1, dtype=torch.int64)}, "one per row of hidden"),
        ({"targets": torch.zeros(TOKENS, dtype=torch.int32)}, "int32"),
        ({"targets": torch.full((TOKENS,), -100)}, "not -100 to -100"),
        ({"targets": torch.full((TOKENS,), WORDS)}, "leave ignored positions out"),
        ({"bias": torch.zeros(1)}, "one per row of weight"),
        ({"weight": torch.zeros(WORDS, WIDTH, dtype=torch.float64)}, "float64"),
        ({"temperature": 0.0}, "above 0, not 0.0"),
        ({"banned": (WORDS,)}, "banned ids"),
        ({"banned": (-1,)}, "banned ids"),
        ({"banned": range(WORDS)}, "at least one"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_value(change, message: str) -> None:
    hidden, weight, _, targets = case(torch.float32)
    with pytest.raises(ValueError, match=message):
        fused_logprobs(**({"hidden": hidden, "weight": weight, "targets": targets} | change))


def peak_bytes(call: str) -> int:
    """How far memory rises above what the inputs take, in a process of its own: 1,024 tokens, 50,000 words."""
    program = f"""
import torch
from test_fused_logprobs import fused_logprobs, plain
torch.set_num_threads(1)
def status(field):
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(field))
hidden = torch.randn(1024, 16, requires_grad=True)
weight = torch.randn(50_000, 16, requires_grad=True)
targets = torch.zeros(1024, dtype=torch.int64)
before = status("VmRSS:")
logprobs, entropy = {call}
(logprobs.sum() + entropy.sum()).backward()
print(status("VmHWM:") - before)
"""
    child = subprocess.run(
        [sys.executable, "-c", program], cwd=__file__.rpartition("/")[0], capture_output=True, text=True
    )
    assert child.returncode == 0, child.stderr
    return int(child.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_peak_memory_is_the_budget_and_not_the_logits() -> None:
    logits = 1024 * 50_000 * 4
    bound = 100 << 20
    assert bound < logits < peak_bytes("plain(hidden, weight, targets, 0.7)")
    assert peak_bytes("fused_logprobs(hidden, weight, targets, 0.7, keep_bytes=32 << 20)") < bound
