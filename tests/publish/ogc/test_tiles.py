"""OGC API Tiles Part 1 (20-057): abstract tests; TileJSON, styles, and outlines."""

import asyncio

import numpy as np
import pyogrio
import pytest
import shapely
from sqlalchemy import text

from assetmap.boundaries import outlines
from assetmap.publish.features.tiles import Tile
from assetmap.publish.ogc import quick, tiles
from assetmap.publish.ogc.tile_cache import TileCache
from tests.publish.ogc.asking import COLLECTIONS, WEB, link_of, names
from tests.publish.problems import check_problem
from tests.toy_town import SQUARES, add_set, at, degrees

MVT = "application/vnd.mapbox-vector-tile"
TMS = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
TILESETS = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
PATH = "/collections/{}/tiles/WebMercatorQuad/{}/{}/{}"


def tile_at(z, place):
    """The address of the tile of a zoom that a place in degrees lies in."""
    x = int((place.x + 180) / 360 * 2**z)
    up = np.arcsinh(np.tan(np.radians(place.y))) / np.pi
    return z, int((1 - up) / 2 * 2**z), x


def tile(client, name, place, z=16, **asked):
    return client.get(PATH.format(name, *tile_at(z, degrees(place))), params=asked)


def read(answer, tmp_path, place, z=16):
    """The rows of a tile, their places in EPSG:3857."""
    z, y, x = tile_at(z, degrees(place))
    path = tmp_path / f"{z}-{x}-{y}.mvt"
    path.write_bytes(answer.content)
    return pyogrio.read_dataframe(path, X=str(x), Y=str(y), Z=str(z), CLIP="NO")


@pytest.mark.parametrize("name", COLLECTIONS)
def test_tilesets_list(ogc, name):
    """/conf/tilesets-list/ts-links, /conf/geodata-tilesets/desc-links."""
    told = ogc.get(f"/collections/{name}").json()
    (found,) = ogc.get(link_of(told, TILESETS)).json()["tilesets"]
    assert found["dataType"] == "vector"
    assert found["crs"] == WEB
    assert found["tileMatrixSetURI"] == TMS
    assert ogc.get(link_of(found, "self")).status_code == 200


def test_tileset_success(ogc):
    """/conf/tileset/success: its layers, and a template of its tiles."""
    body = ogc.get("/collections/wards/tiles/WebMercatorQuad").json()
    assert [each["id"] for each in body["layers"]] == ["wards"]
    template = link_of(body, "item", MVT)
    z, y, x = tile_at(16, degrees(at(50, 50)))
    address = template.format(tileMatrix=z, tileRow=y, tileCol=x)
    assert ogc.get(address).status_code == 200
    assert body["boundingBox"]["lowerLeft"][0] < body["boundingBox"]["upperRight"][0]


def test_core_tile_op_and_success(ogc, tmp_path):
    """/conf/core/tc-op, tc-success; /conf/mvt/content: features where they are."""
    answer = tile(ogc, "wards", at(50, 50))
    assert answer.headers["content-type"] == MVT
    found = read(answer, tmp_path, at(50, 50))
    assert set(found["code"]) == set(SQUARES)
    expected = outlines.in_mercator(np.array([degrees(SQUARES["W"])]))[0]
    (west,) = found[found["code"] == "W"].geometry
    pixel = outlines.PIXEL_M / 2**16 / 8
    assert shapely.hausdorff_distance(west.envelope, expected.envelope) < 4 * pixel
    assert found["area_m2"].tolist() == [10_000] * 4
    assert set(found["valid_from"].astype(str)) == {"2020-01-01"}


def test_core_tile_error(ogc):
    """/conf/core/tc-error: tiles that are not there."""
    for z, y, x in (
        (0, 1, 0),
        (0, 0, 1),
        (23, 0, 0),
        (-1, 0, 0),
        (3, 8, 0),
        (3, 0, -1),
    ):
        check_problem(ogc.get(PATH.format("wards", z, y, x)), 404, "tile-not-found")
    check_problem(ogc.get(PATH.format("wards", "x", 0, 0)), 400)
    check_problem(ogc.get("/collections/wards/tiles/WorldCRS84Quad/0/0/0"), 404)
    check_problem(ogc.get(PATH.format("no", 0, 0, 0)), 404)


def test_a_tile_of_nothing_has_no_content(ogc):
    assert ogc.get(PATH.format("wards", 16, 0, 0)).status_code == 204
    assert ogc.get(PATH.format("organisations", 0, 0, 0)).status_code == 204


@pytest.mark.parametrize("z", [10, 11, 14, 22])
def test_every_zoom_has_its_tiles(ogc, z):
    assert tile(ogc, "wards", at(50, 50), z).status_code == 200
    assert tile(ogc, "pcns", at(50, 50), z).status_code == 200


def test_attributes_are_chosen(ogc, tmp_path):
    answer = tile(ogc, "wards", at(50, 50), properties="name")
    found = read(answer, tmp_path, at(50, 50))
    assert {"code", "area_m2"}.isdisjoint(found.columns)
    assert "name" in found.columns
    path = PATH.format("wards", 0, 0, 0)
    check_problem(ogc.get(f"{path}?properties=geom"), 400, "bad-parameter")


def test_no_tile_shows_a_hidden_or_a_true_place(ogc, tmp_path):
    found = read(tile(ogc, "assets", at(60, 50)), tmp_path, at(60, 50))
    assert set(found["name"]) <= names(ogc) - {"Refuge", "Choir", "Cafe"}
    assert "Hall" in set(found["name"])
    found = read(tile(ogc, "assets", at(500, 500), 18), tmp_path, at(500, 500), 18)
    assert set(found["name"]) == {"Cafe"}


def test_a_tile_that_a_client_has_is_not_made_again(ogc):
    first = tile(ogc, "wards", at(50, 50))
    path = PATH.format("wards", *tile_at(16, degrees(at(50, 50))))
    for held in (first.headers["etag"], "*"):
        again = ogc.get(path, headers={"If-None-Match": held})
        assert (again.status_code, again.content) == (304, b"")
    other = ogc.get(f"{path}?properties=code", headers={"If-None-Match": held})
    assert other.headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize("z", [9, 10, 11, 16])
@pytest.mark.parametrize("asked", ["", "?properties=name,code"])
def test_whichever_way_a_tile_is_made_it_is_the_same(ogc, monkeypatch, z, asked):
    path = PATH.format("wards", *tile_at(z, degrees(at(50, 50)))) + asked
    cache = TileCache(10_000)
    monkeypatch.setattr(tiles, "KEPT", cache)
    with monkeypatch.context() as patch:
        patch.setattr(quick, "is_public", lambda _: False)
        told = ogc.get(path)
        assert ogc.get(path).content == told.content
    cache.forget()
    with monkeypatch.context() as patch:
        patch.setattr(tiles, "tile_of", None)
        quickly = ogc.get(path)
        assert quickly.content == told.content
        assert quickly.headers["etag"] == told.headers["etag"]
        patch.setattr(tiles, "tile_at_a_glance", None)
        assert ogc.get(path).content == told.content
        held = {"If-None-Match": told.headers["etag"]}
        assert ogc.get(path, headers=held).status_code == 304


def test_many_who_ask_for_one_tile_wait_for_one(monkeypatch):
    made = []

    async def slowly(*_):
        made.append(1)
        await asyncio.sleep(0.01)
        return b"tile"

    async def asked_at_once():
        ask = (tiles._found(None, None, None, ()) for _ in range(5))
        return await asyncio.gather(*ask)

    monkeypatch.setattr(tiles, "tile_at_a_glance", slowly)
    monkeypatch.setattr(tiles, "name_of", lambda *_: "one")
    monkeypatch.setattr(tiles, "KEPT", TileCache(10))
    assert asyncio.run(asked_at_once()) == [b"tile"] * 5
    assert made == [1]


@pytest.mark.parametrize("at_", ["1/2/3", "x/0/0", "0/0/00000001", "99/0/0"])
def test_a_tile_that_cannot_be_is_told_as_ever(ogc, at_):
    answer = ogc.get(f"/collections/wards/tiles/WebMercatorQuad/{at_}")
    assert answer.status_code in (400, 404)
    wrong = ogc.get(f"{PATH.format('wards', 0, 0, 0)}?colour=red")
    check_problem(wrong, 400, "bad-parameter")


def test_tilejson_and_style_lead_to_tiles(ogc):
    told = ogc.get("/collections/wards").json()
    style = ogc.get(link_of(told, "style")).json()
    assert style["version"] == 8
    source = ogc.get(style["sources"]["wards"]["url"]).json()
    assert source["tilejson"] == "3.0.0"
    assert source["attribution"] == "Contains wards."
    assert set(source["vector_layers"][0]["fields"]) >= {"code", "name"}
    z, y, x = tile_at(12, degrees(at(50, 50)))
    assert ogc.get(source["tiles"][0].format(z=z, y=y, x=x)).status_code == 200
    chosen = "/collections/wards/tiles/WebMercatorQuad?f=tilejson&properties=code"
    assert ogc.get(chosen).json()["tiles"][0].endswith("?properties=code")
    check_problem(ogc.get("/collections/wards/tiles/WebMercatorQuad?f=x"), 400)


def zigzag():
    """Two areas that share an edge of many vertices."""
    up = np.linspace(0, 2_000, 401)
    along = np.column_stack([1_000 + 3 * np.sin(up), up])
    west = shapely.Polygon([(0, 0), *along, (0, 2_000)])
    east = shapely.Polygon([(2_000, 0), (2_000, 2_000), *along[::-1]])
    return {
        code: shapely.transform(each, lambda xy: np.add(xy, (383_000, 398_000)))
        for code, each in (("A", west), ("B", east))
    }


def test_outlines_have_few_vertices_and_no_gaps(session):
    row = add_set(session, "zigzag", zigzag())
    found = session.execute(
        text(
            "SELECT most_zoom, st_asbinary(geom) FROM boundary_outline"
            " WHERE boundary_set_id = :id ORDER BY most_zoom, boundary_id"
        ),
        {"id": row.id},
    ).all()
    assert [each[0] for each in found] == [7, 7, 10, 10]
    shapes = shapely.from_wkb([bytes(each[1]) for each in found])
    assert shapely.get_num_coordinates(shapes).max() < 100
    for pair in (shapes[:2], shapes[2:]):
        assert shapely.coverage_is_valid(pair)
        assert shapely.area(shapely.union_all(pair)) == pytest.approx(
            shapely.area(pair).sum()
        )
        assert len(shapely.get_parts(shapely.union_all(pair))) == 1


def test_sets_of_an_earlier_version_are_drawn_later(session):
    row = add_set(session, "zigzag", zigzag())
    assert row.name not in {each.name for each in outlines.lacking(session)}
    session.execute(text("DELETE FROM boundary_outline"))
    assert row.name in {each.name for each in outlines.lacking(session)}
    outlines.draw(session, row)
    assert row.name not in {each.name for each in outlines.lacking(session)}


def test_the_cache_holds_no_more_than_it_may():
    cache = TileCache(10)
    cache.keep("a", b"12345")
    cache.keep("b", b"12345")
    assert cache.get("a") == b"12345"
    cache.keep("c", b"1")
    assert (cache.get("b"), cache.get("a")) == (None, b"12345")
    cache.keep("d", b"x" * 11)
    assert cache.get("d") is None
    assert cache.get(None) is None


def test_the_box_of_a_tile_holds_what_is_drawn_around_it():
    west, south, east, north = Tile(1, 0, 0).degrees()
    assert (west, east) == (-180.0, pytest.approx(360 / 2 * 64 / 4096))
    assert south < 0 < 85.05 < north
