"""What people call things is text, on pages, in pictures and in spreadsheets.

The same text, which would be markup, a script and a formula, is put into every column
that holds words; then every page and every form of every answer is read.
"""

import csv
import io
import re
from contextlib import suppress
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from assetmap.publish.app import make_app
from assetmap.settings import settings
from tests.cli.conftest import run_command
from tests.publish.edge.openapi_walk import BESIDE, names_in, operations

PLANT = "=1+1\"><script>alert(1)</script><img src=x onerror=alert(1)>'&"
WORDS = re.compile(
    r"(^|_)(name|title|publisher|licence|attribution|source|note|description|address|"
    r"council|phone|email|opening_hours|access|cost|borough|detail|reason)$"
)
KEPT = {("boundary_set", "name"), ("count_set", "name"), ("deprivation_set", "name")}
"""Names by which things are asked for: they have a form, and no markup in it."""

VERSIONED = ("asset",)
"""Tables that refuse a change which does not raise the version."""

JAVASCRIPT = "UPDATE asset SET url = 'javascript:alert(1)', version = version + 1"

PAGES = ("/", "/places/middle", "/places/quiet", "/place?postcode=M1+1AA", "/docs")


def columns(connection):
    """The columns that hold words, of all tables."""
    found = connection.execute(
        text(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying') AND is_generated = 'NEVER'"
        )
    )
    told = [tuple(row) for row in found]
    return [each for each in told if WORDS.search(each[1]) and each not in KEPT]


@pytest.fixture(scope="module")
def planted(hostile):
    """The town with the text wherever the database takes it; where it did."""
    engine = create_engine(settings().database_url, poolclass=NullPool)
    took = set()
    with engine.begin() as connection:
        for table, column in columns(connection):
            put = f'UPDATE "{table}" SET "{column}" = :plant'  # noqa: S608 - our own
            if table in VERSIONED:
                put += ", version = version + 1"
            try:
                with connection.begin_nested():
                    if connection.execute(text(put), {"plant": PLANT}).rowcount:
                        took.add((table, column))
            except DBAPIError:
                continue  # a rule of the database keeps it to a form
        with suppress(DBAPIError), connection.begin_nested():
            connection.execute(text(JAVASCRIPT))
    engine.dispose()
    return took


class Page(HTMLParser):
    """The tags of a page, with what is in them."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.tags, self.words = [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data):
        self.words.append(data)


def check_picture(answer):
    """A picture is well-formed, draws only, and has the text as words."""
    found = list(ElementTree.fromstring(answer.content).iter())  # noqa: S314 - our own
    tags = {each.tag.rpartition("}")[2] for each in found}
    assert not tags & {"script", "img", "image", "foreignObject", "a"}
    assert not [name for each in found for name in each.attrib if name.startswith("on")]


def forms():
    """Every read that answers without a body, in each form that it is given in."""
    document = make_app().openapi()["paths"]
    for operation in operations():
        method, path = operation.split(" ", 1)
        if method != "GET" or path.startswith(("/jobs", "/metrics", "/session")):
            continue
        address = path.format(**names_in(path)) + "?" + BESIDE.get(path, "")
        yield address
        for each in document[path]["get"].get("parameters", ()):
            for value in each["schema"].get("enum", ()) if each["name"] in "f" else ():
                yield f"{address}&f={value}"


def test_the_text_is_in_every_column_that_can_hold_it(planted):
    assert planted >= {
        ("asset", "name"),
        ("boundary", "name"),
        ("boundary_set", "title"),
        ("boundary_set", "publisher"),
        ("boundary_set", "attribution"),
        ("count_set", "title"),
        ("neighbourhood", "name"),
    }


@pytest.mark.parametrize("path", PAGES)
def test_a_page_shows_it_as_text_and_holds_to_its_own_policy(hostile, planted, path):
    answer = hostile.client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    page = Page(answer.text)
    if path.startswith("/place"):
        assert any("<script>alert(1)" in each for each in page.words)
    for tag, told in page.tags:
        assert tag not in {"script", "style", "iframe", "object", "embed", "base"}
        assert not [name for name in told if name.startswith("on") or name == "style"]
        for name in ("src", "href", "action", "formaction", "xlink:href"):
            assert "javascript:" not in (told.get(name) or "").lower()
        if tag in {"link", "img", "form"} and told.get("rel") != "canonical":
            own = told.get("src") or told.get("href") or told.get("action") or "/"
            assert own.startswith(("/", "?", "#")), (tag, told)
    policy = answer.headers["content-security-policy"]
    assert "script-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", sorted(forms()))
def test_every_form_of_an_answer_keeps_it_text(hostile, planted, address):
    answer = hostile.client.get(address)
    kind = answer.headers["content-type"].split(";")[0]
    if kind == "text/csv":
        for row in csv.reader(io.StringIO(answer.text)):
            for cell in row:
                assert not cell.startswith(("=", "@", "\t")), cell
    elif kind == "image/svg+xml":
        check_picture(answer)
    elif kind.endswith("json"):
        answer.json()
    assert answer.headers["x-content-type-options"] == "nosniff"


class Drawn:
    """A picture that a command wrote."""

    def __init__(self, file):
        self.content = file.read_bytes()


def test_a_picture_has_it_as_words(hostile, planted, tmp_path):
    file = tmp_path / "compared.svg"
    found = run_command("compare", "middle", "wards/W", "-o", file)
    assert found.code == 0, found.said
    check_picture(Drawn(file))
    assert b"&lt;script&gt;" in Drawn(file).content


def test_a_table_of_look_ups_has_no_formula_in_it(hostile, planted):
    sent = "postcode,note\nM1 1AA,=2+2\nM1 1AB,@SUM(1)\n"
    answer = hostile.client.post(
        "/lookup", content=sent, headers={"content-type": "text/csv"}
    )
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) == 3
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]
    assert any(cell.startswith("'=1+1") for cell in cells)
