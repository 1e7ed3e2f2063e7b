"""Everything that people meet is documented, under the name they meet it by."""

import importlib
import pkgutil
import re
import tomllib
from pathlib import Path

import pytest
import typer

import assetmap
from assetmap.errors import AssetmapError
from assetmap.publish import problems
from assetmap.publish.app import make_app
from assetmap.publish.cli import app as command
from assetmap.publish.problems import status_of
from assetmap.publish.web import account_pages, drawing_pages, pages, signing_pages
from assetmap.settings import Settings
from assetmap.sources.fetch import plan

PROJECT = Path(__file__).parents[2]
DOCS = PROJECT / "docs"
PAGES = [PROJECT / "README.md", *sorted(DOCS.rglob("*.md"))]
BOUNDARIES = PROJECT / "data" / "boundaries"


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


def commands(node=None, path=("assetmap",)):
    """Each command with its words."""
    node = node or typer.main.get_command(command)
    if not hasattr(node, "commands"):
        yield " ".join(path), node
        return
    for name, each in node.commands.items():
        yield from commands(each, (*path, name))


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name):
    text = page("reference/cli.md")
    assert f"\n## {name}\n" in text
    section = text.split(f"\n## {name}\n")[1].split("\n## ")[0]
    for each in COMMANDS[name].params:
        if each.param_type_name == "option" and "--help" not in each.opts:
            flag = next(flag for flag in each.opts if flag.startswith("--"))
            assert re.search(rf"`{flag}[ `]", section), flag


def test_no_command_is_documented_that_is_not_there():
    assert set(re.findall(r"^## (assetmap .+)$", page("reference/cli.md"), re.M)) == {
        *COMMANDS
    }


def test_every_setting_is_documented_with_its_default():
    text = page("reference/settings.md")
    for name, field in Settings.model_fields.items():
        row = re.search(rf"^\| `ASSETMAP_{name.upper()}` \|.*$", text, re.M)
        assert row, name
        if isinstance(field.default, int):
            assert f"`{field.default}`" in row[0]


def kinds_of_error():
    for each in pkgutil.walk_packages(assetmap.__path__, "assetmap."):
        importlib.import_module(each.name)
    found = [AssetmapError]
    for each in found:
        found += each.__subclasses__()
    ours = (each for each in found[1:] if each.__module__.startswith("assetmap."))
    return sorted(set(ours), key=lambda each: each.__name__)


@pytest.mark.parametrize("kind", kinds_of_error())
def test_every_problem_type_is_documented_with_its_status(kind):
    error = kind.__new__(kind)
    row = f"| `/problems/{error.slug}` | {status_of(error)} |"
    assert row in page("reference/api.md")


def test_problems_that_have_no_class_are_documented_too():
    source = Path(problems.__file__).read_text(encoding="utf-8")
    slugs = re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source)
    assert len(slugs) >= 6
    for slug in (each for each in slugs if each not in {"retry-after"}):
        assert f"`/problems/{slug}`" in page("reference/api.md"), slug


def routes():
    for path, methods in make_app().openapi()["paths"].items():
        for method, told in methods.items():
            yield pytest.param(path, method.upper(), told, id=f"{method} {path}")


@pytest.mark.parametrize(("path", "method", "told"), list(routes()))
def test_every_route_and_parameter_is_documented(path, method, told):
    text = page("reference/api.md")
    assert f"\n### {method} {path}\n" in text
    section = text.split(f"\n### {method} {path}\n")[1].split("\n### ")[0]
    for each in told.get("parameters", []):
        assert f"| `{each['name']}` | {each['in']} |" in section, each["name"]


def test_every_page_for_people_is_documented():
    text = page("reference/api.md")
    everywhere = (pages.router, signing_pages.router, signing_pages.returning)
    found = [*everywhere, account_pages.router, drawing_pages.router]
    for route in (each for part in found for each in part.routes):
        (method,) = route.methods
        assert f"`{method} {route.path}" in text, route.path


SETS = sorted(each.parent.name for each in BOUNDARIES.glob("*/source.toml"))


@pytest.mark.parametrize("name", SETS)
def test_every_boundary_set_is_documented_with_its_source(name):
    told = tomllib.loads((BOUNDARIES / name / "source.toml").read_text("utf-8"))
    if "fetch" in told:
        check_fetched_set(name, told)
        return
    assert f"## {name}\n" in page("data/demonstration.md")
    readme = PAGES[0].read_text(encoding="utf-8")
    assert f"| `{name}` |" in readme
    for statement in re.split(r"(?<=\d)\. ", told["attribution"]):
        assert statement.strip(". ") in readme


def check_fetched_set(name, told):
    """A set that is fetched stands in the table, with its licence and its words."""
    text = page("data/fetching.md")
    row = re.search(rf"^\| `{name}` \|.*$", text, re.M)[0]
    assert f"| {told['title']} |" in row
    assert f"| {told['fetch']['address_is']} |" in row
    command = told.get("load", {}).get("command")
    assert (f"`load {command}`" if command else "not yet") in row
    for day in (told.get("valid_from"), told.get("valid_to"), told.get("vintage")):
        assert str(day or "") in row
    for statement in re.split(r"(?<=\d)\. ", told["attribution"]):
        assert re.sub(r" 20\d\d$", "", statement.strip(". ")) in text


def test_every_key_of_a_fetch_is_documented():
    text = page("data/source-toml.md").split("The keys of `[fetch]`:")[1]
    assert all(f"`{key}`" in text for key in plan.KEYS)


def test_every_key_of_a_source_is_documented():
    text = page("data/source-toml.md")
    for name in SETS:
        told = tomllib.loads((BOUNDARIES / name / "source.toml").read_text("utf-8"))
        for key in told:
            shown = f"`[{key}]`" if isinstance(told[key], dict) else f"`{key}`"
            assert shown in text, key


@pytest.mark.parametrize("path", PAGES, ids=lambda each: each.name)
def test_links_between_pages_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("http"):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists() or found.name == "benchmarks.md", target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", found.read_text("utf-8"), re.M)
            assert anchor in {slug(each) for each in headings}, target


def slug(heading):
    plain = re.sub(r"[^\w\- ]", "", heading.lower())
    return plain.replace(" ", "-")
