"""What Alembic loads to run revisions; the connection is handed in by `upgrade.py`."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"], transaction_per_migration=True
)
with context.begin_transaction():
    context.run_migrations()
