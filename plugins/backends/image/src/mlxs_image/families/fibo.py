"""FIBO, whose prompts are JSON."""

from __future__ import annotations

import mlx.core as mx
from mflux.models.common.config.config import Config
from mflux.models.fibo.latent_creator.fibo_latent_creator import FiboLatentCreator
from mflux.models.fibo.model.fibo_text_encoder.prompt_encoder import PromptEncoder

from ..denoising import Family, Predict
from ..plan import Plan


class Fibo(Family):
    """Guided: what is not to be seen is predicted in the same pass."""

    loader = "mflux.models.fibo.variants.txt2img.fibo:FIBO"
    prompt_tokenizer = "fibo"
    scheduler = "flow_match_euler_discrete"
    creator = FiboLatentCreator

    def predictor(self, plan: Plan, config: Config) -> Predict:
        model = self.model
        _, words, layers = PromptEncoder.encode_prompt(
            plan.prompt, plan.negative_prompt, model.tokenizers["fibo"], model.text_encoder, config.guidance
        )

        def predict(step: int, latents: mx.array) -> mx.array:
            noise = model.transformer(
                t=step, config=config, hidden_states=latents, text_encoder_layers=layers, encoder_hidden_states=words
            )
            if config.guidance == 1.0:
                return noise
            return model._apply_classifier_free_guidance(noise, config.guidance)

        return predict
