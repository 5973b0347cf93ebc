"""`ask`: a question to a long document, and where the document answers it."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from catalyst_bot.assembly import coding
from catalyst_bot.cli.asking import (
    INTERRUPTED,
    Asked,
    check_model,
    look_at_model,
    open_model,
    provider_of,
    quiet_settings,
    settings_for,
)
from catalyst_bot.cli.bench_show import progress
from catalyst_bot.cli.targets import BadTarget, load_target
from catalyst_bot.documents.model import Document
from catalyst_bot.llm_chain import context_of
from catalyst_bot.reading.long.chunks import Plan
from catalyst_bot.reading.long.model import Answer, Answerer, Budget, OnProgress
from catalyst_bot.reading.long.prompts import LONGEST_QUESTION
from catalyst_bot.reading.long.reader import LongReader
from catalyst_bot.settings import Settings
from catalyst_bot.text import counted, plain_text

_DEFAULTS = Budget()
_LONGEST_SHOWN = 600  # characters of a quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a document is read, and what that may cost."""

    plan: Plan
    budget: Budget
    at_once: int


BuildAnswerer = Callable[[Asked, Terms, OnProgress], Answerer]


def ask(
    target: Annotated[
        str, typer.Argument(metavar="FILE|ACCESSION|URL|ALERT_ID", help="What to read.")
    ],
    question: Annotated[str, typer.Argument(help="What you want to know of it.")],
    chunk: Annotated[
        int | None,
        typer.Option(min=1_000, max=100_000, help="Characters; READ_CHUNK_CHARS."),
    ] = None,
    overlap: Annotated[
        int | None,
        typer.Option(min=0, max=5_000, help="Characters; READ_OVERLAP_CHARS."),
    ] = None,
    concurrency: Annotated[
        int, typer.Option("--async", min=1, max=100, help="So many at a time.")
    ] = 10,
    max_calls: Annotated[
        int, typer.Option(min=1, help="Questions to the model at most.")
    ] = _DEFAULTS.calls,
    max_depth: Annotated[
        int, typer.Option(min=1, help="Rounds: 1 is the chunks without the notes.")
    ] = _DEFAULTS.depth,
    timeout: Annotated[
        float, typer.Option(min=0.1, help="Seconds in all.")
    ] = _DEFAULTS.seconds,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Of prompts and answers together.")
    ] = None,
    model: Annotated[str, typer.Option(help="Instead of the set one.")] = "",
    provider: Annotated[
        str, typer.Option(help="Instead of the first of LLM_PROVIDERS.")
    ] = "",
    by_code: Annotated[
        bool | None,
        typer.Option(
            "--code/--no-code",
            help="Have the model write code that looks for it; FEATURE_ASK_CODE.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    env_file: Annotated[
        Path | None, typer.Option(help="Settings file; default: .env beside you.")
    ] = None,
) -> None:
    """Answer a question from a long document, with the places where it says so.

    What is not in the document is said to be so. A budget that is used up leaves a
    partial answer, and says what was not read.
    """
    _check_question(question)
    settings = quiet_settings(env_file)
    build = _choose(settings.features.ask_code if by_code is None else by_code)
    if model:
        check_model(model)
    terms = Terms(
        plan=_plan(settings, chunk=chunk, overlap=overlap),
        budget=Budget(
            calls=max_calls, depth=max_depth, tokens=max_tokens, seconds=timeout
        ),
        at_once=concurrency,
    )
    chosen = settings_for(
        settings,
        concurrency=concurrency,
        provider=provider_of(provider, settings),
        model=model,
    )
    inquiry = Inquiry(terms=terms, settings=chosen, build=build)
    try:
        with progress("blocks" if build is build_coder else "chunks") as note:
            answer = asyncio.run(inquiry.run(target, question, note))
    except BadTarget as error:
        raise typer.BadParameter(str(error), param_hint="TARGET") from error
    except KeyboardInterrupt:
        _show(inquiry.broken_off(), inquiry.document, as_json=as_json)
        raise typer.Exit(INTERRUPTED) from None
    _show(answer, inquiry.document, as_json=as_json)
    if answer.failed and answer.failed == answer.asked:
        raise typer.Exit(1)


@dataclass(slots=True, kw_only=True)
class Inquiry:
    """One question of a person; it grows: what broke off has an answer so far."""

    terms: Terms
    settings: Settings
    build: BuildAnswerer
    document: Document | None = None
    answerer: Answerer | None = None

    async def run(self, target: str, question: str, note: OnProgress) -> Answer:
        """Return the answer.

        Raises:
            BadTarget: there is nothing to read.
            CatalystError: nothing could be fetched, or nobody answered at all; the text
                says what to do.
        """
        self.document = await load_target(target, self.settings)
        async with open_model(self.settings, warms_up=True) as asked:
            self.answerer = self.build(asked, self.terms, note)
            answer = await self.answerer.answer(self.document, question)
        if answer.failed and answer.failed == answer.asked:
            await look_at_model(self.settings)
        return answer

    def broken_off(self) -> Answer | None:
        """Return what is known by now, None when nothing was asked yet."""
        return self.answerer.so_far("interrupted") if self.answerer else None


def build_reader(asked: Asked, terms: Terms, note: OnProgress) -> Answerer:
    """Return who reads by a fixed plan, in chunks that the model can hold."""
    return LongReader(
        asked.core.structured,
        plan=terms.plan.within(context_of(asked.models.offers)),
        budget=terms.budget,
        at_once=terms.at_once,
        on_progress=note,
    )


def build_coder(asked: Asked, terms: Terms, note: OnProgress) -> Answerer:
    """Return who has the model write code, in prompts that it can hold."""
    return coding.build_coder(
        asked.core,
        room=terms.plan.within(context_of(asked.models.offers)).room,
        budget=terms.budget,
        at_once=terms.at_once,
        on_progress=note,
    )


def _choose(by_code: bool) -> BuildAnswerer:
    if by_code and not coding.has_sandbox():
        raise typer.BadParameter(coding.NO_SANDBOX, param_hint="--code")
    return build_coder if by_code else build_reader


def _check_question(question: str) -> None:
    if not question.strip():
        raise typer.BadParameter("it is empty", param_hint="QUESTION")
    if len(question) > LONGEST_QUESTION:
        raise typer.BadParameter(
            f"longer than {LONGEST_QUESTION} characters", param_hint="QUESTION"
        )


def _plan(settings: Settings, *, chunk: int | None, overlap: int | None) -> Plan:
    reading = settings.reading
    plan = Plan(chunk=reading.chunk_chars, overlap=reading.overlap_chars)
    plan = replace(plan, chunk=chunk or plan.chunk)
    if overlap is not None:
        plan = replace(plan, overlap=overlap)
    if plan.overlap >= plan.chunk:
        raise typer.BadParameter(
            f"{plan.overlap} is not less than a chunk of {plan.chunk}",
            param_hint="--overlap",
        )
    return plan


def _show(answer: Answer | None, document: Document | None, *, as_json: bool) -> None:
    """Print the answer, then each place that it rests on."""
    if answer is None or document is None:
        return
    lines = [document.text.count("\n", 0, one.start) + 1 for one in answer.citations]
    if as_json:
        shown = asdict(answer)
        for citation, line in zip(shown["citations"], lines, strict=True):
            citation["line"] = line
        typer.echo(json.dumps({"document": document.id, **shown}))
        return
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(answer.text or _nothing(answer))
    for one, line in zip(answer.citations, lines, strict=True):
        place = f"line {line}, characters {one.start}–{one.end}"
        quote = plain_text(one.quote, limit=_LONGEST_SHOWN)
        console.print(f"  {place}: “{quote}”", style="dim")
    if answer.partial:
        console.print(f"Partial: {answer.reason}.", style="yellow")
    depth = f", depth {answer.depth}" if answer.depth > 1 else ""
    calls = counted(answer.calls, "call")
    console.print(f"{calls}{depth}, {answer.seconds:.1f} s", style="dim")


def _nothing(answer: Answer) -> str:
    if answer.partial:
        return "No answer in what was read."
    if answer.refused:
        return (
            "The document does not say. Refused, as their quotes are not in it: "
            f"{counted(answer.refused, 'answer')}."
        )
    return "The document does not say."
