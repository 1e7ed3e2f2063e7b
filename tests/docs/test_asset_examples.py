"""Each importer of assets does what its example says, in a town of its own."""

from tests.docs.test_examples import PROJECT, README, examples, plain, run, town

__all__ = ["town"]


def test_each_importer_of_assets_does_what_its_example_says(town):
    for line, _ in examples(README, "toy town"):
        if "load postcodes" in line:
            run(line, town)
    shown = examples(PROJECT / "docs/data/assets.md", "toy town, assets")
    assert len(shown) >= 12
    for line, output in shown:
        assert plain(run(line, town)) == plain(output), line
