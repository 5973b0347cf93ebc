"""An answer as it comes in, whole or in pieces, until it is judged."""

from dataclasses import dataclass, field

from catalyst_bot.llm.model import Answer, LLMError, LLMErrorKind, ServerTimes


@dataclass(slots=True, kw_only=True)
class Draft:
    """What was read so far; each dialect fills it in from its own payloads."""

    model: str
    parts: list[str] = field(default_factory=list)
    finish: str = ""  # in the server's word; "" while it is still at work
    is_cut: bool = False  # by the limit of tokens
    is_refused: bool = False  # by the model or a filter of the server
    prompt_tokens: int = 0
    completion_tokens: int = 0
    times: ServerTimes | None = None

    def answer(self) -> Answer:
        """Return the finished answer.

        Raises:
            LLMError: truncated, or bad_answer: there is no text, or no end.
        """
        text = "".join(self.parts)
        if self.is_cut:
            raise LLMError(LLMErrorKind.TRUNCATED, "answer cut off", partial=text)
        if self.is_refused:
            raise bad_answer("the model refused to answer")
        if not text.strip():
            raise bad_answer("empty answer")
        return Answer(
            text=text,
            model=self.model,
            finish=self.finish or "stop",
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            times=self.times,
        )


def bad_answer(detail: str) -> LLMError:
    """Return the error for a 200 that is no completion."""
    return LLMError(LLMErrorKind.BAD_ANSWER, detail, status=200)


def count_in(payload: object, name: str) -> int:
    """Return a count that a server names in an object, 0 when it does not."""
    value = payload.get(name) if isinstance(payload, dict) else None
    return value if isinstance(value, int) else 0
