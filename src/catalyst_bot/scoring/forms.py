"""Names an item's own codes as catalysts.toml writes them; no text is read for it."""

from catalyst_bot.model import Event, NewsItem, SourceKind

_STRUCTURED = (SourceKind.EDGAR, SourceKind.HALTS)


def is_structured(item: NewsItem) -> bool:
    """Tell whether codes say what an item is about: its title is made of them."""
    return item.kind in _STRUCTURED


def codes_of(item: NewsItem) -> tuple[str, ...]:
    """Return the codes of a filing or halt, the most telling first.

    A halt gives ("halt T1", "halt"), a resumption ("resumption",), an 8-K/A about
    delisting ("item 3.01", "form 8-K"): an amendment counts as the form itself.
    """
    if item.event is Event.RESUMPTION:
        return ("resumption",)
    if item.event is Event.HALT:
        return (*(f"halt {code}" for code in item.codes), "halt")
    if item.event is not Event.FILING:
        return ()
    form, *numbers = item.codes or ("",)
    items = tuple(f"item {number}" for number in numbers)
    return (*items, f"form {form.removesuffix('/A')}")
