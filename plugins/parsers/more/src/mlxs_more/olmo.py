"""OLMo 3's calls and thoughts."""

from __future__ import annotations

from mlxs.parsing.formats import PythonCalls, Tagged


class Calls(PythonCalls):
    """A Python call on each line between tags, with JSON's words for true, false and null.

    https://huggingface.co/allenai/Olmo-3-7B-Instruct/blob/main/chat_template.jinja
    """

    openings = ("<function_calls>",)
    closings = ("</function_calls>",)
    around = ("<function_calls>\n", "\n</function_calls>")
    bare = True
    separators = ("", ",", ";")
    separator = "\n"
    words = False


class Thoughts(Tagged):
    """`<think>...</think>`; the prompt of the models that think begins it.

    https://huggingface.co/allenai/Olmo-3-7B-Think/blob/main/chat_template.jinja
    """
