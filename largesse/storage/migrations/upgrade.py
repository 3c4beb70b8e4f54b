"""Runs the missing revisions with Alembic, through the same driver as everything else."""

from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from largesse.storage import migrate

LOCK: Final = 7_401_337_002  # any number that no other program takes


async def upgrade(url: str) -> None:
    """Bring a database to the newest revision. Of several processes one works, the others wait."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: migrate.connect(url), poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(run)


def run(connection: Connection) -> None:
    """Run the revisions on a connection, each in a transaction of its own."""
    connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": LOCK})
    connection.commit()
    config = Config()
    config.set_main_option("script_location", "largesse.storage:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
