"""mlxs: plugins first, models behind OpenAI-, Anthropic- and Azure-compatible APIs."""
