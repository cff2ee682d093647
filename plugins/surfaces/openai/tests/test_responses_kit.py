"""The Responses API, held against the published kit, with the deltas added up by other hands than the server's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served
from mlxs.testing.surfaces import SurfaceKit, events_of

CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>'
PATCH = '<tool_call>\n{"name": "patch", "arguments": {"input": "say \\"h\\u00e9\\"\\n"}}\n</tool_call>'
FIND = '<tool_call>\n{"name": "tool_search", "arguments": {"query": "mail"}}\n</tool_call>'
TOOLS = [
    {"type": "function", "name": "get_weather", "parameters": {"type": "object", "properties": {}}},
    {"type": "custom", "name": "patch"},
    {"type": "tool_search", "execution": "client", "parameters": {"type": "object", "properties": {}}},
]


class TestResponses(SurfaceKit):
    surface = "openai"
    model = {"tool_call_parser": "qwen3", "reasoning_parser": "qwen3"}
    extra = {"tools": TOOLS, "reasoning": {"effort": "low"}}
    volatile = SurfaceKit.volatile | {"completed_at", "call_id"}
    scripts = {
        **SurfaceKit.scripts,
        "thoughts": Script(say=["<thi", "nk>\nhm", "m\n</think>", "\n\nHi"]),
        "a thought alone": Script(say=["<think>hm</think>"]),
        "a thought cut short": Script(say=["<think>hm"], reason="length"),
        "a call": Script(say=list(CALL)),
        "words and calls of all kinds": Script(say=["Let me see.\n", CALL, "\n", PATCH, FIND]),
        "a call cut short": Script(say=[CALL[:60]], reason="length"),
    }

    def ask(self, text: str, *, stream: bool) -> tuple[str, dict[str, Any]]:
        return "/v1/responses", {"input": [{"role": "user", "content": text}], "stream": stream}

    def fold(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        return {**events[-1]["response"], "output": added_up(events)}

    def is_error(self, event: Mapping[str, Any]) -> bool:
        failed = event.get("type") == "response.failed" and event["response"]["error"]["code"] == "server_error"
        return failed or set(event.get("error", ())) == {"message", "type", "param", "code"}

    def test_events_come_in_order(self, served: Served) -> None:
        for name, script in self.scripts.items():
            events = events_of(self.post(served, script, stream=True))
            assert [event["sequence_number"] for event in events] == list(range(len(events))), name
            assert [event["type"] for event in events[:2]] == ["response.created", "response.in_progress"]
            added = [event["output_index"] for event in events if event["type"] == "response.output_item.added"]
            assert added == list(range(len(added))), name
            done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
            assert done == events[-1]["response"]["output"], name

    def test_white_space_between_calls_is_no_message(self, served: Served) -> None:
        output = self.post(served, Script(say=[" \n", CALL, "\n", CALL, "\n"]), stream=False).json()["output"]
        assert [item["type"] for item in output] == ["function_call", "function_call"]

    def test_events_have_their_names(self, served: Served) -> None:
        stream: httpx.Response = self.post(served, "hi", stream=True)
        named = [line.removeprefix("event: ") for line in stream.text.splitlines() if line.startswith("event: ")]
        assert named == [event["type"] for event in events_of(stream)]
        assert stream.text.endswith("data: [DONE]\n\n")


def added_up(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The output that the deltas of a stream amount to."""
    items: dict[int, dict[str, Any]] = {}
    for event in events:
        kind, item = event["type"].removeprefix("response."), items.get(event.get("output_index", -1), {})
        if kind == "output_item.added":
            items[event["output_index"]] = event["item"]
        elif kind == "content_part.added":
            item["content"].append(event["part"])
        elif kind == "output_text.delta":
            item["content"][-1]["text"] += event["delta"]
        elif kind == "reasoning_summary_part.added":
            item["summary"].append(event["part"])
        elif kind == "reasoning_summary_text.delta":
            item["summary"][-1]["text"] += event["delta"]
        elif kind == "function_call_arguments.delta":
            item["arguments"] += event["delta"]
        elif kind == "custom_tool_call_input.delta":
            item["input"] += event["delta"]
        elif kind == "output_item.done":
            item["status"] = event["item"]["status"]
            if item["type"] == "tool_search_call":  # has no deltas
                item["arguments"] = event["item"]["arguments"]
    return [items[index] for index in sorted(items)]
