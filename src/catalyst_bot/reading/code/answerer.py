"""Answers a question by the code that a model writes, block by block."""

import asyncio
import time
from collections.abc import Callable

from catalyst_bot.documents.model import Document
from catalyst_bot.llm.model import Lane, LLMError
from catalyst_bot.llm.structured import Asker, Completer
from catalyst_bot.reading.code.checking import Finding
from catalyst_bot.reading.code.host import PRELUDE, Finished, Host
from catalyst_bot.reading.code.prompts import SHOWN, Block, code_request
from catalyst_bot.reading.code.sandbox import Limits, Sandbox, open_sandbox
from catalyst_bot.reading.long.model import Answer, Budget, OnProgress
from catalyst_bot.reading.long.spending import Spending
from catalyst_bot.text import counted

MOST_BLOCKS = 20
_AGAIN = "This block has failed before, and is not run again."
_LOST = "\nThe sandbox was started anew: of the variables only context is left."


class CodeAnswerer:
    """Answers one question at a time; the model says how, the budget how far.

    `llm` writes the code, `completer` is asked by the code: at most `at_once` prompts
    of at most `room` characters at a time. An answer counts as found when the quotes
    that the code names stand in the document. Its depth is 2 when code asked a model.
    """

    def __init__(
        self,
        llm: Asker,
        completer: Completer,
        *,
        room: int,
        budget: Budget,
        limits: Limits | None = None,
        lane: Lane = Lane.INTERACTIVE,
        at_once: int = 10,
        on_progress: OnProgress | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._llm, self._completer = llm, completer
        self._room, self._budget, self._limits = room, budget, limits
        self._lane, self._at_once = lane, at_once
        self._on_progress, self._monotonic = on_progress, monotonic
        self._begin()

    async def answer(self, document: Document, question: str) -> Answer:
        """Return what the document says; what was not done is said in the answer.

        Raises:
            ValueError: the question is blank.
            CatalystError: the sandbox cannot be started.
        """
        if not question.strip():
            raise ValueError("the question is empty")
        self._begin()
        why = ""
        try:
            async with asyncio.timeout(self._budget.seconds):
                why = await self._converse(document, question)
        except TimeoutError:
            why = f"the time of {self._budget.seconds:g} s is over"
        except LLMError as error:
            self._spending.note(error)
            why = f"the model wrote no code: {error.kind.value}"
        return self.so_far(why)

    def so_far(self, reason: str) -> Answer:
        """Return what has come of it; `reason` says why it is not more, "" if it is."""
        finding, spending, host = self._finding, self._spending, self._host
        return Answer(
            text=finding.text if finding else "",
            citations=finding.citations if finding else (),
            found=finding is not None,
            calls=spending.calls,
            depth=min(1, len(self._blocks)) + min(1, host.asked if host else 0),
            partial=bool(reason),
            reason=reason,
            seconds=spending.seconds,
            tokens=spending.tokens,
            asked=spending.asked,
            failed=spending.failed,
        )

    def _begin(self) -> None:
        self._spending = Spending(self._budget, monotonic=self._monotonic)
        self._finding: Finding | None = None
        self._host: Host | None = None
        self._blocks: list[Block] = []

    async def _converse(self, document: Document, question: str) -> str:
        """Run block after block until one names the answer; return what is missing.

        Raises:
            LLMError: the model wrote no block.
        """
        self._host = host = Host(
            self._completer,
            text=document.text,
            question=question,
            room=self._room,
            spending=self._spending,
            lane=self._lane,
            at_once=self._at_once,
        )
        variables = {"context": document.text}
        async with open_sandbox(
            prelude=PRELUDE, variables=variables, limits=self._limits
        ) as sandbox:
            while len(self._blocks) < MOST_BLOCKS:
                if spent := self._spending.spent():
                    return spent
                code = await self._write(document, question)
                try:
                    self._blocks.append(await self._run(sandbox, code, host))
                except Finished as finished:
                    self._finding = finished.finding
                    return self._left_out(host)
                self._tell()
        return f"{MOST_BLOCKS} blocks of code came to no answer"

    async def _write(self, document: Document, question: str) -> str:
        request = code_request(question, document, self._blocks, room=self._room)
        read = await self._llm.ask(
            request, within=self._spending.seconds_left, lane=self._lane
        )
        self._spending.note(read.completion)
        return str(read.value["code"])

    async def _run(self, sandbox: Sandbox, code: str, host: Host) -> Block:
        if any(block.code == code and block.error for block in self._blocks):
            return Block(code=code, error=_AGAIN)
        ran = await sandbox.run(code, host.functions)
        error = ran.error + _LOST if ran.is_lost else ran.error
        return Block(code=code, printed=ran.printed[:SHOWN], error=error)

    def _left_out(self, host: Host) -> str:
        """Return how many prompts of the code were not asked; "" when all were."""
        if not host.left_out:
            return ""
        return (
            f"{counted(host.left_out, 'question')} of the code not asked: "
            f"{self._spending.spent()}"
        )

    def _tell(self) -> None:
        if self._on_progress is not None:
            spending = self._spending
            done = len(self._blocks)
            self._on_progress(done, MOST_BLOCKS, spending.failed, spending.seconds_left)
