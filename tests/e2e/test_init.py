"""The first command of a new operator: asked on a terminal, or told by flags."""

import stat
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from catalyst_bot.configuration import SOURCES, config_file
from catalyst_bot.ops.env_file import read_env_file
from catalyst_bot.simulation.world import World, open_world
from tests.e2e.terminal import open_terminal
from tests.e2e.test_commands import command

CONTACT = "Example Research desk@research.example"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with open_world() as opened:
        yield opened


def flags(world: World) -> list[str]:
    return [
        *("--webhook", world.discord.webhook_url),
        *("--llm-url", world.llm.endpoint_url),
        *("--model", "mistral"),
        *("--contact", CONTACT),
        *("--watchlist", "aldb, $brk.b"),
    ]


def edgar_is_on(folder: Path) -> bool:
    text = (folder / "config" / SOURCES).read_text()
    entries = tomllib.loads(text)["source"]
    return any(e["enabled"] for e in entries if e["kind"] == "edgar")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_newcomer_answers_five_questions_and_the_doctor_is_content(
    world: World, tmp_path: Path
) -> None:
    async with open_terminal(["init"], folder=tmp_path) as terminal:
        await terminal.answers("Webhook URL [none]", world.discord.webhook_url)
        await terminal.shows("ok: the webhook exists")
        await terminal.answers("Ollama's URL [http", world.llm.endpoint_url)
        await terminal.shows("installed: mistral:latest")
        await terminal.answers("Model [mistral]", "")
        await terminal.shows("ok: mistral is installed")
        await terminal.answers("Contact [none]", CONTACT)
        await terminal.shows("ok: has the form that SEC EDGAR demands")
        await terminal.answers("Watchlist [none]", "aldb, $brk.b")
        await terminal.shows("ALDB, BRK-B")
        await terminal.shows("catalyst-bot run --config-dir config")
        assert await terminal.ends() == 0
    assert world.discord.webhook_url not in terminal.screen
    assert world.discord.webhook_url.rpartition("/")[2] not in terminal.screen
    assert world.discord.posts == []
    assert mode(tmp_path / ".env") == 0o600
    env = read_env_file(tmp_path / ".env")
    assert env.value("DISCORD_WEBHOOK_URL") == world.discord.webhook_url
    assert env.value("FEEDS_USER_AGENT") == CONTACT
    assert edgar_is_on(tmp_path)
    shipped = config_file(SOURCES, None).read_text()
    written = (tmp_path / "config" / SOURCES).read_text()
    changed = set(written.splitlines()) - set(shipped.splitlines())
    assert not changed  # "enabled = true" stands elsewhere too; all comments are there
    assert len(written) == len(shipped) - 1


async def test_flags_answer_without_a_terminal(world: World, tmp_path: Path) -> None:
    code, out, err = await command("init", *flags(world), folder=tmp_path)
    assert code == 0, err
    assert "Watchlist: ok: 2 well-formed: ALDB, BRK-B" in out
    assert "catalyst-bot doctor --config-dir config" in out
    assert world.discord.webhook_url not in out + err
    assert edgar_is_on(tmp_path)


async def test_the_webhook_may_come_from_the_input_and_stays_out_of_the_history(
    world: World, tmp_path: Path
) -> None:
    url = world.discord.webhook_url
    code, _, err = await command(
        "init", "--webhook", "-", folder=tmp_path, told=f"{url}\n"
    )
    assert code == 0, err
    assert read_env_file(tmp_path / ".env").value("DISCORD_WEBHOOK_URL") == url


async def test_what_wins_over_the_file_is_told(tmp_path: Path) -> None:
    code, out, _ = await command(
        *("init", "--watchlist", "ALDB"), folder=tmp_path, ALERT_WATCHLIST="WTCH"
    )
    assert code == 0
    assert "ALERT_WATCHLIST: environment wins over .env" in out


async def test_other_faults_of_the_files_are_listed_and_exit_78(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("HTTP_PORT=many\n")
    code, _, err = await command("init", "--watchlist", "ALDB", folder=tmp_path)
    assert code == 78
    assert "HTTP_PORT" in err
    assert "ALERT_WATCHLIST=ALDB" in (tmp_path / ".env").read_text()


async def test_a_second_time_changes_only_what_is_asked(
    world: World, tmp_path: Path
) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "# mine\nSOMETHING_ELSE=1\n"
        f"export DISCORD_WEBHOOK_URL={world.discord.webhook_url} # the main channel\n"
        f"LLM_ENDPOINT_URL={world.llm.endpoint_url}\nLLM_MODEL_NAME=old\n"
        "ALERT_MIN_SCORE=0.4\n"
    )
    before = env_file.read_text()
    code, _, _ = await command("init", "--model", "mistral", folder=tmp_path)
    assert code == 0
    assert env_file.read_text() == before.replace("=old", "=mistral")
    assert mode(env_file) == 0o600
    sources = tmp_path / "config" / SOURCES
    own = sources.read_text().replace("interval_seconds = 15", "interval_seconds = 20")
    sources.write_text(own)
    async with open_terminal(["init"], folder=tmp_path) as terminal:
        await terminal.answers("Webhook URL [***]", "")
        await terminal.shows("ok: the webhook exists")
        for prompt in ("Ollama's URL [", "Model [", "Contact [none]", "Watchlist ["):
            await terminal.answers(prompt, "")
        assert await terminal.ends() == 0
    assert env_file.read_text() == before.replace("=old", "=mistral")
    assert sources.read_text() == own


async def test_a_failed_test_tells_why_and_does_not_lose_the_answer(
    world: World, tmp_path: Path
) -> None:
    world.discord.webhook_gone = True
    world.llm.models = ("other:latest",)
    code, out, _ = await command("init", *flags(world), "--yes", folder=tmp_path)
    assert code == 0
    assert "fault: HTTP 404: the webhook does not exist" in out
    assert "ollama pull mistral" in out
    assert out.count("saved anyway") == 2
    env = read_env_file(tmp_path / ".env")
    assert env.value("DISCORD_WEBHOOK_URL") == world.discord.webhook_url


async def test_on_a_terminal_a_failed_answer_may_be_given_again(
    world: World, tmp_path: Path
) -> None:
    async with open_terminal(["init"], folder=tmp_path) as terminal:
        await terminal.answers("Webhook URL", "https://example.com/nothing")
        await terminal.shows("DISCORD_WEBHOOK_URL: the value is not accepted")
        await terminal.answers("Webhook URL", "none")
        await terminal.answers("Bot token [none]", "")
        await terminal.answers("Ollama's URL", world.llm.endpoint_url)
        await terminal.answers("Model [", "absent")
        await terminal.shows("warning: absent is not installed")
        await terminal.answers("Keep it all the same?", "n")
        await terminal.answers("Model [", "mistral")
        await terminal.answers("Contact", "no address")
        await terminal.shows("as the SEC demands")
        await terminal.answers("Contact", "none")
        await terminal.answers("Watchlist", "well?")
        await terminal.shows("number 1 is not a symbol")
        await terminal.answers("Watchlist", "ALDB")
        assert await terminal.ends() == 0
    assert read_env_file(tmp_path / ".env").value("LLM_MODEL_NAME") == "mistral"
    assert not edgar_is_on(tmp_path)


async def test_a_bot_is_asked_for_where_there_is_no_webhook(
    world: World, tmp_path: Path
) -> None:
    discord = world.discord
    env_file = tmp_path / ".env"
    env_file.write_text(f"DISCORD_API_BASE={discord.base}\n")
    async with open_terminal(["init"], folder=tmp_path) as terminal:
        await terminal.answers("Webhook URL [none]", "")
        await terminal.answers("Bot token [none]", "no token")
        await terminal.shows("DISCORD_BOT_TOKEN: the value is not accepted")
        await terminal.answers("Bot token [none]", discord.bot_token)
        await terminal.shows("ok: has the form of a bot's token")
        await terminal.answers("Channel id [none]", "none")
        await terminal.shows("the bot needs a channel")
        await terminal.answers("Channel id [none]", discord.channel_id)
        await terminal.shows("ok: bot catalyst in #alerts")
        await terminal.answers("Ollama's URL", "none")
        await terminal.answers("Contact [none]", "")
        await terminal.answers("Watchlist [none]", "")
        assert await terminal.ends() == 0
    assert discord.bot_token not in terminal.screen
    env = read_env_file(env_file)
    assert env.value("DISCORD_BOT_TOKEN") == discord.bot_token
    assert env.value("DISCORD_CHANNEL_ID") == discord.channel_id
    assert discord.posts == []


async def test_half_a_bot_is_refused_and_a_whole_one_is_taken_away_whole(
    world: World, tmp_path: Path
) -> None:
    discord, env_file = world.discord, tmp_path / ".env"
    env_file.write_text(f"DISCORD_API_BASE={discord.base}\n")
    told = f"{discord.bot_token}\n"
    bot = ("init", "--bot-token", "-")
    code, _, err = await command(*bot, folder=tmp_path, told=told)
    assert (code, "--channel-id: the bot needs a channel" in err) == (2, True)
    assert "TOKEN" not in env_file.read_text()
    channel = ("--channel-id", discord.channel_id)
    code, _, err = await command(*bot, *channel, folder=tmp_path, told=told)
    assert code == 0, err
    code, _, err = await command("init", "--bot-token", "none", folder=tmp_path)
    assert code == 0, err
    assert read_env_file(env_file).value("DISCORD_CHANNEL_ID") == ""


async def test_none_takes_an_answer_away(world: World, tmp_path: Path) -> None:
    await command("init", *flags(world), folder=tmp_path)
    answers = ("--webhook", "none", "--llm-url", "none", "--contact", "none")
    code, out, err = await command(
        "init", *answers, "--watchlist", "none", folder=tmp_path
    )
    assert code == 0, err
    assert "FEATURE_LLM=0" in out
    env = read_env_file(tmp_path / ".env")
    for name in ("DISCORD_WEBHOOK_URL", "FEEDS_USER_AGENT", "ALERT_WATCHLIST"):
        assert env.value(name) == ""
    assert env.value("FEATURE_LLM") == "0"
    assert not edgar_is_on(tmp_path)


@pytest.mark.parametrize(("prompt", "key"), [("Webhook", b"\x03"), ("Ollama", b"\x04")])
async def test_an_interruption_writes_nothing_and_exits_130(
    prompt: str, key: bytes, tmp_path: Path
) -> None:
    async with open_terminal(["init"], folder=tmp_path) as terminal:
        if prompt != "Webhook":
            await terminal.answers("Webhook", "")
            await terminal.answers("Bot token", "")
        await terminal.presses(prompt, key)
        await terminal.shows("Nothing was written.")
        assert await terminal.ends() == 130
    assert names(tmp_path) == []


async def test_without_terminal_and_flags_the_flags_are_named(tmp_path: Path) -> None:
    code, _, err = await command("init", folder=tmp_path)
    assert code == 2
    for flag in ("--webhook", "--llm-url", "--model", "--contact", "--watchlist"):
        assert flag in err
    assert names(tmp_path) == []


@pytest.mark.parametrize("flag", ["--webhook", "--model", "--contact", "--watchlist"])
async def test_an_empty_answer_takes_nothing_away(flag: str, tmp_path: Path) -> None:
    before = "DISCORD_WEBHOOK_URL=kept\nALERT_WATCHLIST=ALDB\n"
    (tmp_path / ".env").write_text(before)
    value = "-" if flag == "--webhook" else " "  # its input is empty
    code, _, err = await command("init", flag, value, folder=tmp_path)
    assert code == 2
    assert f"{flag}: expected a value; none takes a setting away" in err
    assert (tmp_path / ".env").read_text() == before


async def test_a_model_is_taken_also_while_none_reads_along(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FEATURE_LLM=0\n")
    code, out, _ = await command("init", "--model", "qwen3", folder=tmp_path)
    assert (code, "Model: off: FEATURE_LLM=0" in out) == (0, True)
    env = read_env_file(tmp_path / ".env")
    assert (env.value("LLM_MODEL_NAME"), env.value("FEATURE_LLM")) == ("qwen3", "0")


async def test_all_that_is_not_well_formed_is_told_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    wrong = {
        "--webhook": "https://example.com/s3cr3t",
        "--llm-url": "localhost",
        "--model": "two words",
        "--contact": "nobody",
        "--watchlist": "ALDB,what?",
    }
    words = [word for pair in wrong.items() for word in pair]
    code, out, err = await command("init", *words, folder=tmp_path)
    assert code == 2
    for flag in wrong:
        assert f"{flag}: " in err
    assert "s3cr3t" not in out + err
    assert names(tmp_path) == []


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()  # even root can make no folder below it
    code, _, err = await command(
        *("init", "--watchlist", "ALDB", "--config-dir", "file/config"), folder=tmp_path
    )
    assert code == 1
    assert "file/config/sources.toml: Not a directory; nothing was written" in err
    assert names(tmp_path) == ["file"]
