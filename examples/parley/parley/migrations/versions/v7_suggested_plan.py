"""Which plan the pricing page suggests."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    op.add_column("plans", sa.Column("suggested", sa.Boolean, nullable=False, server_default=sa.false()))
    plans = sa.table("plans", sa.column("name"), sa.column("suggested", sa.Boolean))
    op.execute(plans.update().where(plans.c.name == "Team").values(suggested=True))


def downgrade() -> None:
    op.drop_column("plans", "suggested")
