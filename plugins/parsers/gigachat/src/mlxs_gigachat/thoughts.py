"""GigaChat's thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import Tagged

from .calls import GigaChat35


class GigaChat(Tagged):
    """`<think>...</think>`; a call ends a thought too."""

    ended_by = (f"{GigaChat35.opening}\n<｜GCML｜invoke", f"{GigaChat35.opening}<｜GCML｜invoke")
