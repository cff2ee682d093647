"""FLUX.1, and Kontext, which looks at a picture as it draws."""

from __future__ import annotations

import mlx.core as mx
from mflux.models.common.config.config import Config
from mflux.models.flux.latent_creator.flux_latent_creator import FluxLatentCreator
from mflux.models.flux.model.flux_text_encoder.prompt_encoder import PromptEncoder
from mflux.models.flux.variants.kontext.kontext_util import KontextUtil

from ..denoising import Family, Predict
from ..plan import Plan


class Flux(Family):
    """schnell, dev and Krea."""

    loader = "mflux.models.flux.variants.txt2img.flux:Flux1"
    prompt_tokenizer = "t5"
    creator = FluxLatentCreator

    def predictor(self, plan: Plan, config: Config) -> Predict:
        model = self.model
        words, gist = self._read(plan)
        return lambda step, latents: model.transformer(
            t=step, config=config, hidden_states=latents, prompt_embeds=words, pooled_prompt_embeds=gist
        )

    def _read(self, plan: Plan) -> tuple[mx.array, mx.array]:
        model = self.model
        return PromptEncoder.encode_prompt(
            plan.prompt,
            {},  # the model's own cache grows without end
            model.tokenizers["t5"],
            model.tokenizers["clip"],
            model.t5_text_encoder,
            model.clip_text_encoder,
        )


class Kontext(Flux):
    """One picture beside the one that is drawn."""

    loader = "mflux.models.flux.variants.kontext.flux_kontext:Flux1Kontext"
    looks = True

    def predictor(self, plan: Plan, config: Config) -> Predict:
        model = self.model
        words, gist = self._read(plan)
        seen, places = KontextUtil.create_image_conditioning_latents(
            model.vae, plan.height, plan.width, plan.images[0], model.tiling_config
        )

        def predict(step: int, latents: mx.array) -> mx.array:
            noise = model.transformer(
                t=step,
                config=config,
                hidden_states=mx.concatenate([latents, seen], axis=1),
                prompt_embeds=words,
                pooled_prompt_embeds=gist,
                kontext_image_ids=places,
            )
            return noise[:, : latents.shape[1]]

        return predict
