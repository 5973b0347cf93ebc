"""Fails a whole run in which a public function was reached from no entry point.

What counts is what the tests of the whole product enter: they start it as its users do,
by commands, scripts, routes and the daemon. It is asked where nothing may be skipped,
as in CI: where a Redis is absent, its functions are left alone.
"""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.skipping import may_skip
from tests.wiring.public import public_functions
from tests.wiring.recorder import FOLDER, LISTENING, Recorder, entered_in
from tests.wiring.unreached import UNREACHED

WHOLE = ("e2e", "crash", "faults")


class Wiring:
    """Listens in one process of the run; the one that began it compares at the end."""

    def __init__(self, folder: Path, *, is_first: bool) -> None:
        self._folder, self._is_first = folder, is_first
        self._recorder = Recorder(folder)
        self._recorder.install()
        os.environ[FOLDER] = str(folder)  # for the process that others are forked from
        self._missing: list[str] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item
    ) -> Generator[None, object, object]:
        """Listen while a test of the whole product runs, and to no other."""
        is_whole = item.path.parent.name in WHOLE
        self._recorder.is_listening = is_whole
        if is_whole:
            os.environ[LISTENING] = "1"  # for the processes that it starts
        try:
            return (yield)
        finally:
            self._recorder.is_listening = False
            os.environ.pop(LISTENING, None)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare what was entered with what there is."""
        if self._is_first:
            unknown = public_functions() - entered_in(self._folder)
            self._missing = sorted(unknown - set(UNREACHED))
            if self._missing:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Name what nothing reaches."""
        if self._missing:
            terminalreporter.section("public functions that no entry point reaches")
            terminalreporter.write_line("\n".join(self._missing))


def pytest_configure(config: pytest.Config) -> None:
    """Record a whole run: of all tests, and where none may be skipped."""
    if hasattr(config, "workerinput"):
        if folder := config.workerinput.get(FOLDER):
            config.pluginmanager.register(Wiring(Path(folder), is_first=False))
        return
    is_chosen = config.args_source is pytest.Config.ArgsSource.ARGS
    is_narrowed = bool(config.option.keyword or config.option.markexpr)
    if is_chosen or is_narrowed or may_skip():
        return
    folder = tempfile.TemporaryDirectory(prefix="wiring-")
    config.add_cleanup(folder.cleanup)
    config.stash[_FOLDER] = folder.name
    config.pluginmanager.register(Wiring(Path(folder.name), is_first=True))


_FOLDER = pytest.StashKey[str]()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a process of the run where to write; pytest-xdist calls it."""
    config = node.config  # type: ignore[attr-defined]
    if _FOLDER in config.stash:
        node.workerinput[FOLDER] = config.stash[_FOLDER]  # type: ignore[attr-defined]
