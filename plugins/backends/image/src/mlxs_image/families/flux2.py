"""FLUX.2 klein, distilled: no guidance, and few steps."""

from __future__ import annotations

from typing import Any

import mlx.core as mx
from mflux.models.common.config.config import Config
from mflux.models.flux2.latent_creator.flux2_latent_creator import Flux2LatentCreator
from mflux.models.flux2.variants.edit.flux2_klein_edit_helpers import _Flux2KleinEditHelpers as Helpers

from ..denoising import Family, Predict
from ..plan import Plan


class Klein(Family):
    """From words alone."""

    loader = "mflux.models.flux2.variants.txt2img.flux2_klein:Flux2Klein"
    prompt_tokenizer = "qwen3"
    scheduler = "flow_match_euler_discrete"
    creator = Flux2LatentCreator

    def __init__(self, model: Any) -> None:
        super().__init__(model)
        self._network = model._predict(model.transformer)  # compiled: once, and not for every picture

    def predictor(self, plan: Plan, config: Config) -> Predict:
        return self._predictor(plan, config, {})

    def _predictor(self, plan: Plan, config: Config, seen: dict[str, Any]) -> Predict:
        words, places = Helpers.encode_text(
            plan.prompt, tokenizer=self.model.tokenizers["qwen3"], text_encoder=self.model.text_encoder
        )
        _, grid, _, _ = Flux2LatentCreator.prepare_packed_latents(plan.seed, plan.height, plan.width, 1)
        return lambda step, latents: self._network(
            latents=latents,
            latent_ids=grid,
            prompt_embeds=words,
            text_ids=places,
            negative_prompt_embeds=None,
            negative_text_ids=None,
            guidance=1.0,
            timestep=config.scheduler.timesteps[step],
            **seen,
        )

    def noise(self, plan: Plan) -> mx.array:
        return Flux2LatentCreator.prepare_packed_latents(plan.seed, plan.height, plan.width, 1)[0]

    def packed(self, encoded: mx.array, plan: Plan) -> mx.array:
        patches = Flux2LatentCreator.patchify_latents(encoded)
        return Flux2LatentCreator.pack_latents(Helpers.bn_normalize_vae_encoded_latents(patches, vae=self.model.vae))

    def spread(self, mask: mx.array, plan: Plan) -> mx.array:
        return Flux2LatentCreator.pack_latents(Flux2LatentCreator.patchify_latents(mask))

    def pixels(self, latents: mx.array, plan: Plan) -> mx.array:
        unpacked = Flux2LatentCreator.unpack_latents(latents, plan.height, plan.width)
        return self.model.vae.decode_packed_latents(unpacked, self.model.tiling_config)


class KleinEdit(Klein):
    """With pictures beside the one that is drawn, each in its own proportions."""

    loader = "mflux.models.flux2.variants.edit.flux2_klein_edit:Flux2KleinEdit"
    looks = True

    def predictor(self, plan: Plan, config: Config) -> Predict:
        seen, places = Helpers.prepare_reference_image_conditioning(
            vae=self.model.vae, tiling_config=self.model.tiling_config, image_paths=list(plan.images)
        )
        return self._predictor(plan, config, {"image_latents": seen, "image_latent_ids": places})
