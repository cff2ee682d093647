"""The formats that families share, to be declared rather than written again.

class Qwen3(TaggedJson):
    opening, closing = "<tool_call>", "</tool_call>"
"""

from .calls import Calls
from .invoke import ANY, Invokes
from .json_call import JsonCall
from .json_list import JsonCalls
from .tagged import Tagged
from .tagged_json import TaggedJson
from .tagged_parameters import TaggedParameters

__all__ = ["ANY", "Calls", "Invokes", "JsonCall", "JsonCalls", "Tagged", "TaggedJson", "TaggedParameters"]
