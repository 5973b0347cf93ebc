"""Which model a script asks, and how: the fixed form of other people's scripts."""

import os
from dataclasses import dataclass, field
from typing import Self

from catalyst_bot.errors import SettingsError
from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.settings import load_settings
from catalyst_bot.settings_llm import Cache, Llm

_DEFAULTS, _CACHE = Llm(), Cache()


@dataclass(frozen=True, slots=True)
class LLMClientConfig:
    """Which model is asked, and how; defaults and limits are the daemon's.

    Args:
        endpoint_url: the full URL of Ollama's /api/generate (LLM_ENDPOINT_URL).
        model_name: as `ollama list` names it (LLM_MODEL_NAME).
        timeout_secs: for a whole query, queue and retries included.
        max_concurrent: requests at the server at a time; 100 more wait here.
        max_retries: attempts in all at one query.
        retry_delay: seconds, the base of the wait between two attempts.
        breaker_fail_max: failures in a row until the server is left alone.
        breaker_reset_secs: the longest wait between two probes of it.
        cache_enabled: answer equal questions of this client without asking again.
        cache_ttl_secs: for how long; cache_max_entries: and how many of them.
        cache_url: a Redis that shares answers between processes, "" for none.
    Raises:
        ValueError: with every value that the daemon would refuse too.
    """

    endpoint_url: str = _DEFAULTS.endpoint_url
    model_name: str = _DEFAULTS.model_name
    timeout_secs: float = _DEFAULTS.timeout
    max_concurrent: int = _DEFAULTS.max_concurrent
    max_retries: int = _DEFAULTS.max_retries
    retry_delay: float = _DEFAULTS.retry_delay
    breaker_fail_max: int = _DEFAULTS.breaker_fail_max
    breaker_reset_secs: float = _DEFAULTS.breaker_reset
    cache_enabled: bool = _CACHE.enabled
    cache_ttl_secs: float = _CACHE.ttl
    cache_max_entries: int = _CACHE.max_entries
    cache_url: str = field(default="", repr=False)  # it may have a password

    def __post_init__(self) -> None:
        endpoints_of(self.endpoint_url)
        values = {
            "LLM_ENDPOINT_URL": self.endpoint_url,
            "LLM_MODEL_NAME": self.model_name,
            "LLM_TIMEOUT_SECS": self.timeout_secs,
            "LLM_MAX_CONCURRENT": self.max_concurrent,
            "LLM_MAX_RETRIES": self.max_retries,
            "LLM_RETRY_DELAY": self.retry_delay,
            "LLM_BREAKER_FAIL_MAX": self.breaker_fail_max,
            "LLM_BREAKER_RESET_SECS": self.breaker_reset_secs,
            "LLM_CACHE_ENABLED": int(self.cache_enabled),
            "LLM_CACHE_TTL_SECS": self.cache_ttl_secs,
            "LLM_CACHE_MAX_ENTRIES": self.cache_max_entries,
            "LLM_CACHE_URL": self.cache_url,
        }
        try:
            load_settings({name: str(value) for name, value in values.items()})
        except SettingsError as error:
            raise ValueError(str(error)) from error

    @classmethod
    def from_env(cls) -> Self:
        """Return what the LLM_* settings of the environment say.

        Raises:
            SettingsError: with every fault among the settings, as the daemon does.
        """
        settings = load_settings(os.environ)
        llm, cache = settings.llm, settings.cache
        return cls(
            endpoint_url=llm.endpoint_url,
            model_name=llm.model_name,
            timeout_secs=llm.timeout,
            max_concurrent=llm.max_concurrent,
            max_retries=llm.max_retries,
            retry_delay=llm.retry_delay,
            breaker_fail_max=llm.breaker_fail_max,
            breaker_reset_secs=llm.breaker_reset,
            cache_enabled=cache.enabled,
            cache_ttl_secs=cache.ttl,
            cache_max_entries=cache.max_entries,
            cache_url=cache.url.reveal() if cache.url else "",
        )
