"""Text to tokens and back: chat template, encoding, and decoding token by token."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from inspect import signature
from itertools import chain, takewhile
from threading import Lock
from typing import Any

from mlx_lm.tokenizer_utils import BPEStreamingDetokenizer, SPMStreamingDetokenizer, TokenizerWrapper
from transformers import PreTrainedTokenizerBase

from mlxs.constraint import Vocabulary
from mlxs.errors import BadRequest, MlxsError
from mlxs.text import Decoder

RESERVED = frozenset(signature(PreTrainedTokenizerBase.apply_chat_template).parameters) - {
    "self",
    "kwargs",
    "documents",
    "add_generation_prompt",
}
"""Variables a template cannot have, because they are arguments of the function that renders it."""

_PRINTED = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
_HIDDEN = [byte for byte in range(256) if byte not in _PRINTED]
BYTES = {chr(byte): byte for byte in _PRINTED} | {chr(256 + n): byte for n, byte in enumerate(_HIDDEN)}
"""The byte that each character of a byte-level vocabulary stands for: GPT-2's encoder.py."""


class Tokenizer:
    """A checkpoint's tokenizer.

    Texts are encoded beside the engine's thread, and one at a time: a fast tokenizer refuses to be
    used by two while its settings change. Decoding asks it for nothing.

    It knows the ids that end an answer (`ends`), that a text without a template begins with (`beginning`), and that XTC
    leaves alone (`spared`). Raises MlxsError where there is nothing to encode with.
    """

    def __init__(self, tokenizer: TokenizerWrapper) -> None:
        self._tokenizer = tokenizer
        self._lock = Lock()
        self._spellings = _spellings(tokenizer)
        self.ends = frozenset[int](tokenizer.eos_token_ids)
        plain = self.encode("a")
        if not plain:  # transformers makes one of nothing where its file is missing
            said = f"{tokenizer.name_or_path}: the tokenizer makes nothing of a text; is its tokenizer.json missing?"
            raise MlxsError(said)
        self.beginning = tuple(takewhile(lambda id: id != plain[0], tokenizer.encode("a")))
        self.spared = (*self.ends, *self.encode("\n"))

    @property
    def chat_template(self) -> str | None:
        """The template's text; several, one after the other, where the checkpoint has several."""
        template = self._tokenizer.chat_template
        return "\n".join(template.values()) if isinstance(template, Mapping) else template

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Each token's spelling and id."""
        return self._tokenizer.get_vocab()

    def grammatical(self, size: int) -> Vocabulary | None:
        """The vocabulary as grammars need it; None where the tokenizer is not one of Hugging Face's fast ones.

        Args:
            size: Of the model's output, which may be padded.
        """
        backend = getattr(self._tokenizer, "backend_tokenizer", None)
        if backend is None:
            return None
        added = {token.content: id for id, token in self._tokenizer.added_tokens_decoder.items()}
        return Vocabulary(backend.to_str(), size, sorted(self.ends), added)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text, nothing added."""
        with self._lock:
            return list(self._tokenizer.encode(text, add_special_tokens=False))

    def render(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None, variables: Mapping[str, Any]
    ) -> str:
        """The chat template's text. Raises BadRequest where there is none, or it refuses the conversation."""
        if not self._tokenizer.has_chat_template:
            message = "this model has no chat template; serve it with --chat-template-file, or send a plain prompt"
            raise BadRequest(message, param="messages")
        if wrong := RESERVED.intersection(variables):
            message = f"{min(wrong)!r} is not a variable that a chat template can have"
            raise BadRequest(message, param="chat_template_kwargs")
        try:
            return str(self._tokenizer.apply_chat_template(messages, tools=tools, tokenize=False, **variables))
        except Exception as error:  # a template is a program, and fails as programs do
            raise BadRequest(f"the chat template refuses this conversation: {error}", param="messages") from error

    def decoder(self) -> Decoder:
        """A new decoder, for one answer."""
        return Stretches(self._tokenizer) if self._spellings is None else Spelled(self._spellings)

    def token_text(self, token: int) -> tuple[str, bytes]:
        """A token by itself, as text and as bytes."""
        if self._spellings is None:
            text = str(self._tokenizer.decode([token]))
            return text, text.encode()
        spelling = self._spellings[token]
        return spelling.decode(errors="replace"), spelling


def _spellings(tokenizer: TokenizerWrapper) -> Spellings | None:
    streaming = tokenizer.detokenizer
    if isinstance(streaming, BPEStreamingDetokenizer | SPMStreamingDetokenizer):
        return Spellings(streaming, {id: str(token) for id, token in tokenizer.added_tokens_decoder.items()})
    return None


class Spellings(dict[int, bytes]):
    """Each token's bytes, worked out when first asked for."""

    def __init__(self, streaming: BPEStreamingDetokenizer | SPMStreamingDetokenizer, added: Mapping[int, str]) -> None:
        self._spelled = streaming.tokenmap
        self._added = added
        self.trims = isinstance(streaming, SPMStreamingDetokenizer) and streaming.trim_space

    def __missing__(self, token: int) -> bytes:
        self[token] = spelling = self._spell(token)
        return spelling

    def _spell(self, token: int) -> bytes:
        if token in self._added:
            return self._added[token].encode()
        spelled = self._spelled[token] if token < len(self._spelled) else None
        if isinstance(spelled, str):
            return bytes(chain.from_iterable([BYTES[c]] if c in BYTES else c.encode() for c in spelled))
        return (spelled or b"").replace("\u2581".encode(), b" ")


class Spelled:
    """A decoder that knows each token's bytes.

    mlx-lm's own decoders for these vocabularies drop the space an answer begins with, and copy the
    whole answer at each token. A character cut off by the end of the answer is left out.
    """

    def __init__(self, spellings: Spellings) -> None:
        self._spellings = spellings
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._trims = spellings.trims

    def add(self, token: int) -> str:
        text = self._decode(self._spellings[token])
        if self._trims and text:
            self._trims = False
            return text.removeprefix(" ")
        return text

    def finish(self) -> str:
        return ""


class Stretches:
    """A decoder for any tokenizer: what a stretch of tokens says beyond its beginning, which has been said.

    The beginning is decoded again with what follows because a token's text may depend on the one
    before. It moves on wherever the text ends in a whole character.
    """

    def __init__(self, tokenizer: TokenizerWrapper) -> None:
        self._decode = tokenizer.decode
        self._tokens: list[int] = []
        self._said = 0

    def add(self, token: int) -> str:
        self._tokens.append(token)
        before, text = self._decode(self._tokens[: self._said]), self._decode(self._tokens)
        if text.endswith("\N{REPLACEMENT CHARACTER}") or len(text) <= len(before):
            return ""
        self._tokens, self._said = self._tokens[self._said :], len(self._tokens) - self._said
        return str(text[len(before) :])

    def finish(self) -> str:
        return ""
