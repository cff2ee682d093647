"""DeepSeek's thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged

from .dsml import DeepSeekV4, DeepSeekV32, DeepSeekV41
from .tokens import DeepSeekV31

BLOCKS = ("<｜DSML｜tool>", "<｜DSML｜toolcalls>", *(kind.opening for kind in (DeepSeekV32, DeepSeekV4, DeepSeekV41)))


class DeepSeek(Tagged):
    """`<think>...</think>`, which the template opens or closes.

    https://huggingface.co/deepseek-ai/DeepSeek-V3.1/blob/main/assets/chat_template.jinja
    """

    ended_by = (
        DeepSeekV31.section[0],
        *(f"{block}{gap}<｜DSML｜{space}invoke" for block in BLOCKS for gap in ("", "\n") for space in ("", " ")),
    )


class DeepSeekR1(DeepSeek):
    """All before `</think>`: the template opens the thought.

    https://huggingface.co/deepseek-ai/DeepSeek-R1/blob/main/tokenizer_config.json
    """

    begins_thinking = True
