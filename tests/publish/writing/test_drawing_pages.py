"""A page behind a link, as browsers without scripts use it: forms, and no account."""

import html
import json
import re
from datetime import timedelta

import pytest
import shapely

from assetmap.settings import settings
from assetmap.sources.days import today
from tests.publish.problems import check_problem
from tests.toy_town import box, degrees

SCRIPT = '<script type="module" src="/static/draw.js">'
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def path(town):
    town.client.cookies.clear()
    asked = [
        {"id": "age", "text": "How <old>?", "kind": "choice", "is_required": True}
        | {"choices": ["young", "old"]},
        {"id": "years_lived", "text": "Since when?", "kind": "number"},
    ]
    body = {"last_day": (today() + timedelta(9)).isoformat(), "questions": asked}
    address = town.post("/neighbourhoods/middle/links", "steward", json=body).json()
    yield "/draw/" + address["address"].rpartition("/")[2]
    town.client.cookies.clear()


def send(town, path, **fields):
    return town.post(path, data={"answer-age": "old"} | fields, headers=OURS)


def test_the_form_asks_and_needs_nothing_from_elsewhere(town, path):
    answer = town.get(path)
    assert answer.status_code == 200
    assert "Where is Middle?" in answer.text
    assert "How &lt;old&gt;?" in answer.text
    assert re.findall(r"<script[^>]*>", answer.text) == [SCRIPT]
    assert not re.search(r'(src|href|data-tiles)="https?:', answer.text)
    allowed = answer.headers["content-security-policy"]
    assert "script-src 'self';" in allowed
    assert "http" not in allowed
    assert answer.headers["cache-control"] == "no-store"
    browser = {"Accept": "text/html"}
    api = path.replace("/draw/", "/links/")
    sent_on = town.get(api, headers=browser, follow_redirects=False)
    assert (sent_on.status_code, sent_on.headers["location"][-60:]) == (
        303,
        ("http://testserver" + path)[-60:],
    )


def test_streets_are_sent_and_taken_back_by_forms_alone(town, path):
    answer = send(town, path, postcodes="M1 1AA\r\nm11ab,", note="<b>Ours</b>")
    assert answer.status_code == 200, answer.text
    assert "1 LSOA of &#39;blocks&#39; that hold 2 postcodes" in answer.text
    number, token = re.findall(r"<code>(.*?)</code>", answer.text)
    drawing = f"/neighbourhoods/middle/sketches/{number}"
    told = town.get(drawing, token=token).json()
    assert (told["note"], told["answers"]) == ("<b>Ours</b>", {"age": "old"})
    # The same browser has sent what the link takes of one device.
    again = send(town, path, postcodes="M1 1AA")
    assert again.status_code == 409
    assert "one drawing from one device" in again.text
    wrong = town.post(f"{path}/withdrawn", data={"drawing": number}, headers=OURS)
    assert wrong.status_code == 404
    fields = {"drawing": number, "token": token}
    assert "erased" in town.post(f"{path}/withdrawn", data=fields, headers=OURS).text
    check_problem(town.get(drawing, token=token), 404)


def test_what_is_wrong_is_told_beside_what_was_said(town, path):
    answer = send(town, path, postcodes="M1 1AA, ZZ9 9ZZ", note="<script>")
    assert answer.status_code == 422
    assert "ZZ9 9ZZ are not known" in answer.text
    assert "M1 1AA, ZZ9 9ZZ</textarea>" in answer.text
    assert re.findall(r"<script[^>]*>", answer.text) == [SCRIPT]
    missing = send(town, path, postcodes="M1 1AA", **{"answer-age": ""})
    assert 'href="#answer-age"' in missing.text
    for geojson in ("{", '{"type": "Point", "coordinates": [0, 0]}'):
        assert send(town, path, geojson=geojson).status_code == 422
    shape = degrees(box(50, 0, 150, 100)).__geo_interface__
    text = str(shape).replace("'", '"').replace("(", "[").replace(")", "]")
    assert send(town, path, geojson=re.sub(r",\s*\]", "]", text)).status_code == 200


def written(shape):
    return json.dumps(shapely.geometry.mapping(degrees(shape)))


def test_what_was_sent_is_changed_by_forms_alone(town, path):
    first = send(town, path, geojson=written(box(0, 0, 100, 100)), note="Ours & more")
    number, token = re.findall(r"<code>(.*?)</code>", first.text)
    named = {"drawing": number, "token": token}
    form = town.post(f"{path}/drawing", data=named, headers=OURS)
    assert (form.status_code, form.headers["cache-control"]) == (200, "no-store")
    assert f'action="{path}/redrawn"' in form.text
    assert "Ours &amp; more</textarea>" in form.text
    assert "<option selected>old</option>" in form.text
    kept = re.search(r'name="geojson"[^>]*>([^<]*)<', form.text)[1]
    assert json.loads(html.unescape(kept))["type"] == "MultiPolygon"

    again = named | {"answer-age": "young", "postcodes": "M1 1AA"}
    wrong = again | {"answer-age": "ancient"}
    refused = town.post(f"{path}/redrawn", data=wrong, headers=OURS)
    assert refused.status_code == 422
    assert f'value="{token}"' in refused.text
    changed = town.post(f"{path}/redrawn", data=again, headers=OURS)
    assert re.findall(r"<code>(.*?)</code>", changed.text) == [number, token]
    told = town.get(f"/neighbourhoods/middle/sketches/{number}", token=token).json()
    assert (told["answers"], told["note"]) == ({"age": "young"}, None)

    for token in ("", "nobody's"):
        bad = again | {"token": token}
        for act in ("drawing", "redrawn", "withdrawn"):
            answer = town.post(f"{path}/{act}", data=bad, headers=OURS)
            assert answer.status_code == 404
            assert town.post(f"{path}/{act}", data=again).status_code == 403


def test_the_map_begins_where_something_is_and_shows_no_drawing(town, path):
    text = town.get(path).text
    west, south, east, north = map(
        float, re.search(r'data-box="(.*?)"', text)[1].split(",")
    )
    inside = degrees(box(0, 0, 300, 300)).bounds
    assert shapely.box(west, south, east, north).intersects(shapely.box(*inside))
    assert 'data-lsoa="blocks"' in text


def test_a_base_map_is_shown_only_from_where_the_deployment_says(
    town, path, monkeypatch
):
    monkeypatch.setenv("ASSETMAP_BASE_MAP_URL", "https://tiles.example/{z}/{x}/{y}.png")
    monkeypatch.setenv("ASSETMAP_BASE_MAP_ATTRIBUTION", "<b>Map</b> makers")
    settings.cache_clear()
    answer = town.get(path)
    monkeypatch.undo()
    settings.cache_clear()
    assert (
        "img-src 'self' https://tiles.example;"
        in (answer.headers["content-security-policy"])
    )
    assert 'data-tiles-from="&lt;b&gt;Map&lt;/b&gt; makers"' in answer.text
    others = town.get("/").headers["content-security-policy"]
    assert "script-src" not in others
    assert "tiles.example" not in others


def test_forms_of_other_websites_and_closed_links_are_refused(town, path):
    bare = {"answer-age": "old", "postcodes": "M1 1AA"}
    assert town.post(path, data=bare).status_code == 403
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert town.post(path, data=bare, headers=elsewhere).status_code == 403
    assert town.get("/draw/nobody-knows").status_code == 404
    for each in town.get("/neighbourhoods/middle/links", "steward").json()["links"]:
        at = f"/neighbourhoods/middle/links/{each['id']}"
        town.delete(at, "steward", match="*")
    closed = town.get(path)
    assert closed.status_code == 410
    assert "This link closed" in closed.text
