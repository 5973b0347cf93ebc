"""Where a setting's text comes from: credentials, files, the environment, `.env`.

This file knows the order and the traps of those places, not what the settings mean.
"""

import difflib
import stat
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import parse_stream

LONGEST_SECRET = 65_536  # bytes of a secret's file


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The text of a setting and where it stood; `origin` is shown to people."""

    text: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found for the names that were asked for; an empty text is not found."""

    values: Mapping[str, Found]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


def find_values(
    *,
    names: Collection[str],
    secrets: Set[str],
    prefixes: tuple[str, ...],
    families: tuple[str, ...] = (),
    environ: Mapping[str, str],
    env_file: Path | None,
) -> Findings:
    """Look each name up: credential, `NAME_FILE`, environment, env file, in this order.

    Args:
        secrets: those of `names` that may be a credential or stand in a file.
        prefixes: an unknown name that begins with one of them is a typing error: a
            fault in the env file, which is ours, a warning in the environment.
        families: beginnings of names of secrets that the operator makes up.
    """
    search = _Search(names=names, secrets=secrets, environ=environ)
    if env_file is not None:
        search.read_env_file(env_file)
    search.adopt(families)
    search.warn_of_open_file()
    search.check_names(prefixes)
    for name in search.names:
        search.look_up(name)
    return Findings(
        values=search.values,
        faults=tuple(search.faults),
        warnings=tuple(search.warnings),
    )


class _Search:
    def __init__(
        self,
        *,
        names: Collection[str],
        secrets: Set[str],
        environ: Mapping[str, str],
    ) -> None:
        self.names, self._secrets = dict.fromkeys(names), set(secrets)
        self._environ = environ
        self._env_file: dict[str, str] = {}
        self._env_path, self._is_open = Path(".env"), False
        self.values: dict[str, Found] = {}
        self.faults: list[str] = []
        self.warnings: list[str] = []

    def read_env_file(self, path: Path) -> None:
        self._env_path = path
        try:
            mode = path.stat().st_mode
            with path.open(encoding="utf-8-sig") as stream:
                bindings = list(parse_stream(stream))
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(f"{path}: cannot be read ({_why(error)})")
            return
        for binding in bindings:
            if binding.error:
                line = binding.original.line
                self.faults.append(f"{path}: line {line} is not NAME=value")
            elif binding.key:
                self._env_file[binding.key] = binding.value or ""
        self._is_open = bool(mode & (stat.S_IRWXG | stat.S_IRWXO))

    def adopt(self, families: tuple[str, ...]) -> None:
        """Take up the names of secrets that the operator made up."""
        places = (*self._env_file, *self._environ, *self._credentials())
        for place in places:
            name = place.removesuffix("_FILE")
            if families and name.startswith(families) and name not in families:
                self.names[name] = None
                self._secrets.add(name)

    def warn_of_open_file(self) -> None:
        """Say it when others can read the secrets of the env file."""
        told = sorted(self._secrets & self._env_file.keys())
        if told and self._is_open:
            self.warnings.append(
                f"{self._env_path} holds {told[0]} and others can read it; chmod 600 it"
            )

    def _credentials(self) -> tuple[str, ...]:
        """Return the credentials of systemd by the names of settings."""
        directory = self._environ.get("CREDENTIALS_DIRECTORY", "")
        try:
            found = list(Path(directory).iterdir()) if directory else []
        except OSError:
            return ()
        return tuple(path.name.upper() for path in found)

    def check_names(self, prefixes: tuple[str, ...]) -> None:
        for name in self._env_file:
            if self._is_unknown(name, prefixes):
                self.faults.append(self._unknown(name, self._env_path.name))
        for name in self._environ:
            if self._is_unknown(name, prefixes):
                self.warnings.append(self._unknown(name, "the environment"))

    def look_up(self, name: str) -> None:
        found = self._secret(name) if name in self._secrets else None
        found = found or self._text(name)
        if found:
            self.values[name] = found

    def _is_unknown(self, name: str, prefixes: tuple[str, ...]) -> bool:
        if name in self.names or not name.startswith(prefixes):
            return False
        return name.removesuffix("_FILE") not in self._secrets

    def _unknown(self, name: str, place: str) -> str:
        near = difflib.get_close_matches(name, self.names, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"{name}: not a setting, but set in {place}{hint}"

    def _secret(self, name: str) -> Found | None:
        directory = self._environ.get("CREDENTIALS_DIRECTORY", "")
        credential = Path(directory) / name.lower()
        if directory and self._is_there(name, credential):
            return self._read(name, credential, origin="credential")
        pointer = self._text(f"{name}_FILE")
        if pointer is None:
            return None
        return self._read(f"{name}_FILE", Path(pointer.text), origin=f"{name}_FILE")

    def _is_there(self, name: str, path: Path) -> bool:
        """Tell whether there is such a file; one that is out of reach is a fault."""
        try:
            path.stat()
        except FileNotFoundError:
            return False
        except OSError as error:
            self.faults.append(f"{name}: {path} cannot be reached ({_why(error)})")
            return False
        return True

    def _read(self, name: str, path: Path, *, origin: str) -> Found | None:
        try:
            with path.open("rb") as stream:
                text = stream.read(LONGEST_SECRET).decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(f"{name}: {path} cannot be read ({_why(error)})")
            return None
        if not text:
            self.faults.append(f"{name}: {path} is empty")
            return None
        return Found(text=text, origin=origin)

    def _text(self, name: str) -> Found | None:
        if text := self._environ.get(name, "").strip():
            return Found(text=text, origin="environment")
        if text := self._env_file.get(name, "").strip():
            return Found(text=text, origin=self._env_path.name)
        return None


def _why(error: OSError | UnicodeDecodeError) -> str:
    # Not the error itself: that of the decoder quotes the bytes, and so the secret.
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return "it is not UTF-8"
