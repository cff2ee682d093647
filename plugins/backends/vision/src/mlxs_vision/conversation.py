"""Conversations as the chat templates of multimodal models expect them.

Some templates take content as text only, some as parts only, most as either; which, they are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mlx_vlm.prompt_utils import get_message_json

from mlxs.errors import BadRequest
from mlxs.requests import Message
from mlxs.text.template import template_message

Render = Callable[[Sequence[dict[str, Any]]], str]

NAMES = {"image": "picture", "audio": "sound", "video": "film"}
MARK = "xyzzy"


class Conversation:
    """Turns messages into what a template takes.

    Args:
        render: The template.
        model_type: Of the network; mlx-vlm knows what stands for a picture in its texts.
        takes: Kinds of parts that the model takes.
    """

    def __init__(self, render: Render, model_type: str, takes: Mapping[str, bool]) -> None:
        self._model_type = model_type
        self._takes = takes
        self._parts = _understands(render, [{"type": "text", "text": MARK}])
        self._texts = _understands(render, MARK)

    def turn(self, messages: Sequence[Message]) -> list[dict[str, Any]]:
        """Messages as the template expects them. Raises BadRequest where one shows what the model does not take."""
        return [self.message(message, f"messages.{number}.content") for number, message in enumerate(messages)]

    def message(self, message: Message, param: str) -> dict[str, Any]:
        """One of them, whose content stands in `param`."""
        said = template_message(message)
        content = message.content if isinstance(message.content, tuple) else ()
        shown = [part.type for part in content if part.type != "text"]
        for kind in shown:
            if not self._takes[kind]:
                taken = [f"{name}s" for each, name in NAMES.items() if self._takes[each]]
                raise BadRequest(
                    f"this model takes no {NAMES[kind]}s, only {' and '.join(['text', *taken])}; serve another model "
                    "for them",
                    param=param,
                )
        if self._parts and (shown or not self._texts):
            said["content"] = [
                {"type": "text", "text": part.text} if part.type == "text" else {"type": part.type} for part in content
            ] or [{"type": "text", "text": message.text}]
        elif shown:
            said["content"] = self._with_tokens(message, shown)
        return said

    def _with_tokens(self, message: Message, shown: Sequence[str]) -> Any:
        """A text in which tokens stand for what it shows, as mlx-vlm writes them for this kind of model."""
        made = get_message_json(
            self._model_type,
            message.text,
            message.role,
            num_images=shown.count("image"),
            num_audios=shown.count("audio"),
        )
        return made["content"] if isinstance(made, dict) else made


def _understands(render: Render, content: Any) -> bool:
    """Whether a template makes words of such content, and not a picture of its data."""
    try:
        text = render([{"role": "user", "content": content}])
    except BadRequest:
        return False
    return MARK in text and "'text'" not in text and '"text"' not in text
