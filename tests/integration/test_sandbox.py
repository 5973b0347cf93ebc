"""What code in the sandbox can do, and what it cannot: each worker is a real one."""

import asyncio
import os
from pathlib import Path

import pytest
import pytest_asyncio

from catalyst_bot.reading.code.sandbox import Limits, Refused, open_sandbox
from tests.hostile_code import ENDLESS, ESCAPES, GREEDY

CONTEXT = {"context": "line one\nline two\n"}
TIGHT = Limits(seconds=0.3)


async def llm_query(prompt: object) -> object:
    if not isinstance(prompt, str):
        raise Refused(TypeError("a prompt is a text"))
    return f"answer to {prompt}"


FUNCTIONS = {"llm_query": llm_query}


def children() -> set[str]:
    """Return the process ids of what this process has started."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {pid for task in tasks for pid in task.read_text().split()}


def kept_by_kernel(pids: set[str]) -> tuple[dict[str, str], set[int]]:
    """Return the limits of the one process, and how nice its threads are."""
    (pid,) = pids
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    threads = [int(path.name) for path in Path(f"/proc/{pid}/task").iterdir()]
    return (
        {line[:26].strip(): line[26:46].strip() for line in lines},
        {os.getpriority(os.PRIO_PROCESS, thread) for thread in threads},
    )


def belongings() -> tuple[set[str], set[Path]]:
    """Return the processes and the open files of this one."""
    return children(), set(Path("/proc/self/fd").iterdir())


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def interpreter() -> None:
    """Run once what keeps files of its own from the first worker on."""
    async with open_sandbox(prelude="", variables={}) as sandbox:
        await sandbox.run("1", {})


async def test_no_attempt_to_get_out_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with open_sandbox(prelude="", variables=CONTEXT) as sandbox:
        for code, told in ESCAPES.items():
            ran = await sandbox.run(code, FUNCTIONS)
            assert told in ran.error, code
            assert ran.printed == "", code
            assert not ran.is_lost, code
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("code", "told", "limits"),
    [
        *((code, told, TIGHT) for code, told in ENDLESS.items()),
        *((code, told, Limits(seconds=30)) for code, told in GREEDY.items()),
    ],
)
async def test_what_takes_too_much_is_ended_and_the_next_block_runs(
    code: str, told: str, limits: Limits
) -> None:
    before = belongings()
    async with open_sandbox(prelude="", variables=CONTEXT, limits=limits) as sandbox:
        ran = await sandbox.run(code, FUNCTIONS)
        assert told in ran.error
        ran = await sandbox.run("print(len(context))", FUNCTIONS)
        assert (ran.printed, ran.error) == ("18\n", "")
    assert belongings() == before


async def test_the_kernel_lets_a_worker_open_nothing_and_go_last() -> None:
    found = []

    async def look() -> None:
        found.append(kept_by_kernel(children() - before))

    before = children()
    async with open_sandbox(prelude="", variables={}) as sandbox:
        await sandbox.run("look()", {"look": look})
    ((limits, nice),) = found
    assert (limits["Max open files"], limits["Max file size"]) == ("3", "0")
    assert nice == {os.getpriority(os.PRIO_PROCESS, 0) + 10}


async def test_blocks_share_variables_until_one_is_lost() -> None:
    async with open_sandbox(
        prelude="def twice(x): return 2 * x", variables=CONTEXT
    ) as sandbox:
        await sandbox.run("x = twice(21)", {})
        assert (await sandbox.run("print(x)", {})).printed == "42\n"
        assert (await sandbox.run("x = 'x' * 10**10", {})).is_lost
        ran = await sandbox.run("print(twice(2))\nprint(x)", {})
        assert ran.printed == "4\n"
        assert "NameError: name 'x' is not defined" in ran.error


async def test_code_calls_what_it_was_given_and_nothing_else() -> None:
    code = "ask = llm_query\nprint(llm_query('a'), ask(prompt='b'))"
    async with open_sandbox(prelude="", variables={}) as sandbox:
        ran = await sandbox.run(code, FUNCTIONS)
        assert (ran.printed, ran.error) == ("answer to a answer to b\n", "")
        for wrong, told in {
            "llm_query()": "TypeError: missing a required argument",
            "llm_query(2)": "TypeError: a prompt is a text",
            "another('x')": "NameError: name 'another' is not defined",
            "print(another)": "NameError: name 'another' is not defined",
            "x = (": "SyntaxError",
        }.items():
            assert told in (await sandbox.run(wrong, FUNCTIONS)).error


async def test_time_in_which_a_block_waits_for_an_answer_is_not_its_own() -> None:
    async def slow() -> str:
        await asyncio.sleep(2 * TIGHT.seconds)
        return "slept"

    async with open_sandbox(prelude="", variables={}, limits=TIGHT) as sandbox:
        ran = await sandbox.run("print(slow())", {"slow": slow})
    assert (ran.printed, ran.error) == ("slept\n", "")


async def test_who_does_not_wait_any_more_leaves_no_process() -> None:
    before = belongings()
    with pytest.raises(TimeoutError):
        async with (
            open_sandbox(prelude="", variables={}, limits=Limits(seconds=600)) as one,
            asyncio.timeout(0.5),
        ):
            await one.run("while True: pass", {})
    assert belongings() == before


async def test_an_error_of_our_own_ends_the_block_and_comes_back_whole() -> None:
    async def broken() -> None:
        raise ZeroDivisionError("ours")

    code = "try:\n broken()\nexcept BaseException: print('caught')"
    async with open_sandbox(prelude="", variables={}) as sandbox:
        with pytest.raises(ZeroDivisionError, match="ours"):
            await sandbox.run(code, {"broken": broken})
