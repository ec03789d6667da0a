"""Alembic runs this file for each upgrade; `upgrade.py` hands it the connection. It is no module: nobody imports it."""

from __future__ import annotations

from alembic import context

from hanse.ledger.locks import WRITING

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=True)
with context.begin_transaction():
    if connection.dialect.name == "postgresql":
        # Nobody writes meanwhile, and of two servers that begin at once the second finds it done.
        connection.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; {WRITING}")
    context.run_migrations()
