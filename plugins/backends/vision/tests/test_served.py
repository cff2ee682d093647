"""A model that sees, served, and used through the SDKs of OpenAI and Anthropic."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from openai import BadRequestError, OpenAI

from mlxs.testing.serving import serving

SETTINGS = {"temperature": 0, "max_tokens": 12}


@pytest.fixture(scope="module")
def server(model):
    options = {"model_type": "multimodal", "model_path": str(model()), "allow_private_urls": True}
    closed = {**options, "allow_private_urls": False, "on_demand": True}
    with serving({"tiny": options, "closed": closed}) as served:
        yield served


@pytest.fixture(scope="module")
def client(server):
    with OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture
def web(noise, files):
    """A server of pictures on a private address: `/picture.png`, and redirects."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/picture.png":
                self.send_response(200)
                self.send_header("content-type", "image/png")
                self.end_headers()
                self.wfile.write(files.png(noise(1)))
            else:
                self.send_response(302)
                self.send_header("location", self.path.removeprefix("/to?"))
                self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{pages.server_port}"
        pages.shutdown()


@pytest.fixture
def image(noise, files):
    return lambda n=1: {"type": "image_url", "image_url": {"url": files.uri(files.png(noise(n))), "detail": "auto"}}


def ask(client, *content, model="tiny", **more):
    messages = [{"role": "user", "content": list(content)}]
    return client.chat.completions.create(model=model, messages=messages, **SETTINGS, **more)


def text(said):
    return {"type": "text", "text": said}


def test_chat_with_pictures(client, image):
    answer = ask(client, text("what?"), image(1), image(2))
    assert answer.choices[0].message.content and answer.usage.prompt_tokens > 12
    assert ask(client, text("what?"), image(2), image(1)).choices[0].message.content is not None
    again = ask(client, text("what?"), image(1), image(2))
    assert again.choices[0].message.content == answer.choices[0].message.content
    assert again.usage.prompt_tokens_details.cached_tokens == answer.usage.prompt_tokens - 1


def test_the_stream_is_the_answer(client, image):
    whole = ask(client, image(3), text("?"))
    with ask(client, image(3), text("?"), stream=True) as stream:
        pieces = [chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices]
    assert "".join(pieces) == whole.choices[0].message.content


def test_an_address_is_as_good_as_the_file(client, image, web):
    by_address = {"type": "image_url", "image_url": {"url": f"{web}/picture.png"}}
    redirected = {"type": "image_url", "image_url": {"url": f"{web}/to?/picture.png"}}
    answers = [ask(client, shown, text("what?")) for shown in (image(1), by_address, redirected)]
    assert len({answer.choices[0].message.content for answer in answers}) == 1
    assert answers[1].usage.prompt_tokens_details.cached_tokens > 8


@pytest.mark.parametrize("path", ["/picture.png", "/to?http://localhost/picture.png"])
def test_private_addresses_are_left_alone(client, web, path):
    with pytest.raises(BadRequestError, match="is a private address.*--allow-private-urls"):
        ask(client, {"type": "image_url", "image_url": {"url": web + path}}, text("what?"), model="closed")


def test_answers_that_are_kept_to_a_schema(client, image):
    schema = {"type": "object", "properties": {"seen": {"type": "boolean"}}, "required": ["seen"]}
    schema["additionalProperties"] = False
    form = {"type": "json_schema", "json_schema": {"name": "seen", "schema": schema, "strict": True}}
    content = ask(client, image(), text("?"), response_format=form).choices[0].message.content
    assert isinstance(json.loads(content)["seen"], bool)


def test_responses(client, image):
    shown = {"type": "input_image", "image_url": image(1)["image_url"]["url"], "detail": "low"}
    said = [{"role": "user", "content": [{"type": "input_text", "text": "what?"}, shown]}]
    answer = client.responses.create(model="tiny", input=said, temperature=0, max_output_tokens=8, store=False)
    assert answer.output_text and answer.usage.input_tokens > 8


def test_messages(server, noise, files):
    from base64 import b64encode

    anthropic = pytest.importorskip("anthropic")
    source = {"type": "base64", "media_type": "image/png", "data": b64encode(files.png(noise(1))).decode()}
    said = [{"role": "user", "content": [{"type": "image", "source": source}, {"type": "text", "text": "what?"}]}]
    with anthropic.Anthropic(base_url=server.url, api_key="none", max_retries=0) as client:
        answer = client.messages.create(model="tiny", max_tokens=8, messages=said)
    assert answer.content[0].text and answer.usage.input_tokens + (answer.usage.cache_read_input_tokens or 0) > 8


def test_a_broken_picture_is_a_400_and_the_next_request_is_answered(client, image):
    with pytest.raises(BadRequestError, match="this is no picture") as raised:
        ask(client, {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}, text("?"))
    assert raised.value.param == "messages.0.content.0.image_url"
    assert ask(client, image(), text("?")).choices


def test_vectors_of_addresses(client, image, web):
    def vector(url, model="tiny"):
        return client.embeddings.create(model=model, input="what?", extra_body={"image_url": url}).data[0].embedding

    assert vector(f"{web}/picture.png") == pytest.approx(vector(image(1)["image_url"]["url"]), abs=1e-6)
    with pytest.raises(BadRequestError, match="is a private address.*--allow-private-urls"):
        vector(f"{web}/picture.png", model="closed")


def test_completions(client):
    answer = client.completions.create(model="tiny", prompt="def f(", temperature=0, max_tokens=4)
    assert answer.usage.completion_tokens == 4
