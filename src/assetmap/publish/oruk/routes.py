"""Open Referral UK 3: assets as services, for tools that speak that standard."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from assetmap.assets.store import kept_id, list_categories
from assetmap.errors import NotFound
from assetmap.publish.authority import requires
from assetmap.publish.callers import CurrentActor
from assetmap.publish.deps import DbSession, StrictRoute, base_url, json_answer
from assetmap.publish.oruk import store, terms, whole
from assetmap.publish.oruk.conditions import NOTHING, ServiceFilter
from assetmap.publish.oruk.counted import count_organizations, counted, placed, services
from assetmap.publish.oruk.ids import MOST_PARTS, made, read
from assetmap.publish.oruk.lines import AS_LINES, Form, lines, lines_of
from assetmap.publish.oruk.organizations import organization
from assetmap.publish.oruk.pages import (
    DEFAULT_PER_PAGE,
    Page,
    PerPage,
    Search,
    envelope,
    offset_of,
    part_of,
    size_of,
)
from assetmap.publish.oruk.places import service_at_location
from assetmap.publish.oruk.services import listed, minimal, nested
from assetmap.publish.oruk.wanted import Wanted, WantedAt

Json = dict[str, Any]

VERSION = "HSDS-UK-3.0"
MOST_NESTED = 1_000
"""Services that are told within the organization that runs them."""
PROFILE = "https://github.com/OpenReferralUK/uk-profile/blob/main/docs/index.md"

router = APIRouter(
    prefix="/oruk",
    tags=["Open Referral UK"],
    route_class=StrictRoute,
    dependencies=[requires("asset", "read")],
)

Full = Annotated[bool, Query(alias="full", description="With all that belongs to each")]


class NotPublished(NotFound):
    """Nothing is published by Open Referral UK under an identifier."""

    title = "Not published"

    def __init__(self, kind: str, sent: UUID) -> None:
        super().__init__(f"No {kind} has the identifier {sent}.", id=str(sent))


@router.get("")
def read_feed(request: Request) -> Response:
    """What the feed keeps to."""
    told = {"version": VERSION, "profile": PROFILE}
    return json_answer(
        request, {**told, "openapi_url": f"{base_url(request)}/openapi.json"}
    )


@router.get("/services", responses=AS_LINES)
def list_services(
    request: Request,
    session: DbSession,
    actor: CurrentActor,
    wanted: Wanted,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
    is_full: Full = False,
    is_minimal: Annotated[
        bool, Query(alias="minimal", description="Only what tells of a change")
    ] = False,
    form: Form = "json",
) -> Response:
    """Assets that are open, unverified or closed, as services, page by page."""
    base = base_url(request)

    def told(row: store.Row) -> Json:
        if is_minimal:
            return minimal(row)
        return nested(row, base) if is_full else listed(row)

    if form == "ndjson":
        return lines(actor, lambda session: map(told, whole.services(session, wanted)))
    found = counted(session, wanted, False, not actor.is_known)
    start, most = offset_of(page, per_page), size_of(per_page)
    contents = [told(each) for each in services(session, wanted, found, start, most)]
    return json_answer(request, envelope(contents, found.total, page, per_page))


def moved(request: Request, kind: Literal["service"], number: int) -> Response:
    """Where what was merged is now; that may be undone, so nobody keeps it for good."""
    where = f"{base_url(request)}/oruk/{kind}s/{made(kind, number)}"
    return Response(None, 301, {"Location": where, "Cache-Control": "no-cache"})


@router.get("/services/{service_id}")
def read_service(request: Request, service_id: UUID, session: DbSession) -> Response:
    """One service with all that belongs to it."""
    number, part = read("service", service_id) or (NOTHING, 0)
    wanted = ServiceFilter(number=number)
    numbers = [] if part else store.service_numbers(session, wanted, 0, 0, 1)
    rows = store.service_rows(session, numbers)
    if not rows:
        if kept := None if part else kept_id(session, number):
            return moved(request, "service", kept)
        raise NotPublished("service", service_id)
    return json_answer(request, nested(rows[0], base_url(request)))


@router.get("/service_at_locations", responses=AS_LINES)
def list_service_at_locations(
    request: Request,
    session: DbSession,
    actor: CurrentActor,
    wanted: WantedAt,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
    is_full: Full = False,
    form: Form = "json",
) -> Response:
    """Where services are, each of their sites once, page by page."""

    def told(pair: tuple[store.Row, int]) -> Json:
        place = service_at_location(*pair)
        return {**place, "service": listed(pair[0])} if is_full else place

    if form == "ndjson":
        return lines(actor, lambda session: map(told, whole.placed(session, wanted)))
    found = counted(session, wanted, True, not actor.is_known)
    start, most = offset_of(page, per_page), size_of(per_page)
    contents = [told(each) for each in placed(session, wanted, found, start, most)]
    return json_answer(request, envelope(contents, found.total, page, per_page))


@router.get("/service_at_locations/{place_id}")
def read_service_at_location(
    request: Request, place_id: UUID, session: DbSession
) -> Response:
    """Where a service is, with the service."""
    number, part = read("service_at_location", place_id) or (NOTHING, 0)
    wanted = ServiceFilter(number=number)
    if (number, part) in store.place_numbers(session, wanted, 0, 0, MOST_PARTS):
        (row,) = store.service_rows(session, [number])
        found = service_at_location(row, part)
        return json_answer(request, {**found, "service": listed(row)})
    if kept := kept_id(session, number):
        return moved(request, "service", kept)
    raise NotPublished("service_at_location", place_id)


@router.get("/organizations", responses=AS_LINES)
def list_organizations(
    request: Request,
    session: DbSession,
    actor: CurrentActor,
    search: Search = None,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
    is_full: Full = False,
    is_full_service: Annotated[
        bool, Query(alias="full_service", description="With whole services")
    ] = False,
    form: Form = "json",
) -> Response:
    """Who runs services, page by page."""
    base = base_url(request)

    def told(session: Session, rows: list[store.Row]) -> Iterator[Json]:
        its = its_services(session, rows) if is_full or is_full_service else {}
        for row in rows:
            found = organization(row)
            if its:
                make = (lambda each: nested(each, base)) if is_full_service else listed
                found["services"] = [make(each) for each in its[row["provider_id"]]]
            yield {name: value for name, value in found.items() if value}

    if form == "ndjson":
        return lines(
            actor,
            lambda session: chain.from_iterable(
                told(session, each) for each in whole.organizations(session, search)
            ),
        )
    most, start = size_of(per_page), offset_of(page, per_page)
    rows = store.organizations(session, search, most, start)
    total = count_organizations(session, search, not actor.is_known)
    contents = list(told(session, rows))
    return json_answer(request, envelope(contents, total, page, per_page))


def its_services(session: Session, rows: list[store.Row]) -> dict[int, list[store.Row]]:
    """The first services of each body."""
    ids = [each["provider_id"] for each in rows]
    return store.services_of(session, ids, MOST_NESTED)


@router.get("/organizations/{organization_id}")
def read_organization(
    request: Request, organization_id: UUID, session: DbSession
) -> Response:
    """One of those who run services."""
    number, part = read("organization", organization_id) or (NOTHING, 0)
    rows = [] if part else store.organizations(session, None, 1, 0, number)
    if not rows:
        raise NotPublished("organization", organization_id)
    return json_answer(request, organization(rows[0]))


@router.get("/taxonomies", responses=AS_LINES)
def list_taxonomies(
    request: Request,
    search: Search = None,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
    form: Form = "json",
) -> Response:
    """The taxonomy that services are told apart by."""
    found = _named([terms.taxonomy(base_url(request))], search)
    if form == "ndjson":
        return lines_of(found)
    return json_answer(request, part_of(found, page, per_page))


@router.get("/taxonomies/{taxonomy_id}")
def read_taxonomy(request: Request, taxonomy_id: UUID, session: DbSession) -> Response:
    """The taxonomy with its terms."""
    base = base_url(request)
    if str(taxonomy_id) != terms.taxonomy_id():
        raise NotPublished("taxonomy", taxonomy_id)
    its = [terms.term_of(base, each) for each in list_categories(session)]
    return json_answer(request, {**terms.taxonomy(base), "taxonomy_terms": its})


@router.get("/taxonomy_terms", responses=AS_LINES)
def list_taxonomy_terms(
    request: Request,
    session: DbSession,
    search: Search = None,
    taxonomy_id: Annotated[UUID | None, Query(description="Of this taxonomy")] = None,
    parent_id: Annotated[UUID | None, Query(description="Below this term")] = None,
    is_top_only: Annotated[
        bool, Query(alias="top_only", description="Only those below none")
    ] = False,
    page: Page = 1,
    per_page: PerPage = DEFAULT_PER_PAGE,
    form: Form = "json",
) -> Response:
    """The kinds of services, page by page."""
    base = base_url(request)
    found = [terms.term_of(base, each) for each in list_categories(session)]
    wanted = {"taxonomy_id": taxonomy_id, "parent_id": parent_id}
    for name, sent in wanted.items():
        if sent is not None:
            found = [each for each in found if each.get(name) == str(sent)]
    if is_top_only:
        found = [each for each in found if "parent_id" not in each]
    named = _named(found, search)
    if form == "ndjson":
        return lines_of(named)
    return json_answer(request, part_of(named, page, per_page))


@router.get("/taxonomy_terms/{term_id}")
def read_taxonomy_term(request: Request, term_id: UUID, session: DbSession) -> Response:
    """One kind of services."""
    for each in list_categories(session):
        if terms.term_id(each.code) == str(term_id):
            return json_answer(request, terms.term_of(base_url(request), each))
    raise NotPublished("taxonomy_term", term_id)


def _named(found: list[Json], search: str | None) -> list[Json]:
    """Those in whose names or descriptions every word stands."""
    words = (search or "").casefold().split()
    return [
        each
        for each in found
        if all(
            word in f"{each['name']} {each['description']}".casefold() for word in words
        )
    ]
