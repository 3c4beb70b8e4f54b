"""`python -m largesse` is the command line."""

from largesse.cli import app

app(prog_name="largesse")
