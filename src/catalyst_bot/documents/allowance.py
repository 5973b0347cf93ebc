"""How much of a document is read where nobody waits for all of it: behind an alert.

A walk through a page takes 6 to 12 µs for each of its tags, plain text up to 0.7 s for
a million characters, and alerts are held up meanwhile: half a second is the most.
"""

from dataclasses import dataclass

from catalyst_bot.errors import UnreadableDocument

CHARACTERS = 600_000
TAGS = 30_000  # beginnings and ends; an 8-K and its release have 500 to 20,000


@dataclass(slots=True, kw_only=True)
class Allowance:
    """What may still be read of several papers together.

    `has_cut`: there was more of them.
    """

    characters: int = CHARACTERS
    tags: int = TAGS
    has_cut: bool = False

    def take(self, text: str) -> str:
        """Return the beginning of a text that may be read, and take that off.

        Raises:
            UnreadableDocument: nothing may be read any more.
        """
        if not self.characters or not self.tags:
            self.has_cut = True
            raise UnreadableDocument("behind papers that are too long already")
        begun = text[: self.characters]
        if begun.count("<") > self.tags:
            begun = "<".join(begun.split("<", self.tags)[: self.tags])
            self.tags = 0
        self.tags -= begun.count("<") if self.tags else 0
        self.characters -= len(begun)
        self.has_cut |= len(begun) < len(text)
        return begun
