"""What is installed works without the checkout: the commands, the config, the demo."""

import json
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def call(*words: str, folder: Path, patience: float = 60) -> str:
    """Run a command; fail with its output when it fails."""
    done = subprocess.run(
        words,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and install it into an environment outside the checkout.

    No network: the environment sees the packages that are installed here.
    """
    folder = tmp_path_factory.mktemp("wheel")
    call(
        *(sys.executable, "-m", "hatchling", "build", "-t", "wheel"),
        *("-d", str(folder)),
        folder=ROOT,
    )
    (wheel,) = folder.glob("*.whl")
    home = folder / "env"
    venv.create(home, with_pip=False)
    (packages,) = home.glob("lib/python3.*/site-packages")
    outer = sysconfig.get_path("purelib")
    call(
        *(sys.executable, "-m", "pip", "--python", str(home / "bin" / "python")),
        *("install", "--quiet", "--no-deps", "--no-index", str(wheel)),
        folder=folder,
    )
    (packages / "outer.pth").write_text(outer + "\n")
    return home / "bin" / "catalyst-bot"


def test_the_installed_demo_ends_with_a_table_of_final_states(
    bot: Path, tmp_path: Path
) -> None:
    words = ("demo", "--once", "--speed", "1000", "--port", "0")
    out = call(str(bot), *words, folder=tmp_path, patience=150)
    table = out[out.index("alerts, as Discord received them") :]
    for state in ("Bullish", "Bearish", "⏱ Timed out", "⚠ AI offline", "⚠ No analysis"):
        assert state in table
    for event in ("Trading resumes", "RETRACTED", "MACRO ■", "Correction:"):
        assert event in table
    assert "Not seen" not in table


def test_the_installed_score_works(bot: Path, tmp_path: Path) -> None:
    out = call(str(bot), "score", "Acme posts great profit", "--json", folder=tmp_path)
    assert json.loads(out)["label"] == "bullish"


def test_the_installed_doctor_reads_the_shipped_sources(
    bot: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [str(bot), "doctor", "--json"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "FEATURE_LLM": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert "catalyst_bot/config/sources.toml" in rows["sources.toml"]["detail"]
    assert "site-packages" in rows["sources.toml"]["detail"]
    assert rows["LLM"]["state"] == "off"
