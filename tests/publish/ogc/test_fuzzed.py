"""Filters made up from the grammar, and from nothing: answered or refused, no fault."""

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

columns = st.sampled_from(
    ["code", "name", "area_m2", "valid_from", "valid_to", "geometry", "geom", "x'"]
)
words = st.text(max_size=6).map(lambda text: "'" + text.replace("'", "''") + "'")
numbers = st.floats(allow_nan=False).map(str) | st.integers().map(str)
days = st.dates().map(lambda day: f"DATE('{day}')") | st.just("TIMESTAMP('x')")
values = words | numbers | days | columns | st.sampled_from(["TRUE", "NULL", "''", "-"])
points = st.tuples(st.floats(-200, 200), st.floats(-100, 100))
shapes = points.map(lambda xy: f"POINT({xy[0]} {xy[1]})") | st.lists(
    points, min_size=2, max_size=5
).map(lambda all_: f"LINESTRING({', '.join(f'{x} {y}' for x, y in all_)})")
compared = st.one_of(
    st.tuples(columns | values, st.sampled_from(["=", "<>", "<", ">="]), values).map(
        " ".join
    ),
    st.tuples(columns, words).map(lambda each: f"{each[0]} LIKE {each[1]}"),
    st.tuples(columns, values, values).map(
        lambda each: f"{each[0]} BETWEEN {each[1]} AND {each[2]}"
    ),
    st.tuples(columns, st.lists(values, max_size=3)).map(
        lambda each: f"{each[0]} NOT IN ({', '.join(each[1])})"
    ),
    columns.map(lambda each: f"{each} IS NULL"),
    st.tuples(
        st.sampled_from(["S_INTERSECTS", "S_WITHIN", "S_CROSSES", "S_X"]),
        columns,
        shapes,
    ).map(lambda each: f"{each[0]}({each[1]}, {each[2]})"),
    st.tuples(
        st.sampled_from(["T_AFTER", "T_DURING", "T_MEETS"]), columns | values, days
    ).map(lambda each: f"{each[0]}({each[1]}, INTERVAL({each[2]}, '..'))"),
    st.tuples(columns, values).map(lambda each: f"CASEI({each[0]}) = CASEI({each[1]})"),
)
filters = st.recursive(
    compared,
    lambda inner: (
        inner.map(lambda each: f"NOT ({each})")
        | st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner).map("".join)
    ),
    max_leaves=6,
)
trees = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(-(2**63), 2**63)
    | st.text(max_size=6)
    | st.sampled_from(["code", "geometry", "valid_from"]).map(
        lambda each: {"property": each}
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(
            st.sampled_from(
                ["and", "not", "=", "like", "in", "between", "casei", "isNull",
                 "s_within", "t_after", "t_meets", "x"]
            ),
            st.lists(inner, max_size=3) | inner,
        ).map(lambda each: {"op": each[0], "args": each[1]})
        | st.tuples(
            st.sampled_from(["Point", "Polygon", "GeometryCollection", "X"]), inner
        ).map(lambda each: {"type": each[0], "coordinates": each[1]})
        | inner.map(lambda each: {"interval": [each, ".."]})
        | inner.map(lambda each: {"bbox": each})
        | inner.map(lambda each: {"date": each})
    ),
    max_leaves=10,
)  # fmt: skip
often = settings(
    max_examples=150,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def check(ogc, text, name="wards"):
    sent = {"filter": text.encode("utf-8", "replace").decode()}
    answer = ogc.get(f"/collections/{name}/items", params=sent)
    assert answer.status_code in (200, 400, 414), (text, answer.text)


@given(filters)
@often
def test_no_filter_of_the_grammar_is_a_fault(ogc, text):
    check(ogc, text)


@given(trees)
@often
def test_no_tree_is_a_fault(ogc, tree):
    check(ogc, orjson.dumps(tree, option=orjson.OPT_NON_STR_KEYS).decode(), "assets")


@given(st.text(max_size=60))
@often
def test_no_text_is_a_fault(ogc, text):
    check(ogc, text)
