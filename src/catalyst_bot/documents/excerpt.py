"""Chooses what of a document a model is shown when it cannot be shown all of it."""

from catalyst_bot.documents.model import Document

_MAIN_SHARE = 3  # where exhibits follow, the main text gets one part in so many


def excerpt(document: Document, *, limit: int) -> str:
    """Return the beginning of each paper of a document, `limit` bytes of UTF-8 at most.

    Bytes, since a model's tokens are nearer to them than to characters. What is skipped
    in reading, the cover of a filing say, is left out.
    """
    texts = [text for text in _papers(document) if text.strip()]
    shown: list[str] = []
    left = limit
    for number, text in enumerate(texts):
        has_more = number == 0 and len(texts) > 1
        shown.append(_cut(text, left // _MAIN_SHARE if has_more else left))
        left -= len(shown[-1].encode("utf-8", "replace")) + 1
        if left <= 0:
            break
    return "\n".join(shown)


def _papers(document: Document) -> list[str]:
    """Return the text of each paper, in order, without what is skipped."""
    if not document.sections:
        return [document.text]
    papers: dict[str, list[str]] = {}
    for section in document.sections:
        texts = papers.setdefault(section.part, [])
        if not section.is_skipped:
            texts.append(document.text[section.start : section.end])
    return ["\n".join(texts) for texts in papers.values()]


def _cut(text: str, limit: int) -> str:
    """Return the start of a text, whole characters of it in `limit` bytes."""
    start = text[: max(0, limit)].encode("utf-8", "replace")[: max(0, limit)]
    return start.decode("utf-8", "ignore").strip()
