"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path

import click

FORMATS = ("epub", "pdf", "press", "booklet", "cover", "azw3")
STAGES = ("source", "read", "mend", "convert", "html", "rules")

source = click.argument("source", type=click.Path(path_type=Path), required=False)
stage = click.argument("stage", type=click.Choice(STAGES), metavar="STAGE")
json = click.option("--json", is_flag=True, help="Print JSON lines, for programs.")
edition = click.option(
    "--edition",
    "editions",
    multiple=True,
    metavar="E",
    help="An edition of book.toml, or hans, hant-tw or hant-hk, with -v behind it in vertical"
    " lines; may be repeated.",
)
format_ = click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(FORMATS, case_sensitive=False),
    help="What to build; may be repeated. Without it: epub and pdf.",
)
output = click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output"),
    show_default=True,
    metavar="DIR",
    help="The folder to build into.",
)
