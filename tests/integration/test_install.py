"""The install script in a folder of its own, with a stand-in for Python and pip."""

import os
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAND_IN = """#!/bin/sh
echo "python $*" >> "$CALLS"
case "$*" in
    *base_prefix*) echo /usr ;;
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *--no-deps*)
        printf '#!/bin/sh\\necho "catalyst-bot $*" >> "$CALLS"\\n' \\
            > "${0%/*}/catalyst-bot"
        chmod +x "${0%/*}/catalyst-bot" ;;
esac
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A folder that stands for `/`, and a checkout to install from."""

    root: Path
    checkout: Path

    def install(self, *options: str) -> str:
        """Run the script; return what it said."""
        done = subprocess.run(
            [
                *("/bin/sh", str(self.checkout / "deploy" / "install.sh")),
                *("--python", str(self.root.parent / "python")),
                *options,
            ],
            env={
                "PATH": os.environ["PATH"],
                "DESTDIR": str(self.root),
                "CALLS": str(self.root.parent / "calls"),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def calls(self) -> list[str]:
        log = self.root.parent / "calls"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if not line.startswith("python -c")]

    @property
    def home(self) -> Path:
        return self.root / "opt" / "catalyst-bot"

    @property
    def etc(self) -> Path:
        return self.root / "etc" / "catalyst-bot"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    python = tmp_path / "python"
    python.write_text(STAND_IN)
    python.chmod(0o755)
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "deploy", checkout / "deploy")
    shutil.copytree(ROOT / "config", checkout / "config")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, checkout)
    package = checkout / "src" / "catalyst_bot"
    package.mkdir(parents=True)
    shutil.copy(ROOT / "src" / "catalyst_bot" / "__init__.py", package)
    return Machine(root=tmp_path / "root", checkout=checkout)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def times_below(folder: Path) -> dict[Path, int]:
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}


def test_a_dry_run_tells_every_step_and_changes_nothing(machine: Machine) -> None:
    told = machine.install("--dry-run")
    assert "--require-hashes -r" in told
    assert "write" in told
    assert not machine.root.exists()
    assert machine.calls == []


def test_the_service_is_installed_with_checked_packages(machine: Machine) -> None:
    told = machine.install("--prefix", "/srv/bot")
    home = machine.root / "srv" / "bot"
    made, locked, product = machine.calls
    assert made.startswith(f"python -m venv {home}/venvs/0.")
    assert "--require-hashes -r" in locked
    assert "requirements.lock" in locked
    assert "--no-deps --no-build-isolation" in product
    assert (home / ".venv" / "bin" / "catalyst-bot").exists()
    unit = (machine.root / "etc/systemd/system/catalyst-bot.service").read_text()
    assert "ExecStart=/srv/bot/.venv/bin/catalyst-bot run" in unit
    assert "/opt/catalyst-bot" not in unit
    secret = machine.etc / "discord_webhook_url"
    assert (mode_of(secret), secret.read_bytes()) == (0o600, b"")
    settings = (machine.etc / "catalyst-bot.env").read_text()
    assert "DATABASE_URL=sqlite:////var/lib/catalyst-bot/catalyst.db" in settings
    command = machine.root / "usr/local/bin/catalyst-bot"
    assert mode_of(command) == 0o755
    assert 'exec /srv/bot/.venv/bin/catalyst-bot "$@"' in command.read_text()
    assert "systemctl enable --now catalyst-bot" in told


def test_a_second_run_changes_nothing_and_keeps_what_was_written(
    machine: Machine,
) -> None:
    machine.install()
    (machine.etc / "discord_webhook_url").write_text("a secret")
    (machine.etc / "catalyst-bot.env").write_text("LOG_LEVEL=DEBUG\n")
    before, calls = times_below(machine.root), machine.calls
    machine.install()
    assert times_below(machine.root) == before
    assert machine.calls == calls


def test_an_interrupted_run_is_finished_by_the_next(machine: Machine) -> None:
    machine.install()
    (venv,) = (machine.home / "venvs").iterdir()
    (venv / ".complete").unlink()
    (venv / "half").touch()
    machine.install()
    assert (venv / ".complete").exists()
    assert not (venv / "half").exists()


def test_an_upgrade_copies_the_database_first_and_keeps_the_version_before(
    machine: Machine,
) -> None:
    machine.install()
    old = (machine.home / ".venv").readlink()
    database = machine.root / "var/lib/catalyst-bot/catalyst.db"
    database.parent.mkdir(parents=True)
    database.touch()
    (machine.checkout / "config" / "lexicon.toml").write_text("# another version\n")
    machine.install()
    new = (machine.home / ".venv").readlink()
    assert new != old
    assert (machine.home / old / "bin" / "catalyst-bot").exists()
    env_file = machine.etc / "catalyst-bot.env"
    assert machine.calls[-1] == f"catalyst-bot backup --env-file {env_file}"


def test_an_environment_that_was_made_by_hand_gives_way_and_is_kept(
    machine: Machine,
) -> None:
    (machine.home / ".venv" / "bin").mkdir(parents=True)
    (machine.home / ".venv" / "bin" / "mine").touch()
    machine.install()
    assert (machine.home / ".venv").is_symlink()
    assert (machine.home / "venvs" / "before" / "bin" / "mine").exists()


def test_the_command_knows_the_database_and_the_secrets_of_the_service(
    machine: Machine,
) -> None:
    machine.install()
    command = machine.root / "usr/local/bin/catalyst-bot"
    shown = command.read_text().replace("exec /opt", "env; exec echo /opt")
    done = subprocess.run(
        ["/bin/sh", "-c", shown, "catalyst-bot", "doctor"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "DATABASE_URL=sqlite:////var/lib/catalyst-bot/catalyst.db" in done.stdout
    assert "CREDENTIALS_DIRECTORY=/etc/catalyst-bot" in done.stdout
    assert done.stdout.endswith("/opt/catalyst-bot/.venv/bin/catalyst-bot doctor\n")
