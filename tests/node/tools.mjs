// What every suite asks of the demo model.

export const base = process.env.SERVER;
export const question = "What is the weather in Paris?";
export const result = '{"temperature": 18, "condition": "sunny"}';

export const city = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
};
