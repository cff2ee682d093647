"""Which tools are offered with a request: the one that fits, and others that must not be taken for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .families import families
from .invented import invented
from .tools import Request
from .values import Values

# Tools that would do for one another: never offered together.
ALIKE = [
    {"add", "multiply", "subtract", "calculate"},
    {"get_order_status", "track_package"},
    {"web_search", "get_news", "define_word", "get_movie", "find_recipe"},
    {"create_note", "add_todo", "add_reminder", "list_tasks", "create_event"},
    {"get_weather", "get_forecast"},
    {"list_files", "run_command", "read_file"},
    {"get_capital", "get_population"},
    {"set_timer", "set_alarm", "add_reminder"},
    {"get_date", "get_time"},
    {"send_message", "send_email", "call_contact"},
    {"roll_dice", "random_number", "flip_coin"},
    {"get_directions", "order_taxi"},
    {"open_app", "open_url"},
]


class Offers:
    """Draws requests, and tools to offer beside theirs.

    Args:
        values: Where chance and values come from.
    """

    def __init__(self, values: Values) -> None:
        self.values, self.rng = values, values.rng

    def request(self, generic: float = 0.45) -> Request:
        """A request; `generic` is how often it is for a tool that is invented."""
        if self.rng.random() < generic:
            return invented(self.values)
        return self.rng.choice(families()).request(self.values)

    def tools(self, requests: list[Request], others: int, more: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
        """The tools of the requests, that many others and some more, shuffled; each name once."""
        tools = [request.tool for request in (*requests, *self.others(requests, others))]
        tools = list({tool["name"]: tool for tool in [*tools[::-1], *more][::-1]}.values())
        self.rng.shuffle(tools)
        return tools

    def others(self, requests: list[Request], count: int, apart: bool = False) -> list[Request]:
        """Requests whose tools can be offered beside those of these requests.

        Args:
            requests: They keep their meaning.
            count: How many.
            apart: Whether the others must not do for these requests even at a pinch.
        """
        found: list[Request] = []
        taken = {request.tool["name"] for request in requests}
        while len(found) < count:
            model = self.rng.choice(requests) if requests else None
            other = self._near(model) if model and self.rng.random() < 0.3 else self.request(0.45)
            if other.tool["name"] in taken or not all(fit_together(other, request) for request in requests):
                continue
            if apart and any(_close(other, request) for request in requests):
                continue
            taken.add(other.tool["name"])
            found.append(other)
        return found

    def _near(self, request: Request) -> Request:
        """One that is easily taken for this one: of the same kind, or with the same arguments."""
        named = set(request.tool["parameters"]["properties"])
        for _ in range(6):
            other = self.request(0.1 if request.about else 0.8)
            if named & set(other.tool["parameters"]["properties"]) or (not named and not other.arguments):
                return other
        return other


def fit_together(one: Request, other: Request) -> bool:
    """Whether both tools can be offered at once, without a doubt which one a request means."""
    if one.tool["name"] == other.tool["name"] or (one.about and one.about == other.about):
        return False
    if any({one.about, other.about} <= group for group in ALIKE):
        return False
    first, second = _parts(one), _parts(other)
    return not (first & second and len(first ^ second) <= 2)  # as `get_price` and `show_price` are alike


def _close(one: Request, other: Request) -> bool:
    first, second = _parts(one), _parts(other)
    return first <= second or second <= first


def _parts(request: Request) -> set[str]:
    return set(request.tool["name"].lower().replace("-", "_").split("_"))
