"""Calls between special tokens, up to DeepSeek V3.1."""

from __future__ import annotations

from mlxs.parsing.formats import NamedJson


class DeepSeekV31(NamedJson):
    """`<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{...}<｜tool▁call▁end｜><｜tool▁calls▁end｜>`.

    https://huggingface.co/deepseek-ai/DeepSeek-V3.1/blob/main/assets/chat_template.jinja
    """

    section = ("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>")
    begin, middle, end = "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>"
    asides = (section[1], end, "<｜tool▁output▁begin｜>", "<｜tool▁output▁end｜>")  # no text, wherever they stand


class DeepSeekV3(DeepSeekV31):
    """As V3.1, with the call's type before the name and the arguments fenced.

    https://huggingface.co/deepseek-ai/DeepSeek-V3-0324/blob/main/tokenizer_config.json
    """

    label = ("function", "<｜tool▁sep｜>")
    middle = "\n"
    fence = ("```json\n", "\n```")
