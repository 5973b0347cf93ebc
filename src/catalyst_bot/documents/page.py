"""Makes blocks of an HTML page: press releases, and EDGAR's filings in inline XBRL.

The tree is walked without recursion, so a hostile page costs time in proportion to its
length.
"""

import re
from dataclasses import dataclass, field

from lxml import etree

from catalyst_bot.documents.blocks import Block
from catalyst_bot.documents.boilerplate import marked
from catalyst_bot.documents.markup import Node, tree_of
from catalyst_bot.documents.model import Kind
from catalyst_bot.documents.tables import Table, is_worth_asking, joined_cells
from catalyst_bot.errors import UnreadableDocument
from catalyst_bot.text import visible, word_set

_DROPPED = word_set(
    "script style noscript template nav header footer aside svg iframe button"
    " select head object video audio canvas dialog menu ix:header"
)
_LINES = word_set(
    "p div br hr h1 h2 h3 h4 h5 h6 ul ol dl dt dd section article main blockquote pre"
    " address figure figcaption center body tr table caption li"
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BEGIN = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_LONGEST_HEAD = 4_000  # characters
_BULLETS = "•‣▪●◦·■➢*–—-"
_BULLET = re.compile(rf"(?:[{_BULLETS}]|o(?= {{2}}))\s+(?=\S)")
_LONG_CELL = 240  # characters: whoever sets so long a text in a table lays out a page
_LEAST_ARTICLE = 0.5  # share of the page's text that its article must have


def read_page(text: str) -> tuple[Block, ...]:
    """Return what a reader sees, in the order of reading, formalities marked.

    What stands before the page is none of it: EDGAR heads each text with its type.

    Raises:
        UnreadableDocument: nothing can be seen; see `tree_of`.
    """
    begin = _BEGIN.search(text, 0, _LONGEST_HEAD)
    root = tree_of(text[begin.start() :] if begin else text)
    whole = _blocks_of(root)
    if not whole:
        raise UnreadableDocument("HTML in which nothing can be seen")
    found = _article_of(root)
    article = whole if found is root else _blocks_of(found)
    is_most = _length(article) >= _LEAST_ARTICLE * _length(whole)
    return marked(article if is_most else whole)


def _article_of(root: Node) -> Node:
    """Return the longest stretch that the page itself calls its article."""
    found = root.xpath("(//article | //main)[not(ancestor::article | ancestor::main)]")
    return max(found, key=lambda node: len(node.xpath("string()")), default=root)


def _length(blocks: tuple[Block, ...]) -> int:
    return sum(len(block.text) for block in blocks)


def _blocks_of(root: Node) -> tuple[Block, ...]:
    walk = _Walk()
    events = etree.iterwalk(root, events=("start", "end"))
    for event, node in events:
        tag = str(node.tag).lower()
        if event == "start":
            if walk.is_dropped(node, tag):
                events.skip_subtree()
                walk.dropped += 1
                continue
            walk.enter(tag)
            walk.write(node.text)
            continue
        if walk.dropped:
            walk.dropped -= 1
        else:
            walk.leave(tag)
        if node is not root:
            walk.write(node.tail)
    walk.sinks[0].end_paragraph()
    return tuple(walk.sinks[0].blocks)


@dataclass(slots=True)
class _Sink:
    """Where text goes: the page, or one cell of a table."""

    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    is_bullet: bool = False

    def end_paragraph(self, *, in_list: bool = False) -> None:
        """Make a block of the words so far, if there are any."""
        lines = visible("".join(self.words)).split("\n")
        self.words.clear()
        text = "\n".join(folded for line in lines if (folded := " ".join(line.split())))
        if not text:
            return
        found = _BULLET.match(text)
        if found or self.is_bullet:
            text = "• " + text[found.end() if found else 0 :]
        kind = Kind.KEY_POINTS if found or self.is_bullet or in_list else Kind.BODY
        self.is_bullet = False
        self.blocks.append(Block(kind=kind, text=text))

    @property
    def line(self) -> str:
        """Return all there is as one line."""
        return " ".join(" ".join(block.text.split()) for block in self.blocks)

    @property
    def is_sign(self) -> bool:
        """Tell whether there is nothing but the sign of a bullet."""
        return len(self.blocks) == 1 and self.blocks[0].text in _BULLETS

    @property
    def has_table(self) -> bool:
        return any(block.kind is Kind.TABLE for block in self.blocks)


@dataclass(slots=True)
class _Walk:
    """What is open at one place of the page."""

    sinks: list[_Sink] = field(default_factory=lambda: [_Sink()])
    tables: list[list[list[_Sink]]] = field(default_factory=list)  # rows of cells
    lists: int = 0  # open items
    articles: int = 0
    pres: int = 0
    dropped: int = 0

    def is_dropped(self, node: Node, tag: str) -> bool:
        if tag == "header" and self.articles:
            return False  # an article's own: its title and date
        if tag in _DROPPED or node.get("hidden") is not None:
            return True
        return _HIDDEN.search(node.get("style") or "") is not None

    def write(self, text: str | None) -> None:
        if text:
            kept = text if self.pres else text.replace("\n", " ").replace("\r", " ")
            self.sinks[-1].words.append(kept)

    def enter(self, tag: str) -> None:
        self.pres += tag == "pre"
        self.articles += tag in ("article", "main")
        if tag == "br":
            self.sinks[-1].words.append("\n")
        elif tag == "table":
            self._flush()
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self.sinks.append(_Sink())
        elif tag in _LINES:
            self._flush()
            self.sinks[-1].is_bullet |= tag == "li"
        self.lists += tag == "li"

    def leave(self, tag: str) -> None:
        if tag == "table":
            self._flush()
            self.sinks[-1].blocks.extend(_rendered(self.tables.pop()))
        elif tag in ("td", "th") and self.tables:
            self._flush()
            cell, rows = self.sinks.pop(), self.tables[-1]
            if not rows:
                rows.append([])
            rows[-1].append(cell)
        elif tag in _LINES and tag != "br":
            self._flush()
        self.lists -= tag == "li"
        self.pres -= tag == "pre"
        self.articles -= tag in ("article", "main")

    def _flush(self) -> None:
        self.sinks[-1].end_paragraph(in_list=self.lists > 0)


def _rendered(rows: list[list[_Sink]]) -> list[Block]:
    """Return a table as one block, or what stands in one that lays out the page."""
    if not _is_layout(rows):
        lines = [joined_cells(_texts(row)) for row in rows]
        table = Table(rows=tuple(line for line in lines if line))
        return [
            Block(
                kind=Kind.TABLE,
                text=table.text,
                is_skipped=not is_worth_asking(table),
            )
        ]
    blocks: list[Block] = []
    for row in rows:
        filled = [cell for cell in row if cell.blocks]
        if len(filled) > 1 and filled[0].is_sign:
            text = "• " + " ".join(cell.line for cell in filled[1:])
            blocks.append(Block(kind=Kind.KEY_POINTS, text=text))
            continue
        for cell in filled:
            blocks.extend(cell.blocks)
    return blocks


def _is_layout(rows: list[list[_Sink]]) -> bool:
    if any(cell.has_table for row in rows for cell in row):
        return True
    texts = [_texts(row) for row in rows]
    if all(len(row) < 2 or row[0] in _BULLETS for row in texts):
        return True
    return any(len(row) > 1 and max(map(len, row)) > _LONG_CELL for row in texts)


def _texts(row: list[_Sink]) -> tuple[str, ...]:
    return tuple(text for cell in row if (text := cell.line))
