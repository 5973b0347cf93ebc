"""systemd itself reads the unit file: it is valid, and it gives nothing away."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "deploy" / "catalyst-bot.service"
WORST_EXPOSURE = 1.5  # of 10; a unit without hardening scores 9.6

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", *arguments],  # noqa: S607 - where it is differs
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """Return the unit as installed, with a stand-in for the program it starts."""
    stand_in = tmp_path / "catalyst-bot"
    stand_in.write_text("#!/bin/sh\n")
    stand_in.chmod(0o755)
    copy = tmp_path / UNIT.name
    text = re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={stand_in}", UNIT.read_text())
    copy.write_text(text)
    return copy


@needs_systemd
def test_systemd_finds_no_fault_in_the_unit(unit: Path) -> None:
    result = analyze("verify", "--man=no", str(unit))
    assert result.returncode == 0, result.stderr
    assert unit.name not in result.stderr  # of other units nothing is said here


@needs_systemd
def test_systemd_would_find_a_fault(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("Type=notify", "Tpye=notify"))
    assert "Tpye" in analyze("verify", "--man=no", str(unit)).stderr


@needs_systemd
def test_the_unit_is_hardened(unit: Path) -> None:
    threshold = f"--threshold={WORST_EXPOSURE * 10:.0f}"
    result = analyze("security", "--offline=true", threshold, str(unit))
    assert result.returncode == 0, result.stdout[-500:] + result.stderr


def test_a_wrong_configuration_is_not_restarted_and_a_reload_is_a_hangup() -> None:
    lines = UNIT.read_text().splitlines()
    assert "Type=notify" in lines
    assert "RestartPreventExitStatus=78" in lines
    assert "ExecReload=/bin/kill -HUP $MAINPID" in lines
