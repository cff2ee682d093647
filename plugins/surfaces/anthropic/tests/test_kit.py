"""The messages surface, held against the published kit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlxs.testing.surfaces import Script, SurfaceKit
from mlxs_anthropic.writer import fold

CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>'


class TestMessages(SurfaceKit):
    surface = "anthropic"
    model = {"tool_call_parser": "qwen3", "reasoning_parser": "qwen3"}
    extra = {"tools": [{"name": "get_weather", "input_schema": {"type": "object", "properties": {}}}]}
    scripts = {
        **SurfaceKit.scripts,
        "thoughts": Script(say=["<thi", "nk>\nhm", "m\n</think>", "\n\nHi"]),
        "thoughts begun by the template": Script(say=["hmm", "</think>Hi"], generation_prompt="<think>\n"),
        "a call": Script(say=list(CALL)),
        "words and two calls": Script(say=["Let me see.\n", CALL, "\n", CALL]),
        "a call cut short": Script(say=[CALL[:60]], reason="length"),
        "a thought cut short": Script(say=["<think>hm"], reason="length"),
    }

    def ask(self, text: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
        messages = [{"role": "user", "content": text}]
        return "/v1/messages?beta=true", {"messages": messages, "max_tokens": 100, "stream": stream}

    def fold(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        return fold(events)

    def is_error(self, event: Mapping[str, Any]) -> bool:
        return set(event) == {"type", "error", "request_id"} and set(event["error"]) == {"type", "message"}
