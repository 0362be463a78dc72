"""How many months each subscription has paid for."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0006", "0005"


def upgrade() -> None:
    op.add_column("subscriptions", sa.Column("paid_months", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("subscriptions", "paid_months")
