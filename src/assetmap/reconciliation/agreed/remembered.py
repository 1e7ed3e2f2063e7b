"""Consensuses that were found lately, by what they are made of.

A reader who asks again, or for another form, does not wait again. They are told apart
by the sketches themselves, so that none outlives a change.
"""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock

import numpy as np
import shapely

from assetmap.footprints.consensus.named import Asked, Named, NamedConsensus, votes_of

MOST = 32

_found: OrderedDict[bytes, NamedConsensus] = OrderedDict()
_lock = Lock()


def remembered(
    named: Named, asked: Asked, find: Callable[[], NamedConsensus]
) -> NamedConsensus:
    """What was found of just these sketches, or is now."""
    key = _key(named, asked)
    with _lock:
        if key in _found:
            _found.move_to_end(key)
            return _found[key]
    made = find()
    with _lock:
        _found[key] = made
        while len(_found) > MOST:
            _found.popitem(last=False)
    return made


def _key(named: Named, asked: Asked) -> bytes:
    told = blake2b(digest_size=24)
    for shape in shapely.to_wkb(named.shapes).tolist():
        told.update(shape)
    told.update(np.ascontiguousarray(votes_of(named)).tobytes())
    told.update(repr((named.name, list(named.answers), asked)).encode())
    return told.digest()
