"""How a setting is declared: its name, default, accepted form and meaning."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Group(BaseModel):
    """What the groups share: they are frozen and know their own fields only."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def setting(
    name: str,
    default: object,
    meaning: str,
    *,
    form: str,
    is_secret: bool = False,
    is_reloadable: bool = False,
    **limits: Any,
) -> Any:
    """Declare a setting; `form` completes "… is not accepted; expected …".

    `is_reloadable`: a running daemon can take up another value.
    """
    extra: dict[str, Any] = {
        "form": form,
        "is_secret": is_secret,
        "is_reloadable": is_reloadable,
    }
    return Field(
        default, alias=name, description=meaning, json_schema_extra=extra, **limits
    )


def whole(name: str, default: int, limits: tuple[int, int], meaning: str) -> Any:
    """Declare a whole number; `limits` are the least and the most."""
    least, most = limits
    form = f"a whole number from {least} to {most}"
    return setting(name, default, meaning, form=form, ge=least, le=most)


def seconds(
    name: str, default: float, limits: tuple[float, float], meaning: str
) -> Any:
    """Declare a time; `limits` are the least and the most."""
    least, most = limits
    form = f"seconds from {least:g} to {most:g}"
    return setting(
        name, default, meaning, form=form, ge=least, le=most, allow_inf_nan=False
    )


def flag(name: str, default: bool, meaning: str) -> Any:
    """Declare a switch."""
    return setting(name, default, meaning, form="0 or 1")
