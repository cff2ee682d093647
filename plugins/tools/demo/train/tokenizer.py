"""The tokenizer: byte-level BPE in which a value has the same tokens wherever it stands.

A space is a token of its own, and so are a digit, a quotation mark with its brackets, and a part of a camelCase name.
So `Tokyo` is the same after a space, a quotation mark or an equals sign, and to copy it is to repeat tokens.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

SPLIT = r'"?\}+|\{"|": "?|", "|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]|\n+| |[^\sA-Za-z0-9]|\s'
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MARKS = ["think", "tool_call", "tool_response"]
END, PAD = 2, 0


def learn(texts: Iterable[str], size: int = 1024) -> Tokenizer:
    """A tokenizer of that many tokens, learnt from the texts."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(SPLIT), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    marks = [f"<{slash}{mark}>" for mark in MARKS for slash in ("", "/")] + ["<tools>", "</tools>"]
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(marks),
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_tokens([AddedToken(mark, special=False, normalized=False) for mark in marks])
    return tokenizer


def load(path: Path) -> Tokenizer:
    return Tokenizer.from_file(str(path))


def pieces(tokenizer: Tokenizer) -> list[str]:
    """The tokens that are letters, in the order of their ids: values are made of them, so that each is copied often."""
    numbers: dict[str, int] = tokenizer.get_vocab()
    return [token for token in sorted(numbers, key=numbers.__getitem__) if token.isascii() and token.isalpha()]
