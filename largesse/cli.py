"""The command line: demo · serve · migrate · check · keys · version."""

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from msgspec import json, structs

from largesse import __version__, config
from largesse.app import create_app
from largesse.config import CannotStart, Flags, Settings
from largesse.kit import log
from largesse.kit.problems import Problem
from largesse.model.people import Platform
from largesse.start import prepare, serving
from largesse.start.console import note, say, step
from largesse.start.welcome import welcome
from largesse.storage import embedded
from largesse.storage import migrate as migrations

app = typer.Typer(
    name="largesse",
    help="Largesse: a promotion and loyalty engine that you run yourself.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="Keys for the APIs.", no_args_is_help=True)
app.add_typer(keys, name="keys")

DataDir = Annotated[
    Path | None,
    typer.Option(help="Where the embedded database and demo.json live (LARGESSE_DATA_DIR)."),
]
Host = Annotated[str | None, typer.Option(help="The address to listen on (LARGESSE_HOST).")]
Port = Annotated[int | None, typer.Option(help="The port to listen on (LARGESSE_PORT).")]
Sandbox = Annotated[bool, typer.Option("--sandbox", help="Accept LARGESSE_CLOCK_OFFSET.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer with JSON.")]


@app.command()
def demo(
    data_dir: DataDir = None, host: Host = None, port: Port = None, sandbox: Sandbox = False
) -> None:
    """Start a server with a database and an example shop, until Ctrl-C."""
    flags = Flags(data_dir=data_dir, host=host, port=port, sandbox=sandbox)
    with answering(), ready(flags, demo=True) as (settings, listener):
        with step("Preparing the example shop"):
            shop = asyncio.run(prepare.furnish_demo(settings))
        serving.serve(create_app(settings), listener, lambda: say(welcome(settings, shop)))


@app.command()
def serve(
    data_dir: DataDir = None, host: Host = None, port: Port = None, sandbox: Sandbox = False
) -> None:
    """Start a server on LARGESSE_DATABASE_URL or on the embedded database, until Ctrl-C."""
    flags = Flags(data_dir=data_dir, host=host, port=port, sandbox=sandbox)
    with answering(), ready(flags) as (settings, listener):
        with step("Bringing the database up to date"):
            notes = asyncio.run(prepare.appoint_administrator(settings))
        for line in notes:
            note(line)
        url = prepare.url_of(settings)
        serving.serve(create_app(settings), listener, lambda: say(f"Largesse is running at {url}"))


@app.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the shape that this version needs."""
    with answering(), database(Flags(data_dir=data_dir)) as settings:
        worked = asyncio.run(migrations.migrate(prepare.url_in(settings)))
        say("The database is up to date." if worked else "There was nothing to do.")


@app.command()
def check(data_dir: DataDir = None) -> None:
    """Say whether the settings and the database are fit to serve. Changes nothing."""
    with answering(), database(Flags(data_dir=data_dir)) as settings:
        asyncio.run(migrations.check(prepare.url_in(settings)))
        say("The settings and the database are fit to serve.")


@keys.command("create")
def create_key(
    *,
    kind: Annotated[
        Literal["management", "integration"], typer.Option(help="For which API the key is.")
    ],
    application: Annotated[
        int | None, typer.Option(help="The id of its Application (integration only).")
    ] = None,
    platform: Annotated[
        Platform, typer.Option(help="For which platform of the gateway (integration only).")
    ] = "none",
    title: Annotated[str, typer.Option(help="What the key is for.")] = "Command line",
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and print it. It is not shown again."""
    if (kind == "integration") != (application is not None):
        raise typer.BadParameter("integration keys need --application, management keys take none")
    with answering(), database(Flags(data_dir=data_dir)) as settings:
        made = asyncio.run(prepare.new_key(settings, application, platform, title))
        say(json.encode(made).decode() if as_json else str(made.key))


@app.command()
def version(as_json: AsJson = False) -> None:
    """Say which version this is."""
    say(json.encode({"version": __version__}).decode() if as_json else f"largesse {__version__}")


@contextmanager
def answering() -> Iterator[None]:
    """What keeps us from working is one line; Ctrl-C is no error of the program's."""
    try:
        with serving.stoppable():
            yield
    except CannotStart as problem:
        note(f"largesse: {problem}")
        raise typer.Exit(1) from None
    except Problem as problem:
        for fault in problem.faults:
            note(f"largesse: {fault.details}")
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@contextmanager
def ready(flags: Flags, *, demo: bool = False) -> Iterator[tuple[Settings, socket.socket]]:
    """Settings with a running database, and the port to serve at."""
    settings = read_settings(flags, demo=demo)
    log.configure()
    with ExitStack() as stack:
        listener = stack.enter_context(serving.take_port(settings.host, settings.port))
        if settings.database_url is None:
            with step("Starting the embedded PostgreSQL"):
                url = stack.enter_context(embedded.running(settings.data_dir))
            settings = structs.replace(settings, database_url=url)
        yield settings, listener


@contextmanager
def database(flags: Flags) -> Iterator[Settings]:
    """Settings with a running database, which may be that of a server that runs already."""
    settings = read_settings(flags)
    with ExitStack() as stack:
        if settings.database_url is None:
            url = stack.enter_context(embedded.shared(settings.data_dir))
            settings = structs.replace(settings, database_url=url)
        yield settings


def read_settings(flags: Flags, *, demo: bool = False) -> Settings:
    """The settings of this process. Names that mean nothing to us are pointed out."""
    os.umask(0o077)  # What we write is for our own user.
    settings = config.read(os.environ, flags, demo=demo)
    for name in config.unknown(os.environ):
        note(f"{name} is no setting of this version; it is ignored.")
    return settings
