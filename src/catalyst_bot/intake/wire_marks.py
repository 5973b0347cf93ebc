"""Takes off what wires put around a headline: "UPDATE 1-", "- Reuters", symbols."""

import re

from catalyst_bot.intake.notices import notice_of

LONGEST = 400  # characters that are compared
_WIRE_START = re.compile(
    r"^(?:(?:update ?\d*|brief|refile|exclusive|breaking(?: news)?|just in|alert|news|"
    r"press release|watch|flash|dj|\*+)\s*[-:–—*]+\s*|\*+\s*|/\w[\w ]{0,30}/\s*-*\s*)+",
    re.IGNORECASE,
)
_WIRE_END = re.compile(
    r"\s[-–—|]+\s+(?:reuters|bloomberg|business ?wire|globe ?newswire|pr ?newswire|"
    r"access ?(?:news)?wire|newsfile|newsfilecorp|benzinga|marketwatch|dow jones|wsj|"
    r"cnbc|seeking alpha|yahoo(?: finance)?|investing\.com|the ?fly|barron'?s|ap|zacks|"
    r"tipranks|rttnews|streetinsider|mt newswires|stocktwits|ft|financial times|"
    r"sources?|filing|statement|company statement|report|memo)\b.{0,20}$",
    re.IGNORECASE,
)
_SYMBOLS = re.compile(
    r"[(\[][^()\[\]]{0,40}:[^()\[\]]{1,40}[)\]]|[(\[]\$?[A-Z.\-]{1,7}[)\]]"
)


def bare_title(title: str) -> tuple[str, bool]:
    """Return the title without what wires put around it, and whether it was cut.

    At most LONGEST characters are read.
    """
    text = notice_of(title[:LONGEST])[1].strip()
    is_cut = text.endswith(("…", "..."))
    text = _WIRE_START.sub("", text)
    if " -" in text or " |" in text or " –" in text or " —" in text:
        text = _WIRE_END.sub("", text)
    if "(" in text or "[" in text:
        text = _SYMBOLS.sub(" ", text)
    return text, is_cut
