"""Whatever is put wherever the OpenAPI document has a place for something.

A new route is tried as soon as it is documented.
"""

import json
import re

import pytest

from tests.publish.edge.openapi_walk import operations, places_of
from tests.publish.problems import check_problem

pytestmark = pytest.mark.long

SQL = (
    "' OR 1=1--", "'; DROP TABLE boundary_set; --", "1; SELECT pg_sleep(5)", "\\'--",
    "') UNION SELECT secret_sha256::text FROM api_key--", "$$;$$", "{1,2}", ":name",
    "%(name)s",
)  # fmt: skip
PATTERNS = ("%", "_", "%%%", "\\", "*", "(?i)(a+)+$", "[", "a" * 200 + "!")
TEXT = (
    "a\0b", "\0", "\u202e", "\ufeff", "\ufffe", "\ud800", "e\u0301" * 40, "🏡",
    "\u2028", "İı", "ﷺ" * 20,
)  # fmt: skip
PATHS = (
    "../../etc/passwd",
    "..\\..\\x",
    "/etc/passwd",
    "file:///etc/passwd",
    ".",
    "..",
)
LINES = ("a\r\nX-Injected: yes", "a\nX-Injected: yes", "a\r\n\r\n<p>")
CODE = (
    "{{7*7}}", "${7*7}", "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
    "=1+1", "@SUM(1)", "%s%n", "$(id)", "`id`", "|id", "javascript:x",
)  # fmt: skip
NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e400", "-1", "0", "99999999999999999999",
    "1e-400", "0x10", "٣", "1_000", "2147483648", "9223372036854775808", "-0", "",
)  # fmt: skip
OTHER = ("null", "true", "[]", "{}", "x" * 3_000, " ", "2026-02-30", "9999-12-31")
SHARES, FEW = 5, 6
BYTES = ("%ED%A0%80", "%FF%FE", "%C0%80", "%F4%90%80%80", "%", "%zz", "%u0041")
NASTY = (*SQL, *PATTERNS, *TEXT, *PATHS, *LINES, *CODE, *NUMBERS, *OTHER)

LEAKS = re.compile(
    r"psycopg|sqlalchemy|Traceback|syntax error at|site-packages|secret_sha256\b(?!::)|"
    r"root:x:0",
)


def check(answer):
    """Nothing is a fault of ours, and what came in turns into nothing else."""
    assert answer.status_code < 500, (answer.request.url, answer.text[:500])
    assert "x-injected" not in answer.headers
    if answer.status_code >= 400 and "json" in answer.headers["content-type"]:
        text = str(check_problem(answer, answer.status_code)["detail"])
        assert not LEAKS.search(text), text
    if "html" not in answer.headers.get("content-type", ""):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")


RAW = (None, True, [], {}, [[]], [None], -1, 1.5, 10**30, {"$ref": "#"}, {"type": "x"})
"""What may stand in a body that is no text."""


def send(client, place, value, headers):
    """The answer to an operation with a value in one of its places."""
    address, own, body = place.asked(value)
    named = {name: each.encode("utf-8", "replace") for name, each in own.items()}
    if body is None:
        return client.request(place.method, address, headers={**headers, **named})
    sent = {**headers, **named, "content-type": "application/json"}
    text = json.dumps(body)
    return client.request(place.method, address, headers=sent, content=text)


def is_closed(client, place):
    """Whether nobody gets past without a key: what is real is sent, and nothing else.

    A parameter that is not known would be refused before.
    """
    address, headers, body = place.asked("x")
    bare = address.replace("no-such-parameter=x", "").rstrip("?&")
    answer = client.request(place.method, bare, headers=headers, json=body)
    return answer.status_code in (401, 403)


@pytest.mark.parametrize("operation", operations())
def test_nothing_that_is_put_anywhere_is_more_than_a_value(hostile, operation):
    places = places_of(operation)
    # Behind a key that may, if there is no way past without one.
    headers = hostile.key if is_closed(hostile.client, places[0]) else {}
    for number, place in enumerate(places):
        # Of many places that are read alike each is given its share of the list.
        some = NASTY[number % SHARES :: SHARES] if len(places) > FEW else NASTY
        for value in some:
            if place.kind == "header" and set(value) & {"\r", "\n", "\0"}:
                continue  # no client sends these: they end a header
            check(send(hostile.client, place, value, headers))
        for value in RAW if place.kind == "body" else ():
            check(send(hostile.client, place, value, headers))
        for value in BYTES if place.kind in ("path", "query") else ():
            address = place.asked("VALUE")[0].replace("VALUE", value)
            check(hostile.client.request(place.method, address, headers=headers))


def test_the_walk_reaches_every_place():
    """It is by the document: what it should find in two routes is written out here."""
    names = {str(each) for each in places_of("POST /reconciliation")}
    assert "POST /reconciliation body footprint.union.[].geometry" in names
    assert "POST /reconciliation body against.[]" in names
    names = {str(each) for each in places_of("GET /boundary-sets/{name}/quality")}
    assert "GET /boundary-sets/{name}/quality path name" in names
    assert "GET /boundary-sets/{name}/quality query reason" in names


@pytest.mark.parametrize("operation", operations())
def test_the_rest_of_a_question_is_real(hostile, operation):
    """Else a nasty value would never be read: something before it would be wrong."""
    place = places_of(operation)[0]
    if place.method != "GET":
        return
    address = place.asked("x")[0].replace("no-such-parameter=x", "").rstrip("?&")
    answer = hostile.client.get(address, headers=hostile.key)
    expected = (200, 404) if "{" in place.path else (200,)
    if "/practices" in place.path:
        expected = (404,)  # The town has none.
    if place.path.endswith("/change"):
        expected = (409,)  # Nothing was published on the earlier day.
    assert answer.status_code in expected, answer.text
