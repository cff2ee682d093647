"""GLM's thoughts."""

from __future__ import annotations

from string import ascii_letters

from mlxs.parsing.formats import Tagged


def _names_after(*openings: str) -> tuple[str, ...]:
    """Openings of calls with the first letter of a name: a mention of the tag is no call."""
    return tuple(opening + first for opening in openings for first in f"{ascii_letters}_")


class Glm45(Tagged):
    """`<think>...</think>`; the model may call a tool and forget to close its thought first.

    https://huggingface.co/zai-org/GLM-4.5/blob/main/chat_template.jinja
    """

    ended_by = _names_after("<tool_call>")


class Glm47(Glm45):
    """As GLM 4.5, but the prompt opens the thought, or closes it: all before `</think>` is thought.

    https://huggingface.co/zai-org/GLM-4.7/blob/main/chat_template.jinja
    """

    begins_thinking = True


class IQuest(Glm47):
    """As GLM 4.7, with IQuest's calls."""

    ended_by = _names_after("<iquest_tool_call>")
