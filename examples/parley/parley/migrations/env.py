"""Runs the migrations on the connection that `parley.migrating` opened; all of them are one transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
