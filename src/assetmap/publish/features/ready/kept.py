"""Which texts are at hand: open in this process, in a file, or to be made first."""

import fcntl
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from assetmap.publish.connections import read_engine
from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.ready import texts
from assetmap.publish.features.ready.folders import UNDER_WAY, folder_of, prune
from assetmap.publish.features.ready.texts import Texts
from assetmap.publish.features.rows import driven, feature_text, stream
from assetmap.publish.features.systems import CRS84

log = logging.getLogger(__name__)

MOST_OPEN = 64
MOST_BYTES = 2 * 2**30
"""Of files in the folder: a country's output areas take a fifth of it."""
AT_ONCE = 2_000
"""Features that are written out while a request waits; more are written beside it."""

_OPEN: OrderedDict[str, Texts] = OrderedDict()
_GIVEN_UP: set[str] = set()


def find(collection: Collection) -> Texts | None:
    """The texts of a collection, if this process has them open."""
    return _OPEN.get(_name(collection)) if collection.is_load else None


def ready(session: Session, collection: Collection) -> Texts | None:
    """The texts of a collection; None where it has none, or none yet.

    What is not of one load would change, and be other texts for others who ask.
    """
    if not collection.is_load:
        return None
    name = _name(collection)
    found = _OPEN.get(name) or _opened(name)
    if found is not None or name in _GIVEN_UP:
        return found
    if (collection.count or 0) <= AT_ONCE:
        return _made(session, collection, name)
    _GIVEN_UP.add(name)  # until it is made, or for good if it cannot be
    _beside().submit(_make_beside, collection, name)
    return None


def forget() -> None:
    """Close what is open: the files stay."""
    _OPEN.clear()
    _GIVEN_UP.clear()


@cache
def _beside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, "texts")


def _make_beside(collection: Collection, name: str) -> None:
    try:
        with Session(read_engine()) as session:
            made = _made(session, collection, name)
            session.commit()
    except Exception:  # nobody waits for this: what failed would be told to no one
        log.exception("The features of %s were not written out", collection.id)
        return
    if made is not None:
        _GIVEN_UP.discard(name)


@lru_cache(maxsize=1_000)
def _name(collection: Collection) -> str:
    """What tells a load's texts from all others, those of another version included."""
    said = driven(select(feature_text(collection, CRS84)), ())
    told = f"{collection.tag}\n{said}"
    return blake2b(told.encode(), digest_size=16).hexdigest()


def _path(name: str) -> Path:
    return folder_of("features") / f"{name}.texts"


def _opened(name: str) -> Texts | None:
    path = _path(name)
    try:
        found = Texts(path)
        path.touch()
    except ValueError:
        path.unlink(missing_ok=True)
        return None
    except OSError:
        return None
    _OPEN[name] = found
    while len(_OPEN) > MOST_OPEN:
        _OPEN.popitem(last=False)
    return found


def _made(session: Session, collection: Collection, name: str) -> Texts | None:
    """The texts, once they are written; None if another process writes them, or the
    disk takes no more."""
    path = _path(name)
    part = path.with_name(f"{UNDER_WAY}{path.name}")
    try:
        with part.open("ab") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not path.exists():
                _write(session, collection, part)
                part.rename(path)
            part.unlink(missing_ok=True)
            prune(path.parent, MOST_OPEN * 4, MOST_BYTES)
    except BlockingIOError:
        return None
    except OSError as error:
        log.warning("Features are not kept ready in %s: %s", path.parent, error)
        part.unlink(missing_ok=True)
        _GIVEN_UP.add(name)
        return None
    return _opened(name)


def _write(session: Session, collection: Collection, path: Path) -> None:
    columns = [collection.key, feature_text(collection, CRS84)]
    rows = stream(session, collection, Asked(), columns)
    batches = (list(map(tuple, some)) for some in rows)
    texts.write(path, batches, collection.extent(session))
