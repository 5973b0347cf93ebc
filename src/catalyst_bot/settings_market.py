"""The settings of prices and of Alpaca, whose keys open its news as well."""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from catalyst_bot.ops import forms
from catalyst_bot.ops.secret import Secret
from catalyst_bot.settings_fields import Group, setting

PROVIDERS = ("nasdaq", "alpaca", "finnhub")
_KEY = re.compile(r"[\x21-\x7e]{8,200}", re.ASCII)


def _providers(text: str) -> tuple[str, ...]:
    names = [part.strip().lower() for part in text.split(",") if part.strip()]
    if not names or any(name not in PROVIDERS for name in names):
        raise ValueError("no such provider")
    return tuple(dict.fromkeys(names))


def _key(text: str) -> Secret:
    if not _KEY.fullmatch(text):
        raise ValueError("not a key")
    return Secret(text)


_Base = Annotated[str, AfterValidator(forms.base_url)]
_Key = Annotated[Secret | None, BeforeValidator(_key)]
_KEY_FORM = "8 to 200 printable characters without spaces"


class Market(Group):
    """Where prices come from."""

    providers: Annotated[tuple[str, ...], BeforeValidator(_providers)] = setting(
        "QUOTE_PROVIDERS",
        ("nasdaq",),
        "Who is asked for prices, in this order; alpaca and finnhub need their keys.",
        form=f"comma separated, of {', '.join(PROVIDERS)}",
    )
    nasdaq_base_url: _Base = setting(
        "NASDAQ_BASE_URL",
        "https://api.nasdaq.com",
        "The prices of nasdaq; another address is for tests.",
        form=forms.BASE_URL,
    )
    alpaca_base_url: _Base = setting(
        "ALPACA_BASE_URL",
        "https://data.alpaca.markets",
        "The prices of alpaca; another address is for tests.",
        form=forms.BASE_URL,
    )
    alpaca_key_id: _Key = setting(
        "ALPACA_KEY_ID",
        None,
        "Alpaca's key, for prices and for sources of kind alpaca.",
        form=_KEY_FORM,
        is_secret=True,
    )
    alpaca_secret_key: _Key = setting(
        "ALPACA_SECRET_KEY",
        None,
        "The secret that belongs to ALPACA_KEY_ID.",
        form=_KEY_FORM,
        is_secret=True,
    )
    finnhub_base_url: _Base = setting(
        "FINNHUB_BASE_URL",
        "https://finnhub.io/api/v1",
        "The prices of finnhub; another address is for tests.",
        form=forms.BASE_URL,
    )
    finnhub_api_key: _Key = setting(
        "FINNHUB_API_KEY",
        None,
        "Finnhub's key.",
        form=_KEY_FORM,
        is_secret=True,
    )

    @property
    def keys(self) -> tuple[Secret, ...]:
        """Return the keys that were given."""
        given = (self.alpaca_key_id, self.alpaca_secret_key, self.finnhub_api_key)
        return tuple(key for key in given if key is not None)

    @property
    def has_alpaca_keys(self) -> bool:
        """Tell whether both halves are there: prices and news need them."""
        return self.alpaca_key_id is not None and self.alpaca_secret_key is not None


def missing_keys(market: Market) -> Iterator[str]:
    """Yield what is missing for the providers that are listed."""
    if "alpaca" in market.providers and not market.has_alpaca_keys:
        yield "ALPACA_KEY_ID, ALPACA_SECRET_KEY: QUOTE_PROVIDERS names alpaca"
    if "finnhub" in market.providers and market.finnhub_api_key is None:
        yield "FINNHUB_API_KEY: QUOTE_PROVIDERS names finnhub"
