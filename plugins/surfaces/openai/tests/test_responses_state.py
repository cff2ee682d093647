"""Responses and conversations that are kept, on a model that says what it is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import openai
import pytest
from openai.types.conversations import Conversation, ConversationItemList
from openai.types.responses import ResponseItemList

from mlxs.server.app import App
from mlxs.stores import Record
from mlxs.testing.scripted import Script
from mlxs.testing.serving import Served, serving
from mlxs.testing.surfaces import PATIENCE, events_of
from mlxs_openai.responses import jobs
from mlxs_openai.responses import state as kept
from mlxs_sqlite.store import SqliteStore

Strict = Callable[..., None]
ENDLESS = str(Script(say=["a"] * 100_000, pause=0.01))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def served(state: Path) -> Iterator[Served]:
    with serving({"m": {}}, state_dir=state) as served:
        yield served


@pytest.fixture
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=served.url + "/v1", api_key="none", max_retries=0)


def test_a_response_is_found_and_forgotten(client: openai.OpenAI, served: Served) -> None:
    made = client.responses.create(model="m", input="hello")
    assert client.responses.retrieve(made.id) == made
    client.responses.delete(made.id)
    for gone in (client.responses.retrieve, client.responses.delete, client.responses.cancel):
        with pytest.raises(openai.NotFoundError, match="no response"):
            gone(made.id)


def test_what_is_not_to_be_stored_is_not(client: openai.OpenAI) -> None:
    made = client.responses.create(model="m", input="hello", store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)


def test_a_response_goes_on_from_the_one_before(client: openai.OpenAI) -> None:
    first = client.responses.create(model="m", input="one two", instructions="Be brief.")
    second = client.responses.create(model="m", input="three", previous_response_id=first.id)
    third = client.responses.create(model="m", input="four", previous_response_id=second.id)
    assert third.usage and third.usage.input_tokens == 7  # each said twice but the last; instructions do not stay
    client.responses.delete(first.id)
    with pytest.raises(openai.BadRequestError, match="send the whole conversation") as error:
        client.responses.create(model="m", input="five", previous_response_id=third.id)
    assert error.value.code == "previous_response_not_found"


def test_items_are_referred_to(client: openai.OpenAI) -> None:
    first = client.responses.create(model="m", input="one two")
    (message,) = first.output
    items: Any = [{"type": "item_reference", "id": message.id}, {"role": "user", "content": "three"}]
    second = client.responses.create(model="m", input=items)
    assert second.usage and second.usage.input_tokens == 3


def test_input_items_are_listed_in_pages(client: openai.OpenAI, served: Served, strict: Strict) -> None:
    words = ["one", "two", "three"]
    made = client.responses.create(model="m", input=[{"role": "user", "content": word} for word in words])
    listed = [item.content[0].text for item in client.responses.input_items.list(made.id, limit=2, order="asc")]  # type: ignore[union-attr]
    assert listed == words
    url = f"{served.url}/v1/responses/{made.id}/input_items"
    page = httpx.get(url, params={"limit": 2}).json()
    strict(page, ResponseItemList)
    assert page["has_more"] and page["data"][0]["content"][0]["text"] == "three"
    assert not httpx.get(url, params={"after": page["last_id"]}).json()["has_more"]
    for wrong in ({"after": "msg_gone"}, {"limit": 0}, {"order": "up"}):
        assert httpx.get(url, params=wrong).status_code == 400


def test_in_the_background_a_response_is_made_whoever_watches(client: openai.OpenAI, strict_events: Strict) -> None:
    script = str(Script(say=["a", "b", "c", "d"], pause=0.02))
    with client.responses.create(model="m", input=script, background=True, stream=True) as stream:
        first = next(stream)
    assert first.type == "response.created" and first.response.status == "queued"
    seen = [event.to_dict() for event in client.responses.retrieve(first.response.id, stream=True, starting_after=0)]
    strict_events([first.to_dict(), *seen])
    assert seen[-1]["response"]["output"][0]["content"][0]["text"] == "abcd"  # type: ignore[index]
    again = client.responses.retrieve(first.response.id, stream=True, starting_after=4)
    assert [event.to_dict() for event in again] == seen[4:]
    assert client.responses.retrieve(first.response.id).status == "completed"


def test_a_background_response_is_cancelled(client: openai.OpenAI, served: Served, strict: Strict) -> None:
    made = client.responses.create(model="m", input=ENDLESS, background=True)
    assert made.status == "queued"
    stream = client.responses.retrieve(made.id, stream=True)
    assert any(event.type == "response.output_text.delta" for event in stream)
    with pytest.raises(openai.BadRequestError, match="not over yet"):
        client.responses.create(model="m", input="x", previous_response_id=made.id)
    cancelled = client.responses.cancel(made.id)
    assert cancelled.status == client.responses.cancel(made.id).status == "cancelled"
    strict(httpx.get(f"{served.url}/v1/responses/{made.id}").json())
    assert [event.type for event in client.responses.retrieve(made.id, stream=True)][-1] == "response.incomplete"
    with pytest.raises(openai.BadRequestError, match="background"):
        client.responses.cancel(client.responses.create(model="m", input="hello").id)


def test_a_background_response_that_fails_says_why(client: openai.OpenAI) -> None:
    made = client.responses.create(model="m", input=str(Script(refuse="not like this")), background=True)
    *_, last = client.responses.retrieve(made.id, stream=True)
    assert last.type == "response.failed" and last.response.error
    assert (last.response.error.code, last.response.error.message) == ("invalid_prompt", "not like this")


def test_only_background_responses_are_streamed_again(client: openai.OpenAI) -> None:
    made = client.responses.create(model="m", input="hello")
    with pytest.raises(openai.BadRequestError, match="background: true"):
        client.responses.retrieve(made.id, stream=True)


def test_a_conversation_takes_in_what_is_said(client: openai.OpenAI, served: Served, strict: Strict) -> None:
    conversation = client.conversations.create(items=[{"role": "user", "content": "one"}], metadata={"a": "b"})
    first = client.responses.create(model="m", input="two", conversation=conversation.id)
    assert first.conversation and first.conversation.id == conversation.id
    second = client.responses.create(model="m", input="three", conversation={"id": conversation.id})
    assert second.usage and second.usage.input_tokens == 4
    listed = httpx.get(f"{served.url}/v1/conversations/{conversation.id}/items", params={"order": "asc"}).json()
    strict(listed, ConversationItemList)
    assert [item["role"] for item in listed["data"]] == ["user", "user", "assistant", "user", "assistant"]
    assert [item["id"] for item in listed["data"]][-1] == second.output[0].id


def test_conversations_are_changed_and_forgotten(client: openai.OpenAI, served: Served, strict: Strict) -> None:
    made = client.conversations.create()
    assert client.conversations.update(made.id, metadata={"a": "b"}).metadata == {"a": "b"}
    strict(httpx.get(f"{served.url}/v1/conversations/{made.id}").json(), Conversation)
    added = client.conversations.items.create(made.id, items=[{"role": "user", "content": word} for word in "abc"])
    newest_first = [item.id for item in client.conversations.items.list(made.id, limit=2)]
    assert newest_first == [item.id for item in reversed(added.data)]
    first = str(added.data[0].id)
    assert client.conversations.items.retrieve(first, conversation_id=made.id) == added.data[0]
    client.conversations.items.delete(first, conversation_id=made.id)
    other = client.conversations.create()
    for gone in (first, str(added.data[1].id)):
        with pytest.raises(openai.NotFoundError, match="no item"):
            client.conversations.items.retrieve(gone, conversation_id=other.id)
    assert client.conversations.delete(made.id).deleted
    for call in (client.conversations.retrieve, client.conversations.delete, client.conversations.items.list):
        with pytest.raises(openai.NotFoundError, match="no conversation"):
            call(made.id)
    for body in ({"items": "x"}, {"items": [{"role": "?"}]}, {"metadata": {"a": 1}}):
        assert httpx.post(f"{served.url}/v1/conversations", json=body).status_code == 400


def test_what_is_kept_outlives_the_server(client: openai.OpenAI, state: Path) -> None:
    made = client.responses.create(model="m", input="one two")
    with serving({"m": {}}, state_dir=state) as other:
        second = openai.OpenAI(base_url=other.url + "/v1", api_key="none").responses
        assert second.retrieve(made.id) == made
        assert second.create(model="m", input="three", previous_response_id=made.id).output_text == "three "


def test_a_background_response_ends_with_its_server(tmp_path: Path) -> None:
    body = {"input": ENDLESS, "background": True}
    with serving({"m": {}}, state_dir=tmp_path) as served:
        made = httpx.post(served.url + "/v1/responses", json=body).json()
        with httpx.stream("GET", f"{served.url}/v1/responses/{made['id']}?stream=true", timeout=30) as stream:
            next(line for line in stream.iter_lines() if "output_text.delta" in line)
    with serving({"m": {}}, state_dir=tmp_path) as served:
        found = httpx.get(f"{served.url}/v1/responses/{made['id']}").json()
        assert found["status"] == "failed" and found["output"][0]["status"] == "incomplete"


def test_a_response_whose_server_was_killed_has_failed(
    client: openai.OpenAI, served: Served, state: Path, strict: Strict
) -> None:
    made = client.responses.create(model="m", input="hello")
    data = {"response": {**made.to_dict(), "status": "queued", "background": True}, "input": [], "events": []}
    lost = Record(kind="response", id="resp_lost", data=data, expires=time.time() + 60)
    asyncio.run(saved(state, lost, Record(kind="lease", id="resp_lost", data={}, expires=time.time() - 1)))
    found = httpx.get(f"{served.url}/v1/responses/resp_lost").json()
    strict(found)
    assert found["status"] == client.responses.cancel("resp_lost").status == "failed"
    assert "server ended" in found["error"]["message"]
    with pytest.raises(openai.BadRequestError, match="server ended"):
        client.responses.retrieve("resp_lost", stream=True)
    assert client.responses.create(model="m", input="x", previous_response_id="resp_lost").status == "completed"
    client.responses.delete("resp_lost")


def test_what_another_server_makes_is_left_to_it(
    client: openai.OpenAI, served: Served, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (jobs, kept):
        monkeypatch.setattr(module, "LEASE", 0.2)
    with serving({"m": {}}, state_dir=state) as other:
        made = httpx.post(other.url + "/v1/responses", json={"input": ENDLESS, "background": True}).json()
        first = asyncio.run(lease(state, made["id"]))
        deadline = time.monotonic() + PATIENCE
        while asyncio.run(lease(state, made["id"])) <= first:
            assert time.monotonic() < deadline, "nobody renews the lease"
        monkeypatch.undo()
        asyncio.run(saved(state, Record(kind="lease", id=made["id"], data={}, expires=time.time() + 60)))
        assert client.responses.retrieve(made["id"]).status == "queued"
        for ask in (client.responses.delete, client.responses.cancel, partial(client.responses.retrieve, stream=True)):
            with pytest.raises(openai.BadRequestError, match="by another server"):
                ask(made["id"])
        assert httpx.post(f"{other.url}/v1/responses/{made['id']}/cancel").json()["status"] == "cancelled"
    assert client.responses.retrieve(made["id"]).status == "cancelled"


async def saved(directory: Path, *records: Record) -> None:
    store = SqliteStore(directory)
    await store.open()
    await store.save(*records)
    await store.close()


async def lease(directory: Path, id: str) -> float:
    """When it runs out; 0 where it has."""
    store = SqliteStore(directory)
    await store.open()
    found = await store.find("lease", id)
    await store.close()
    return (found and found.expires) or 0.0


def test_what_is_said_in_a_conversation_that_is_deleted_meanwhile_is_kept(tmp_path: Path) -> None:
    class Racing(SqliteStore):
        """Somebody deletes a conversation as soon as it has been looked at."""

        async def renew(self, kind: str, id: str, expires: float) -> bool:
            renewed = await super().renew(kind, id, expires)
            return renewed and await self.delete(kind, id)

    async def keep() -> Record | None:
        store = Racing(tmp_path)
        await store.open()
        await store.save(Record(kind="conversation", id="c", data={}, expires=time.time() + 60))
        app = SimpleNamespace(store=store, server=SimpleNamespace(state_ttl=60.0))
        answer = {"id": "msg_1", "type": "message"}
        response = {"id": "r", "status": "completed", "conversation": {"id": "c"}, "output": [answer]}
        await kept.State(cast(App, app)).keep(kept.Kept(response, [{"id": "msg_0", "type": "message"}]))
        found = await store.find("item", "msg_1")
        await store.close()
        return found

    found = asyncio.run(keep())
    assert found and found.parent == ("response", "r")


def test_without_state_the_way_out_is_named() -> None:
    with serving({"m": {}}) as served:
        ask = {"input": "hi"}
        made = httpx.post(served.url + "/v1/responses", json=ask).json()
        assert made["status"] == "completed" and made["store"] is False
        for body in ({"previous_response_id": made["id"]}, {"conversation": "c"}, {"background": True}):
            answer = httpx.post(served.url + "/v1/responses", json={**ask, **body})
            assert answer.status_code in (400, 404) and "--no-state" in answer.text
        item = httpx.post(served.url + "/v1/responses", json={"input": [{"type": "item_reference", "id": "m"}]})
        assert item.status_code == 400 and "--no-state" in item.text
        for path in (f"responses/{made['id']}", "conversations/c"):
            answer = httpx.get(f"{served.url}/v1/{path}")
            assert answer.status_code == 404 and "--no-state" in answer.text
        assert events_of(httpx.post(served.url + "/v1/responses", json={**ask, "stream": True}))
