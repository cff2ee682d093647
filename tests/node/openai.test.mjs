// The official OpenAI SDK for JavaScript, against a server of ours.

import assert from "node:assert/strict";
import test from "node:test";
import OpenAI, { AzureOpenAI } from "openai";
import { base, city, question, result } from "./tools.mjs";

const client = new OpenAI({ baseURL: `${base}/v1`, apiKey: "none", maxRetries: 0 });
const user = (content) => ({ role: "user", content });
const weather = { name: "get_weather", description: "Get the weather.", parameters: city };
const tools = [{ type: "function", function: weather }];
const chat = (body) => client.chat.completions.create({ model: "demo", temperature: 0, ...body });

test("models", async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.deepEqual(ids, ["demo"]);
  assert.equal((await client.models.retrieve("demo")).id, "demo");
});

test("a chat, and its stream, say the same", async () => {
  const whole = await chat({ messages: [user("Hello!")] });
  let streamed = "";
  for await (const chunk of await chat({ messages: [user("Hello!")], stream: true })) {
    streamed += chunk.choices[0]?.delta?.content ?? "";
  }
  assert.ok(streamed);
  assert.equal(streamed, whole.choices[0].message.content);
});

test("the stream helper", async () => {
  const stream = client.chat.completions.stream({ model: "demo", temperature: 0, messages: [user("Hello!")] });
  let said = "";
  stream.on("content", (delta) => (said += delta));
  const completion = await stream.finalChatCompletion();
  assert.equal(completion.choices[0].message.content, said);
});

test("a tool is called, and its result told", async () => {
  const first = await chat({ messages: [user(question)], tools });
  const [call] = first.choices[0].message.tool_calls;
  assert.equal(call.function.name, "get_weather");
  assert.deepEqual(JSON.parse(call.function.arguments), { city: "Paris" });
  const told = { role: "tool", tool_call_id: call.id, content: result };
  const second = await chat({ messages: [user(question), first.choices[0].message, told], tools });
  assert.match(second.choices[0].message.content, /Paris/);
});

test("runTools walks the round by itself", async () => {
  const run = client.chat.completions.runTools({
    model: "demo",
    temperature: 0,
    messages: [user(question)],
    tools: [{ type: "function", function: { ...weather, parse: JSON.parse, function: () => result } }],
  });
  assert.match(await run.finalContent(), /Paris/);
});

test("an answer in a schema", async () => {
  const schema = {
    type: "object",
    properties: { sunny: { type: "boolean" } },
    required: ["sunny"],
    additionalProperties: false,
  };
  const completion = await client.chat.completions.parse({
    model: "demo",
    messages: [user("Is it sunny?")],
    max_tokens: 64,
    response_format: { type: "json_schema", json_schema: { name: "sky", strict: true, schema } },
  });
  assert.equal(typeof completion.choices[0].message.parsed.sunny, "boolean");
});

test("a completion", async () => {
  const body = { model: "demo", prompt: "Once", max_tokens: 5, temperature: 0 };
  const whole = await client.completions.create(body);
  let streamed = "";
  for await (const chunk of await client.completions.create({ ...body, stream: true })) {
    streamed += chunk.choices[0]?.text ?? "";
  }
  assert.equal(streamed, whole.choices[0].text);
});

test("a response, its stream, and the one after it", async () => {
  const body = { model: "demo", input: "Hello!", temperature: 0 };
  const first = await client.responses.create(body);
  assert.equal(first.status, "completed");
  assert.ok(first.output_text);
  const stream = client.responses.stream(body);
  const numbers = [];
  for await (const event of stream) numbers.push(event.sequence_number);
  assert.deepEqual(numbers, [...numbers.keys()]);
  assert.equal((await stream.finalResponse()).output_text, first.output_text);
  const second = await client.responses.create({ ...body, previous_response_id: first.id });
  assert.equal(second.previous_response_id, first.id);
  assert.equal((await client.responses.retrieve(first.id)).id, first.id);
  await client.responses.delete(first.id);
  await assert.rejects(client.responses.retrieve(first.id), OpenAI.NotFoundError);
});

test("a response calls a tool, and is told its result", async () => {
  const body = { model: "demo", temperature: 0, tools: [{ type: "function", strict: false, ...weather }] };
  const input = [user(question)];
  const first = await client.responses.create({ ...body, input });
  const call = first.output.find((item) => item.type === "function_call");
  assert.deepEqual(JSON.parse(call.arguments), { city: "Paris" });
  const told = { type: "function_call_output", call_id: call.call_id, output: result };
  const second = await client.responses.create({ ...body, input: [...input, ...first.output, told] });
  assert.match(second.output_text, /Paris/);
});

test("Azure", async () => {
  const azure = new AzureOpenAI({ endpoint: base, apiKey: "none", apiVersion: "2024-10-21", deployment: "demo" });
  const completion = await azure.chat.completions.create({ model: "demo", messages: [user("Hello!")] });
  assert.ok(completion.choices[0].message.content);
});

test("errors are of their kinds", async () => {
  await assert.rejects(chat({ model: "nobody", messages: [user("Hello!")] }), OpenAI.NotFoundError);
  await assert.rejects(chat({ messages: [] }), OpenAI.BadRequestError);
  await assert.rejects(chat({ messages: [user("Hello!")], temperature: -1 }), { param: "temperature", status: 400 });
});
