// The official Anthropic SDK for JavaScript, against a server of ours.

import assert from "node:assert/strict";
import test from "node:test";
import Anthropic from "@anthropic-ai/sdk";
import { base, city, question, result } from "./tools.mjs";

const client = new Anthropic({ baseURL: base, apiKey: "none", maxRetries: 0 });
const user = (content) => ({ role: "user", content });
const tools = [{ name: "get_weather", description: "Get the weather.", input_schema: city }];
const head = { model: "demo", max_tokens: 200 };

test("a message, and its stream, say the same", async () => {
  const body = { ...head, messages: [user("Hello!")] };
  const whole = await client.messages.create(body);
  const text = (message) => message.content.find((block) => block.type === "text").text;
  const stream = client.messages.stream(body);
  let said = "";
  stream.on("text", (delta) => (said += delta));
  assert.equal(text(await stream.finalMessage()), said);
  assert.ok(text(whole));
  assert.equal(whole.stop_reason, "end_turn");
});

test("a tool is used, and its result told", async () => {
  const first = await client.messages.create({ ...head, tools, messages: [user(question)] });
  assert.equal(first.stop_reason, "tool_use");
  const use = first.content.find((block) => block.type === "tool_use");
  assert.deepEqual(use.input, { city: "Paris" });
  const told = user([{ type: "tool_result", tool_use_id: use.id, content: result }]);
  const turn = { role: "assistant", content: first.content };
  const second = await client.messages.create({ ...head, tools, messages: [user(question), turn, told] });
  assert.match(second.content.find((block) => block.type === "text").text, /Paris/);
});

test("tokens are counted", async () => {
  const count = await client.messages.countTokens({ model: "demo", messages: [user("Hello!")] });
  assert.ok(count.input_tokens > 0);
});

test("errors are of their kinds", async () => {
  await assert.rejects(client.messages.create({ ...head, messages: [] }), Anthropic.BadRequestError);
  await assert.rejects(
    client.messages.create({ ...head, model: "nobody", messages: [user("Hello!")] }),
    Anthropic.NotFoundError,
  );
});
