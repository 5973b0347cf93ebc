"""The files around the code: locks that name no place, documents that are current."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
# An address, an index option, or a path of the machine that resolved the versions.
PLACE = re.compile(r"\w+://|--(?:extra-)?index-url|--find-links|-f |(?:^|[\s@=])/\w")


def packages(lock: str) -> dict[str, str]:
    """Return what stands behind each package of a lock file, by its name."""
    text = re.sub(r"\s+#.*", "", (ROOT / lock).read_text())
    blocks = re.split(r"(?m)^(?=[\w.-]+(?:\[[\w,]+\])?==)", text)
    return {re.split(r"[=\[]", block)[0]: block for block in blocks if block.strip()}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_has_a_hash_for_every_package_and_no_address(lock: str) -> None:
    found = packages(lock)
    assert len(found) > 20
    for name, block in found.items():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), name
    assert not [
        line for line in (ROOT / lock).read_text().splitlines() if PLACE.search(line)
    ]


def test_development_runs_on_the_versions_that_are_shipped() -> None:
    shipped, developed = packages(LOCKS[0]), packages(LOCKS[1])
    for name, block in shipped.items():
        assert developed[name].split()[0] == block.split()[0]


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for wanted, lock in (
        (project["dependencies"] + extras["build"], LOCKS[0]),
        (extras["dev"], LOCKS[1]),
    ):
        names = {re.split(r"[\[<>=]", line)[0] for line in wanted}
        normal = {re.sub(r"[-_.]+", "-", name).lower() for name in names}
        assert normal <= packages(lock).keys()


def test_the_generated_documents_are_up_to_date() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "generate_docs.py"), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a fresh shell: the one that runs us hands down its options."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments],  # noqa: S607
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "target", ["demo", "run", "test", "check", "lock", "docs", "sbom", "fuzz"]
)
def test_every_command_makes_the_environment_when_it_is_missing(
    target: str, tmp_path: Path
) -> None:
    planned = make("--dry-run", f"VENV={tmp_path}/venv", target)
    assert planned.returncode == 0, planned.stderr
    steps = [f"-m venv {tmp_path}/venv", "--require-hashes", f"touch {tmp_path}/venv"]
    found = [planned.stdout.index(step) for step in steps]
    assert found == sorted(found)
    needs_tools = target not in ("demo", "run")
    assert (LOCKS[1] in planned.stdout) is needs_tools


def test_a_python_that_is_too_old_is_named_before_anything_is_made(
    tmp_path: Path,
) -> None:
    old = tmp_path / "python3.8"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    result = make(f"VENV={tmp_path}/venv", f"PYTHON={old}", "test")
    assert result.returncode == 2
    assert "needs Python 3.11 or later" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_the_bill_of_materials_names_what_ships_and_not_this_machine(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sbom.json"
    script = ROOT / "scripts" / "sbom.py"
    result = subprocess.run(
        [sys.executable, str(script), "--output", str(path)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    bill = json.loads(path.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    assert bill["metadata"]["component"]["name"] == "catalyst-bot"
    shipped = {
        f"pkg:pypi/{name}@{block.split('==')[1].split()[0]}"
        for name, block in packages(LOCKS[0]).items()
    }
    purls = [part["purl"].lower() for part in bill["components"]]
    named = {re.sub(r"[._](?=[^@]*@)", "-", purl) for purl in purls}
    assert len(named) > 40
    assert named <= shipped
    for place in (str(ROOT), sys.prefix, "file:"):
        assert place not in path.read_text()
