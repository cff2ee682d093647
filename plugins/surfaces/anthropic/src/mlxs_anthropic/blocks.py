"""Blocks of content as clients send them.

https://platform.claude.com/docs/en/api/messages/create. `cache_control` may stand on any of
them, and is not needed: the server finds the longest cached prompt by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Annotated, Any, Literal

from pydantic import Field

from mlxs.errors import BadRequest
from mlxs.requests import ImagePart, Part, TextPart

from .sources import Base64, Body, File, PlainText, Url, no_files


class TextBlock(Body):
    type: Literal["text"]
    text: str

    def parts(self, param: str) -> Iterator[Part]:
        yield TextPart(text=self.text)


class ImageBlock(Body):
    type: Literal["image"]
    source: Annotated[Base64 | Url | File, Field(discriminator="type")]

    def parts(self, param: str) -> Iterator[Part]:
        match self.source:
            case Base64(media_type=kind, data=data):
                yield ImagePart(url=f"data:{kind};base64,{data}")
            case Url(url=url):
                yield ImagePart(url=url)
            case File():
                raise no_files(param)


class Content(Body):
    type: Literal["content"]
    content: str | list[Annotated[TextBlock | ImageBlock, Field(discriminator="type")]]


class Citations(Body):
    enabled: bool | None = None


class Citable(Body):
    citations: Citations | None = None

    def uncited(self, param: str) -> None:
        """Raise BadRequest where the answer is to cite this."""
        if self.citations and self.citations.enabled:
            raise BadRequest(f"{param}.citations: answers here have no citations; leave it out", param=param)


class DocumentBlock(Citable):
    type: Literal["document"]
    source: Annotated[PlainText | Content | Base64 | Url | File, Field(discriminator="type")]
    title: str | None = None
    context: str | None = None

    def parts(self, param: str) -> Iterator[Part]:
        self.uncited(param)
        yield from _texts(self.title, self.context)
        match self.source:
            case PlainText(data=text) | Content(content=str(text)):
                yield TextPart(text=text)
            case Content(content=blocks):
                yield from parts(blocks, f"{param}.source.content")  # type: ignore[arg-type]
            case File():
                raise no_files(param)
            case _:
                raise BadRequest(
                    f"{param}: PDF documents are not read here; send the document's text, with a source of type 'text'",
                    param=param,
                )


class SearchResultBlock(Citable):
    type: Literal["search_result"]
    title: str
    source: str
    content: list[TextBlock]

    def parts(self, param: str) -> Iterator[Part]:
        self.uncited(param)
        yield from _texts(self.title, self.source, *(block.text for block in self.content))


class ToolReferenceBlock(Body):
    """What a client's tool search found. Every tool stands before the model anyway, `defer_loading` or not."""

    type: Literal["tool_reference"]
    tool_name: str

    def parts(self, param: str) -> Iterator[Part]:
        yield TextPart(text=self.tool_name)


class ToolResultBlock(Body):
    type: Literal["tool_result"]
    tool_use_id: str
    content: str | list[ResultContent] | None = None
    is_error: bool | None = None


class ToolUseBlock(Body):
    type: Literal["tool_use"]
    id: str
    name: str
    input: dict[str, Any]


class ThinkingBlock(Body):
    type: Literal["thinking"]
    thinking: str
    signature: str = ""


class RedactedThinkingBlock(Body):
    """A thought that only Anthropic can read; models here are not shown it."""

    type: Literal["redacted_thinking"]
    data: str


Shown = TextBlock | ImageBlock | DocumentBlock | SearchResultBlock | ToolReferenceBlock
ResultContent = Annotated[Shown, Field(discriminator="type")]
Block = Annotated[
    Shown | ToolResultBlock | ToolUseBlock | ThinkingBlock | RedactedThinkingBlock, Field(discriminator="type")
]

ToolResultBlock.model_rebuild()


def parts(blocks: Iterable[Shown], param: str) -> Iterator[Part]:
    """What blocks say; `param` is where they stand. Raises BadRequest where that cannot be read."""
    for number, block in enumerate(blocks):
        yield from block.parts(f"{param}.{number}")


def content(parts: Iterable[Part]) -> str | tuple[Part, ...]:
    """Parts as a message has them. Blocks of text that follow one another are paragraphs of one text."""
    said: list[Part] = []
    for kind, group in groupby(parts, key=type):
        if kind is TextPart:
            said.append(TextPart(text="\n\n".join(part.text for part in group)))  # type: ignore[union-attr]
        else:
            said += group
    return said[0].text if len(said) == 1 and isinstance(said[0], TextPart) else tuple(said)


def _texts(*texts: str | None) -> Iterator[Part]:
    yield from (TextPart(text=text) for text in texts if text)
