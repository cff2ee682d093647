"""Formats of thoughts on offer: one module a family."""

from __future__ import annotations

from mlxs.specs import ReasoningParserSpec

K2 = ("ifm", "k2_v3")

REASONING_PARSERS = (
    ReasoningParserSpec(
        name="apertus",
        target="mlxs_more.apertus:Thoughts",
        summary="<|inner_prefix|>...<|inner_suffix|>, which an Apertus call ends too",
        aliases=("apertus2509",),
        marks=("<|inner_prefix|>",),
    ),
    ReasoningParserSpec(
        name="apriel",
        target="mlxs_more.apriel:Thoughts",
        summary="Here are my reasoning steps: ... [BEGIN FINAL RESPONSE]: Apriel",
        marks=("[BEGIN FINAL RESPONSE]",),
    ),
    ReasoningParserSpec(
        name="dots",
        target="mlxs_more.dots:Thoughts",
        summary="<think>...</think>, which a dots call ends too",
        marks=("<dots_function_call>",),
    ),
    ReasoningParserSpec(
        name="ernie45",
        target="mlxs_more.ernie:Thoughts",
        summary="all before </think>, then <response>...</response>: ERNIE 4.5 and X1",
        marks=("<response>",),
    ),
    ReasoningParserSpec(
        name="inkling",
        target="mlxs_more.inkling:Thoughts",
        summary="messages of <|content_thinking|>: Inkling",
        marks=("<|content_thinking|>",),
    ),
    ReasoningParserSpec(
        name="internlm",
        target="mlxs_more.internlm:Thoughts",
        summary="<think>...</think>, which an InternLM call ends too: Intern-S1",
        aliases=("interns1", "intern_s1"),
        marks=("<|action_start|>",),
    ),
    ReasoningParserSpec(
        name="k2_horizon",
        target="mlxs_more.k2:Thoughts",
        summary="all before </ifm|think>, </ifm|think_fast> or </ifm|think_faster>: K2 Horizon",
        aliases=K2,
        marks=("<ifm|think",),
    ),
    ReasoningParserSpec(
        name="longcat",
        target="mlxs_more.longcat:Thoughts",
        summary="<longcat_think>...</longcat_think>: LongCat",
        aliases=("longcat_flash_lite",),
        marks=("<longcat_think>",),
    ),
    ReasoningParserSpec(
        name="minicpm5",
        target="mlxs_more.minicpm:Thoughts",
        summary="<think>...</think>, which a MiniCPM5 call ends too",
        aliases=("minicpm",),
        marks=("<param name=",),
    ),
    ReasoningParserSpec(
        name="nemotron_nano_v2",
        target="mlxs_more.nemotron:Thoughts",
        summary="<think>...</think>, which a call in <TOOLCALL> ends too: Nemotron Nano 2",
        marks=("<TOOLCALL>",),
    ),
    ReasoningParserSpec(
        name="olmo3",
        target="mlxs_more.olmo:Thoughts",
        summary="<think>...</think>: OLMo 3",
        aliases=("olmo3_think",),
    ),
    ReasoningParserSpec(
        name="plamo3",
        target="mlxs_more.plamo:Thoughts",
        summary="<|plamo:begin_think:plamo|>...<|plamo:end_think:plamo|>: PLaMo 3",
        marks=("plamo:begin_think",),
    ),
    ReasoningParserSpec(
        name="reka",
        target="mlxs_more.reka:Thoughts",
        summary="<think>...</think>: Reka Edge",
    ),
    ReasoningParserSpec(
        name="seed_oss",
        target="mlxs_more.seed:Thoughts",
        summary="all before </seed:think>: Seed-OSS",
        aliases=("seed",),
        marks=("<seed:think>", "seed:think"),
    ),
    ReasoningParserSpec(
        name="solar_open",
        target="mlxs_more.solar:Thoughts",
        summary="<|think|>...<|end|>: Solar Open",
        aliases=("solar_open2",),
        marks=("<|tool_call:begin|>",),
    ),
    ReasoningParserSpec(
        name="step3",
        target="mlxs_more.step:Thoughts",
        summary="all before </think>, which a Step 3 call ends too",
        marks=("<steptml:invoke", "steptml:"),
    ),
    ReasoningParserSpec(
        name="ui_tars",
        target="mlxs_more.ui_tars:Thoughts",
        summary="Thought: ... up to the action: UI-TARS",
    ),
    ReasoningParserSpec(
        name="zaya",
        target="mlxs_more.zaya:Thoughts",
        summary="<think>...</think>, which a Zaya call ends too",
        aliases=("zaya_xml",),
        marks=("<zyphra_tool_call>",),
    ),
)
