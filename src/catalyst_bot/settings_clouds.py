"""The settings of the clouds, which are the same for each.

A default model is one that was cheap and quick at the time; clouds retire theirs.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, create_model

from catalyst_bot.llm.endpoints import base_of
from catalyst_bot.ops.secret import Secret
from catalyst_bot.settings_fields import Group, setting, whole

LOCAL = "ollama"
_MOST = 1_000_000_000


class CloudGroup(Group):
    """What is set for a cloud; caps and prices are 0 when there is none."""

    key: Secret | None
    base_url: str
    model: str
    daily_requests: int
    daily_tokens: int
    daily_usd: float
    usd_per_mtok_in: float
    usd_per_mtok_out: float


def _key(text: str) -> Secret:
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("not a key")
    return Secret(text)


def _cloud(
    name: str, *, whose: str, base_url: str, path: str, model: str
) -> type[CloudGroup]:
    prefix = name.upper()

    def base(text: str) -> str:
        return base_of(text, example=base_url)

    fields: dict[str, Any] = {
        "key": (
            Annotated[Secret | None, BeforeValidator(_key)],
            setting(
                f"{prefix}_API_KEY",
                None,
                "Without it the provider is left out.",
                form="the key alone",
                is_secret=True,
            ),
        ),
        "base_url": (
            Annotated[str, AfterValidator(base)],
            setting(
                f"{prefix}_BASE_URL",
                base_url,
                "Where it is asked.",
                form=f"http(s)://<host>[:port]{path}",
            ),
        ),
        "model": (
            str,
            setting(
                f"{prefix}_MODEL",
                model,
                "The model to ask, as the provider names it.",
                form="a name without spaces",
                pattern=r"^[\w.:/@-]{1,200}$",
            ),
        ),
        **_limits(prefix),
    }
    about = f"{whose}; asked only if {name} stands in LLM_PROVIDERS."
    return create_model(
        f"{name.title()}Group", __base__=CloudGroup, __doc__=about, **fields
    )


def _limits(prefix: str) -> dict[str, Any]:
    day = f"{prefix}_DAILY"
    price = f"{prefix}_USD_PER_MTOK"
    return {
        "daily_requests": (
            int,
            whole(
                f"{day}_REQUESTS",
                0,
                (0, _MOST),
                "Requests of a UTC day at most, repeated ones too; 0 = any number.",
            ),
        ),
        "daily_tokens": (
            int,
            whole(
                f"{day}_TOKENS",
                0,
                (0, _MOST),
                "Tokens of a UTC day at most, prompts and answers; 0 = any number.",
            ),
        ),
        "daily_usd": (
            float,
            _dollars(f"{day}_USD", "US dollars of a UTC day at most; 0 = any sum."),
        ),
        "usd_per_mtok_in": (
            float,
            _dollars(f"{price}_IN", "The price of a million tokens of prompts."),
        ),
        "usd_per_mtok_out": (
            float,
            _dollars(f"{price}_OUT", "The price of a million tokens of answers."),
        ),
    }


def _dollars(name: str, meaning: str) -> Any:
    return setting(
        name,
        0.0,
        meaning,
        form="US dollars, a number from 0 on",
        ge=0,
        le=_MOST,
        allow_inf_nan=False,
    )


CLOUD_GROUPS: tuple[tuple[str, type[CloudGroup]], ...] = (
    (
        "openai",
        _cloud(
            "openai",
            whose="OpenAI, or another server with a key that speaks its dialect",
            base_url="https://api.openai.com/v1",
            path="/v1",
            model="gpt-6-luna",
        ),
    ),
    (
        "gemini",
        _cloud(
            "gemini",
            whose="Google's Gemini",
            base_url="https://generativelanguage.googleapis.com",
            path="",
            model="gemini-3.8-flash",
        ),
    ),
    (
        "anthropic",
        _cloud(
            "anthropic",
            whose="Anthropic's Claude",
            base_url="https://api.anthropic.com",
            path="",
            model="claude-haiku-5-5",
        ),
    ),
)
PROVIDERS = (LOCAL, *(name for name, _ in CLOUD_GROUPS))


def provider_names(text: object) -> tuple[str, ...]:
    """Split comma separated names of providers, each of which may stand there once."""
    names = [name.strip().lower() for name in str(text).split(",") if name.strip()]
    if not names:
        raise ValueError("no provider")
    for name in names:
        if name not in PROVIDERS:
            raise ValueError(f"{name} is no provider")
        if names.count(name) > 1:
            raise ValueError(f"{name} stands there twice")
    return tuple(names)
