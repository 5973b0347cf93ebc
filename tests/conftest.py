"""What every test shares: on a machine that has everything, a skip is a failure."""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # speed lives in benchmarks/
settings.load_profile("house")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn skips into failures where CATALYST_TESTS_NO_SKIP=1 says all is installed."""
    report = yield
    if report.skipped and os.environ.get("CATALYST_TESTS_NO_SKIP") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped where it must run: {report.longrepr}"
    return report
