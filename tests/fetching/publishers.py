"""A publisher's services on a real socket: ArcGIS REST, files with ranges, pages.

What a test wants to go wrong, it says by ``fail``; everything else is answered as the
real services do. Every request is noted in ``asked``.
"""

import json
import re
import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import shapely

from tests.toy_town import degrees

EAST, NORTH, SIDE = 383_000, 398_000, 100
LAYER = "/arcgis/rest/services/Toy_Wards_UK_BGC/FeatureServer"


def square(number):
    """The number-th square of a row of squares of 100 m, in EPSG:27700."""
    west = EAST + SIDE * (number - 1)
    return shapely.box(west, NORTH, west + SIDE, NORTH + SIDE)


@dataclass
class Layer:
    """A feature layer of squares in a row, or a table (``has_shapes`` False)."""

    count: int = 7
    most: int = 3
    has_pages: bool = True
    has_shapes: bool = True
    last_edit: int | None = 1_700_000_000_000
    id_field: str = "FID"
    says_where: str = "properties"
    caps_at: int = 10_000
    rows: dict = field(default_factory=dict)

    def __post_init__(self):
        for number in range(1, self.count + 1):
            code = f"E0500{number:04}"
            self.rows[number * 2] = {
                self.id_field: number * 2,
                "WD24CD": code,
                "WD24NM": f"Ward {number}",
                "WD24NMW": " ",
                "BNG_E": EAST,
            }

    def description(self):
        told = {
            "id": 0,
            "name": "Toy_Wards_UK_BGC",
            "type": "Feature Layer" if self.has_shapes else "Table",
            "objectIdField": self.id_field,
            "maxRecordCount": self.most,
            "supportedQueryFormats": "JSON, geoJSON, PBF",
            "advancedQueryCapabilities": {"supportsPagination": self.has_pages},
            "fields": [{"name": key} for key in self.rows.get(2, {})],
        }
        if self.last_edit is not None:
            told["editingInfo"] = {"lastEditDate": self.last_edit}
        return told

    def query(self, asked):
        found = [i for i in sorted(self.rows) if holds(asked["where"], self.rows[i])]
        if asked.get("returnCountOnly") == "true":
            return {"count": len(found)}
        if asked.get("returnIdsOnly") == "true":
            return {"objectIdFieldName": self.id_field, "objectIds": found[::-1]}
        if asked.get("returnGeometry") != "false" and not self.has_shapes:
            return {"error": {"code": 400, "message": "Invalid query parameters"}}
        assert asked["orderByFields"] == self.id_field
        if "resultOffset" in asked and not self.has_pages:
            return {"error": {"code": 400, "message": "Pagination is not supported."}}
        start = int(asked.get("resultOffset", 0))
        size = min(int(asked.get("resultRecordCount", self.most)), self.most)
        shown = found[start : start + min(size, self.caps_at)]
        return self.answer(asked, shown, start + len(shown) < len(found))

    def answer(self, asked, ids, has_more):
        wanted = asked["outFields"]
        rows = [self.rows[each] for each in ids]
        if wanted != "*":
            keep = wanted.split(",")
            rows = [{key: row[key] for key in keep} for row in rows]
        if asked["f"] == "json":
            told = {"features": [{"attributes": row} for row in rows]}
            return {**told, **({"exceededTransferLimit": True} if has_more else {})}
        assert asked["f"] == "geojson"
        sr = int(asked.get("outSR", 4326))
        features = [
            {
                "type": "Feature",
                "id": each,
                "geometry": shape_in(each // 2, sr),
                "properties": row,
            }
            for each, row in zip(ids, rows, strict=True)
        ]
        told = {"type": "FeatureCollection", "features": features}
        name = {"name": f"EPSG:{sr}"}
        told = {"crs": {"type": "name", "properties": name}, **told}
        if has_more and self.says_where == "properties":
            told["properties"] = {"exceededTransferLimit": True}
        elif has_more:
            told["exceededTransferLimit"] = True
        return told


def shape_in(number, sr):
    shape = square(number)
    if sr == 4326:
        shape = degrees(shape)
    return json.loads(shapely.to_geojson(shape))


def holds(where, row):
    """Whether a row fits the few forms of SQL that are asked for."""
    for part in where.replace("(", "").replace(")", "").split(" AND "):
        if part == "1=1":
            continue
        if found := re.fullmatch(r"(\w+) NOT LIKE '(\w+)%'", part):
            if str(row[found[1]]).startswith(found[2]):
                return False
            continue
        name, sign, value = re.fullmatch(r"(\w+) (>=|<=) (\d+)", part).groups()
        if sign == ">=" and row[name] < int(value):
            return False
        if sign == "<=" and row[name] > int(value):
            return False
    return True


@dataclass
class File:
    """A file that is served, with what tells its state."""

    content: bytes
    etag: str = '"one"'
    last_modified: str = ""
    kind: str = "text/csv"
    takes_ranges: bool = True


class Publisher:
    """The services, what goes wrong with them, and what they were asked."""

    def __init__(self):
        self.layer = Layer()
        self.files = {}
        self.pages = {}
        self.found = []
        self.asked = []
        self.headers = []
        self.faults = defaultdict(list)
        self.address = ""

    def fail(self, key, *faults):
        """Answer the next requests for ``key`` by these faults, one each.

        A key is ``layer``, ``count``, ``ids``, ``page OFFSET``, or a path.
        """
        self.faults[key] += faults

    @property
    def layer_address(self):
        return self.address + LAYER

    def times(self, key):
        return sum(each == key for each in self.asked)


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    publisher: Publisher

    def log_message(self, *_args):
        pass

    def do_GET(self):
        parts = urlsplit(self.path)
        self.query = {key: each[0] for key, each in parse_qs(parts.query).items()}
        self.route = parts.path
        key = self.key()
        self.publisher.asked.append(key)
        self.publisher.headers.append(dict(self.headers))
        faults = self.publisher.faults[key]
        if faults:
            fault = faults.pop(0)
            if getattr(fault, "for_ever", False):
                faults.insert(0, fault)
            fault(self)
            return
        self.usual()

    def key(self):
        if not self.route.startswith(LAYER):
            return self.route
        if not self.route.endswith("/query"):
            return "layer"
        if "returnCountOnly" in self.query:
            return "count"
        if "returnIdsOnly" in self.query:
            return "ids"
        return f"page {self.query.get('resultOffset', self.query['where'])}"

    def usual(self):
        if self.route in self.publisher.files:
            self.send_file(self.publisher.files[self.route])
        elif self.route in self.publisher.pages:
            said = self.publisher.pages[self.route].encode()
            self.send(said, 200, {}, "text/html; charset=utf-8")
        elif self.route == "/sharing/rest/search":
            self.send_json({"total": 1, "results": self.publisher.found})
        elif self.route.startswith(LAYER):
            self.send_json(self.told())
        else:
            self.send(b"not found", 404, {})

    def told(self):
        layer = self.publisher.layer
        if self.route == f"{LAYER}/0":
            return layer.description()
        if self.route == f"{LAYER}/0/query":
            return layer.query(self.query)
        return {"error": {"code": 400, "message": "Invalid URL", "details": []}}

    def body(self):
        if self.route in self.publisher.files:
            return self.publisher.files[self.route].content
        return json.dumps(self.told()).encode()

    def tags(self):
        """What tells the state of the file that is asked for, if it is one."""
        file = self.publisher.files.get(self.route, File(b"", etag=""))
        told = {"ETag": file.etag, "Last-Modified": file.last_modified}
        return {key: value for key, value in told.items() if value}

    def send_file(self, file):
        headers = self.tags()
        asked = self.headers
        if file.etag and asked.get("If-None-Match") == file.etag:
            self.send(b"", 304, headers)
            return
        same_day = file.last_modified and file.last_modified == asked.get(
            "If-Modified-Since"
        )
        if same_day:
            self.send(b"", 304, headers)
            return
        wanted = re.fullmatch(r"bytes=(\d+)-", asked.get("Range", ""))
        guard = asked.get("If-Range")
        if wanted and file.takes_ranges and guard in (file.etag, file.last_modified):
            start, whole = int(wanted[1]), len(file.content)
            if start >= whole:
                self.send(b"", 416, {"Content-Range": f"bytes */{whole}"})
                return
            headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
            self.send(file.content[start:], 206, headers, file.kind)
            return
        self.send(file.content, 200, headers, file.kind)

    def send_json(self, told):
        self.send(json.dumps(told).encode(), 200, {}, "application/json")

    def send(self, body, code, headers, kind="text/plain"):
        self.start(None if code == 304 else len(body), headers, code, kind)
        self.wfile.write(body)

    def start(self, length, headers, code=200, kind="application/json"):
        self.send_response(code)
        self.send_header("Content-Type", kind)
        if length is not None:
            self.send_header("Content-Length", str(length))
        elif code != 304:
            self.send_header("Connection", "close")
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_args):
        pass


@contextmanager
def publishing(publisher=None, tls=None):
    """A publisher that listens on a free port of this machine until the end."""
    publisher = publisher or Publisher()
    handler = type("Bound", (Handler,), {"publisher": publisher})
    server = Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    scheme = "http" if tls is None else "https"
    publisher.address = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def always(fault):
    """A fault that never ends."""

    def answer(handler):
        fault(handler)

    answer.for_ever = True
    return answer
