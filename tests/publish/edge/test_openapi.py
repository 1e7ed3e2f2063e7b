"""Answers are what the OpenAPI document says: asked by schemathesis, good and bad."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)

from tests.publish.edge.openapi_walk import names_in, operations

pytestmark = [
    pytest.mark.long,
    pytest.mark.filterwarnings("ignore:Do not use the `random` module"),
]

EXAMPLES = 6
NOT_OURS = [positive_data_acceptance]
"""Bodies and queries hold to more than a schema tells: one of three, a day after."""

LIMITS = [positive_data_acceptance, negative_data_rejection]


@pytest.fixture(scope="module")
def document(hostile):
    """The operations of the service, by name, with the service to ask."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", hostile.client.app)
    return {each.ok().label: each.ok() for each in schema.get_all_operations()}


def ask_many(operation, mode, headers, real, without=()):
    """Ask as the document says, or against it, and hold the answers to it."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        case.path_parameters.update(real)
        answer = case.call(headers=headers)
        assert answer.status_code < 500, answer.text
        not_ours = LIMITS if answer.status_code == 414 else NOT_OURS
        case.validate_response(answer, excluded_checks=[*not_ours, *without])

    try:
        ask()
    except Unsatisfiable:
        # Nothing can be asked wrongly where nothing is taken.
        assert mode is GenerationMode.NEGATIVE


@pytest.mark.parametrize("name", operations())
def test_what_the_document_allows_is_answered_as_it_says(document, name):
    ask_many(document[name], GenerationMode.POSITIVE, {}, {})


@pytest.mark.parametrize("name", operations())
def test_with_real_names_and_a_key_it_is_too(document, hostile, name):
    real = names_in(name.split(" ", 1)[1])
    # The key is ours and good: that others are refused is tried without it.
    ask_many(document[name], GenerationMode.POSITIVE, hostile.key, real, [ignored_auth])


@pytest.mark.parametrize("name", operations())
def test_what_the_document_does_not_allow_is_refused(document, name):
    ask_many(document[name], GenerationMode.NEGATIVE, {}, {})
