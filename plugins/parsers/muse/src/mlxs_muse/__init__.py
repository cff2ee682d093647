"""How Muse models think and call tools."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

WALKS = "arguments_as_objects"  # the templates walk the arguments of earlier calls


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="muse",
        target="mlxs_muse.calls:Muse",
        summary="invoked functions in messages to tools, typed by their schemas: Muse Spark",
        aliases=("musespark1x", "muse_spark", "atem"),
        marks=("<atem:function_calls>",),
        converter=WALKS,
    )
    yield ToolParserSpec(
        name="muse_glimmer",
        target="mlxs_muse.calls:MuseGlimmer",
        summary="invoked functions in messages to tools, their arguments JSON where they read so: Muse Glimmer",
        aliases=("glimmer",),
        converter=WALKS,
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="muse",
        target="mlxs_muse.messages:MuseThoughts",
        summary="messages to=self: Muse Spark, Muse Glimmer",
        aliases=("musespark1x", "muse_spark", "atem", "muse_glimmer", "glimmer"),
        marks=("<atem:function_calls>",),
    )
