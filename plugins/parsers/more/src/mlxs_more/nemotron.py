"""NVIDIA's Nemotron Nano 2."""

from __future__ import annotations

from mlxs.parsing.formats import JsonCalls, Tagged


class Calls(JsonCalls):
    """`<TOOLCALL>[{"name": ..., "arguments": {...}}]</TOOLCALL>`.

    https://huggingface.co/nvidia/NVIDIA-Nemotron-Nano-9B-v2/blob/main/tokenizer_config.json
    """

    openings = ("<TOOLCALL>",)
    closings = ("</TOOLCALL>",)
    around = "<TOOLCALL>[", "]</TOOLCALL>"


class Thoughts(Tagged):
    """`<think>...</think>`."""

    ended_by = ("<TOOLCALL>[", "<TOOLCALL>\n[")
