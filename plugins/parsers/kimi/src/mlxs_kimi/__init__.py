"""How Kimi models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="kimi_k2",
        target="mlxs_kimi.tokens:KimiK2",
        summary="JSON between special tokens, after the call's id: Kimi K2, K2.5",
        aliases=("kimi", "kimik2", "moonshot"),
        marks=("<|tool_call_argument_begin|>", "<|im_system|>tool_declare<|im_middle|>"),
    )
    yield ToolParserSpec(
        name="kimi_k3",
        target="mlxs_kimi.xtml:KimiK3",
        summary="typed arguments in <|open|>call<|sep|>: Kimi K3",
        marks=("open_tag('call'", "<|open|>call", "<|open|>tools"),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="kimi_k2",
        target="mlxs_kimi.thoughts:KimiK2",
        summary="<think>...</think>, which a call ends too: Kimi K2 Thinking, K2.5",
        marks=("<|im_assistant|>",),
    )
    yield ReasoningParserSpec(
        name="kimi",
        target="mlxs_kimi.thoughts:Kimi",
        summary="◁think▷...◁/think▷: Kimi-VL, K1.5",
        marks=("<|im_middle|>◁think▷", "◁think▷"),
    )
    yield ReasoningParserSpec(
        name="kimi_k3",
        target="mlxs_kimi.xtml:KimiK3Thoughts",
        summary="<|open|>think<|sep|>...<|close|>think<|sep|>: Kimi K3",
        marks=("open_tag('think')", "<|open|>think"),
    )
