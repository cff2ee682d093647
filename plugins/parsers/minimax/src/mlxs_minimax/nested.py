"""Values written as tags in a tag."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlxs.parsing.values import item_schema, kinds, member_schema, text_of, typed
from mlxs.requests import Schema

ITEM = "item"
"""What the tags of an array's items are called."""


@dataclass
class Node:
    """A tag: its name, what its value may be, the text in it, and the tags in it with their values as JSON."""

    key: str
    schema: Schema | None
    root: Schema | None
    text: list[str] = field(default_factory=list)
    children: list[tuple[str, str]] = field(default_factory=list)

    def child(self, key: str) -> Node:
        items = item_schema(self.schema, self.root) if key == ITEM else None
        return Node(key, member_schema(self.schema, key, self.root) or items, self.root)

    def json(self) -> str:
        allowed = kinds(self.schema, self.root)
        if not self.children:
            said = "".join(self.text)
            nothing = said.isspace() or not said
            if nothing and "object" in allowed:
                return "{}"
            return "[]" if nothing and "array" in allowed else typed(said, self.schema, self.root)
        if self._is_list(allowed):
            return f"[{', '.join(value for _, value in self.children)}]"
        members: dict[str, list[str]] = {}
        for key, value in self.children:
            members.setdefault(key, []).append(value)
        several = {key: values[0] if len(values) == 1 else f"[{', '.join(values)}]" for key, values in members.items()}
        return f"{{{', '.join(f'{text_of(key)}: {value}' for key, value in several.items())}}}"

    def _is_list(self, allowed: frozenset[str]) -> bool:
        if "array" in allowed and "object" not in allowed:
            return True
        only_items = all(key == ITEM for key, _ in self.children)
        known = member_schema(self.schema, ITEM, self.root)
        return only_items and known is None and ("array" in allowed or "object" not in allowed)
