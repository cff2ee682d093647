"""Requests, and what models are given of them."""

from __future__ import annotations

from typing import Any

from mlxs.grammar import Json
from mlxs.requests import ChatRequest, ImagePart, Message, TextPart, ToolCall
from mlxs_anthropic.body import CreateBody


def request(**asked: Any) -> ChatRequest:
    return CreateBody.model_validate({"max_tokens": 9, "messages": [user("hi")], **asked}).request()


def user(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content[0] if content and isinstance(content[0], str) else list(content)}


def text(said: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": said, **more}


def test_system_prompt_and_system_messages() -> None:
    cached = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    asked = request(
        system=[text("One."), text("Two.", **cached)], messages=[user("a"), {"role": "system", "content": "b"}]
    )
    assert [(turn.role, turn.content) for turn in asked.messages] == [
        ("system", "One.\n\nTwo."),
        ("user", "a"),
        ("system", "b"),
    ]
    assert request(system="Be brief.").messages[0] == Message(role="system", content="Be brief.")


def test_a_turn_with_a_tool() -> None:
    call = {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}}
    thought = {"type": "thinking", "thinking": "hm", "signature": "anyone's"}
    redacted = {"type": "redacted_thinking", "data": "x"}
    assistant = {"role": "assistant", "content": [thought, redacted, text("Let me see."), call]}
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "2", "cache_control": {"type": "ephemeral"}}
    _, said, told, last = request(messages=[user("hi"), assistant, user(result, text("And?"))]).messages
    assert said == Message(
        role="assistant",
        content="Let me see.",
        reasoning="hm",
        tool_calls=(ToolCall(id="t1", name="f", arguments='{"a": 1}'),),
    )
    assert told == Message(role="tool", tool_call_id="t1", content="2")
    assert last == Message(role="user", content="And?")


def test_results_in_every_form() -> None:
    def result(**more: Any) -> Any:
        (turn,) = request(messages=[user({"type": "tool_result", "tool_use_id": "t", **more})]).messages
        assert turn.role == "tool"
        return turn.content

    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}
    found = {"type": "search_result", "title": "T", "source": "https://x", "content": [text("found")]}
    assert result() == ""
    assert result(content=[]) == ""
    assert result(content="no", is_error=True) == "The tool failed.\n\nno"
    assert result(content=[text("a"), found]) == "a\n\nT\n\nhttps://x\n\nfound"
    assert result(content=[text("a"), image]) == (TextPart(text="a"), ImagePart(url="data:image/png;base64,AAAA"))
    assert result(content=[{"type": "tool_reference", "tool_name": "f"}]) == "f"


def test_documents_and_images() -> None:
    plain = {"type": "text", "media_type": "text/plain", "data": "words"}
    blocks = {
        "type": "content",
        "content": [text("more"), {"type": "image", "source": {"type": "url", "url": "https://x"}}],
    }
    (turn,) = request(
        messages=[
            user(
                {"type": "document", "source": plain, "title": "T", "context": "C"},
                {"type": "document", "source": blocks},
            )
        ]
    ).messages
    assert turn.content == (TextPart(text="T\n\nC\n\nwords\n\nmore"), ImagePart(url="https://x"))


def test_messages_of_one_role_are_one_turn() -> None:
    assert request(messages=[user("a"), user(text("b"))]).messages == (Message(role="user", content="a\n\nb"),)


def test_thinking() -> None:
    def asked(**more: Any) -> Any:
        said = request(**more)
        return said.template, said.thought_tokens

    off, on = ({"enable_thinking": on, "thinking": on} for on in (False, True))
    assert asked() == ({}, None)
    assert asked(thinking={"type": "disabled"}) == (off, 0)
    assert asked(thinking={"type": "enabled", "budget_tokens": 50}) == ({**on, "thinking_budget": 50}, 50)
    adaptive = asked(thinking={"type": "adaptive"}, output_config={"effort": "high"})
    assert adaptive == ({**on, "reasoning_effort": "high"}, None)
    assert asked(chat_template_kwargs={"enable_thinking": False})[0] == {"enable_thinking": False}


def test_format_and_tools() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    format = {"type": "json_schema", "schema": schema}
    assert request(output_config={"format": format}).format == request(output_format=format).format == Json(schema)
    asked = request(
        tools=[{"type": "custom", "name": "f", "input_schema": schema, "strict": True, "defer_loading": True}],
        tool_choice={"type": "tool", "name": "f", "disable_parallel_tool_use": True},
    )
    assert (asked.tools[0].parameters, asked.tools[0].strict) == (schema, True)
    assert (asked.tool_choice.mode, asked.tool_choice.names) == ("required", ("f",))
    assert asked.parallel_tool_calls is False
    assert request(tool_choice={"type": "none"}).tool_choice.mode == "none"


def test_sampling() -> None:
    body = {"max_tokens": 9, "messages": [], "temperature": 1, "top_p": 0.5, "top_k": 3, "stop_sequences": ["\n"]}
    sampling = CreateBody.model_validate(body).sampling
    assert (sampling.max_tokens, sampling.temperature, sampling.top_p, sampling.top_k) == (9, 1, 0.5, 3)
    assert sampling.stop == ("\n",)
