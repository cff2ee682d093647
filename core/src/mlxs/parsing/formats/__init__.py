"""The formats that families share, to be declared rather than written again.

class Qwen3(TaggedJson):
    opening, closing = "<tool_call>", "</tool_call>"
"""

from .calls import Calls
from .tagged import Tagged
from .tagged_json import TaggedJson
from .tagged_parameters import TaggedParameters

__all__ = ["Calls", "Tagged", "TaggedJson", "TaggedParameters"]
