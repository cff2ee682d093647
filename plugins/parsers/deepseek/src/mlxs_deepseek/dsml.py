"""Calls in DeepSeek's markup language, from V3.2 on: the tags say whether a value is a string."""

from __future__ import annotations

from mlxs.parsing.formats import STRING_OR_JSON, Invokes


class DeepSeekV32(Invokes):
    """`<｜DSML｜invoke name="f"><｜DSML｜parameter name="a" string="false">1</｜DSML｜parameter></｜DSML｜invoke>`.

    https://huggingface.co/deepseek-ai/DeepSeek-V3.2/blob/main/encoding/encoding_dsv32.py
    """

    opening, closing = "<｜DSML｜function_calls>", "</｜DSML｜function_calls>"
    prefix = "｜DSML｜"
    types = STRING_OR_JSON
    certain = True
    unclosed = ""


class DeepSeekV4(DeepSeekV32):
    """As V3.2 in a block of another name, which the model does not always remember."""

    opening, closing = "<｜DSML｜tool_calls>", "</｜DSML｜tool_calls>"

    @property
    def openings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (*super().openings, "<｜DSML｜toolcalls>", "<｜DSML｜tool>")

    @property
    def closings(self) -> tuple[str, ...]:  # type: ignore[override]
        return (self.closing, DeepSeekV32.closing)


class DeepSeekV41(DeepSeekV32):
    """As V4, with a space before each word: `<｜DSML｜ calls><｜DSML｜ invoke name="f">`."""

    opening, closing = "<｜DSML｜ calls>", "</｜DSML｜ calls>"
    prefix = "｜DSML｜ "
