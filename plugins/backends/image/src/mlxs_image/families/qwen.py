"""Qwen-Image, and its edits, which look at pictures twice: as a reader of the prompt, and as they draw."""

from __future__ import annotations

import math
from typing import Any

import mlx.core as mx
from mflux.models.common.config.config import Config
from mflux.models.qwen.latent_creator.qwen_latent_creator import QwenLatentCreator
from mflux.models.qwen.model.qwen_text_encoder.qwen_prompt_encoder import QwenPromptEncoder
from mflux.models.qwen.variants.edit.qwen_edit_util import QwenEditUtil
from mflux.models.qwen.variants.txt2img.qwen_image import QwenImage

from ..denoising import Family, Predict
from ..plan import Plan

Read = tuple[mx.array, mx.array]
"""A prompt as the network wants it, and which of it is no padding."""

GLANCE = 384
"""Pixels of a side of the square whose area a picture has as the prompt's reader sees it."""


class Qwen(Family):
    """Guided: what is not to be seen is predicted in a second pass."""

    loader = "mflux.models.qwen.variants.txt2img.qwen_image:QwenImage"
    prompt_tokenizer = "qwen"
    creator = QwenLatentCreator

    def predictor(self, plan: Plan, config: Config) -> Predict:
        words, mask, unwanted, unwanted_mask = QwenPromptEncoder.encode_prompt(
            plan.prompt,
            plan.negative_prompt or "",
            {},  # the model's own cache grows without end
            self.model.tokenizers["qwen"],
            self.model.text_encoder,
        )
        return self._guided(config, (words, mask), (unwanted, unwanted_mask))

    def _guided(self, config: Config, wanted: Read, unwanted: Read, seen: Any = None, **more: Any) -> Predict:
        def one(step: int, latents: mx.array, read: Read) -> mx.array:
            noise = self.model.transformer(
                t=step,
                config=config,
                hidden_states=latents if seen is None else mx.concatenate([latents, seen], axis=1),
                encoder_hidden_states=read[0],
                encoder_hidden_states_mask=read[1],
                **more,
            )
            return noise[:, : latents.shape[1]]

        def predict(step: int, latents: mx.array) -> mx.array:
            return QwenImage.compute_guided_noise(
                one(step, latents, wanted), one(step, latents, unwanted), config.guidance
            )

        return predict


class QwenEdit(Qwen):
    """With pictures beside the one that is drawn, all in its size."""

    loader = "mflux.models.qwen.variants.edit.qwen_image_edit:QwenImageEdit"
    looks = True

    def predictor(self, plan: Plan, config: Config) -> Predict:
        wanted, unwanted = self._read(plan.prompt, plan), self._read(plan.negative_prompt or "", plan)
        seen, places, rows, columns, pictures = QwenEditUtil.create_image_conditioning_latents(
            self.model.vae, plan.height, plan.width, list(plan.images), self.model.tiling_config
        )
        grid = (1, rows, columns)
        return self._guided(
            config,
            wanted,
            unwanted,
            seen,
            qwen_image_ids=places,
            cond_image_grid=[grid] * pictures if pictures > 1 else grid,
        )

    def _read(self, text: str, plan: Plan) -> Read:
        first = plan.images[0]
        width = math.sqrt(GLANCE**2 * first.width / first.height)
        height = width * first.height / first.width
        ids, mask, pixels, grid = self.model.tokenizers["qwen_vl"].tokenize_with_image(
            text, list(plan.images), vl_width=round(width / 32) * 32, vl_height=round(height / 32) * 32
        )
        words, padding = self.model.qwen_vl_encoder(
            input_ids=ids, attention_mask=mask, pixel_values=pixels, image_grid_thw=grid
        )
        return words.astype(mx.float16), padding.astype(mx.float16)
