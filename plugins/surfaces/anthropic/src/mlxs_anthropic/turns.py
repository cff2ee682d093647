"""Messages as clients send them, and the turns they mean.

https://platform.claude.com/docs/en/api/messages/create: messages of one role that follow one another
are one turn. Results of tools, blocks of the user's message there, are turns of their own here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal

from mlxs.errors import BadRequest
from mlxs.requests import Message, Part, TextPart, ToolCall

from .blocks import (
    Block,
    RedactedThinkingBlock,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
    content,
    parts,
)
from .signature import hidden
from .sources import Body


class MessageBody(Body):
    role: Literal["user", "assistant", "system"]
    content: str | list[Block]


def system(said: str | list[TextBlock] | None) -> Iterator[Message]:
    """The turn of the system prompt, where there is one."""
    if said:
        yield Message(role="system", content=said if isinstance(said, str) else content(parts(said, "system")))


def turns(messages: Sequence[MessageBody]) -> Iterator[Message]:
    """The turns of a conversation. Raises BadRequest where they are none that a model can go on with."""
    if messages and messages[-1].role == "assistant":
        raise BadRequest(
            "the last message is the assistant's, and this server does not go on with a message that has been begun "
            "(prefill); end with a user message",
            param=f"messages.{len(messages) - 1}",
        )
    for role, group in groupby(enumerate(messages), key=lambda numbered: numbered[1].role):
        blocks = [block for number, message in group for block in _blocks(message, f"messages.{number}.content")]
        yield from _assistant(blocks) if role == "assistant" else _other(role, blocks)


def _blocks(message: MessageBody, param: str) -> Iterator[tuple[str, Block]]:
    if isinstance(message.content, str):
        yield param, TextBlock(type="text", text=message.content)
        return
    for number, block in enumerate(message.content):
        yield f"{param}.{number}", block


def _assistant(blocks: Sequence[tuple[str, Block]]) -> Iterator[Message]:
    thoughts, calls, said = list[str](), list[ToolCall](), list[Part]()
    for param, block in blocks:
        match block:
            case ThinkingBlock(thinking=thought, signature=signature):
                thoughts.append(thought or hidden(signature))
            case RedactedThinkingBlock():
                continue
            case ToolUseBlock(id=id, name=name, input=input):
                calls.append(ToolCall(id=id, name=name, arguments=json.dumps(input, ensure_ascii=False)))
            case ToolResultBlock():
                raise _misplaced(param, block, "user")
            case _:
                said += block.parts(param)
    reasoning = "\n\n".join(filter(None, thoughts)) or None
    yield Message(
        role="assistant", content=content(said) if said else None, reasoning=reasoning, tool_calls=tuple(calls)
    )


def _other(role: str, blocks: Sequence[tuple[str, Block]]) -> Iterator[Message]:
    said = list[Part]()
    for param, block in blocks:
        match block:
            case ToolResultBlock() if role == "user":
                yield _result(block, param)
            case ToolUseBlock() | ThinkingBlock() | RedactedThinkingBlock():
                raise _misplaced(param, block, "assistant")
            case ToolResultBlock():
                raise _misplaced(param, block, "user")
            case _:
                said += block.parts(param)
    if said or not blocks:
        yield Message(role=role, content=content(said) if said else "")


def _result(result: ToolResultBlock, param: str) -> Message:
    said: list[Part]
    match result.content:
        case None | "":
            said = []
        case str(text):
            said = [TextPart(text=text)]
        case blocks:
            said = list(parts(blocks, f"{param}.content"))
    if result.is_error:
        said.insert(0, TextPart(text="The tool failed."))
    return Message(role="tool", content=content(said) if said else "", tool_call_id=result.tool_use_id)


def _misplaced(param: str, block: Body, role: str) -> BadRequest:
    kind = getattr(block, "type", "")
    return BadRequest(f"{param}: a block of type {kind!r} belongs into a message of role {role!r}", param=param)
