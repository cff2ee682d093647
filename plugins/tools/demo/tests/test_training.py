"""Training that was killed goes on as if it had not been. Needs what the training program needs."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from train import batches, rows, tokenizer  # noqa: E402
from train.__main__ import texts  # noqa: E402
from train.model import Shape  # noqa: E402
from train.training import Plan, Run  # noqa: E402

SMALL = Shape(vocab_size=512, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=1)


class Killed(Exception):
    """What ends a run here."""


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BLOCK", 24)


def test_a_killed_run_goes_on_to_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = tokenizer.learn(texts(1, 200), SMALL.vocab_size)
    plan = Plan(tokens=16_000, batch=1024, curriculum=0.5)

    def run(place: str) -> Run:
        (tmp_path / place).mkdir(exist_ok=True)
        return Run(plan, SMALL, learnt, tmp_path / place, compiled=False)

    whole = run("whole")
    whole.train()

    step, left = Run._step, 6

    def dying(self: Run, batch: list[batches.Batch]) -> None:
        nonlocal left
        left -= 1
        if not left:
            raise Killed
        step(self, batch)

    killed = run("killed")
    monkeypatch.setattr(Run, "_step", dying)
    with pytest.raises(Killed):
        killed.train(every=0)
    monkeypatch.setattr(Run, "_step", step)
    again = run("killed")
    assert 0 < again.position["tokens"] < plan.tokens
    again.train()
    assert again.position == whole.position
    for name, weight in whole.model.state_dict().items():
        assert torch.equal(weight, again.model.state_dict()[name])


def test_the_learning_rate_rises_holds_and_falls_to_nothing() -> None:
    plan = Plan(tokens=1000, warmup=10, decay=0.5)
    assert plan.scale(0, 0) == 0.1
    assert plan.scale(400, 50) == 1.0
    assert plan.scale(750, 50) == 0.5
    assert plan.scale(1000, 50) == 0.0


def test_what_decides_counts_more_than_what_is_copied() -> None:
    learnt = tokenizer.learn(texts(1, 200), SMALL.vocab_size)
    asked, said = (
        learnt.encode(text, add_special_tokens=False).ids
        for text in ("<|im_start|>assistant\n", '<tool_call>\n{"name": "get_time", "arguments": {"city": "Oslo"}}')
    )
    batch = batches._batch([rows.Row([*asked, *said], len(asked), {})], *batches.decisive(learnt))
    heavy = [token for token, weight in zip(said, batch.weights.tolist(), strict=True) if weight > 1]
    assert learnt.decode(heavy) == "get_time"
