"""The loop that makes a picture out of noise, a step at a time, so that others may have their turn in between."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

import mlx.core as mx
import numpy as np
from mflux.models.common.config.config import Config
from mflux.models.common.latent_creator.latent_creator import LatentCreator
from mflux.models.common.vae.vae_util import VAEUtil
from mflux.utils.image_util import ImageUtil
from PIL import Image

from mlxs.tasks.image import Picture, Step

from .pictures import file
from .plan import Plan
from .sizes import STEP

Predict = Callable[[int, mx.array], mx.array]
"""What is noise in the latents at a step."""


class Family(ABC):
    """How models of one architecture are driven, over the parts that mflux loads.

    Its own loop cannot be left and entered again; these are its parts, and a test holds them to making
    the same pictures. A family says what it must: how it predicts noise, and where its latents differ.

    Args:
        model: Of mflux, loaded.
    """

    loader: str
    """Address of mflux's class."""

    prompt_tokenizer: str
    """The tokenizer that limits the prompt, among those of the model."""

    scheduler = "linear"
    looks = False
    """Whether pictures are looked at, beside the one that is drawn; else that begins with the first of them."""

    creator: Any
    """What makes noise, and packs latents as the network wants them."""

    def __init__(self, model: Any) -> None:
        self.model = model

    @abstractmethod
    def predictor(self, plan: Plan, config: Config) -> Predict:
        """Read the prompt, and look at the pictures there are to be looked at."""

    def noise(self, plan: Plan) -> mx.array:
        """Where it begins, packed."""
        return self.creator.create_noise(plan.seed, plan.height, plan.width)

    def packed(self, encoded: mx.array, plan: Plan) -> mx.array:
        """What the encoder made of a picture, as the network wants it."""
        return self.creator.pack_latents(encoded, plan.height, plan.width)

    def spread(self, mask: mx.array, plan: Plan) -> mx.array:
        """A mask in place of a picture's latents, packed likewise."""
        return self.packed(mask, plan)

    def pixels(self, latents: mx.array, plan: Plan) -> mx.array:
        """The picture, from -1 to 1."""
        unpacked = self.creator.unpack_latents(latents, plan.height, plan.width)
        return VAEUtil.decode(self.model.vae, unpacked, self.model.tiling_config)

    def encoded(self, picture: Image.Image, plan: Plan) -> mx.array:
        """What the encoder makes of a picture, shape (1, channels, height, width)."""
        return LatentCreator.encode_image(self.model.vae, picture, plan.height, plan.width, self.model.tiling_config)

    def draw(self, plan: Plan) -> Iterator[Step | Picture | None]:
        """Make a picture."""
        config = self._config(plan)
        sigmas = config.scheduler.sigmas
        yield Step(0, plan.steps - plan.start)
        predict = self.predictor(plan, config)
        yield None
        noise = latents = self.noise(plan)
        known: mx.array | None = None
        free: mx.array | None = None
        if plan.images and not self.looks:
            encoded = self.encoded(plan.images[0], plan)
            known = self.packed(encoded, plan)
            free = None if plan.mask is None else self.spread(_free(plan.mask, encoded), plan)
            latents = LatentCreator.add_noise_by_interpolation(known, noise, sigmas[plan.start])
        for step in range(plan.start, plan.steps):
            noisy = predict(step, latents)
            latents = config.scheduler.step(noise=noisy, timestep=step, latents=latents)
            if known is not None and free is not None:
                kept = LatentCreator.add_noise_by_interpolation(known, noise, sigmas[step + 1])
                latents = (free * latents + (1 - free) * kept).astype(latents.dtype)
            mx.eval(latents)
            yield Step(step + 1 - plan.start, plan.steps - plan.start)
            if step + 1 in plan.previews:
                yield self._picture(latents, plan, plan.previews.index(step + 1))
        yield self._picture(latents, plan, None)

    def _config(self, plan: Plan) -> Config:
        return Config(
            model_config=self.model.model_config,
            num_inference_steps=plan.steps,
            height=plan.height,
            width=plan.width,
            guidance=plan.guidance,
            scheduler=self.scheduler,
        )

    def _picture(self, latents: mx.array, plan: Plan, preview: int | None) -> Picture:
        drawn = ImageUtil.to_pil(self.pixels(latents, plan))
        if plan.mask is not None:
            before = plan.images[0].resize(drawn.size, Image.Resampling.LANCZOS)
            drawn = Image.composite(drawn, before, plan.mask.resize(drawn.size, Image.Resampling.NEAREST))
        return Picture(
            file(drawn, plan.format, plan.quality),
            plan.format,
            drawn.width,
            drawn.height,
            plan.seed,
            preview,
            tokens=plan.tokens,
            seen=sum(_patches(image) for image in plan.images),
        )


def _patches(image: Image.Image) -> int:
    return math.ceil(image.width / STEP) * math.ceil(image.height / STEP)


def _free(mask: Image.Image, encoded: mx.array) -> mx.array:
    """Where latents may change: 1 wherever one of their pixels may, in the latents' shape."""
    *_, height, width = encoded.shape
    touched = np.asarray(mask.resize((width, height), Image.Resampling.BOX)) > 0
    return mx.broadcast_to(mx.array(touched.astype(np.float32)), encoded.shape)
