"""How models of small families think and call tools: one module a family."""

from __future__ import annotations

from collections.abc import Iterator

from mlxs.hooks import hookimpl
from mlxs.specs import ReasoningParserSpec, ToolParserSpec

K2 = ("ifm", "k2_v3")


@hookimpl
def mlxs_tool_parsers() -> Iterator[ToolParserSpec]:
    yield ToolParserSpec(
        name="apertus",
        target="mlxs_more.apertus:Calls",
        summary="objects of arguments in a list, each named by its function, between tokens: Apertus",
        aliases=("apertus2509",),
        marks=("<|tools_prefix|>",),
    )
    yield ToolParserSpec(
        name="apriel",
        target="mlxs_more.apriel:Calls",
        summary="a JSON list in <tool_calls>: Apriel",
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="dots",
        target="mlxs_more.dots:Calls",
        summary="a tag per argument, or JSON, in <dots_function_call>: dots",
        marks=("<dots_function_call>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="ernie45",
        target="mlxs_more.ernie:Calls",
        summary="JSON in <tool_call>: ERNIE 4.5 and X1",
    )
    yield ToolParserSpec(
        name="inkling",
        target="mlxs_more.inkling:Calls",
        summary="JSON in messages of <|content_invoke_tool_json|>: Inkling",
        marks=("<|content_invoke_tool_json|>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="internlm",
        target="mlxs_more.internlm:Calls",
        summary="JSON between action tokens: InternLM 2.5, Intern-S1",
        aliases=("internlm2", "interns1", "intern_s1"),
        marks=("<|action_start|>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="jamba",
        target="mlxs_more.jamba:Calls",
        summary="a JSON list in <tool_calls>: Jamba",
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="k2_horizon",
        target="mlxs_more.k2:Calls",
        summary="a name and tagged pairs, or JSON, in <ifm|tool_call>: K2 Horizon",
        aliases=K2,
        marks=("<ifm|tool_call",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="longcat",
        target="mlxs_more.longcat:Flash",
        summary="JSON in <longcat_tool_call>: LongCat-Flash",
        marks=("<longcat_tool_call>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="longcat_flash_lite",
        target="mlxs_more.longcat:FlashLite",
        summary="a name and tagged pairs in <longcat_tool_call>: LongCat-Flash-Lite",
        marks=("<longcat_arg_value>", "</longcat_arg_value>"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="minicpm5",
        target="mlxs_more.minicpm:Calls",
        summary="<function name=...> with a tag per argument: MiniCPM5",
        aliases=("minicpm",),
        marks=("<param name=",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="nemotron_nano_v2",
        target="mlxs_more.nemotron:Calls",
        summary="a JSON list in <TOOLCALL>: Nemotron Nano 2",
        marks=("<TOOLCALL>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="olmo3",
        target="mlxs_more.olmo:Calls",
        summary="Python calls line by line in <function_calls>: OLMo 3",
        marks=("<function_calls>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="phi4_mini_json",
        target="mlxs_more.phi:Calls",
        summary="a JSON list after functools: Phi-4-mini, Firefunction",
        aliases=("phi4", "phi4_mini", "firefunction"),
        marks=("functools[", "<|/tool_call|>"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="plamo3",
        target="mlxs_more.plamo:Calls",
        summary="JSON between <|plamo:...:plamo|> tags: PLaMo 3",
        marks=("<|plamo:begin_tool_request", "plamo:begin_tool_request"),
    )
    yield ToolParserSpec(
        name="reka",
        target="mlxs_more.reka:Calls",
        summary="JSON in <tool_call>: Reka Edge",
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="sarashina",
        target="mlxs_more.sarashina:Calls",
        summary="Python's dicts in a list: Sarashina",
        marks=("<|tool_calls|>",),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="seed_oss",
        target="mlxs_more.seed:Calls",
        summary="a tag per argument in <seed:tool_call>: Seed-OSS",
        aliases=("seed",),
        marks=("<seed:tool_call>", "seed:tool_call"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="solar_open",
        target="mlxs_more.solar:Calls",
        summary="JSON between <|tool_call:...|> tokens: Solar Open",
        aliases=("solar_open2",),
        marks=("<|tool_call:begin|>",),
    )
    yield ToolParserSpec(
        name="step3",
        target="mlxs_more.step:Calls",
        summary="<steptml:invoke> with a tag per argument: Step 3",
        marks=("<steptml:invoke", "steptml:"),
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="ui_tars",
        target="mlxs_more.ui_tars:Calls",
        summary="a Python call after `Action:`: UI-TARS",
        converter="arguments_as_objects",
    )
    yield ToolParserSpec(
        name="zaya",
        target="mlxs_more.zaya:Calls",
        summary="a tag per argument in <zyphra_tool_call>: Zaya",
        aliases=("zaya_xml",),
        marks=("<zyphra_tool_call>",),
        converter="arguments_as_objects",
    )


@hookimpl
def mlxs_reasoning_parsers() -> Iterator[ReasoningParserSpec]:
    yield ReasoningParserSpec(
        name="apertus",
        target="mlxs_more.apertus:Thoughts",
        summary="<|inner_prefix|>...<|inner_suffix|>, which an Apertus call ends too",
        aliases=("apertus2509",),
        marks=("<|inner_prefix|>",),
    )
    yield ReasoningParserSpec(
        name="apriel",
        target="mlxs_more.apriel:Thoughts",
        summary="Here are my reasoning steps: ... [BEGIN FINAL RESPONSE]: Apriel",
        marks=("[BEGIN FINAL RESPONSE]",),
    )
    yield ReasoningParserSpec(
        name="dots",
        target="mlxs_more.dots:Thoughts",
        summary="<think>...</think>, which a dots call ends too",
        marks=("<dots_function_call>",),
    )
    yield ReasoningParserSpec(
        name="ernie45",
        target="mlxs_more.ernie:Thoughts",
        summary="all before </think>, then <response>...</response>: ERNIE 4.5 and X1",
        marks=("<response>",),
    )
    yield ReasoningParserSpec(
        name="inkling",
        target="mlxs_more.inkling:Thoughts",
        summary="messages of <|content_thinking|>: Inkling",
        marks=("<|content_thinking|>",),
    )
    yield ReasoningParserSpec(
        name="internlm",
        target="mlxs_more.internlm:Thoughts",
        summary="<think>...</think>, which an InternLM call ends too: Intern-S1",
        aliases=("interns1", "intern_s1"),
        marks=("<|action_start|>",),
    )
    yield ReasoningParserSpec(
        name="k2_horizon",
        target="mlxs_more.k2:Thoughts",
        summary="all before </ifm|think>, </ifm|think_fast> or </ifm|think_faster>: K2 Horizon",
        aliases=K2,
        marks=("<ifm|think",),
    )
    yield ReasoningParserSpec(
        name="longcat",
        target="mlxs_more.longcat:Thoughts",
        summary="<longcat_think>...</longcat_think>: LongCat",
        aliases=("longcat_flash_lite",),
        marks=("<longcat_think>",),
    )
    yield ReasoningParserSpec(
        name="minicpm5",
        target="mlxs_more.minicpm:Thoughts",
        summary="<think>...</think>, which a MiniCPM5 call ends too",
        aliases=("minicpm",),
        marks=("<param name=",),
    )
    yield ReasoningParserSpec(
        name="nemotron_nano_v2",
        target="mlxs_more.nemotron:Thoughts",
        summary="<think>...</think>, which a call in <TOOLCALL> ends too: Nemotron Nano 2",
        marks=("<TOOLCALL>",),
    )
    yield ReasoningParserSpec(
        name="olmo3",
        target="mlxs_more.olmo:Thoughts",
        summary="<think>...</think>: OLMo 3",
        aliases=("olmo3_think",),
    )
    yield ReasoningParserSpec(
        name="plamo3",
        target="mlxs_more.plamo:Thoughts",
        summary="<|plamo:begin_think:plamo|>...<|plamo:end_think:plamo|>: PLaMo 3",
        marks=("plamo:begin_think",),
    )
    yield ReasoningParserSpec(
        name="reka",
        target="mlxs_more.reka:Thoughts",
        summary="<think>...</think>: Reka Edge",
    )
    yield ReasoningParserSpec(
        name="seed_oss",
        target="mlxs_more.seed:Thoughts",
        summary="all before </seed:think>: Seed-OSS",
        aliases=("seed",),
        marks=("<seed:think>", "seed:think"),
    )
    yield ReasoningParserSpec(
        name="solar_open",
        target="mlxs_more.solar:Thoughts",
        summary="<|think|>...<|end|>: Solar Open",
        aliases=("solar_open2",),
        marks=("<|tool_call:begin|>",),
    )
    yield ReasoningParserSpec(
        name="step3",
        target="mlxs_more.step:Thoughts",
        summary="all before </think>, which a Step 3 call ends too",
        marks=("<steptml:invoke", "steptml:"),
    )
    yield ReasoningParserSpec(
        name="ui_tars",
        target="mlxs_more.ui_tars:Thoughts",
        summary="Thought: ... up to the action: UI-TARS",
    )
    yield ReasoningParserSpec(
        name="zaya",
        target="mlxs_more.zaya:Thoughts",
        summary="<think>...</think>, which a Zaya call ends too",
        aliases=("zaya_xml",),
        marks=("<zyphra_tool_call>",),
    )
