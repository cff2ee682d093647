"""The formats that families share, to be declared rather than written again.

class Qwen3(TaggedJson):
    opening, closing = "<tool_call>", "</tool_call>"
"""

from .call_list import CallList
from .calls import Calls, announced, one_or_more
from .framed import Framed
from .headed import Headed
from .invoke import ANY, STRING_OR_JSON, Invokes
from .json_call import JsonCall
from .json_list import JsonCalls
from .literals import PYTHON, Literals, Notation
from .members import members
from .named_json import NamedJson
from .python_calls import PythonCalls
from .python_dicts import PythonDicts
from .tagged import Tagged
from .tagged_json import TaggedJson
from .tagged_pairs import TaggedPairs
from .tagged_parameters import TaggedParameters, bare_value

__all__ = [
    "ANY",
    "PYTHON",
    "STRING_OR_JSON",
    "CallList",
    "Calls",
    "Framed",
    "Headed",
    "Invokes",
    "JsonCall",
    "JsonCalls",
    "Literals",
    "NamedJson",
    "Notation",
    "PythonCalls",
    "PythonDicts",
    "Tagged",
    "TaggedJson",
    "TaggedPairs",
    "TaggedParameters",
    "announced",
    "bare_value",
    "members",
    "one_or_more",
]
