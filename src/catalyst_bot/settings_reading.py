"""The settings of what is read beyond a headline: conflicts, watches, documents."""

from typing import Annotated

from pydantic import AfterValidator

from catalyst_bot.ops import forms
from catalyst_bot.settings_fields import Group, seconds, setting, whole


class Reading(Group):
    """How far and how much is read."""

    conflict_window: float = setting(
        "CONFLICT_WINDOW_HOURS",
        72,
        "How long an alert is compared with what comes later about its ticker.",
        form="hours from 1 to 720",
        ge=1,
        le=720,
    )
    watch_threshold: float = setting(
        "WATCH_THRESHOLD",
        0.7,
        "The relevance from which a [[watch]] of channels.toml takes an alert.",
        form="a number from 0 to 1",
        is_reloadable=True,
        ge=0,
        le=1,
    )
    source_timeout: float = seconds(
        "SEARCH_SOURCE_TIMEOUT_SECS",
        3,
        (0.1, 60),
        "The longest that a search waits for one of its sources.",
    )
    edgar_url: Annotated[str, AfterValidator(forms.base_url)] = setting(
        "EDGAR_BASE_URL",
        "https://www.sec.gov",
        "EDGAR's archive of filings, for commands; another address is for tests.",
        form=forms.BASE_URL,
    )
    edgar_search_url: Annotated[str, AfterValidator(forms.base_url)] = setting(
        "EDGAR_SEARCH_BASE_URL",
        "https://efts.sec.gov",
        "EDGAR's full-text search; another address is for tests.",
        form=forms.BASE_URL,
    )
    chunk_chars: int = whole(
        "READ_CHUNK_CHARS",
        20_000,
        (1_000, 100_000),
        "Characters of a long document that are read at a time.",
    )
    overlap_chars: int = whole(
        "READ_OVERLAP_CHARS",
        500,
        (0, 5_000),
        "Characters before each chunk that are read with it again.",
    )
