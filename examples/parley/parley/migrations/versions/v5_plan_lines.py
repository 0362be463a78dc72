"""A line about each plan, for the pricing page."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0005", "0004"

_LINES = {
    "Free": "Try it on your own site, for as long as you like.",
    "Team": "For a shop or a product with customers of its own.",
    "Business": "For a support desk that never closes.",
}


def upgrade() -> None:
    op.add_column("plans", sa.Column("line", sa.Text, nullable=False, server_default=""))
    plans = sa.table("plans", sa.column("name"), sa.column("line"))
    for name, line in _LINES.items():
        op.execute(plans.update().where(plans.c.name == name).values(line=line))


def downgrade() -> None:
    op.drop_column("plans", "line")
