"""Handing a file and what is said of it to the queue."""

from pydantic import BaseModel
from sqlalchemy.orm import Session

from assetmap.jobs import asking
from assetmap.jobs.model import Job, Order
from assetmap.jobs.spool import Spooled
from assetmap.publish.loads.registry import FileLoad


def ask(
    session: Session,
    load: FileLoad,
    file: Spooled,
    options: BaseModel,
    who: str,
    idempotency_key: str | None = None,
) -> tuple[Job, bool]:
    """The job that loads a file of the spool, and whether it is a new one."""
    said = options.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    order = Order(
        load.kind,
        {"file_name": file.path.name, "options": said},
        who,
        file.folder,
        file.sha256,
        idempotency_key,
    )
    return asking.ask(session, order)
