"""Plans, the subscriptions that pay for them, and the billing events that were seen."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    plans = op.create_table(
        "plans",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("dollars_per_month", sa.Integer, nullable=False),
        sa.Column("messages_per_day", sa.Integer, nullable=False),
        sa.Column("stripe_price", sa.Text, nullable=False, server_default=""),
    )
    op.bulk_insert(
        plans,
        [
            {"name": "Free", "dollars_per_month": 0, "messages_per_day": 20},
            {"name": "Team", "dollars_per_month": 29, "messages_per_day": 1000},
            {"name": "Business", "dollars_per_month": 99, "messages_per_day": 10000},
        ],
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), index=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("event_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("created_s", sa.BigInteger, nullable=False),
        sa.Column("received_s", sa.BigInteger, nullable=False, index=True),
        sa.Column("outcome", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("events", "subscriptions", "plans"):
        op.drop_table(table)
