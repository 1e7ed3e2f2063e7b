"""The words of a question, and how each is looked for."""

import re
import unicodedata

from assetmap.assets.searching.welsh import other_forms

MOST_WORDS = 12
_PREFIX_LETTERS = 3
_LONGEST = 60
_LONGEST_CHANGED = 8

# As asset_folded does it in the database.
_LEFT_OUT = re.compile("[\u0300-\u036f'`\u2018\u2019\u02bc]")
_BETWEEN = re.compile(
    r"[!-/:-@\[-_{-~\u00a0-\u00bf\u2010-\u206f\u3000-\u303f\s]+", re.ASCII
)
_UNSAID = frozenset(
    {
        *("a", "an", "and", "at", "by", "for", "from", "in", "near", "of", "on"),
        *("or", "the", "to", "with"),
        *("ac", "ar", "gan", "gyda", "i", "mewn", "neu", "o", "wrth", "y", "yn", "yr"),
    }
)
"""Words that join others: nobody means them, and few names have them."""


def folded(said: str) -> str:
    """A text in lower case, without accents, apostrophes and other marks."""
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFKD", said))
    return _BETWEEN.sub(" ", plain).lower()


def words_of(said: str) -> list[str]:
    """The words that are looked for, each once, in order: those that say something.

    Of a text of nothing but joining words, those. None where no letter or digit is.
    """
    found = [
        each[:_LONGEST]
        for each in folded(said).split()
        if any(letter.isalnum() for letter in each)
    ]
    telling = list(filter(is_telling, found))
    return list(dict.fromkeys(telling or found))[:MOST_WORDS]


def is_telling(word: str) -> bool:
    """Whether a word says more than how others belong together."""
    return word not in _UNSAID


def as_spelt(word: str) -> str:
    """A word, what begins with it, and its other forms in what is said in Welsh.

    In the language of ``to_tsquery``, as all that follow.
    """
    found = [_quoted(word)]
    if len(word) >= _PREFIX_LETTERS:
        found.append(f"{_quoted(word)}:*")
    found += (f"{_quoted(each)}:B" for each in other_forms(word))
    return " | ".join(found)


def changed_about(word: str) -> list[str]:
    """A word with two neighbouring letters the other way round, for each two."""
    pairs = range(len(word) - 1) if len(word) <= _LONGEST_CHANGED else ()
    found = (
        word[:place] + word[place + 1] + word[place] + word[place + 2 :]
        for place in pairs
    )
    return [each for each in dict.fromkeys(found) if each != word]


def as_meant(word: str, alike: list[str]) -> str:
    """A word, words spelt like it, and its other forms in any name."""
    forms = (f"{_quoted(each)}:AB" for each in other_forms(word))
    return " | ".join([as_spelt(word), *forms, *map(_quoted, alike)])


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", " ").replace("'", " ") + "'"
