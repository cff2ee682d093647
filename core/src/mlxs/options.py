"""An option is written once: a field beside what it steers becomes a flag, a variable and a YAML key.

Flag beats environment beats YAML beats default. Only what was really given counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from .errors import MlxsError

OptionsT = TypeVar("OptionsT", bound="Options")
ENV_PREFIX = "MLXS_"


class Options(BaseModel):
    """Options that belong together. A key nobody knows is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    renamed: ClassVar[Mapping[str, str]] = {}
    """Keys that users bring from elsewhere, and what they are called here."""

    @classmethod
    def all_renamed(cls) -> dict[str, str]:
        """`renamed`, and that of the classes it is made from."""
        return {old: new for base in reversed(cls.__mro__) for old, new in getattr(base, "renamed", {}).items()}

    @classmethod
    def rename(cls, given: Mapping[str, Any]) -> dict[str, Any]:
        """The same values under the names used here."""
        names = cls.all_renamed()
        return {names.get(key, key): value for key, value in given.items()}


class ServerOptions(Options):
    """Options of the server."""

    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 opens the server to the network.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    api_key: str | None = Field(None, description="Key that clients must send; none: no key is asked for.")
    cors_origins: list[str] = Field(["*"], description="Web origins that may call the server.")
    max_body_size: int = Field(256 * 2**20, ge=1, description="Bytes of a request's body at most.")
    log_level: Literal["debug", "info", "warning", "error", "critical"] = Field(
        "info", description="How much is logged."
    )
    log_file: Path | None = Field(None, description="File to log to, besides the terminal.")
    state: bool = Field(True, description="Keep answers and conversations that clients want stored.")
    state_store: str = Field("sqlite", description="What keeps them; `mlxs plugins` lists those installed.")
    state_dir: Path | None = Field(None, description="Directory to keep them in. [the platform's, for mlxs]")
    state_ttl: float = Field(3600, gt=0, description="Seconds for which they are kept after they were last used.")
    archive: bool = Field(False, description="Write conversations that expire to conversation_logs/ as JSON.")
    shutdown_timeout: float = Field(30, ge=0, description="Seconds that requests may take to end after Ctrl-C.")


class ModelOptions(Options):
    """Options of every model, whatever its kind."""

    renamed: ClassVar[Mapping[str, str]] = {"max_concurrency": "concurrency"}

    model_path: str | None = Field(None, description="Local directory or Hugging Face repository.")
    model_type: str = Field(
        "auto", description="Kind of model; `auto` looks at its files, `mlxs plugins` lists those installed."
    )
    served_model_name: str | None = Field(None, description="Name that clients may ask for besides the path.")
    trust_remote_code: bool = Field(False, description="Run code that the checkpoint brings along.")
    concurrency: int | None = Field(None, ge=1, description="Requests worked on together; the rest wait in a queue.")
    queue_size: int = Field(100, ge=0, description="Requests that may wait; one more is refused with 429.")
    queue_timeout: float = Field(300, gt=0, description="Seconds a request may wait before it is refused.")
    on_demand: bool = Field(False, description="Load at the first request, unload when idle.")
    on_demand_idle_timeout: float = Field(60, gt=0, description="Seconds without a request before unloading.")
    python: str | None = Field(None, description="Interpreter of another environment to run this model with.")


class FetchingOptions(ModelOptions):
    """Options of models that may be sent the address of a file in place of the file."""

    allow_private_urls: bool = Field(False, description="Fetch files from private addresses too, such as 127.0.0.1.")
    max_download_size: int = Field(64 * 2**20, ge=1, description="Bytes of a file that is fetched at most.")
    download_timeout: float = Field(20, gt=0, description="Seconds that a file may take to be fetched.")


class TextModelOptions(ModelOptions):
    """Options of models that talk."""

    renamed: ClassVar[Mapping[str, str]] = {
        "default_max_tokens": "max_tokens",
        "default_temperature": "temperature",
        "default_top_p": "top_p",
        "default_top_k": "top_k",
        "default_min_p": "min_p",
        "default_repetition_penalty": "repetition_penalty",
    }

    context_length: int | None = Field(None, ge=1, description="Tokens of prompt and answer together. [the model's]")
    max_tokens: int | None = Field(
        None, ge=1, description="Tokens of an answer at most, where a request is silent. [100000]"
    )
    temperature: float | None = Field(None, ge=0, description="Where a request is silent. [the model's, or 1.0]")
    top_p: float | None = Field(None, gt=0, le=1, description="Where a request is silent. [the model's, or 1.0]")
    top_k: int | None = Field(None, ge=0, description="Where a request is silent; 0 is off. [the model's, or 20]")
    min_p: float | None = Field(None, ge=0, le=1, description="Where a request is silent. [the model's, or 0]")
    repetition_penalty: float | None = Field(None, gt=0, description="Where a request is silent. [the model's, or 1.0]")
    tool_call_parser: str = Field(
        "auto", description="How the model writes tool calls; `none` leaves them in the text."
    )
    reasoning_parser: str = Field(
        "auto", description="How the model marks its thoughts; `none` leaves them in the text."
    )
    message_converter: str = Field(
        "auto", description="How messages are fitted to the chat template; `none` leaves them."
    )
    enable_auto_tool_choice: bool = Field(True, description="Let the model decide by itself whether to call a tool.")
    chat_template_file: Path | None = Field(
        None, description="Jinja file to use in place of the model's chat template."
    )


def flag(name: str) -> str:
    """A field's name as a flag: `max_tokens` is `--max-tokens`."""
    return "--" + name.replace("_", "-")


def settle(
    kind: type[OptionsT],
    flags: Mapping[str, Any] | None = None,
    file: Mapping[str, Any] | None = None,
    *,
    environment: bool = True,
) -> OptionsT:
    """Options from what was typed, the environment and a file, in that order of weight.

    Args:
        kind: The options wanted.
        flags: What was typed, by field name.
        file: What the YAML file says.
        environment: Whether `MLXS_...` variables count.

    Raises MlxsError that names each flag, variable or key that is wrong.
    """

    said, written = dict(flags or {}), kind.rename(file or {})

    class Settled(kind, BaseSettings):  # type: ignore[valid-type, misc]
        model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, extra="forbid")

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            sources = (init_settings, env_settings) if environment else (init_settings,)
            return *sources, InitSettingsSource(settings_cls, written)

    try:
        settled = Settled(**said)
    except ValidationError as error:
        raise MlxsError("\n".join(_explain(kind, problem, said, written) for problem in error.errors())) from None
    return kind.model_construct(settled.model_fields_set, **dict(settled))


def _explain(kind: type[Options], problem: Any, flags: Mapping[str, Any], file: Mapping[str, Any]) -> str:
    name = str(problem["loc"][0]) if problem["loc"] else ""
    if problem["type"] == "extra_forbidden":
        near = get_close_matches(name, kind.model_fields, 1)
        return f"there is no option {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    said = flag(name) if name in flags else name if name in file else ENV_PREFIX + name.upper()
    return f"{said}: {problem['msg'].lower()}, not {problem['input']!r}"
