"""Prompts as real clients write them: two requests of one session come out the same, and say all that matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mlxs.requests import ChatRequest, CompletionRequest, Message, TextPart, Tool
from mlxs_hygiene.clients import AIDER, CLAUDE_CODE, CODEX, OPENCODE, PI, PROFILES, QWEN_CODE
from mlxs_hygiene.hook import Hygiene, recognise
from mlxs_hygiene.profile import Profile

LOOK = Message(
    role="user", content="Look at x-anthropic-billing-header: cch=1; and <total_tokens>9 tokens left</total_tokens>"
)
HEADER = "x-anthropic-billing-header: cc_version=2.1.{0}.0d9; cc_entrypoint=cli; cch={0};"
CLAUDE = """\
You are Claude Code, Anthropic's official CLI for Claude.

You help people with software.

Here is where you run:
<env>
Working directory: /home/ada/engine
Is directory a git repo: Yes
Today's date: 2026-11-21
</env>

gitStatus: as it was when this conversation began.
Current branch: main
Status:
 M note_g.py"""

PROMPTS: dict[str, tuple[Profile, str, str]] = {
    # how the prompt looks with something volatile in it for {}, and how it looks afterwards
    "a billing header, then a line": (CLAUDE_CODE, HEADER + "\n" + CLAUDE, CLAUDE),
    "a billing header, then a blank line": (CLAUDE_CODE, HEADER + "\n\n" + CLAUDE, CLAUDE),
    "a billing header glued to what follows": (CLAUDE_CODE, HEADER + CLAUDE, CLAUDE),
    "a billing header with nothing in it": (CLAUDE_CODE, "x-anthropic-billing-header:\n" + CLAUDE, CLAUDE),
    "a countdown": (CLAUDE_CODE, CLAUDE + "\n\n<total_tokens>{0}99 tokens left</total_tokens>", CLAUDE),
    "countdowns": (
        CLAUDE_CODE,
        CLAUDE + "\n<total_tokens>{0} tokens left</total_tokens>\n<total_tokens>1{0} tokens left</total_tokens>",
        CLAUDE,
    ),
    "an agent made with the SDK": (
        CLAUDE_CODE,
        HEADER + "\nYou are a Claude agent, built on Anthropic's Claude Agent SDK.\nSort mail.",
        "You are a Claude agent, built on Anthropic's Claude Agent SDK.\nSort mail.",
    ),
    "pi": (
        PI,
        "You are an expert coding assistant operating inside pi, a coding agent harness.\n"
        "Current date and time: Saturday, November 21, 2026 at 10:{0}:33 AM GMT+1\nCurrent working directory: /a/12:30",
        "You are an expert coding assistant operating inside pi, a coding agent harness.\n"
        "Current date and time: Saturday, November 21, 2026 GMT+1\nCurrent working directory: /a/12:30",
    ),
    "aider": (
        AIDER,
        "Act as an expert software developer.\nAlways use best practices when coding.\n- Platform: Linux\n"
        "- Current date/time: 2026-11-21T09:{0}:10+0100\n- The user is operating inside a git repository",
        "Act as an expert software developer.\nAlways use best practices when coding.\n- Platform: Linux\n"
        "- Current date/time: 2026-11-21+0100\n- The user is operating inside a git repository",
    ),
    "an older aider": (
        AIDER,
        "Write a *SEARCH/REPLACE block*!\n- The current date/time: 2024-08-02T15:{0}:55.574841\n- Shell: fish",
        "Write a *SEARCH/REPLACE block*!\n- The current date/time: 2024-08-02\n- Shell: fish",
    ),
}

STABLE: dict[str, tuple[Profile, str]] = {
    "Codex": (CODEX, "You are a coding agent running in the Codex CLI, a terminal-based assistant."),
    "Codex with another model": (CODEX, "You are Codex, based on GPT-5."),
    "opencode": (
        OPENCODE,
        "You are opencode, an interactive CLI tool.\n<env>\n  Today's date: Sat Nov 21 2026\n</env>",
    ),
    "an agent of opencode's": (
        OPENCODE,
        "Build.\nYou are powered by the model named demo. The exact model ID is a/demo",
    ),
    "Qwen Code": (
        QWEN_CODE,
        "You are Qwen Code, an interactive CLI agent.\nToday's date is Saturday, November 21, 2026",
    ),
    "a new aider": (
        AIDER,
        "Act as an expert code analyst.\nAnswer questions about the supplied code.\n- Current date: 2026-11-21",
    ),
}


def asked(system: str, role: str = "system", *more: Message, tools: str = "") -> ChatRequest:
    messages = (Message(role=role, content=system), LOOK, *more)
    return ChatRequest(messages=messages, tools=tuple(Tool(name=name) for name in tools))


@pytest.mark.parametrize("role", ["system", "developer"])
@pytest.mark.parametrize("name", PROMPTS)
def test_what_changes_is_taken_out_and_all_else_stays(name: str, role: str) -> None:
    profile, prompt, expected = PROMPTS[name]
    for changing in ("17", "58"):
        request = asked(prompt.format(changing), role)
        assert recognise(request) is profile
        assert Hygiene().mlxs_request(request) == asked(expected, role)


@pytest.mark.parametrize("name", STABLE)
def test_what_does_not_change_stays(name: str) -> None:
    profile, prompt = STABLE[name]
    request = asked(prompt)
    assert recognise(request) is profile
    assert Hygiene().mlxs_request(request) == request


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.client)
def test_tools_stand_in_the_order_of_their_names(profile: Profile) -> None:
    for tools in ("badc", "cdab"):
        cleaned = Hygiene().mlxs_request(asked(profile.signs[0], tools=tools))
        assert cleaned is not None
        assert [tool.name for tool in cleaned.tools] == ["a", "b", "c", "d"]


def test_a_block_of_its_own_is_dropped() -> None:
    blocks = (TextPart(text=HEADER.format("17")), TextPart(text=CLAUDE), TextPart(text=""))
    request = replace(asked(""), messages=(Message(role="system", content=blocks), LOOK))
    cleaned = Hygiene().mlxs_request(request)
    assert cleaned is not None
    assert cleaned.messages == (Message(role="system", content=blocks[1:]), LOOK)


def test_a_system_message_of_its_own_is_dropped() -> None:
    countdown = Message(role="system", content="<total_tokens>8123 tokens left</total_tokens>")
    answer, empty = Message(role="assistant", content="Done."), Message(role="system", content="")
    request = asked(CLAUDE, "system", answer, countdown, empty)
    assert Hygiene().mlxs_request(request) == asked(CLAUDE, "system", answer, empty)


def test_a_header_alone_is_better_than_no_message() -> None:
    request = ChatRequest(messages=(Message(role="system", content=HEADER.format("1")),))
    assert Hygiene().mlxs_request(request) == request


@pytest.mark.parametrize(
    "request_",
    [
        asked("You are kind.\nCurrent date/time: 2026-11-21T09:00:10+0100", tools="ba"),
        asked("It is 10:30.\n<total_tokens>5 tokens left</total_tokens>", tools="ba"),
        ChatRequest(messages=(Message(role="user", content=CLAUDE),), tools=(Tool(name="b"), Tool(name="a"))),
        CompletionRequest(prompt=CLAUDE),
    ],
    ids=["an unknown client", "a countdown of one", "a user who quotes", "a completion"],
)
def test_others_pass_untouched(request_: ChatRequest | CompletionRequest) -> None:
    assert Hygiene().mlxs_request(request_) is None
