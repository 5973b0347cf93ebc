"""`extract` as a person types it: what it writes, asks, prints and exits with."""

import asyncio
import fcntl
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiohttp import web

from catalyst_bot.simulation.llm import FakeLLM
from catalyst_bot.simulation.llm_records import Mode
from catalyst_bot.simulation.loopback import LoopbackServer
from tests.e2e.desk import FILING, Desk
from tests.forked import Command, start

PATIENCE = 60.0  # seconds


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with FakeLLM().open() as model:
        yield Desk(tmp_path, model)


async def test_documents_become_statements_and_a_second_run_asks_nothing(
    desk: Desk,
) -> None:
    desk.write("empty.txt", "")
    binary = desk.documents / "deep" / "picture.png"
    binary.parent.mkdir()
    binary.write_bytes(b"\x89PNG\0\0")
    result = await desk.extract()
    assert result.code == 1  # the picture
    assert "picture.png: failed: a picture" in result.out
    filing = desk.results()["filing.htm"]
    said = {one["statement"]: one for one in filing["statements"]}
    kept = said["Acme did not repay its loan of $5 million."]
    assert (kept["section"], kept["context"]) == ("body", "Of the third quarter")
    assert kept["key_terms"] == ["Acme", "$5 million"]
    assert said["Net income of $0.45 a share"]["section"] == "key_points"
    assert said["Sales $1,200"]["table_id"] == "t1"
    assert (filing["tables_processed"], filing["tables_skipped"]) == (1, 1)
    assert filing["api_calls"] == desk.asked == 7
    empty = desk.results()["empty.txt"]
    assert (empty["success"], empty["statements"], empty["api_calls"]) == (True, [], 0)
    assert list(desk.checkpoint()["failed"]) == [str(binary)]

    binary.write_text("Acme hired 3 people.")  # a success clears a failure
    result = await desk.extract("--json")
    report = json.loads(result.out)
    assert (result.code, report["done_before"], report["api_calls"]) == (0, 2, 3)
    assert desk.checkpoint()["failed"] == {}
    assert len(desk.checkpoint()["processed"]) == 3
    (hired,) = desk.results()["picture.png"]["statements"]
    assert hired["offsets"] == [0, len("Acme hired 3 people.")]

    asked = desk.asked
    assert (await desk.extract()).code == 0
    forced = json.loads((await desk.extract("--force", "--json")).out)
    assert (len(forced["documents"]), forced["api_calls"]) == (3, 0)  # the cache knows
    assert desk.asked == asked
    desk.write("filing.htm", FILING.replace("$5 million", "$6 million"))
    await desk.extract()
    assert desk.asked > asked  # a changed file is another document
    assert len(desk.checkpoint()["processed"]) == 3


async def test_contexts_do_not_wait_for_other_sections_and_terms_come_last(
    desk: Desk,
) -> None:
    has_come = asyncio.Event()

    async def hold_the_prose(prompt: str, stage: str) -> None:
        if (stage, _question(prompt)) == ("received", "contexts key_points"):
            has_come.set()
        if (stage, _question(prompt)) == ("answered_unsent", "statements body"):
            with suppress(TimeoutError):
                await asyncio.wait_for(has_come.wait(), PATIENCE / 2)

    desk.model.on_request = hold_the_prose
    assert (await desk.extract(LLM_TIMEOUT_SECS=f"{PATIENCE:g}")).code == 0
    asked = {_question(one.prompt): one for one in desk.model.prompts}
    body = asked["statements body"]
    for first in ("statements table", "contexts key_points"):
        assert asked[first].arrived < body.answered
    assert asked["contexts body"].arrived > body.answered
    assert asked["key terms"].arrived > asked["contexts body"].answered


def _question(prompt: str) -> str:
    """Return what is asked about which kind of section, "" of any other prompt."""
    line = prompt.rpartition("\n")[2]
    if not line.startswith('{"find"'):
        return ""
    payload = json.loads(line)
    return f"{payload['find']} {payload.get('kind', '')}".strip()


async def test_invented_numbers_are_dropped_and_counted(desk: Desk) -> None:
    desk.model.mode = Mode.WRONG_NUMBER
    assert (await desk.extract()).code == 0
    filing = desk.results()["filing.htm"]
    assert (filing["statements"], filing["statements_dropped"]) == ([], 6)
    assert filing["api_calls"] == 3  # nothing is left to ask about


async def test_what_would_be_done_asks_and_writes_nothing(desk: Desk) -> None:
    desk.write("second.txt", "Acme hired 3 people.")
    result = await desk.extract("--dry-run", "--limit", "1")
    assert (result.code, desk.asked, desk.out.exists()) == (0, 0, False)
    assert "filing.htm" in result.out
    assert "1 document would be read" in result.out

    desk.model.models = ("llama3:latest",)
    await desk.extract("--limit", "1", "--model", "llama3", "--temperature", "0.7")
    assert list(desk.results()) == ["filing.htm"]
    asked = [one.body for one in desk.model.prompts if '"find"' in one.prompt]
    told = {(one["model"], one["options"]["temperature"]) for one in asked}
    assert told == {("llama3", 0.7)}
    desk.model.models = ("mistral:latest",)
    await desk.extract("--no-resume", "--skip-existing")
    assert set(desk.results()) == {"filing.htm", "second.txt"}
    assert [_name(key) for key in desk.checkpoint()["processed"]] == ["second.txt"]


def _name(key: str) -> str:
    return key.rpartition(" [")[0].rpartition("/")[2]


class Site(LoopbackServer):
    """A page on the web."""

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/release", self._page)

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(text=FILING, content_type="text/html")


async def test_a_page_is_fetched_and_a_private_address_is_a_failure(desk: Desk) -> None:
    async with Site().open() as site:
        url = f"{site.origin}/release"
        done = await desk.extract(url)
        assert done.code == 0
        assert len(desk.results()["release"]["statements"]) > 3
        # What is guarded for strangers' addresses is guarded here too.
        here = "http://127.0.0.1/"  # at a port that is open to everybody's pages
        refused = await desk.extract(
            url, here, "--force", FEEDS_ALLOW_PRIVATE_HOSTS="0"
        )
    assert refused.code == 1
    assert set(desk.checkpoint()["failed"]) == {url, here}
    assert "release" in desk.results()  # what was read before is still there


async def test_a_model_that_fails_leaves_the_rest_and_says_so(desk: Desk) -> None:
    desk.model.modes = {'"find": "key terms"': Mode.HTTP_500}
    result = await desk.extract()
    filing = desk.results()["filing.htm"]
    assert (result.code, filing["success"], filing["partial"]) == (1, True, True)
    assert filing["error"].startswith("unavailable")
    assert (len(filing["statements"]), filing["unanswered"]) == (6, 1)
    assert len(desk.checkpoint()["failed"]) == 1

    desk.model.modes = {}
    asked = desk.asked
    assert (await desk.extract()).code == 0
    assert desk.asked == asked + 1  # only what had no answer
    assert desk.checkpoint()["failed"] == {}


async def test_a_file_whose_name_is_no_text_is_read_like_others(desk: Desk) -> None:
    desk.write(os.fsdecode(b"caf\xe9.txt"), "Acme sold 12 plants.")
    first = json.loads((await desk.extract("--json")).out)
    assert (len(first["documents"]), first["failed"]) == (2, {})
    assert len(desk.results()) == 2
    second = json.loads((await desk.extract("--json")).out)
    assert (second["documents"], second["done_before"]) == ([], 2)


async def test_without_a_model_it_says_what_to_do(desk: Desk) -> None:
    desk.model.mode = Mode.MODEL_MISSING
    desk.model.models = ()
    desk.write("picture.png", "\x89PNG\x00")
    result = await desk.extract("--json")
    assert result.code == 1
    assert "mistral" in result.err
    assert desk.results() == {}
    assert desk.checkpoint()["failed"] == json.loads(result.out)["failed"]
    assert len(desk.checkpoint()["failed"]) == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("no/such/file",), "no/such/file: no such file or folder"),
        (("",), "an empty word: no such file or folder"),
        (("x" * 300,), "no such file or folder"),
        (("--concurrency", "0"), "--concurrency"),
        (("--temperature", "3"), "--temperature"),
        (("--provider", "gemini"), "GEMINI_API_KEY"),
        (("--model", "a b"), "--model"),
    ],
)
async def test_bad_usage_is_named_before_anything_is_asked(
    desk: Desk, words: tuple[str, ...], named: str
) -> None:
    result = await desk.extract(*words)
    assert (result.code, desk.asked, desk.out.exists()) == (2, 0, False)
    assert named in result.err


@pytest.mark.parametrize(
    "rubbish", ["", "{", "[]", '{"version": 99, "processed": [], "failed": {}}']
)
async def test_a_checkpoint_that_cannot_be_read_is_never_begun_anew_unasked(
    desk: Desk, rubbish: str
) -> None:
    desk.out.mkdir()
    path = desk.out / "checkpoint.json"
    path.write_text(rubbish)
    result = await desk.extract()
    assert (result.code, desk.asked, path.read_text()) == (2, 0, rubbish)
    assert str(path) in "".join(result.err.split("\n"))
    assert "--no-resume" in result.err
    assert (await desk.extract("--no-resume")).code == 0
    assert len(desk.checkpoint()["processed"]) == 1


async def test_a_second_process_is_refused(desk: Desk) -> None:
    desk.out.mkdir()
    with (desk.out / ".extract.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = await desk.extract()
    assert (result.code, desk.asked) == (1, 0)
    assert "another extract" in result.err


async def test_a_killed_and_an_interrupted_run_go_on_where_they_were(
    desk: Desk,
) -> None:
    for number in range(40):
        desk.write(f"{number}.txt", f"Acme sold {number} plants for $5 million.")
    desk.model.latency = 0.1

    killed = await _until_one_is_done(desk, signal.SIGKILL)
    assert killed == -signal.SIGKILL
    done = set(desk.checkpoint()["processed"])
    assert 0 < len(done) < 41

    interrupted = await _until_one_is_done(desk, signal.SIGINT, before=len(done))
    assert interrupted == 130
    assert done < set(desk.checkpoint()["processed"])
    assert len(desk.checkpoint()["processed"]) < 41

    desk.model.latency = 0.0
    assert (await desk.extract()).code == 0
    processed = desk.checkpoint()["processed"]
    assert len(processed) == len(set(processed)) == len(desk.results()) == 41


async def _until_one_is_done(desk: Desk, number: int, *, before: int = 0) -> int:
    """Run the command as a process, and send a signal once it has done something."""

    def goes_on() -> bool:
        path = desk.out / "checkpoint.json"
        return path.exists() and len(desk.checkpoint()["processed"]) > before

    async with _process(desk) as child:
        async with asyncio.timeout(PATIENCE):
            await _holds(goes_on)
            child.send_signal(number)
            return await child.wait()


async def _holds(claim: Callable[[], bool]) -> None:
    while not claim():  # noqa: ASYNC110 - a file tells nobody that it changes
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _process(desk: Desk) -> AsyncIterator[Command]:
    child = await start(
        *("extract", str(desk.documents)),
        *("--out", str(desk.out), "--concurrency", "2"),
        folder=desk.out.parent,
        env=desk.env,
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
