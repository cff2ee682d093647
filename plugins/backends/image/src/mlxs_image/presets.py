"""The models there are, by the names that `--config-name` takes. Importing this imports no model library."""

from __future__ import annotations

from dataclasses import dataclass

from mlxs.errors import MlxsError


@dataclass(frozen=True, kw_only=True)
class Preset:
    """What is particular to a model.

    Args:
        name: Its own.
        family: Address of the `Family` that denoises with it.
        config: What mflux calls it.
        repository: Where its makers keep it.
        steps: Of denoising, where a request is silent.
        guidance: Where a request is silent; None: it has none to be steered by.
        negative: Whether it can be told what is not to be seen.
        references: How many pictures it looks at: 0 where it starts from the one picture it is given.
        adaptable: Whether it takes LoRAs.
        json_prompt: Whether it was trained on prompts in JSON.
    """

    name: str
    family: str
    config: str
    repository: str
    steps: int
    guidance: float | None = None
    negative: bool = False
    references: int = 0
    adaptable: bool = True
    json_prompt: bool = False

    @property
    def kind(self) -> str:
        """The model type it is served as."""
        return "image-edit" if self.references else "image-generation"


FAMILIES = "mlxs_image.families."
FLUX, KONTEXT = FAMILIES + "flux:Flux", FAMILIES + "flux:Kontext"
KLEIN, KLEIN_EDIT = FAMILIES + "flux2:Klein", FAMILIES + "flux2:KleinEdit"
QWEN, QWEN_EDIT = FAMILIES + "qwen:Qwen", FAMILIES + "qwen:QwenEdit"
Z_IMAGE, FIBO = FAMILIES + "z_image:ZImage", FAMILIES + "fibo:Fibo"
BFL = "black-forest-labs/"
MOST = 16
"""Pictures of one request, as at OpenAI."""

# fmt: off
PRESETS = {preset.name: preset for preset in (
    Preset(name="flux-schnell", family=FLUX, config="schnell", repository=BFL + "FLUX.1-schnell", steps=4),
    Preset(name="flux-dev", family=FLUX, config="dev", repository=BFL + "FLUX.1-dev", steps=25, guidance=3.5),
    Preset(name="flux-krea-dev", family=FLUX, config="krea-dev", repository=BFL + "FLUX.1-Krea-dev", steps=25,
           guidance=3.5),
    Preset(name="flux2-klein-4b", family=KLEIN, config="flux2-klein-4b", repository=BFL + "FLUX.2-klein-4B", steps=4),
    Preset(name="flux2-klein-9b", family=KLEIN, config="flux2-klein-9b", repository=BFL + "FLUX.2-klein-9B", steps=4),
    Preset(name="qwen-image", family=QWEN, config="qwen-image", repository="Qwen/Qwen-Image-2512", steps=20,
           guidance=3.5, negative=True),
    Preset(name="z-image-turbo", family=Z_IMAGE, config="z-image-turbo", repository="Tongyi-MAI/Z-Image-Turbo",
           steps=9),
    Preset(name="fibo", family=FIBO, config="fibo", repository="briaai/FIBO", steps=50, guidance=5.0, negative=True,
           adaptable=False, json_prompt=True),
    Preset(name="flux-kontext-dev", family=KONTEXT, config="dev-kontext", repository=BFL + "FLUX.1-Kontext-dev",
           steps=25, guidance=2.5, references=1),
    Preset(name="flux2-klein-edit-4b", family=KLEIN_EDIT, config="flux2-klein-4b", repository=BFL + "FLUX.2-klein-4B",
           steps=4, references=MOST),
    Preset(name="flux2-klein-edit-9b", family=KLEIN_EDIT, config="flux2-klein-9b", repository=BFL + "FLUX.2-klein-9B",
           steps=4, references=MOST),
    Preset(name="qwen-image-edit", family=QWEN_EDIT, config="qwen-image-edit", repository="Qwen/Qwen-Image-Edit-2509",
           steps=20, guidance=2.5, negative=True, references=MOST),
)}
# fmt: on


def preset(name: str | None, path: str | None, model_type: str) -> Preset:
    """The preset that is meant. Raises MlxsError that lists those there are.

    Args:
        name: `--config-name`; None: the one whose repository's name is part of the path.
        path: `--model-path`.
        model_type: What it is to be served as.
    """
    able = {key: one for key, one in PRESETS.items() if one.kind == model_type}
    if name is None:
        for one in able.values():
            if path and one.repository.rpartition("/")[2].lower() in path.lower():
                return one
        raise MlxsError(f"say which architecture the model has: --config-name {' or '.join(able)}")
    if name in able:
        return able[name]
    if name in PRESETS:
        raise MlxsError(f"--config-name {name} goes with --model-type {PRESETS[name].kind}, not {model_type}")
    raise MlxsError(f"there is no --config-name {name}; for --model-type {model_type} there are {', '.join(able)}")
