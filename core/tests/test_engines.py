"""Every name that users bring from another engine means something here."""

from __future__ import annotations

from functools import cache

import pytest

from mlxs.catalog import Catalog, engines
from mlxs.plugins import Plugins

# As of vLLM 0.33.0, SGLang 0.5.23, mlx-lm 0.32.2 and mlx-openai-server 1.8.1; without `hf`, `beam` and
# `response_template`, which are no formats: the checkpoint declares its own, and `auto` reads that.
NAMES = {
    ("vllm", "tool_parser"): """
        dots deepseek_v3 deepseek_v31 deepseek_v32 deepseek_v4 deepseek_v41 cohere_command3 cohere_command4
        ernie45 glm45 glm47 ling3 granite-20b-fc granite granite4 hermes poolside_v1 hunyuan_a13b hy_v3 hy_v4
        internlm jamba lfm2 kimi_k2 kimi_k3 k2_horizon llama3_json llama4_json llama4_pythonic longcat mimo
        minimax_m2 minimax_m3 minicpm5 mistral olmo3 plamo3 muse muse_glimmer musespark1x openai phi4_mini_json
        pythonic qwen3_coder qwen3_json qwen3_xml seed_oss step3 step3p5 step5 inkling xlam gigachat3
        functiongemma gemma4 apertus""",
    ("vllm", "reasoning_parser"): """
        deepseek_r1 deepseek_v3 deepseek_v4 deepseek_v41 poolside_v1 cohere_command3 cohere_command4 ernie45
        gemma4 glm45 glm47 ling3 openai_gptoss granite granite_thinking_parser holo2 hunyuan_a13b hy_v3 hy_v4
        kimi_k2 kimi_k3 k2_horizon mimo minicpmv minimax_m2 minimax_m2_append_think minimax_m3 mistral
        nemotron_v3 olmo3 plamo3 muse muse_glimmer musespark1x qwen3 seed_oss step3 step3p5 step5 inkling""",
    ("sglang", "tool_parser"): """
        apertus2509 cohere_command4 deepseekv3 deepseekv31 deepseekv32 deepseekv4 deepseekv41 dots glm glm45
        glm47 gpt-oss k2_horizon kimi_k2 kimi_k3 lfm2 ling3 llama3 mimo minicpm5 mistral muse poolside_v1
        pythonic qwen qwen25 qwen3_coder spark25 step3 step3p5 minimax-m2 minimax-m3 nanbeige trinity interns1
        hermes hunyuan gigachat3 gigachat35 gemma4 inkling iquest_q1""",
    ("sglang", "reasoning_parser"): """
        apertus2509 deepseek-r1 deepseek-v3 deepseek-v4 deepseek-v41 dots glm45 ling3 hunyuan gpt-oss k2_horizon
        kimi kimi_k2 kimi_k3 mimo muse poolside_v1 qwen3 qwen3-thinking minimax minimax-append-think minimax-m3
        nanbeige step3 step3p5 mistral nemotron_3 granite_thinking_parser interns1 gemma4 gigachat35 inkling
        iquest_q1 cohere_command4""",
    ("mlx-lm", "tool_parser"): """
        function_gemma gemma4 glm47 json_tools kimi_k2 kimi_k3 laguna longcat minicpm5 minimax_m2 mistral
        muse_spark pythonic qwen3_coder""",
    ("mlx-openai-server", "tool_parser"): """
        hermes qwen3 qwen3_coder qwen3_moe qwen3_next qwen3_vl glm4_moe minimax_m2 nemotron3_nano functiongemma
        gemma4 iquest_coder_v1 solar_open longcat_flash_lite kimi_k2 step_35 harmony""",
    ("mlx-openai-server", "reasoning_parser"): """
        hermes qwen3 qwen3_moe qwen3_next qwen3_vl qwen3_5 glm4_moe glm47_flash minimax_m2 nemotron3_nano
        solar_open gemma4 kimi_k2 mixed_think_tool_handoff step_35 harmony""",
    ("mlx-openai-server", "converter"): """
        glm4_moe minimax_m2 minimax nemotron3_nano qwen3_coder longcat_flash_lite step_35""",
}


@cache
def catalog() -> Catalog:
    plugins = Plugins()
    plugins.discover()
    return Catalog(plugins)


@pytest.mark.parametrize(("engine", "kind"), NAMES)
def test_every_name_means_something(engine: str, kind: str) -> None:
    (shelf,) = (shelf for shelf in catalog().shelves if shelf.kind == kind)
    for name in NAMES[engine, kind].split():
        assert shelf.find(f"{engine}:{name}")


def test_what_is_listed_means_something_else_here() -> None:
    for engine, kinds in engines().items():
        for kind, names in kinds.items():
            assert set(names) <= set(NAMES[engine, kind].split()), (engine, kind)
