"""The only queries that read words: how they are looked for, and what is like them."""

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assetmap.assets.searching.model import Spelt, Words
from assetmap.assets.searching.spelling import alike
from assetmap.assets.searching.words import (
    as_meant,
    as_spelt,
    changed_about,
    is_telling,
    words_of,
)
from assetmap.db.statements import statement

_ROOM = "assets/searching"
_LEAST_ALIKE = "0.2"
"""The share of their groups of three letters that words have in common at least."""


def read(session: Session, said: str, spelt: Spelt = "written") -> Words:
    """Words as they are to be looked for: each must stand in what is told of an asset.

    Or one that is spelt like it, where the words are taken so.
    """
    words = words_of(said)
    if spelt == "written":
        return Words(_sought(session, [as_spelt(each) for each in words]))
    unsure = words if spelt == "every" else _unseen(session, words)
    near = _near(session, unsure) if unsure else {}
    sought = [
        as_meant(each, near.get(each, [])) if each in unsure else as_spelt(each)
        for each in words
    ]
    return Words(_sought(session, sought), near)


def _unseen(session: Session, words: list[str]) -> list[str]:
    """Those words that stand in nothing that whoever asks may see."""
    seen = _seen(session, words)
    return [each for each in words if each not in seen]


def _seen(session: Session, words: list[str]) -> set[str]:
    return set(session.scalars(statement(_ROOM, "seen_words"), {"words": words}))


def _sought(session: Session, said: list[str]) -> str:
    """A tsquery: every word, or an asset of a category that it stands for."""
    rows = session.execute(statement(_ROOM, "read_words"), {"said": said})
    found = []
    for sought, codes in rows:
        named = [f"'={_escaped(code)}'" for code in codes]
        parts = [f"( {sought} )", *named] if sought else named
        found.append(f"( {' | '.join(parts)} )" if parts else "'='")
    return " & ".join(found)


def _escaped(code: str) -> str:
    return code.replace("\\", "\\\\").replace("'", "''")


def _near(session: Session, words: list[str]) -> dict[str, list[str]]:
    """Known words that are spelt like each; only such as whoever asks may see."""
    threshold = func.set_config("pg_trgm.similarity_threshold", _LEAST_ALIKE, True)
    session.execute(select(threshold))
    known: dict[str, list[str]] = defaultdict(list)
    pairs = [(word, each) for word in words for each in changed_about(word)]
    asked = {
        "words": words,
        "changed_from": [word for word, _ in pairs],
        "changed": [each for _, each in pairs],
    }
    rows = session.execute(statement(_ROOM, "alike_words"), asked)
    for asked, word in rows:
        if is_telling(word):
            known[asked].append(word)
    chosen = {word: alike(word, known[word]) for word in words}
    every = sorted({each for near in chosen.values() for each in near})
    if not every:
        return {}
    seen = _seen(session, every)
    told = {
        word: [each for each in near if each in seen] for word, near in chosen.items()
    }
    return {word: near for word, near in told.items() if near}
