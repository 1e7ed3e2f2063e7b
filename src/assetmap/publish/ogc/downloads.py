"""Everything that is asked of a collection as one file, written as it is read."""

from collections.abc import Iterator
from hashlib import file_digest
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from sqlalchemy.orm import Session
from starlette.background import BackgroundTask

from assetmap.accounts import acting
from assetmap.accounts.acting import Actor
from assetmap.publish.connections import reading_engine
from assetmap.publish.deps import is_held
from assetmap.publish.export.marked import marked_headers
from assetmap.publish.features.asked import Asked
from assetmap.publish.features.collection import Collection
from assetmap.publish.features.files.binary import WRITERS
from assetmap.publish.features.files.texts import STREAMS, whole_geojson
from assetmap.publish.features.ready import kept
from assetmap.publish.features.ready.folders import beginning, folder_of, prune
from assetmap.publish.features.systems import CRS84
from assetmap.publish.ogc.answers import headers_of, tag_of
from assetmap.publish.ogc.formats import WHOLE

MOST_KEPT = 20
"""Whole files that are kept to be sent again; the oldest goes first."""


def answer(
    request: Request, actor: Actor, collection: Collection, asked: Asked, form: str
) -> Response:
    """All that is asked for in a form; texts begin to be sent at once."""
    headers = headers_of(request, collection, asked.system, form)
    name = f'attachment; filename="{collection.id}.{form}"'
    headers |= {"Content-Disposition": name}
    if form in STREAMS:
        parts = _texts(actor, collection, asked, form)
        return StreamingResponse(parts, headers=headers, media_type=WHOLE[form])
    path, is_kept = _file(request, actor, collection, asked, form)
    if "ETag" not in headers:
        headers |= marked_headers(_digest(path))
    after = None if is_kept else BackgroundTask(path.unlink, missing_ok=True)
    if is_held(request, headers["ETag"]):
        return Response(status_code=304, headers=headers, background=after)
    return FileResponse(path, 200, headers, WHOLE[form], after)


def _digest(path: Path) -> str:
    """The ETag of a file that no load tells: what it holds tells it."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()[:24]


def _texts(
    actor: Actor, collection: Collection, asked: Asked, form: str
) -> Iterator[bytes]:
    with Session(reading_engine(actor.is_known)) as session:
        acting.tell(session, actor)
        is_ready = form == "geojson" and asked.is_whole and asked.system == CRS84
        texts = kept.ready(session, collection) if is_ready else None
        if texts is None:
            yield from STREAMS[form](session, collection, asked)
        session.commit()
    if texts is not None:
        yield from whole_geojson(collection, texts)


def _file(
    request: Request, actor: Actor, collection: Collection, asked: Asked, form: str
) -> tuple[Path, bool]:
    """A file with what is asked for, and whether it is kept: whole loads alone are."""
    tag = tag_of(request, collection, form)
    is_kept = tag is not None and asked.is_whole
    folder = folder_of("downloads")
    path = folder / f"{(tag or '').strip(chr(34))}.{form}"
    if is_kept and path.exists():
        path.touch()
        return path, True
    made = beginning(folder, f".{form}")
    try:
        with Session(reading_engine(actor.is_known)) as session:
            acting.tell(session, actor)
            WRITERS[form](session, collection, asked, made)
            session.commit()
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    if not is_kept:
        return made, False
    made.rename(path)
    prune(folder, MOST_KEPT)
    return path, True
