"""Every setting as a row: what the README, `.env.example` and the checks go by."""

from collections.abc import Iterator
from dataclasses import dataclass

from catalyst_bot.settings_tree import GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One setting as the README and `.env.example` show it; all are plain texts."""

    name: str
    group: str  # what its group is about
    default: str  # "" = none
    form: str
    meaning: str
    is_secret: bool
    is_reloadable: bool  # a running daemon can take up another value


def setting_rows() -> tuple[SettingRow, ...]:
    """Return every setting there is, by group."""
    return tuple(row for _, _, row in declared_settings())


def declared_settings() -> Iterator[tuple[str, str, SettingRow]]:
    """Yield the group's name, the field's name and the row of each setting."""
    for group, kind in GROUPS:
        for name, declared in kind.model_fields.items():
            extra = declared.json_schema_extra
            assert isinstance(extra, dict)  # noqa: S101 - each is made by _setting
            row = SettingRow(
                name=str(declared.alias),
                group=(kind.__doc__ or "").strip(),
                default=text_of(declared.default),
                form=str(extra["form"]),
                meaning=str(declared.description),
                is_secret=bool(extra["is_secret"]),
                is_reloadable=bool(extra["is_reloadable"]),
            )
            yield group, name, row


def text_of(value: object) -> str:
    """Return a value as it is written in an environment, "" for none."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
