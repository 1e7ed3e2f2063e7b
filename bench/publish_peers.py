"""Servers of features that others made, and the floor, on the same database.

Their layer is a table of its own with what they are quickest with: longitude and
latitude, a whole number as key, an index of places. They see no other table.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import orjson
import psycopg

from bench.service import Served, served_by_uvicorn

LAYER = """
DROP SCHEMA IF EXISTS bench_peers CASCADE;
CREATE SCHEMA bench_peers;
CREATE TABLE bench_peers.layer AS
SELECT
    boundary.ordinal AS id, boundary.code, boundary.name,
    round(boundary.area_m2::numeric, 1)::float8 AS area_m2,
    boundary.geom_wgs84::geometry(multipolygon, 4326) AS geom
FROM boundary
INNER JOIN boundary_set ON boundary_set.id = boundary.boundary_set_id
WHERE boundary_set.name = '{name}' AND boundary_set.replaced_at IS NULL
ORDER BY ordinal;
ALTER TABLE bench_peers.layer ADD PRIMARY KEY (id);
CREATE INDEX ON bench_peers.layer USING gist (geom);
ANALYZE bench_peers.layer
"""


@dataclass(frozen=True)
class Peer:
    """A server under test: how it is started, and how its addresses are written."""

    name: str
    served: Callable[[], AbstractContextManager[Served]]
    items: str
    """The address of a page, to which parameters are added."""
    tile: str = ""
    """The address of a tile with {z}, {x} and {y}; empty where it makes none."""
    is_kept: bool = False
    """Whether it keeps the tiles that it made."""

    def tiles(self, places: Sequence[tuple[int, int, int]]) -> list[str]:
        """The addresses of tiles by zoom, column and row."""
        return [self.tile.format(z=z, x=x, y=y) for z, x, y in places]


@contextmanager
def layer(address: str, name: str) -> Iterator[None]:
    """The table that the others serve, of a set; gone afterwards."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(LAYER.format(name=name))
        try:
            yield
        finally:
            connection.execute("DROP SCHEMA bench_peers CASCADE")


def bare(address: str) -> Peer:
    """The floor."""

    def served() -> AbstractContextManager[Served]:
        app = "bench.floor_features:app"
        return served_by_uvicorn(app, {"BENCH_DATABASE": address}, "/?limit=1")

    return Peer("bare server", served, "/items?", "/tiles/{z}/{x}/{y}")


def tipg(address: str) -> Peer:
    """TiPg, which sees the one schema."""
    given = {"DATABASE_URL": _as_url(address), "TIPG_DB_SCHEMAS": '["bench_peers"]'}
    at = "/collections/bench_peers.layer"
    tile = f"{at}/tiles/WebMercatorQuad/{{z}}/{{x}}/{{y}}"

    def served() -> AbstractContextManager[Served]:
        return served_by_uvicorn("tipg.main:app", given, "/healthz")

    items = f"{at}/items?f=geojson&"
    return Peer(f"TiPg {version('tipg')}", served, items, tile)


def pygeoapi(address: str) -> Peer:
    """pygeoapi with its provider for PostgreSQL."""

    @contextmanager
    def served() -> Iterator[Served]:
        with tempfile.TemporaryDirectory() as folder:
            config, document = Path(folder) / "config.yml", Path(folder) / "openapi.yml"
            # JSON is YAML; it wants a document of OpenAPI, and reads it once.
            config.write_bytes(orjson.dumps(_config(address)))
            document.write_bytes(b'{"openapi": "3.0.2", "paths": {}}')
            given = {
                "PYGEOAPI_CONFIG": str(config),
                "PYGEOAPI_OPENAPI": str(document),
            }
            app = "pygeoapi.starlette_app:APP"
            with served_by_uvicorn(app, given, "/conformance?f=json") as found:
                yield found

    name = f"pygeoapi {version('pygeoapi')}"
    return Peer(name, served, "/collections/layer/items?f=json&")


def _as_url(address: str) -> str:
    """The address as asyncpg takes it: a socket's folder stands in the place of a host
    with its slashes escaped."""
    said = psycopg.conninfo.conninfo_to_dict(address)
    host = quote(str(said.get("host") or "localhost"), safe="")
    secret = f":{said['password']}" if said.get("password") else ""
    place = f"{said['user']}{secret}@{host}:{said.get('port') or 5432}"
    return f"postgresql://{place}/{said['dbname']}"


def _config(address: str) -> dict[str, object]:
    said = psycopg.conninfo.conninfo_to_dict(address)
    provider = {
        "type": "feature",
        "name": "PostgreSQL",
        "data": {
            "host": said["host"],
            "port": int(said.get("port") or 5432),
            "dbname": said["dbname"],
            "user": said["user"],
            "password": said.get("password") or "none",
            "search_path": ["bench_peers"],
        },
        "id_field": "id",
        "table": "layer",
        "geom_field": "geom",
    }
    words = {"title": "layer", "description": "layer", "keywords": ["layer"]}
    link = {"type": "text/html", "rel": "about", "href": "http://localhost/"}
    extent = {"spatial": {"bbox": [-180, -90, 180, 90]}}
    told = {**words, "keywords_type": "theme", "terms_of_service": "none"}
    told["url"] = link["href"]
    return {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 5000},
            "url": "http://127.0.0.1:5000",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "language": "en-GB",
            "pretty_print": False,
            "limits": {"default_items": 10, "max_items": 10_000},
            "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": told,
            "license": {"name": "none"},
            "provider": {"name": "none"},
            "contact": {"name": "none"},
        },
        "resources": {
            "layer": {
                "type": "collection",
                **words,
                "links": [link],
                "extents": extent,
                "providers": [provider],
            }
        },
    }
