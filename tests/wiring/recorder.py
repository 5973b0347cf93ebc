"""Records which public functions of the product are entered, and only while it listens.

Each gets a first statement that says so, put there while its module is imported. What
was said stands in a file of each process at once: many are killed.
"""

import ast
import builtins
import marshal
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.wiring.public import PACKAGE, functions_of, module_of

FOLDER = "WIRING_FOLDER"  # of the files; set in a run that is recorded
LISTENING = "WIRING_LISTENING"  # set while a test is listened to
TELLS = "__entered__"


class Recorder:
    """Writes the names of functions into `folder` while it listens."""

    def __init__(self, folder: Path) -> None:
        self.is_listening = False
        self._folder = folder
        self._entered: set[str] = set()

    def install(self) -> None:
        """Let every module of the product that is imported from now on tell us."""
        setattr(builtins, TELLS, self._enter)
        sys.meta_path.insert(0, _Finder(self._folder))

    def _enter(self, name: str) -> None:
        if not self.is_listening or name in self._entered:
            return
        self._entered.add(name)
        path = self._folder / f"{os.getpid()}.entered"
        with suppress(OSError), path.open("a") as file:  # a test takes the disk away
            file.write(f"{name}\n")


def listen_always(folder: str) -> None:
    """Record this process from its start to its end."""
    Recorder(Path(folder)).install()
    listen(True)


def listen(is_listening: bool) -> None:
    """Record this process from now on or not, if a recorder is installed at all."""
    if tells := getattr(builtins, TELLS, None):
        tells.__self__.is_listening = is_listening


def entered_in(folder: Path) -> frozenset[str]:
    """Return what was entered in any process."""
    names: set[str] = set()
    for path in folder.glob("*.entered"):
        names.update(path.read_text().split())
    return frozenset(names)


class _Finder:
    """Finds the modules of the product where Python does, with a loader of our own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return the spec of a module of the product, None of any other."""
        if fullname.partition(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            load = partial(_code_of, folder=self._folder)
            spec.loader = _Loader(spec.loader.name, spec.loader.path, load)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, load: partial[CodeType]) -> None:
        super().__init__(name, path)
        self._load = load

    def get_code(self, fullname: str) -> CodeType:
        """Return code that tells; what Python keeps beside the source does not."""
        return self._load(fullname, Path(self.path))


def _code_of(name: str, path: Path, *, folder: Path) -> CodeType:
    """Return the code of a module; the first process of a run compiles it for all."""
    kept = folder / f"{name}.code"
    if kept.exists():
        code: CodeType = marshal.loads(kept.read_bytes())  # noqa: S302 - our own
        return code
    code = compile(telling(path.read_bytes(), str(path), module_of(path)), path, "exec")
    fresh = kept.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(marshal.dumps(code))
    fresh.replace(kept)
    return code


def telling(source: str | bytes, path: str, module: str) -> ast.Module:
    """Return a module in which each public function says that it was entered."""
    tree = ast.parse(source, path)
    for name, node in functions_of(tree):
        tells = ast.parse(f"{TELLS}({f'{module}:{name}'!r})").body[0]
        for part in ast.walk(tells):
            ast.copy_location(part, node.body[0])
        node.body.insert(int(ast.get_docstring(node) is not None), tells)
    return tree
