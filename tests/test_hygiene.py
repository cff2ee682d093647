"""Two turns of an agent whose prompt begins with something else each time: how much of it is found in the cache."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from launched import launch

from mlxs.plugins import Plugins
from mlxs.requests import ChatRequest, Message
from mlxs.server.watch import Watch
from mlxs.testing.serving import serving

SYSTEM = "You are Claude Code, Anthropic's official CLI for Claude." + " Read a file before you change it." * 20
HEADER = "x-anthropic-billing-header: cc_version=2.1.37.0d9; cc_entrypoint=cli; cch={};\n"


def turn(url: str, signature: str, *said: str) -> dict[str, Any]:
    roles = ("user", "assistant") * len(said)
    messages = [{"role": "system", "content": HEADER.format(signature) + SYSTEM}]
    messages += [{"role": role, "content": text} for role, text in zip(roles, said, strict=False)]
    tools = [
        {"type": "function", "function": {"name": name, "parameters": {"type": "object", "properties": {}}}}
        for name in (("Read", "Bash") if signature < "b" else ("Bash", "Read"))
    ]
    body = {"messages": messages, "tools": tools, "temperature": 0, "max_tokens": 8}
    answer = httpx.post(f"{url}/v1/chat/completions", json=body, timeout=120).raise_for_status()
    usage: dict[str, Any] = answer.json()["usage"]
    return usage


@pytest.mark.parametrize(("flags", "found"), [((), True), (("--no-prompt-hygiene",), False)])
def test_an_agent_s_second_turn(flags: tuple[str, ...], found: bool) -> None:
    with launch(*flags) as served:
        first = turn(served.url, "a11ce", "Hello!")
        second = turn(served.url, "b0b00", "Hello!", "Hi.", "How are you?")
    cached = second["prompt_tokens_details"]["cached_tokens"]
    assert first["prompt_tokens_details"]["cached_tokens"] == 0
    assert (cached > 0.9 * first["prompt_tokens"]) == found
    assert (cached < 0.5 * first["prompt_tokens"]) != found


def test_each_server_has_its_own_options() -> None:
    request = ChatRequest(messages=(Message(role="system", content=HEADER.format("a11ce") + SYSTEM),))
    cleaned = ChatRequest(messages=(Message(role="system", content=SYSTEM),))

    def seen(plugins: Plugins) -> ChatRequest:
        changed: ChatRequest = Watch(plugins, request, "scripted").request
        return changed

    with (
        serving(wait=False, options={"hygiene": {"prompt_hygiene": False}}) as off,
        serving(wait=False) as on,
    ):
        assert seen(on.app.catalog.plugins) == cleaned
        assert seen(off.app.catalog.plugins) is request
