"""``assetmap load``: boundaries, postcodes, counts, assets and sketches from files."""

import typer

from assetmap.publish.cli.load import assets as load_assets
from assetmap.publish.cli.load import boundaries as load_boundaries
from assetmap.publish.cli.load import categories as load_categories
from assetmap.publish.cli.load import changes as load_changes
from assetmap.publish.cli.load import deprivation as load_deprivation
from assetmap.publish.cli.load import people as load_people
from assetmap.publish.cli.load import practices as load_practices
from assetmap.publish.cli.load import sketches as load_sketches

app = typer.Typer(help="Load files into the database.", no_args_is_help=True)
app.command("boundaries")(load_boundaries.boundaries)
app.command("postcodes")(load_people.postcodes)
app.command("counts")(load_people.counts)
app.command("deprivation")(load_deprivation.deprivation)
app.command("changes")(load_changes.changes)
app.command("assets")(load_assets.assets)
app.command("categories")(load_categories.categories)
app.command("practices")(load_practices.practices)
app.command("registrations")(load_practices.registrations)
app.command("sketches")(load_sketches.sketches)
