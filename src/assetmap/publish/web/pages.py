"""Pages."""

from fastapi import APIRouter

from assetmap.publish.deps import StrictRoute

router = APIRouter(include_in_schema=False, route_class=StrictRoute)
