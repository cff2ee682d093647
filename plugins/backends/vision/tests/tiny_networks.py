"""What tiny models that see are made of: sizes, processors and a chat template, by kind."""

from __future__ import annotations

from typing import Any

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
SPECIAL += ("<|video_pad|>", "<|audio_pad|>")
VOCABULARY = 512
TEMPLATE = """\
{%- macro shown(content) %}{%- if content is string %}{{- content }}{%- else %}{%- for part in content %}
{%- if part.type != 'text' %}{{- '<|vision_start|><|' + part.type + '_pad|><|vision_end|>' }}
{%- else %}{{- part.text }}{%- endif %}{%- endfor %}{%- endif %}{%- endmacro %}
{%- if tools %}{{- '<|im_start|>system\\n' }}{%- for tool in tools %}{{- tool | tojson + '\\n' }}{%- endfor %}
{{- '<tool_call>\\n{"name": ..., "arguments": ...}\\n</tool_call><|im_end|>\\n' }}{%- endif %}
{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' + shown(message.content) + '<|im_end|>\\n' }}
{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""
TEXT = {
    "num_hidden_layers": 2,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 32,
    "rms_norm_eps": 1e-6,
    "vocab_size": VOCABULARY,
    "rope_theta": 10000.0,
    "max_position_embeddings": 1024,
    "tie_word_embeddings": False,
}
LOOKS = {"depth": 2, "hidden_size": 64, "out_hidden_size": 64, "num_heads": 2, "in_channels": 3}
LOOKS |= {"temporal_patch_size": 2, "spatial_merge_size": 2}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "qwen3_vl": {
        "text_config": {
            **TEXT,
            "model_type": "qwen3_vl_text",
            "rope_scaling": {"rope_type": "default", "mrope_section": [6, 5, 5]},
        },
        "vision_config": {
            **LOOKS,
            "model_type": "qwen3_vl",
            "intermediate_size": 96,
            "patch_size": 16,
            "num_position_embeddings": 64,
            "deepstack_visual_indexes": [0],
        },
    },
    "qwen2_5_vl": {
        **TEXT,
        "rope_scaling": {"type": "mrope", "mrope_section": [6, 5, 5]},
        "vision_config": {
            **LOOKS,
            "model_type": "qwen2_5_vl",
            "intermediate_size": 96,
            "patch_size": 14,
            "spatial_patch_size": 14,
            "window_size": 112,
            "fullatt_block_indexes": [1],
        },
    },
}
ARCHITECTURES["gemma3"] = {
    "hidden_size": 64,
    "image_token_index": None,
    "mm_tokens_per_image": 4,
    "text_config": {
        **TEXT,
        "model_type": "gemma3_text",
        "query_pre_attn_scalar": 32,
        "sliding_window": 16,  # every other layer remembers no more
        "sliding_window_pattern": 2,
        "mm_tokens_per_image": 4,
    },
    "vision_config": {
        "model_type": "siglip_vision_model",
        "num_hidden_layers": 1,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_attention_heads": 2,
        "patch_size": 14,
        "image_size": 56,
    },
}
ARCHITECTURES["gemma4"] = {
    "hidden_size": 64,
    "image_token_id": None,
    "text_config": {
        **TEXT,
        "model_type": "gemma4_text",
        "global_head_dim": 32,
        "num_kv_shared_layers": 0,
        "vocab_size_per_layer_input": VOCABULARY,
        "hidden_size_per_layer_input": 16,
        "sliding_window": 16,
        "sliding_window_pattern": 2,
        "tie_word_embeddings": True,
    },
    "vision_config": {
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "num_key_value_heads": 2,
        "head_dim": 32,
        "global_head_dim": 32,
        "default_output_length": 4,
        "position_embedding_size": 64,
        "pooling_kernel_size": 2,
    },
    "audio_config": {
        "hidden_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "subsampling_conv_channels": [8, 8],
        "output_proj_dims": 64,
    },
}
# every other layer is linear attention, whose state cannot be taken back
ARCHITECTURES["qwen3_5"] = {
    "text_config": {
        **TEXT,
        "model_type": "qwen3_5_text",
        "full_attention_interval": 2,
        "linear_num_value_heads": 2,
        "linear_num_key_heads": 2,
        "linear_key_head_dim": 16,
        "linear_value_head_dim": 16,
        "linear_conv_kernel_dim": 4,
        "rope_parameters": {
            "type": "default",
            "mrope_section": [2, 1, 1],
            "rope_theta": 10000.0,
            "partial_rotary_factor": 0.25,
        },
    },
    "vision_config": {
        **LOOKS,
        "model_type": "qwen3_5",
        "intermediate_size": 96,
        "patch_size": 16,
        "num_position_embeddings": 64,
        "deepstack_visual_indexes": [],
    },
}
# one layer looks back at the pictures at every token
ARCHITECTURES["mllama"] = {
    "image_token_index": None,
    "text_config": {**TEXT, "model_type": "mllama", "num_hidden_layers": 3, "cross_attention_layers": [1]},
    "vision_config": {
        "image_size": 28,
        "patch_size": 14,
        "num_channels": 3,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_global_layers": 1,
        "vision_output_dim": 64,
        "intermediate_layers_indices": [0],
    },
}
PROCESSORS = {
    "gemma4": {},
    "mllama": {"image_processor_type": "MllamaImageProcessor", "size": {"height": 28, "width": 28}},
    "qwen3_5": {"patch_size": 16, "size": {"shortest_edge": 1024, "longest_edge": 16384}},
    "gemma3": {
        "image_processor_type": "Gemma3ImageProcessor",
        "size": {"height": 56, "width": 56},
        "image_seq_length": 4,
    },
    "qwen3_vl": {"patch_size": 16, "size": {"shortest_edge": 1024, "longest_edge": 16384}},
    "qwen2_5_vl": {"patch_size": 14, "min_pixels": 784, "max_pixels": 12544},
}

SHOWN = "'<|vision_start|><|' + part.type + '_pad|><|vision_end|>'"
OTHER = {
    "gemma3": {"image_seq_length": 4},
    "gemma4": {
        "image_seq_length": 4,
        "image_processor": {"max_soft_tokens": 4, "pooling_kernel_size": 2, "patch_size": 16},
        "feature_extractor": {"feature_extractor_type": "Gemma4AudioFeatureExtractor"},
    },
}
"""What else processors are told."""
SHORT = {"gemma3": "'<|vision_start|>'", "gemma4": "'<|' + part.type + '_pad|>'", "mllama": "'<|image_pad|>'"}
"""How templates write it whose processors add the rest."""
NAMED = {"image_token": "<|image_pad|>", "boi_token": "<|vision_start|>", "eoi_token": "<|vision_end|>"}
NAMED |= {"audio_token": "<|audio_pad|>", "boa_token": "<|vision_start|>", "eoa_token": "<|vision_end|>"}
NAMED |= {"video_token": "<|video_pad|>"}
"""What some processors ask the tokenizer for."""
