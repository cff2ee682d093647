"""What chat completions and completions are both told: how to sample (responses too), and what the text must look like.

Fields of OpenAI's, and those that local servers have added to them: top_k, min_p, xtc_*,
*_context_size, repetition_penalty, guided_*, structured_outputs.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.grammar import Grammar
from mlxs.requests import SamplingParams

from .format import ResponseFormat, StructuredOutputs, structured
from .messages import Body


class StreamOptions(Body):
    include_usage: bool | None = None


class SamplingFields(Body):
    """How the next token is chosen."""

    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    xtc_probability: float | None = None
    xtc_threshold: float | None = None
    repetition_penalty: float | None = None
    repetition_context_size: int | None = None
    presence_penalty: float | None = None
    presence_context_size: int | None = None
    frequency_penalty: float | None = None
    frequency_context_size: int | None = None
    logit_bias: dict[str, float] | None = None
    seed: int | None = None
    stop: str | list[str] | None = None

    def sampling(self, **said: Any) -> SamplingParams:
        """How to sample. `said` adds to the fields that all requests have, or stands in for them."""
        fields = {name: value for name in _SAMPLING if (value := getattr(self, name)) is not None}
        if self.top_k == -1:  # vLLM's word for off
            fields["top_k"] = 0
        stop = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        return SamplingParams(**{**fields, "stop": stop, "logit_bias": _logit_bias(self.logit_bias or {}), **said})


class SamplingBody(SamplingFields):
    """A request for text."""

    model: str = ""
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(None, ge=1, le=128)
    response_format: ResponseFormat | None = None
    structured_outputs: StructuredOutputs | None = None
    guided_json: dict[str, Any] | str | None = None
    guided_regex: str | None = None
    guided_choice: list[str] | None = None
    guided_grammar: str | None = None

    def format(self) -> Grammar | None:
        """What the text must look like; None: anything."""
        guided = StructuredOutputs.model_validate(
            {
                "json": self.guided_json,
                "regex": self.guided_regex,
                "choice": self.guided_choice,
                "grammar": self.guided_grammar,
            }
        )
        said = [*structured(guided, "guided")]
        if self.structured_outputs:
            said += structured(self.structured_outputs, "structured_outputs")
        if self.response_format and (grammar := self.response_format.grammar()):
            said.append(grammar)
        if len(said) > 1:
            raise BadRequest("several formats are asked for at once; send one of them", param="response_format")
        return said[0] if said else None


_SAMPLING = sorted(set(SamplingFields.model_fields) & set(SamplingParams.__dataclass_fields__) - {"stop", "logit_bias"})


def _logit_bias(given: dict[str, float]) -> dict[int, float]:
    try:
        bias = {int(token): value for token, value in given.items()}
    except ValueError:
        raise BadRequest("logit_bias: its keys must be token ids", param="logit_bias") from None
    if any(not -100 <= value <= 100 for value in bias.values()):
        raise BadRequest("logit_bias: its values must be from -100 to 100", param="logit_bias")
    return bias
