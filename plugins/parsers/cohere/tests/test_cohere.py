"""Command's calls and thoughts: the published kit."""

from __future__ import annotations

from mlxs.testing import ReasoningParserKit, Sample, ToolParserKit

PLAN = (
    '<|START_THINKING|>Ebb.\n<|END_THINKING|><|START_ACTION|>[{"tool_call_id": "0", "tool_name": "tide", '
    '"parameters": {"at": "Büsum"}},\n{"tool_name": "b", "parameters": {}}\n]<|END_ACTION|>'
)


class TestCommand(ToolParserKit):
    parser = "cohere_command4"
    framing = r"<\|(START|END)_(THINKING|RESPONSE|TEXT)\|>"
    samples = {
        "two calls": Sample(text=PLAN, reasoning="Ebb.", calls=(("tide", {"at": "Büsum"}), ("b", {}))),
        "no call": Sample(text="In <|START_ACTION|>[1] it", content="In <|START_ACTION|>[1] it"),
        "broken off": Sample(
            text='<|START_ACTION|>[{"tool_call_id": "0", "tool_name": "tide", "parameters": {"at": "B',
            calls=(("tide", '{"at": "B'),),
        ),
    }


class TestCommandThoughts(ReasoningParserKit):
    parser = "cohere_command4"
    framing = r"<\|(START|END)_(THINKING|RESPONSE|TEXT)\|>"
    samples = {
        "thought and response": Sample(
            text="<|START_THINKING|>Ebb.<|END_THINKING|><|START_RESPONSE|>Go at 2.\n<|END_RESPONSE|>",
            reasoning="Ebb.",
            content="Go at 2.",
        ),
        "begun by the prompt": Sample(
            text="Ebb.\n<|START_TEXT|>Go.<|END_TEXT|>", prompt="<|START_THINKING|>", reasoning="Ebb.", content="Go."
        ),
        "a call ends it": Sample(
            text='<|START_THINKING|>Ebb.<|START_ACTION|>[{"tool_name": "a", "parameters": {}}]',
            reasoning="Ebb.",
            calls=(("a", {}),),
        ),
        "broken off": Sample(text="<|START_THINKING|>Ebb <|END_", reasoning="Ebb <|END_"),
    }


class TestCommandR(ToolParserKit):
    parser = "command_r_plus"
    samples = {
        "two calls": Sample(
            text='Action:\n```json\n[\n    {"tool_name": "tide", "parameters": {"at": "List"}},\n'
            '    {"tool_name": "b", "parameters": {}}\n]\n```',
            calls=(("tide", {"at": "List"}), ("b", {})),
        ),
        "no call": Sample(text="Action:\n```json\n[1]\n```\n", content="Action:\n```json\n[1]\n```\n"),
    }
