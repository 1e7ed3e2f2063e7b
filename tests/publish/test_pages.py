"""Pages, on toy town: neighbourhood Middle lies half in PCN W and half in PCN E."""

import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files

import numpy as np
import pandas as pd
import pyproj
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assetmap.assets import ingest as asset_ingest
from assetmap.assets import store as asset_store
from assetmap.assets.model import SourceDefaults
from assetmap.disclosure import Disclosure
from assetmap.footprints.releasing import renew_all
from assetmap.issues import RawRow
from assetmap.neighbourhoods import ingest, store
from assetmap.neighbourhoods.model import Neighbourhood
from assetmap.publish import deps, problems
from assetmap.publish.api import assets, consensus, health, neighbourhoods
from assetmap.publish.export.figures import share, web_link
from assetmap.publish.export.reconciliation.tables import table
from assetmap.publish.ogc import collections, conformance, service_document
from assetmap.publish.web import account_pages, pages, signing_pages
from assetmap.publish.web.landing import prefers_json
from assetmap.publish.web.operations import operations_of
from assetmap.reconciliation.run import reconcile
from assetmap.reconciliation.subjects import of_neighbourhood
from assetmap.sources.spatial.vector import Layer
from tests.toy_town import EAST_SQUARE, WEST, add_postcodes, add_set, box, degrees

POSTCODES = {"M1 1AA": (50, 50), "M1 1AB": (60, 50), "M1 1AD": (150, 50)}
NASTY = 'Middle <script>alert("1")</script>'


@pytest.fixture
def client(session):
    """The pages and what they link to, reading the test's own transaction."""
    app = FastAPI(title="toy", docs_url=None, redoc_url=None)
    problems.install(app)
    own = (pages, signing_pages, account_pages)
    own = (*own, conformance, service_document)
    for part in (*own, health, neighbourhoods, consensus, assets, collections):
        app.include_router(part.router)
    app.dependency_overrides[deps.read_session] = lambda: session
    return TestClient(app)


@pytest.fixture
def town(session):
    add_postcodes(session, POSTCODES)
    add_set(session, "councils", {"E08": box(0, 0, 200, 200)}, kind="lad")
    pcns = {"W": WEST, "E": EAST_SQUARE}
    add_set(session, "pcns", pcns, kind="pcn", made_how="nearest_practice")
    add_neighbourhood(session, "middle", NASTY, 5)
    add_neighbourhood(session, "quiet", "Quiet", 4)
    add_assets(session, ("Hall", 60), ("Club", 150))
    return session


def add_neighbourhood(session, slug, name, sketches):
    row = store.add_neighbourhood(
        session, Neighbourhood(slug, name, is_simulated=True, made_how="by hand")
    )
    shapes = np.empty(sketches, dtype=object)
    shapes[:] = [box(0, 0, 175, 100)] * sketches
    frame = pd.DataFrame({"id": range(sketches)})
    layer = Layer("s.gpkg", "ab", frame, shapes, pyproj.CRS(27700))
    ingest.load_sketches(session, row, layer, "toy")
    renew_all(session, Disclosure())


def add_assets(session, *places):
    asset_store.load_taxonomy(session)
    rows = []
    for line, (name, x) in enumerate(places, 2):
        point = degrees(box(x, 50, x + 1, 51).centroid)
        told = {"name": name, "category": "place.park", "url": "https://a.uk/?a&b"}
        told |= {"longitude": str(point.x), "latitude": str(point.y)}
        rows.append(RawRow("a.csv", line, told))
    done = asset_ingest.load(session, rows, SourceDefaults("Toy town"), lambda _: {})
    assert done.added == len(places)


class Read(HTMLParser):
    """What a page holds, for the rules that every page must keep."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data):
        self.text += data

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.tags if "id" in attrs]

    @property
    def words(self):
        return " ".join(self.text.split())


def read(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Read(answer.text)


def rows_of(text):
    """The cells of each row of every table, in words."""
    rows = re.findall(r"<tr.*?</tr>", text, re.S)
    cells = [re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[re.sub(r"<.*?>", "", cell).strip() for cell in row] for row in cells]


def test_the_front_page_shows_what_the_command_line_shows(client, town):
    rows = rows_of(client.get("/").text)
    assert ["Place W", "57.1 %", "66.7 %", "1"] in rows
    assert ["Place E", "42.9 %", "33.3 %", "1"] in rows
    assert ["outside", "0 %", "0 %", "0"] in rows
    words = read(client, "/").words
    assert "Main PCN (by the model): Place W, 67 % of its postcodes." in words
    assert "Club lies in Place E" in words


def test_sets_stand_in_the_order_of_the_command_line(client, town):
    subject = of_neighbourhood(town, "middle", None, Disclosure())
    printed = table(reconcile(town, subject.footprint))
    named = re.findall(r"\((councils|pcns)\)", printed)
    found = re.findall(r">(councils|pcns)<", client.get("/places/middle").text)
    assert named == found == ["councils", "pcns"]


def test_sketches_are_labelled_as_simulated_and_pcns_as_a_model(client, town):
    for address in ("/", "/places/middle"):
        words = read(client, address).words
        assert "Simulated. The sketches are simulated: nobody drew them." in words
        assert "PCN, a model" in words


def test_names_are_escaped(client, town):
    for address in ("/", "/places/middle"):
        text = client.get(address).text
        assert "<script" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    "address",
    ["/", "/places/middle", "/places/quiet", "/place", "/place?postcode=M1+1AA"],
)
def test_pages_keep_the_rules_of_accessibility(client, town, address):
    page = read(client, address)
    assert page.all("html")[0]["lang"] == "en-GB"
    assert page.tags[page.tags.index(("body", {})) + 1][1]["href"] == "#main"
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after - before <= 1 for before, after in steps)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all("scope" in each for each in page.all("th"))
    assert not [each for each, times in Counter(page.ids).items() if times > 1]
    told = [attrs.get("aria-labelledby", "") for _, attrs in page.tags]
    assert set(" ".join(told).split()) <= set(page.ids)
    assert not page.all("script")
    assert "style" not in {name for _, attrs in page.tags for name in attrs}
    labels = {each["for"] for each in page.all("label")}
    assert {each["id"] for each in page.all("input")} <= labels


def test_the_map_is_of_whole_grid_squares_with_a_text_alternative(client, town):
    page = read(client, "/places/middle")
    assert "0.02 km² held by at least 8 in 10 sketches" in page.words
    figure = next(each for each in page.all("svg") if each.get("role") == "img")
    assert figure["aria-labelledby"] == "map-title map-text"
    level = next(each for each in page.all("path") if each.get("class") == "level core")
    places = re.findall(r"([\d.]+) ([\d.]+)", level["d"])
    scale = 640 / (175 * 1.12)
    for x, y in places:
        east, south = float(x) / scale - 175 * 0.06, float(y) / scale - 175 * 0.06
        assert east / 25 == pytest.approx(round(east / 25), abs=0.01)
        assert south / 25 == pytest.approx(round(south / 25), abs=0.01)


def test_too_few_sketches_show_nothing_made_from_them(client, town):
    page = read(client, "/places/quiet")
    assert "fewer than 5 sketches" in page.words
    assert not page.all("table")
    assert "fewer than 5 sketches" in read(client, "/").words


def test_an_unknown_place_is_a_page_that_says_so(client, town):
    page = read(client, "/places/nowhere", 404)
    assert "No neighbourhood is called 'nowhere'." in page.words


@pytest.mark.parametrize(
    ("postcode", "status", "said"),
    [
        ("ZZ9 9ZZ", 404, "Postcode 'ZZ9 9ZZ' is not known."),
        ("nonsense", 422, "nonsense"),
        ("", 422, "There is a problem"),
        ("<b>", 422, "There is a problem"),
        ("%ED%A0%80", 422, "There is a problem"),
    ],
)
def test_a_postcode_at_fault_is_told_beside_the_form(
    client, town, postcode, status, said
):
    page = read(client, f"/place?postcode={postcode}", status)
    assert said in page.words
    box_for_it = page.all("input")[0]
    assert box_for_it["aria-invalid"] == "true"
    assert "postcode-error" in box_for_it["aria-describedby"].split()
    assert page.words.startswith("Error:")


def test_a_postcode_is_looked_up(client, town):
    rows = rows_of(client.get("/place?postcode=m11ad").text)
    assert ["Council councils", "Place E08", "E08"] in rows
    assert ["PCN, a model pcns", "Place E", "E"] in rows
    words = read(client, "/place?postcode=m11ad").words
    assert "There are 5 sketches (simulated: nobody drew them)" in words


def test_an_unknown_parameter_is_a_page_with_400(client, town):
    assert "colour" in read(client, "/places/middle?colour=red", 400).words


def test_sources_and_licences_stand_at_the_foot(client, town):
    words = read(client, "/").words
    assert "Contains pcns." in words
    assert "Open Government Licence v3.0" in words
    assert "Contains toy data." in words


def test_an_empty_database_has_pages_too(client):
    assert "None is loaded yet." in read(client, "/").words
    read(client, "/place")


def test_the_landing_document_is_for_programs(client, town):
    for answer in (
        client.get("/?f=json"),
        client.get("/", headers={"Accept": "application/json"}),
    ):
        body = answer.json()
        assert {each["rel"] for each in body["links"]} == {
            *("self", "alternate", "service-desc", "service-doc", "data"),
            "conformance",
        }
        for each in body["links"]:
            assert client.get(each["href"]).status_code == 200
    assert client.get("/?f=xml").status_code == 400


@pytest.mark.parametrize(
    ("accept", "is_json"),
    [
        ("application/json", True),
        ("text/html,application/xhtml+xml,application/json;q=0.5", False),
        ("text/html;q=0.5, application/json", True),
        ("*/*", False),
        ("", False),
        ("application/json;q=x", False),
    ],
)
def test_what_a_client_accepts_decides(accept, is_json):
    assert prefers_json(accept) is is_json


def test_the_interface_is_told_without_a_network(client):
    page = read(client, "/docs")
    assert "GET /neighbourhoods/{slug}/consensus" in page.words
    assert "one of people, area" in page.words
    addresses = [each.get("href", "") for _, each in page.tags]
    addresses += [each.get("src", "") for _, each in page.tags]
    assert not [each for each in addresses if each.startswith("http")]


def test_a_body_is_told_member_by_member():
    body = {
        "properties": {"codes": {"type": "array", "items": {"$ref": "#/x/Code"}}},
        "required": ["codes"],
    }
    told = {"requestBody": {"content": {"application/json": {"schema": body}}}}
    document = {"paths": {"/things": {"post": told}}}
    found = operations_of(document)[0]
    assert [(each.name, each.kind, each.required) for each in found.body] == [
        ("codes", "list of Code", True)
    ]


def test_only_known_files_are_served(client):
    assert client.get("/static/assetmap.css").headers["content-type"].startswith("text")
    assert client.get("/static/pages.py").status_code == 404


def test_pages_may_load_nothing_from_elsewhere(client, town):
    policy = client.get("/").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")


def test_text_stands_out_from_what_it_is_on():
    css = files("assetmap.publish.web").joinpath("static/assetmap.css").read_text()
    colours = dict(re.findall(r"--(\w+): (#\w+);", css))
    for name in ("ink", "quiet", "link", "visited", "error"):
        for ground in ("paper", "soft"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def contrast(one, other):
    """The ratio of WCAG 2: 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    if len(colour) == 4:
        colour = "#" + "".join(2 * each for each in colour[1:])
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4
        for each in parts
    ]
    return sum(
        w * each for w, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )


def test_figures_read_as_on_the_command_line():
    assert [share(1, 0), share(0, 1), share(1, 3), share(1, 9999)] == [
        *("-", "0 %", "33.3 %", "<0.1 %")
    ]
    assert web_link("https://a.uk/x") == "https://a.uk/x"
    assert web_link("http://[") is web_link(None) is web_link("javascript:a()") is None
