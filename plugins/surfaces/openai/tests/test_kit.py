"""The chat surface, held against the published kit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.testing.surfaces import Script, SurfaceKit
from mlxs_openai.writer import fold

CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>'
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}


class TestChat(SurfaceKit):
    surface = "openai"
    model = {"tool_call_parser": "qwen3", "reasoning_parser": "qwen3"}
    extra = {"tools": [TOOL]}
    scripts = {
        **SurfaceKit.scripts,
        "thoughts": Script(say=["<thi", "nk>\nhm", "m\n</think>", "\n\nHi"]),
        "thoughts begun by the template": Script(say=["hmm", "</think>Hi"], generation_prompt="<think>\n"),
        "a call": Script(say=list(CALL)),
        "words and two calls": Script(say=["Let me see.\n", CALL, "\n", CALL]),
        "a call cut short": Script(say=[CALL[:60]], reason="length"),
    }

    def ask(self, text: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
        body: dict[str, Any] = {"messages": [{"role": "user", "content": text}], "stream": stream}
        return "/v1/chat/completions", {**body, "stream_options": {"include_usage": True}} if stream else body

    def fold(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        return fold(events)

    def is_error(self, event: Mapping[str, Any]) -> bool:
        return set(event.get("error", ())) == {"message", "type", "param", "code"}
