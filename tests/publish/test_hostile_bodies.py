"""Whatever is sent to be compared or parted: an answer, or what is wrong with it."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.publish.test_hostile import anything, check

W = {"set": "wards", "code": "W"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/comparison", lambda sent: {"a": sent, "b": W}),
        ("/comparison", lambda sent: {"a": W, "b": {"geometry": sent}}),
        ("/comparison", lambda sent: sent),
        ("/severance", lambda sent: {"footprint": sent}),
        ("/deprivation", lambda sent: {"footprint": sent}),
        ("/deprivation", lambda sent: {"footprint": W, "scores": sent}),
        ("/severance", lambda sent: {"footprint": W, "sets": sent}),
        ("/severance", lambda sent: {"footprint": W, "bandwidth_m": sent}),
        ("/provision", lambda sent: {"footprint": W, "categories": sent}),
    ],
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sent=anything)
def test_any_body_is_answered(client, path, body, sent):
    check(client.post(path, json=body(sent)))
