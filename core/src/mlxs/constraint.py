"""A grammar, kept to token by token, by way of llguidance. For backends: the one module that imports it.

https://github.com/guidance-ai/llguidance
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from .errors import BadRequest
from .grammar import Either, Grammar, Lit, Pattern, Seq, Until, lark
from .requests import Thought

LINE_BREAKS = Pattern(r"\n{0,2}")


def answer(grammar: Grammar, thought: Thought | None, generation_prompt: str) -> Grammar:
    """What may follow the generation prompt: the rest of a thought it has begun, or one of the model's
    own, and then what the grammar says."""
    if thought is None:
        return grammar
    rest = Seq((Until(thought.closing), LINE_BREAKS, grammar))
    if generation_prompt.rfind(thought.opening) > generation_prompt.rfind(thought.closing):
        return rest
    if thought.closing in generation_prompt:
        return grammar
    return rest if thought.begun else Either((Seq((Lit(thought.opening), rest)), grammar))


class Vocabulary:
    """A model's tokens, as grammars need to know them.

    Args:
        tokenizer: Text of a Hugging Face `tokenizer.json`.
        size: Of the model's output, in tokens.
        ends: Ids that end an answer.
        added: Ids by text of the tokens that were added to the vocabulary, such as `<tool_call>`.
    """

    def __init__(self, tokenizer: str, size: int, ends: Sequence[int], added: Mapping[str, int]) -> None:
        self._arguments = tokenizer, size, list(ends)
        self._added = added

    def matcher(self, grammar: Grammar, thought: Thought | None = None, generation_prompt: str = "") -> Matcher:
        """Something to keep one answer to a grammar, but for its thought.

        Raises BadRequest that says which keyword of a schema, or what of a grammar, cannot be kept to.
        """
        from llguidance import LLMatcher

        try:
            text = lark(answer(grammar, thought, generation_prompt), self._special)
        except ValueError as error:
            raise BadRequest(f"this cannot be kept to: {error}", code="unsupported_schema") from None
        matcher = LLMatcher(self._tokenizer, LLMatcher.grammar_from_lark(text))
        if matcher.is_error():
            raise BadRequest(f"this cannot be kept to: {_reason(matcher.get_error())}", code="unsupported_schema")
        return Matcher(matcher)

    def spelling(self, token: int) -> bytes:
        """What a token says."""
        return self._tokenizer.decode_bytes([token])  # type: ignore[no-any-return]

    @cached_property
    def _special(self) -> Mapping[str, int]:
        """Tokens that llguidance sees as more than their text, whatever the tokenizer says of them."""
        return {text: id for text, id in self._added.items() if self._tokenizer.is_special_token(id)}

    @cached_property
    def _tokenizer(self):  # type: ignore[no-untyped-def]
        from llguidance import LLTokenizer

        tokenizer, size, ends = self._arguments
        return LLTokenizer(tokenizer, n_vocab=size, eos_token=ends)


class Matcher:
    """Where one answer stands in its grammar."""

    def __init__(self, matcher) -> None:  # type: ignore[no-untyped-def]
        self._matcher = matcher

    def take(self, token: int) -> None:
        """Go on by a token that has been said."""
        if not self._matcher.is_stopped():
            self._matcher.consume_token(token)

    def allowed(self) -> bytes:
        """One byte a token of the vocabulary: 0 where it may not come next. At the end, only ends may."""
        return self._matcher.compute_logit_bias()  # type: ignore[no-any-return]


def _reason(error: str) -> str:
    """The part of llguidance's message that is about the grammar and not about where it stands."""
    first = error.split("\n   1 |")[0].strip()
    return first.partition(": ")[2] or first if first.startswith("at ") else first
