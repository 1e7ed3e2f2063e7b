"""Whether the service and its database answer."""

from fastapi import APIRouter

from assetmap import __version__, crs
from assetmap.db import migrate
from assetmap.publish.authority import requires
from assetmap.publish.connections import read_engine
from assetmap.publish.deps import StrictRoute

router = APIRouter(
    prefix="/health",
    tags=["health"],
    route_class=StrictRoute,
    dependencies=[requires("service", "read")],
)


@router.get("/live")
def live() -> dict[str, str]:
    """That the service runs; asks nothing else."""
    return {"status": "ok", "version": __version__}


@router.get("/ready")
def ready() -> dict[str, str | float | None]:
    """That the database answers and is migrated, and that OSTN15 is in use."""
    migrate.require_current(read_engine())
    return {
        "status": "ok",
        "version": __version__,
        "migration": migrate.status(read_engine()).current,
        "transformation": "OSTN15",
        "check_point_off_m": crs.check(),
    }
