"""Standing queries: how they are read from the file, and what they take."""

import time
from pathlib import Path

import pytest

from catalyst_bot.assembly.channels import watches_of
from catalyst_bot.card_state import CardState, Shown
from catalyst_bot.configuration import Configuration, load_watch_file
from catalyst_bot.delivery.channel_config import Mention
from catalyst_bot.delivery.envelope import Envelope
from catalyst_bot.delivery.rung import MOST
from catalyst_bot.delivery.watch_file import load_watches
from catalyst_bot.errors import SettingsError
from catalyst_bot.llm.model import LLMError, LLMErrorKind
from catalyst_bot.llm.structured import StructuredLLM
from catalyst_bot.model import Interest, Watch
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.reading.watching import Watching, WatchReader
from catalyst_bot.settings import load_settings
from tests.alerts import alert_of
from tests.completing import ScriptedLLM
from tests.news import headline

USER, ROLE, OTHER = "1" * 18, "2" * 18, "3" * 18
CHANNELS = """
[[channel]]
name = "main"
webhook = "MAIN"

[[channel]]
name = "desk"
webhook = "DESK"
"""


def write(folder: Path, *watches: str, channels: str = CHANNELS) -> Path:
    path = folder / "channels.toml"
    text = "".join(f"\n[[watch]]\n{watch}\n" for watch in watches)
    path.write_text(channels + text, encoding="utf-8")
    return path


def fault_of(folder: Path, watch: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_watches(write(folder, watch), threshold=0.7)
    (fault,) = caught.value.faults
    return fault


def test_the_feature_switches_all_watches_off(tmp_path: Path) -> None:
    path = write(tmp_path, 'query = "mergers"', channels="")
    watches = load_watches(path, threshold=0.7)
    for flag, found in (("1", watches), ("0", ())):
        settings = load_settings({"FEATURE_WATCH": flag})
        configuration = Configuration(
            settings=settings, sources=(), sources_file=path, watches=watches
        )
        assert watches_of(configuration) == found


def watch(query: str, threshold: float = 0.7, **more: str) -> Watch:
    return Watch(query=query, threshold=threshold, **more)


def test_all_fields_of_a_watch_are_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        f'query = "FDA approvals"\nthreshold = 0.5\nticker = "brk.b"\n'
        f'channel = "desk"\nuser_id = "{USER}"',
        f'query = "mergers"\nrole_id = "{ROLE}"',
    )
    assert load_watches(path, threshold=0.7) == (
        watch("FDA approvals", 0.5, ticker="BRK-B", channel="desk", user_id=USER),
        watch("mergers", channel="main", role_id=ROLE),
    )


def test_without_channels_a_watch_is_of_the_one_of_the_settings(tmp_path: Path) -> None:
    path = write(tmp_path, 'query = "mergers"', channels="")
    assert load_watches(path, threshold=0.7) == (watch("mergers"),)


def test_the_shipped_file_watches_nothing() -> None:
    assert load_watch_file(None, None) == ()


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ('ticker = "ABCD"', "query: "),
        ('query = "ab"', "query: "),
        (f'query = "{"x" * 201}"', "query: "),
        ("query = 7", "query: "),
        ('query = "!!!"', "query: "),
        ('query = "abc"\nthreshold = 1.5', "threshold: "),
        ('query = "abc"\nthreshold = "high"', "threshold: "),
        ('query = "abc"\nticker = "AB, CD"', "ticker: "),
        ('query = "abc"\nticker = "not one"', "ticker: "),
        ('query = "abc"\nchannel = "nowhere"', "channel: "),
        ('query = "abc"\nrole_id = "@everyone"', "role_id: "),
        (f'query = "abc"\nrole_id = "{ROLE}"\nuser_id = "{USER}"', "user_id: "),
        ('query = "abc"\nwords = "x"', "words: "),
    ],
)
def test_a_fault_names_the_file_the_entry_and_the_field(
    tmp_path: Path, entry: str, where: str
) -> None:
    assert f"channels.toml: watch 1: {where}" in fault_of(tmp_path, entry)


def test_a_watch_takes_what_reaches_its_threshold() -> None:
    approval = headline("Acme receives FDA approval for a drug", tickers=("ACME",))
    watching = Watching(
        [
            watch("FDA approvals"),
            watch("FDA approvals abroad"),  # 0.67
            watch("drug recall", 0.5),
            watch("merger", 0.0),
            watch("merger", ticker="ACME"),
            watch("merger", ticker="BETA"),
        ]
    )
    taken = watching.matches(approval)
    assert [(one.watch.query, one.score) for one in taken] == [
        ("FDA approvals", 1.0),
        ("drug recall", 0.5),
        ("merger", 0.9),
    ]
    assert [one.query for one in watching.doubtful(approval)] == [
        "FDA approvals abroad"
    ]


def test_a_model_is_asked_about_the_three_likeliest() -> None:
    item = headline("Acme ships one two three")
    queries = [
        "ships four five six",
        "ships one six",
        "ships nine",
        "ships two three x",
    ]
    watching = Watching([watch(query, 0.9) for query in queries])
    assert [one.query for one in watching.doubtful(item)] == [
        "ships two three x",
        "ships one six",
        "ships nine",
    ]


def shown(*watches: Watch) -> Shown:
    interests = tuple(Interest(watch=one, score=1.0) for one in watches)
    return Shown(alert=alert_of(headline("Acme")), state=CardState(watches=interests))


def test_a_post_rings_who_watches_and_nobody_else() -> None:
    envelope = Envelope(mention=Mention(role_id=OTHER))
    cards = [
        shown(watch("a", user_id=USER), watch("b", role_id=ROLE), watch("@everyone")),
        shown(watch("c", user_id=USER)),
    ]
    message = envelope.addressed({"content": "Acme", "embeds": []}, cards)
    assert message["content"] == f"<@&{OTHER}> <@&{ROLE}> <@{USER}> Acme"
    assert envelope.of_post(cards)["allowed_mentions"] == {
        "parse": [],
        "roles": [OTHER, ROLE],
        "users": [USER],
    }


def test_however_many_watch_the_message_stays_one_that_discord_takes() -> None:
    many = [watch("a", user_id=str(10**18 + n)) for n in range(500)]
    message = Envelope().addressed({"content": "x" * 180}, [shown(*many)])
    assert message["content"].count("<@") == MOST
    assert len(message["content"]) <= 2000


@pytest.mark.parametrize(
    "answer",
    [
        '{"score": 0.6, "reasoning": "no"}',
        '{"score": 7, "reasoning": "yes"}',
        LLMError(LLMErrorKind.CIRCUIT_OPEN, "open"),
        LLMError(LLMErrorKind.TIMEOUT, "late"),
    ],
)
async def test_what_a_model_does_not_say_yes_to_is_no_hit(
    answer: str | LLMError,
) -> None:
    llm = StructuredLLM(
        ScriptedLLM(lambda _: answer), metrics=Metrics(), monotonic=time.monotonic
    )
    reader = WatchReader(watching=Watching([watch("Acme mergers")]), llm=llm)
    item = headline("Acme ships robots")
    assert reader.is_wanted(item)
    assert await reader.hits(item, within=5.0) == ()


async def test_what_a_model_finds_relevant_enough_is_a_hit() -> None:
    llm = StructuredLLM(
        ScriptedLLM(lambda _: '{"score": 0.7, "reasoning": "yes"}'),
        metrics=Metrics(),
        monotonic=time.monotonic,
    )
    reader = WatchReader(watching=Watching([watch("Acme mergers")]), llm=llm)
    (hit,) = await reader.hits(headline("Acme ships robots"), within=5.0)
    assert (hit.score, hit.is_read) == (0.7, True)


def test_without_a_model_nobody_is_asked() -> None:
    reader = WatchReader(watching=Watching([watch("Acme mergers")]), llm=None)
    assert not reader.is_wanted(headline("Acme ships robots"))


async def test_a_local_score_is_never_taken_for_the_model_s() -> None:
    away = LLMError(LLMErrorKind.CIRCUIT_OPEN, "open")
    llm = StructuredLLM(
        ScriptedLLM(lambda _: away), metrics=Metrics(), monotonic=time.monotonic
    )
    near = watch("Acme ships mergers", 0.66668)  # rounded, two of three are 0.6667
    reader = WatchReader(watching=Watching([near]), llm=llm)
    assert await reader.hits(headline("Acme ships robots"), within=5.0) == ()
