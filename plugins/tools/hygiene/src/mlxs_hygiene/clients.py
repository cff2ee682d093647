"""The clients that are known, and for each what is done and why nothing is lost by it.

Dates stay: they change an answer, and the cache only once a day. So do the working directory, git's status
and lists of files: they are settled when a session begins. All these clients gather tools from servers that
answer in any order, so for all of them tools are put in the order of their names.
"""

from __future__ import annotations

import re

from .profile import Profile

# The first words of the system prompt are `x-anthropic-billing-header: cc_version=2.1.37.0d9; cch=fa690;`, a block of
# its own that some gateways glue to the next one, and `cch` is another in every request. It is addressed to
# Anthropic's accounting and says nothing to a model. `<total_tokens>14999436 tokens left</total_tokens>` counts down
# a budget that Anthropic's server keeps and this one does not: at the end of the system prompt, or as a system message
# of its own after each tool result, earlier ones rewritten.
CLAUDE_CODE = Profile(
    client="Claude Code",
    signs=("x-anthropic-billing-header:", "You are Claude Code", "built on Anthropic's Claude Agent SDK"),
    volatile=(
        (re.compile(r"x-anthropic-billing-header:(?:[ \t]*[\w-]+=[^;\s]*;)*\s*"), ""),
        (re.compile(r"\s*<total_tokens>[^<]*</total_tokens>"), ""),
    ),
)

# Its <environment_context> has a date and no time; what changes in it is told anew at the end.
CODEX = Profile(client="Codex", signs=("running in the Codex CLI", "You are Codex,"))

# Its <env> has a date and no time.
OPENCODE = Profile(
    client="opencode", signs=("You are opencode,", "You are OpenCode,", "You are powered by the model named")
)

# Its first message has a date and no time.
QWEN_CODE = Profile(client="Qwen Code", signs=("You are Qwen Code,",))

# Some versions end the system prompt with `Current date and time: Thursday, January 8, 2026 at 10:12:33 AM GMT+1`.
# The day and the zone stay; who needs the hour can run `date`.
PI = Profile(
    client="pi",
    signs=("operating inside pi, a coding agent harness",),
    volatile=(
        (
            re.compile(
                r"^(Current date and time: .*?\d{4}),? (?:at )?\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?", re.MULTILINE
            ),
            r"\1",
        ),
    ),
)

# Without --cache-prompts some versions write `- Current date/time: 2024-08-02T15:51:55+0200` into the system prompt.
# The day and the zone stay. aider has no shell: it is only ever asked about code.
AIDER = Profile(
    client="aider",
    signs=(
        "Act as an expert software developer.\nAlways use best practices when coding.",
        "Act as an expert architect engineer and provide direction to your editor engineer.",
        "Act as an expert code analyst.\nAnswer questions about the supplied code.",
        "*SEARCH/REPLACE block*",
    ),
    volatile=(
        (
            re.compile(r"((?:Current|The current) date/time: \d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?"),
            r"\1",
        ),
    ),
)

PROFILES = (CLAUDE_CODE, CODEX, QWEN_CODE, PI, AIDER, OPENCODE)
"""The first whose signs are seen is taken."""
