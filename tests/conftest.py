"""What every test shares: on a machine that has everything, a skip is a failure.

What is no part of the product may be absent anywhere, and its tests say so: data of
others, the right to mount a disk, what sets a clock for one program alone.
"""

from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.skipping import may_skip

pytest_plugins = ["tests.wiring.plugin"]
ALLOWED = ("shared/data", "mount a small disk", "libfaketime")

settings.register_profile("house", deadline=None)  # speed lives in benchmarks/
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn skips into failures where all is said to be installed."""
    report = yield
    is_allowed = any(reason in str(report.longrepr) for reason in ALLOWED)
    if report.skipped and not may_skip() and not is_allowed:
        report.outcome = "failed"
        report.longrepr = f"skipped where it must run: {report.longrepr}"
    return report
