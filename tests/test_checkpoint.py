"""A checkpoint is whole or absent, resuming is exact, and damage is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

from trainers import checkpoint
from trainers.checkpoint import CheckpointError

torch.set_num_threads(1)
ROOT = Path(__file__).parent.parent


def tiny_model(seed: int = 0) -> Qwen3ForCausalLM:
    torch.manual_seed(seed)
    shape: dict[str, Any] = {
        "hidden_size": 16,
        "intermediate_size": 32,
        "num_hidden_layers": 1,
        "vocab_size": 64,
        "head_dim": 8,
    }
    return Qwen3ForCausalLM(Qwen3Config(**shape, num_attention_heads=2, num_key_value_heads=1))


def train(model: Qwen3ForCausalLM, optimizer: torch.optim.Optimizer, steps: int) -> None:
    for _ in range(steps):
        tokens = torch.randint(0, 64, (2, 8))  # from the global generator, so that its state matters
        optimizer.zero_grad()
        model(input_ids=tokens, labels=tokens).loss.backward()
        optimizer.step()


class Stub:
    """The least that `save` takes for a model."""

    def __init__(self, content: str = "weights", error: Exception | None = None):
        self.content, self.error = content, error

    def save_pretrained(self, folder: Path) -> None:
        (Path(folder) / "model.txt").write_text(self.content)
        if self.error:
            raise self.error


def saved(root: Path, stage: str, step: int, **state) -> Path:
    name = checkpoint.checkpoint_name(stage, step)
    return checkpoint.save(root, name, Stub(), None, {"x": torch.ones(2)}, {"stage": stage, "step": step, **state})


def flip(path: Path, position: int) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("options", [{}, {"amsgrad": True}, {"foreach": False}, {"fused": True}])
def test_resumed_training_is_bit_identical(tmp_path, options):
    def adamw(model):
        return torch.optim.AdamW(model.parameters(), lr=1e-2, **options)

    model = tiny_model()
    optimizer = adamw(model)
    train(model, optimizer, 5)
    tensors = checkpoint.optimizer_tensors(optimizer, model) | checkpoint.rng_tensors()
    path = checkpoint.save(tmp_path, "fre-000005", model, None, tensors, {"stage": "fre", "step": 5})
    train(model, optimizer, 5)

    torch.manual_seed(99)
    resumed = Qwen3ForCausalLM.from_pretrained(path)
    loaded, state = checkpoint.load_state(path)
    other = adamw(resumed)
    checkpoint.restore_optimizer(other, resumed, loaded)
    checkpoint.restore_rng(loaded)
    resumed.train()
    train(resumed, other, 5)

    assert state == {"stage": "fre", "step": 5, "sequence": 1}
    assert all(torch.equal(a, b) for a, b in zip(model.parameters(), resumed.parameters(), strict=True))
    assert "optim.model.embed_tokens.weight.exp_avg_sq" in loaded


def test_tensors_of_all_kinds_come_back_bit_by_bit(tmp_path):
    base = torch.randn(4, 6)
    given = {
        "view": base.t(),
        "shared": base,
        "again": base,
        "half": torch.randn(3).bfloat16(),
        "scalar": torch.tensor(3),
        "empty": torch.zeros(0, 2),
        "nan": torch.tensor([float("nan"), -0.0]),
    }
    path = checkpoint.save(tmp_path, "a-000001", Stub(), None, given, {})
    loaded, _ = checkpoint.load_state(path)
    assert loaded.keys() == given.keys()
    for name, tensor in given.items():
        assert loaded[name].dtype == tensor.dtype and loaded[name].shape == tensor.shape
        assert (
            loaded[name].numpy(force=True).tobytes() == tensor.contiguous().numpy().tobytes()
            if name != "half"
            else (torch.equal(loaded[name], tensor))
        )


def test_one_changed_byte_in_any_file_is_named_and_the_checkpoint_skipped(tmp_path):
    first = saved(tmp_path, "fre", 1)
    model = tiny_model()
    second = checkpoint.save(tmp_path, "fre-000002", model, model.generation_config, {"x": torch.ones(9)}, {"step": 2})
    checkpoint.verify(second)
    files = sorted(p.relative_to(second).as_posix() for p in second.rglob("*") if p.is_file())
    assert {"config.json", "model.safetensors", "manifest.json", checkpoint.STATE, checkpoint.TENSORS} <= set(files)
    for name in files:
        size = (second / name).stat().st_size
        for position in {0, size // 2, size - 1}:
            flip(second / name, position)
            with pytest.raises(CheckpointError, match=f"damaged: {name}"):
                checkpoint.verify(second)
            with pytest.warns(UserWarning, match=f"fre-000002.*damaged: {name}"):
                assert checkpoint.latest(tmp_path) == first
            flip(second / name, position)
    assert checkpoint.latest(tmp_path) == second


def test_every_byte_of_the_manifest_counts(tmp_path):
    path = saved(tmp_path, "fre", 1)
    for position in range((path / checkpoint.MANIFEST).stat().st_size):
        flip(path / checkpoint.MANIFEST, position)
        with pytest.raises(CheckpointError, match="manifest.json"):
            checkpoint.verify(path)
        flip(path / checkpoint.MANIFEST, position)
    checkpoint.verify(path)


def test_a_missing_or_shortened_file_is_named(tmp_path):
    path = saved(tmp_path, "fre", 1)
    (path / "model.txt").write_text("weight")
    with pytest.raises(CheckpointError, match="model.txt: 6 bytes instead of 7"):
        checkpoint.verify(path)
    checkpoint.load_state(path)  # the trainer's files are whole
    (path / checkpoint.TENSORS).unlink()
    with pytest.raises(CheckpointError, match="trainer/tensors.safetensors: No such file"):
        checkpoint.load_state(path)
    (path / checkpoint.MANIFEST).unlink()
    with pytest.raises(CheckpointError, match="has no manifest.json"):
        checkpoint.verify(path)


def test_latest_follows_the_order_of_writing_not_names_or_times(tmp_path):
    assert checkpoint.latest(tmp_path) is None
    paths = [saved(tmp_path, "mgt", 9), saved(tmp_path, "fre", 20), saved(tmp_path, "fre", 3)]
    for age, path in enumerate(paths):
        os.utime(path, (1e9 - age, 1e9 - age))
    assert checkpoint.latest(tmp_path) == paths[2]
    assert checkpoint.latest(tmp_path, "mgt") == paths[0]
    assert checkpoint.latest(tmp_path, "sft") is None
    assert [checkpoint.load_state(p)[1]["sequence"] for p in paths] == [1, 2, 3]


def test_saving_under_the_same_name_replaces(tmp_path):
    saved(tmp_path, "fre", 1, loss=3.0)
    path = saved(tmp_path, "fre", 1, loss=2.0)
    checkpoint.verify(path)
    assert checkpoint.load_state(path)[1]["loss"] == 2.0
    assert os.listdir(tmp_path / "checkpoints") == ["fre-000001"]


def test_a_missing_checkpoint_is_answered_with_those_that_are_there(tmp_path):
    saved(tmp_path, "fre", 1)
    for ask in (checkpoint.verify, checkpoint.load_state):
        with pytest.raises(CheckpointError, match="no checkpoint at .*fre-000002; .*checkpoints has fre-000001"):
            ask(tmp_path / "checkpoints" / "fre-000002")


def test_pruning_keeps_the_newest_and_the_protected(tmp_path):
    for step in range(1, 6):
        saved(tmp_path, "fre", step)
    removed = checkpoint.prune(tmp_path, 2, protect=["fre-000001"])
    assert [p.name for p in removed] == ["fre-000002", "fre-000003"]
    assert sorted(os.listdir(tmp_path / "checkpoints")) == ["fre-000001", "fre-000004", "fre-000005"]
    (tmp_path / "checkpoints" / "fre-000005" / "model.txt").unlink()  # damaged: does not count
    checkpoint.prune(tmp_path, 1)
    assert sorted(os.listdir(tmp_path / "checkpoints")) == ["fre-000004", "fre-000005"]
    with pytest.raises(ValueError, match="keep is 0"):
        checkpoint.prune(tmp_path, 0)


def test_a_failed_save_leaves_nothing_and_says_so(tmp_path):
    first = saved(tmp_path, "fre", 1)
    failures = [
        (OSError(28, "No space left on device"), "No space left on device; .* are free on that disk"),
        (OSError(13, "Permission denied"), "Permission denied; .* make the folder writable"),
        (Exception("Error: IO (os error 28)"), "No space left on device"),
        (RuntimeError("two\nlines"), "RuntimeError: two lines"),
    ]
    for error, told in failures:
        with pytest.raises(CheckpointError, match=told) as caught:
            checkpoint.save(tmp_path, "fre-000002", Stub(error=error), None, {}, {})
        assert "\n" not in str(caught.value) and "fre-000002" in str(caught.value)
        assert os.listdir(first.parent) == ["fre-000001"]
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(tmp_path, "fre-000002", Stub(error=KeyboardInterrupt()), None, {}, {})  # type: ignore[arg-type]
    with pytest.raises(CheckpointError, match="state is not plain JSON"):
        checkpoint.save(tmp_path, "fre-000002", Stub(), None, {}, {"loss": torch.ones(1)})
    with pytest.raises(CheckpointError, match="checkpoint name '../x'"):
        checkpoint.save(tmp_path, "../x", Stub(), None, {}, {})
    assert os.listdir(first.parent) == ["fre-000001"] and checkpoint.latest(tmp_path) == first


def test_a_run_folder_that_cannot_be_made_is_an_error_of_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="could not be saved in .*: Not a directory"):
        checkpoint.save(tmp_path / "file", "fre-000002", Stub(), None, {}, {})


def test_temporary_folders_of_dead_processes_are_removed_and_of_living_ones_kept(tmp_path):
    folder = tmp_path / "checkpoints"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    for pid in (gone.pid, os.getpid(), os.getppid()):
        (folder / f".tmp-fre-000001-{pid}").mkdir(parents=True)
    saved(tmp_path, "fre", 2)
    assert sorted(os.listdir(folder)) == [f".tmp-fre-000001-{os.getppid()}", "fre-000002"]
    assert checkpoint.latest(tmp_path) == folder / "fre-000002"


def run_script(body: str, *args: object) -> str:
    header = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\nfrom test_checkpoint import *\n"
    command = [sys.executable, "-c", header + textwrap.dedent(body), *map(str, args)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env={**os.environ, "HF_HUB_OFFLINE": "1"}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_disk_that_takes_no_more_leaves_the_earlier_checkpoint_and_no_rest(tmp_path):
    """RLIMIT_FSIZE refuses real writes in the configuration, the weights, and the tensors (Python and Rust code)."""
    output = run_script(
        """
        import resource
        root, model = Path(sys.argv[1]), tiny_model()
        tensors = {"x": torch.zeros(50_000)}
        checkpoint.save(root, "fre-000001", model, None, tensors, {"step": 1})
        for limit in (100, 10_000, 100_000):
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
            try:
                checkpoint.save(root, "fre-000002", model, None, tensors, {"step": 2})
            except CheckpointError as error:
                print(error)
        """,
        tmp_path,
    )
    lines = output.splitlines()
    assert len(lines) == 3
    for line in lines:
        assert line.startswith(
            f"checkpoint fre-000002 could not be saved in {tmp_path / 'checkpoints'}: File too large"
        )
        assert "free on that disk" in line and "resume from the latest" in line
    assert os.listdir(tmp_path / "checkpoints") == ["fre-000001"]
    checkpoint.verify(checkpoint.latest(tmp_path))


def test_a_kill_at_any_moment_leaves_only_whole_checkpoints(tmp_path):
    """Children save and prune without end and are killed after random delays; whatever is visible verifies."""
    output = run_script(
        """
        import random, signal, time, warnings
        warnings.simplefilter("error")
        root, model, chance = Path(sys.argv[1]), tiny_model(), random.Random(0)
        tensors = {"x": torch.zeros(200_000)}
        partial = 0
        for _ in range(25):
            child = os.fork()
            if child == 0:
                step = 0
                while True:
                    step = step % 6 + 1
                    name = checkpoint.checkpoint_name("fre", step)
                    checkpoint.save(root, name, model, None, tensors, {"step": step})
                    checkpoint.prune(root, 3)
            time.sleep(chance.uniform(0.02, 0.4))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            names = os.listdir(root / "checkpoints")
            partial += any(name.startswith(".tmp-") for name in names)
            for name in names:
                if not name.startswith("."):
                    checkpoint.verify(root / "checkpoints" / name)
            newest = checkpoint.latest(root)
            if newest is not None:
                checkpoint.load_state(newest)
        checkpoint.save(root, "end-000001", model, None, tensors, {})
        print(json.dumps([partial, checkpoint.latest(root).name, os.listdir(root / "checkpoints")]))
        """,
        tmp_path,
    )
    partial, newest, names = json.loads(output)
    assert partial > 3, "the kills should hit unfinished saves"
    assert newest == "end-000001"
    assert not [name for name in names if name.startswith(".")]


def test_optimiser_state_of_another_model_is_refused():
    model = torch.nn.Linear(2, 3)
    optimizer = torch.optim.AdamW(model.parameters())
    model(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    tensors = checkpoint.optimizer_tensors(optimizer, model)
    assert sorted(tensors)[:3] == ["optim.bias.exp_avg", "optim.bias.exp_avg_sq", "optim.bias.step"]
    wider = torch.nn.Linear(4, 3)
    with pytest.raises(CheckpointError, match=r"optim.weight.exp_avg has shape \[3, 2\], the parameter \[3, 4\]"):
        checkpoint.restore_optimizer(torch.optim.AdamW(wider.parameters()), wider, tensors)
    frozen = torch.optim.AdamW([model.bias])
    with pytest.raises(CheckpointError, match="'weight', which this run does not train"):
        checkpoint.restore_optimizer(frozen, model, tensors)
    with pytest.raises(CheckpointError, match="not the model's"):
        checkpoint.optimizer_tensors(optimizer, wider)


def test_the_random_generator_continues_where_it_was():
    state = checkpoint.rng_tensors()
    expected = torch.rand(5)
    torch.manual_seed(1)
    checkpoint.restore_rng(state)
    assert torch.equal(torch.rand(5), expected)
    with pytest.raises(CheckpointError, match="rng.cpu"):
        checkpoint.restore_rng({})


@pytest.mark.skipif(shutil.which("mount") is None or os.geteuid() != 0, reason="needs the right to mount a tmpfs")
def test_a_full_disk_leaves_the_earlier_checkpoint(tmp_path):
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(tmp_path)], capture_output=True)
    if mounted.returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    try:
        first = saved(tmp_path, "fre", 1)
        for count in (60_000, 150_000):
            with pytest.raises(CheckpointError, match="No space left on device; .* free some space"):
                checkpoint.save(tmp_path, "fre-000002", tiny_model(), None, {"x": torch.zeros(count)}, {})
                checkpoint.save(tmp_path, "fre-000003", tiny_model(), None, {"x": torch.zeros(count)}, {})
                checkpoint.save(tmp_path, "fre-000004", Stub("x" * 300_000), None, {}, {})
        checkpoint.verify(first)
        assert not [name for name in os.listdir(first.parent) if name.startswith(".")]
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
