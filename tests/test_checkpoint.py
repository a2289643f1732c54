"""A checkpoint is whole or absent, resuming is exact, and damage is named."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import torch
from checkpoint_helpers import Stub, flip, saved, tiny_model
from transformers import Qwen3ForCausalLM

from trainers import checkpoint
from trainers.checkpoint import CheckpointError
from trainers.optimizer_state import optimizer_tensors, restore_optimizer
from trainers.rng_state import restore_rng, rng_tensors

torch.set_num_threads(1)
ROOT = Path(__file__).parent.parent


def train(model: Qwen3ForCausalLM, optimizer: torch.optim.Optimizer, steps: int) -> None:
    for _ in range(steps):
        tokens = torch.randint(0, 64, (2, 8))  # from the global generator, so that its state matters
        optimizer.zero_grad()
        model(input_ids=tokens, labels=tokens).loss.backward()
        optimizer.step()


@pytest.mark.parametrize("options", [{}, {"amsgrad": True}, {"foreach": False}, {"fused": True}])
def test_resumed_training_is_bit_identical(tmp_path, options):
    def adamw(model):
        return torch.optim.AdamW(model.parameters(), lr=1e-2, **options)

    model = tiny_model()
    optimizer = adamw(model)
    train(model, optimizer, 5)
    tensors = optimizer_tensors(optimizer, model) | rng_tensors()
    path = checkpoint.save(tmp_path, "fre-000005", model, None, tensors, {"stage": "fre", "step": 5})
    train(model, optimizer, 5)

    torch.manual_seed(99)
    resumed = Qwen3ForCausalLM.from_pretrained(path)
    loaded, state = checkpoint.load_state(path)
    other = adamw(resumed)
    restore_optimizer(other, resumed, loaded)
    restore_rng(loaded)
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


def test_whole_trainer_files_do_not_make_up_for_damaged_weights(tmp_path):
    first = saved(tmp_path, "fre", 1)
    second = checkpoint.save(tmp_path, "fre-000002", tiny_model(), None, {"x": torch.ones(9)}, {"step": 2})
    weights = second / "model.safetensors"
    flip(weights, weights.stat().st_size - 1)
    assert checkpoint.load_state(second)[1]["step"] == 2
    with pytest.warns(UserWarning, match="fre-000002.*damaged: model.safetensors: content changed"):
        assert checkpoint.latest(tmp_path) == first


def test_of_several_damaged_files_the_first_by_name_is_named(tmp_path):
    path = saved(tmp_path, "fre", 1)
    for name in (checkpoint.TENSORS, checkpoint.STATE, "model.txt"):
        flip(path / name, 0)
        with pytest.raises(CheckpointError, match=f"damaged: {name}"):
            checkpoint.verify(path)


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


def test_every_file_and_folder_is_flushed_before_the_rename_and_the_manifest_after_the_files(tmp_path, monkeypatch):
    events: list[int | str] = []  # inodes in the order of flushing, with a word for the rename
    fsync, rename = os.fsync, os.rename

    def watched_fsync(descriptor):
        fsync(descriptor)
        events.append(os.fstat(descriptor).st_ino)

    def watched_rename(source, target):
        rename(source, target)
        events.append("renamed")

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "rename", watched_rename)
    path = checkpoint.save(tmp_path, "fre-000001", tiny_model(), None, {"x": torch.ones(9)}, {})
    before, after = events[: events.index("renamed")], events[events.index("renamed") + 1 :]
    everything = {p.stat().st_ino for p in (path, *path.rglob("*"))}
    files = {p.stat().st_ino for p in path.rglob("*") if p.is_file()}
    assert set(before) == everything and path.parent.stat().st_ino in after
    assert [inode for inode in before if inode in files][-1] == (path / checkpoint.MANIFEST).stat().st_ino


def test_a_disk_that_fails_while_flushing_leaves_nothing(tmp_path, monkeypatch):
    first = saved(tmp_path, "fre", 1)

    def failing(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(CheckpointError, match="fre-000002 could not be saved in .*: Input/output error"):
        saved(tmp_path, "fre", 2)
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
    """What a script writes to `out`, run in a process of its own with this file's names; what libraries print is not in it."""
    paths = f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'tests')!r}]\n"
    header = f"{paths}out, sys.stdout = sys.stdout, sys.stderr\nfrom test_checkpoint import *\n"
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
                print(error, file=out)
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
        print(json.dumps([partial, checkpoint.latest(root).name, os.listdir(root / "checkpoints")]), file=out)
        """,
        tmp_path,
    )
    partial, newest, names = json.loads(output)
    assert partial > 3, "the kills should hit unfinished saves"
    assert newest == "end-000001"
    assert not [name for name in names if name.startswith(".")]


def test_pickled_files_are_never_opened(tmp_path):
    """Python reports every file it opens to an audit hook. The pickles planted here make a folder when they are loaded."""
    output = run_script(
        """
        import pickle, warnings
        root, model = Path(sys.argv[1]), tiny_model()

        class Trap:
            def __reduce__(self):
                return os.mkdir, (str(root / "sprung"),)

        paths = [
            checkpoint.save(root, f"fre-{step:06d}", model, None, rng_tensors(), {"metrics": {"reward": step}})
            for step in (1, 2)
        ]
        planted = ("pytorch_model.bin", "training_args.bin", "optimizer.pt", "rng_state.pth", "trainer/tensors.pt")
        for path in paths:
            for name in planted:
                (path / name).write_bytes(pickle.dumps(Trap()))
        opened = []
        sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))

        def sprung():
            return sorted({name for name in planted for path in opened if path.endswith(name)})

        (paths[1] / "model.safetensors").unlink()  # its planted pytorch_model.bin is no substitute
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            assert checkpoint.latest(root) == checkpoint.best(root, "reward") == paths[0]
        assert len(told) == 2 and all("damaged: model.safetensors: No such file" in str(w.message) for w in told)
        checkpoint.verify(paths[0])
        restore_rng(checkpoint.load_state(paths[0])[0])
        Qwen3ForCausalLM.from_pretrained(paths[0])
        checkpoint.prune(root, 1, best="reward")
        checkpoint.save(root, "fre-000001", model, None, {}, {})
        hook_works = any(path.endswith("manifest.json") for path in opened)
        print(json.dumps([hook_works, sprung(), (root / "sprung").exists()]), file=out)
        (paths[1] / "training_args.bin").read_bytes()
        print(json.dumps(sprung()), file=out)
        """,
        tmp_path,
    )
    hook_works, touched, sprung = json.loads(output.splitlines()[0])
    assert hook_works and touched == [] and not sprung
    assert json.loads(output.splitlines()[1]) == ["training_args.bin"]


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
