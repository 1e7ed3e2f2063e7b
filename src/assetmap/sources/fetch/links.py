"""Files whose address changes with every release, found on the publisher's pages."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

from assetmap.sources.fetch.failure import FetchFailed, Target
from assetmap.sources.fetch.plan import Plan
from assetmap.sources.fetch.web import Web, read

MOST_RELEASES = 8
"""How many releases are looked through: files of every quarter are in one of three."""

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_RELEASE = re.compile(rf"\b({'|'.join(_MONTHS)})-(20\d\d)\b")


class _Links(HTMLParser):
    """Gathers where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the address of a link."""
        self.found += [to for key, to in attrs if key == "href" and to and tag == "a"]


def found_file(web: Web, plan: Plan) -> str:
    """The address of the newest file, found by following links from a page.

    Raises:
        FetchFailed: the page does not answer, or no link leads to such a file.
    """
    target = Target(plan.set, "the publisher's page", plan.page)
    links = list(_links(web, target))
    releases = _releases(links, plan.follow)[:MOST_RELEASES] if plan.follow else []
    for link in links:
        if re.search(plan.link, unquote(link)):
            return link
    for page in releases:
        for link in _links(web, target.of("the page of a release", page)):
            if re.search(plan.link, unquote(link)):
                return link
    looked = f"neither it nor {len(releases)} pages of releases have"
    reason = f"{looked} a link to the file ({plan.link})"
    raise FetchFailed(target, reason, pages=releases)


def _links(web: Web, target: Target) -> Iterator[str]:
    page = read(web, target).decode("utf-8", "replace")
    reader = _Links()
    reader.feed(page)
    for link in dict.fromkeys(reader.found):
        yield urldefrag(urljoin(target.address, link.strip())).url


def _releases(links: Iterable[str], pattern: str) -> list[str]:
    """The pages of releases, newest first where their addresses name a month."""
    pages = [each for each in links if re.search(pattern, each)]
    return sorted(dict.fromkeys(pages), key=_month_of, reverse=True)


def _month_of(address: str) -> tuple[int, int]:
    found = _RELEASE.search(address.lower())
    return (int(found[2]), _MONTHS.index(found[1])) if found else (0, 0)
