"""The settings of the model that reads the news, and of what is kept of its answers."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.ops.secret import Secret
from catalyst_bot.settings_clouds import LOCAL, PROVIDERS, provider_names
from catalyst_bot.settings_fields import Group, flag, seconds, setting, whole


def _endpoint(text: str) -> str:
    endpoints_of(text)
    return text


def _redis_url(text: str) -> Secret:
    parts = urlsplit(text)
    is_socket = parts.scheme == "unix" and parts.path
    if not is_socket and not (parts.scheme in ("redis", "rediss") and parts.hostname):
        raise ValueError("not the URL of a Redis")
    return Secret(text)


class Llm(Group):
    """The model that reads the news; all times in seconds."""

    endpoint_url: Annotated[str, AfterValidator(_endpoint)] = setting(
        "LLM_ENDPOINT_URL",
        "http://localhost:11434/api/generate",
        "Your own server: Ollama, or with /v1 any that speaks OpenAI's dialect.",
        form="http(s)://<host>[:port]/api/generate, …/api/chat or …/v1",
    )
    model_name: str = setting(
        "LLM_MODEL_NAME",
        "mistral",
        "The model to ask, as `ollama list` or the server names it.",
        form="a name without spaces",
        pattern=r"^\S{1,200}$",
    )
    providers: Annotated[tuple[str, ...], BeforeValidator(provider_names)] = setting(
        "LLM_PROVIDERS",
        (LOCAL,),
        "Who is asked, in this order; text goes to a cloud only if it stands here.",
        form=f"comma separated, of {', '.join(PROVIDERS)}",
    )
    timeout: float = seconds(
        "LLM_TIMEOUT_SECS",
        15,
        (0.1, 600),
        "The longest that the model may take for one answer.",
    )
    max_concurrent: int = whole(
        "LLM_MAX_CONCURRENT",
        5,
        (1, 100),
        "Requests at the model at the same time; the rest wait with us.",
    )
    max_retries: int = whole(
        "LLM_MAX_RETRIES",
        3,
        (1, 10),
        "Attempts in all at one analysis, while the deadline allows.",
    )
    retry_delay: float = seconds(
        "LLM_RETRY_DELAY",
        2.0,
        (0, 60),
        "The base of the wait between two attempts; it grows with each.",
    )
    rate_per_minute: int = whole(
        "LLM_RATE_LIMIT_PER_MINUTE",
        0,
        (0, 100_000),
        "Requests in any minute at most, repeated ones included; 0 = any number.",
    )
    enrich_deadline: float = seconds(
        "LLM_ENRICH_DEADLINE_SECS",
        10,
        (0.1, 600),
        "From the post to the analysis, or to the reason why there is none.",
    )
    late: float = seconds(
        "LLM_LATE_SECS",
        120,
        (0, 3600),
        "How long after the post a late analysis may still come; 0 = never.",
    )
    breaker_fail_max: int = whole(
        "LLM_BREAKER_FAIL_MAX",
        5,
        (1, 100),
        "Failures in a row until the model is left alone.",
    )
    breaker_reset: float = seconds(
        "LLM_BREAKER_RESET_SECS",
        60,
        (0.1, 3600),
        "The longest wait between two probes of a model that is left alone.",
    )


class Cache(Group):
    """What is kept of the model's answers."""

    enabled: bool = flag(
        "LLM_CACHE_ENABLED", True, "Answer equal questions without asking again."
    )
    ttl: float = seconds(
        "LLM_CACHE_TTL_SECS", 3600, (1, 2_592_000), "How long an answer is kept."
    )
    max_entries: int = whole(
        "LLM_CACHE_MAX_ENTRIES",
        10_000,
        (1, 1_000_000),
        "Answers kept in memory, and as many on disk.",
    )
    url: Annotated[Secret | None, BeforeValidator(_redis_url)] = setting(
        "LLM_CACHE_URL",
        None,
        "A Redis that shares answers between machines; needs catalyst-bot[redis].",
        form="redis://…, rediss://… or unix://…",
        is_secret=True,
    )
    semantic: bool = flag(
        "LLM_SEMANTIC_CACHE",
        False,
        "Find related stories, and serve a checked answer of the same facts.",
    )
    embed_model: str = setting(
        "LLM_EMBED_MODEL",
        "nomic-embed-text",
        "The model for related stories, on the server of LLM_ENDPOINT_URL.",
        form="a name without spaces",
        pattern=r"^\S{1,200}$",
    )
