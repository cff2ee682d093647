"""Z-Image Turbo."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
from mflux.models.common.config.config import Config
from mflux.models.z_image.latent_creator import ZImageLatentCreator
from mflux.models.z_image.model.z_image_text_encoder.prompt_encoder import PromptEncoder

from ..denoising import Family, Predict
from ..plan import Plan


class ZImage(Family):
    """Distilled: no guidance, and few steps."""

    loader = "mflux.models.z_image.variants.z_image:ZImage"
    prompt_tokenizer = "z_image"
    creator = ZImageLatentCreator

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self._network = model._predict(model.transformer)  # compiled: once, and not for every picture

    def predictor(self, plan: Plan, config: Config) -> Predict:
        words = PromptEncoder.encode_prompt(plan.prompt, self.model.tokenizers["z_image"], self.model.text_encoder)
        sigmas = config.scheduler.sigmas

        def predict(step: int, latents: mx.array) -> mx.array:
            sigma = sigmas[step].reshape((1,))
            return self._network(
                latents=latents,
                timestep=mx.ones_like(sigma) - sigma,
                sigmas=sigmas,
                text_encodings=words,
                negative_encodings=None,
                guidance=0.0,
            )

        return predict
