"""The stories of the last 48 hours, to find the one that a title tells again."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

from catalyst_bot.intake.duplicates import is_same_story
from catalyst_bot.intake.story_forms import StoryForm

STORY_WINDOW = timedelta(hours=48)
MOST_STORIES = 10_000  # some 25 MB; the oldest make room
MOST_CANDIDATES = 60  # of one ticker or word, the newest
_RAREST = 2  # words beside the company's name that lead to a story


@dataclass(frozen=True, slots=True)
class Story:
    """A story and when it was told."""

    item_key: str
    form: StoryForm
    unix: float


class StoryWindow:
    """Remembers prepared titles by ticker and by word; it holds MOST_STORIES."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, Story] = OrderedDict()
        self._places: dict[str, list[str]] = {}  # a deque would take six times as much

    def add(self, item_key: str, form: StoryForm, *, unix: float) -> None:
        """Remember a title; a known key keeps its first title."""
        if item_key in self._told:
            return
        self._told[item_key] = Story(item_key, form, unix)
        for place in _places(form):
            keys = self._places.setdefault(place, [])
            keys.append(item_key)
            del keys[:-MOST_CANDIDATES]
        if len(self._told) > MOST_STORIES:
            self._forget(next(iter(self._told)))

    def find(
        self, form: StoryForm, *, unix: float, corrects: bool = False
    ) -> tuple[str, ...]:
        """Return the keys of the items that told this story, oldest first."""
        oldest = unix - STORY_WINDOW.total_seconds()
        found = [
            told
            for key in self._candidates(form)
            if (told := self._told[key]).unix >= oldest
            and is_same_story(form, told.form, corrects=corrects)
        ]
        return tuple(told.item_key for told in sorted(found, key=_by_time))

    def prune(self, *, unix: float) -> None:
        """Forget what is older than the window."""
        oldest = unix - STORY_WINDOW.total_seconds()
        while self._told:
            key, told = next(iter(self._told.items()))
            if told.unix >= oldest:
                return
            self._forget(key)

    def _candidates(self, form: StoryForm) -> set[str]:
        keys: set[str] = set()
        for place in (*_symbols(form), *form.lead):
            keys.update(self._places.get(place, ()))
        known = [self._places[word] for word in form.words if word in self._places]
        for rare in sorted(known, key=len)[:_RAREST]:
            keys.update(rare)
        return keys

    def _forget(self, key: str) -> None:
        told = self._told.pop(key)
        for place in _places(told.form):
            keys = self._places.get(place)
            if keys is not None and key in keys:
                keys.remove(key)
                if not keys:
                    del self._places[place]


def _places(form: StoryForm) -> list[str]:
    return [*form.words, *_symbols(form)]


def _symbols(form: StoryForm) -> list[str]:
    return [f"${ticker}" for ticker in form.tickers]


def _by_time(told: Story) -> float:
    return told.unix
