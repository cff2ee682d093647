"""What the text inside a field says, where it can be told only when all of it is there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from .hunt import Hunt, Program
from .regex import Regex, Unsupported

_PLACEHOLDER = re.compile(r"\{(\w+(?:\.\w+)*)\}")
_KEYS = re.compile(r'("(?:[^"\\]|\\.)*")|([{,]\s*)(\w+)(\s*:)', re.DOTALL)

Args = Mapping[str, Any]


def read(kind: str, text: str, args: Args) -> Any:
    """What a text of that kind says. Raises ValueError where it is of another."""
    return KINDS[kind](text, args)


def check(kind: str, args: Args) -> None:
    """Raise Unsupported where texts of that kind cannot be read as these arguments want it."""
    if kind == "xml-inline":
        pattern = args.get("tag_pattern")
        if not isinstance(pattern, str) or not {"key", "value"} <= (regex := Regex(pattern)).groups:
            raise Unsupported("a tag_pattern needs groups named key and value")
        Program([regex])
    inner = args.get("value_parser")
    if inner is not None:
        if not isinstance(inner, Mapping) or inner.get("name", "text") not in KINDS:
            raise Unsupported(f"a value_parser is {inner!r}")
        check(inner.get("name", "text"), inner.get("args", {}))
    if not all(isinstance(pair, list) and len(pair) == 2 and all(pair) for pair in args.get("string_delims", [])):
        raise Unsupported("string_delims are no pairs of strings")


def refuse_mixed(transform: Any) -> None:
    """Raise Unsupported where a transform has a placeholder inside other text."""
    if isinstance(transform, str) and _PLACEHOLDER.search(transform) and not path(transform):
        raise Unsupported(f"its transform has {transform!r}, which is neither text nor placeholder")
    for value in (
        transform.values() if isinstance(transform, Mapping) else transform if isinstance(transform, list) else ()
    ):
        refuse_mixed(value)


def fill(template: Any, scope: Mapping[str, Any]) -> Any:
    """A transform, with each `{name}` or `{name.key}` in it replaced by what it names.

    Raises ValueError where that is not there.
    """
    if isinstance(template, Mapping):
        return {key: fill(value, scope) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, scope) for value in template]
    steps = path(template)
    if steps is None:
        return template
    value: Any = scope
    for step in steps:
        if not isinstance(value, Mapping) or step not in value:
            raise ValueError(f"there is no {template}")
        value = value[step]
    return value


def path(template: Any) -> list[str] | None:
    """The steps of a placeholder; None where a transform's value is none."""
    found = _PLACEHOLDER.fullmatch(template) if isinstance(template, str) else None
    return found[1].split(".") if found else None


def _text(text: str, args: Args) -> str:
    return text.strip() if args.get("strip", True) else text


def _bool(text: str, args: Args) -> bool:
    return text.strip().lower() in ("true", "1")


def _json(text: str, args: Args) -> Any:
    said = _standard(text, args)
    try:
        return json.loads(said)
    except (ValueError, RecursionError) as error:
        if args.get("allow_non_json"):
            return text.strip()
        raise ValueError(str(error)) from None


def _standard(text: str, args: Args) -> str:
    """JSON whose strings stand between marks of their own, or whose keys have no quotes, as JSON."""
    keyed: Callable[[str], str] = _quoted if args.get("unquoted_keys") else str
    closings: dict[str, str] = dict(args.get("string_delims", []))
    if not closings:
        return keyed(text)
    opens, said, at = re.compile("|".join(map(re.escape, closings))), list[str](), 0
    while found := opens.search(text, at):
        end = text.find(closings[found[0]], found.end())
        if end < 0:
            break
        said += keyed(text[at : found.start()]), json.dumps(text[found.end() : end])
        at = end + len(closings[found[0]])
    return "".join([*said, keyed(text[at:])])


def _quoted(text: str) -> str:
    return _KEYS.sub(lambda found: found[1] or f'{found[2]}"{found[3]}"{found[4]}', text)


def _xml_inline(text: str, args: Args) -> dict[str, Any]:
    said: dict[str, Any] = {}
    program, at = Program([Regex(args["tag_pattern"])]), 0
    while True:
        hunt = Hunt(program, fresh=at == 0)
        hunt.read(text, at)
        hunt.end(final=True)
        if not hunt.found:
            return said
        groups = {name: text[at + begin : at + end] for name, (begin, end) in hunt.found.groups.items()}
        key, value = groups["key"], _value(groups.get("value", ""), args)
        if args.get("merge_duplicates") and key in said:
            said[key] = [*(said[key] if isinstance(said[key], list) else [said[key]]), value]
        else:
            said[key] = value
        at += hunt.found.end


def _kv_lines(text: str, args: Args) -> dict[str, Any]:
    said = {}
    for line in text.split(args.get("line_sep", "\n")):
        key, separator, value = _text(line, args).partition(args.get("kv_sep", ":"))
        if separator:
            said[_text(key, args)] = _value(_text(value, args), args)
    return said


def _value(text: str, args: Args) -> Any:
    inner = args.get("value_parser")
    return text if inner is None else read(inner.get("name", "text"), text, inner.get("args", {}))


KINDS: dict[str, Callable[[str, Args], Any]] = {
    "text": _text,
    "int": lambda text, _: int(text.strip()),
    "float": lambda text, _: float(text.strip()),
    "bool": _bool,
    "json": _json,
    "xml-inline": _xml_inline,
    "kv-lines": _kv_lines,
}
