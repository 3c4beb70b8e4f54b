"""The first tables, and the two functions of the hot path."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FILES = (
    "0001_tables.sql",
    "0001_promotion_tables.sql",
    "0001_read.sql",
    "0001_write.sql",
)


def upgrade() -> None:
    """Run the SQL files of this revision, each as one script."""
    driver = op.get_bind().connection.dbapi_connection
    for name in FILES:
        script = (Path(__file__).parent.parent / "sql" / name).read_text(encoding="utf-8")
        driver.run_async(lambda connection, script=script: connection.execute(script))
