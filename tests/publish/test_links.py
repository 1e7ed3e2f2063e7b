"""Links of pages, followed through the real service on committed data."""

import pytest

from tests.publish.test_pages import read


@pytest.mark.parametrize("address", ["/", "/places/middle", "/place?postcode=M1 1AA"])
def test_every_link_within_the_service_leads_somewhere(client, address):
    page = read(client, address)
    links = {each["href"].removeprefix("http://testserver") for each in page.all("a")}
    links |= {each["href"] for each in page.all("link")}
    own = sorted(each for each in links if each.startswith("/"))
    assert own
    for link in own:
        assert client.get(link).status_code == 200, link
    for link in (each for each in links if each.startswith("#")):
        assert link[1:] in page.ids
