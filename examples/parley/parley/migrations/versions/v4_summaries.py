"""The daily summaries, and when the job that writes them last succeeded."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0004", "0003"


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("since_s", sa.BigInteger, nullable=False),
        sa.Column("last_day", sa.Text, nullable=False, server_default=""),
        sa.Column("succeeded_s", sa.BigInteger),
        sa.Column("failed_s", sa.BigInteger),
    )
    op.create_table(
        "summaries",
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), primary_key=True),
        sa.Column("day", sa.Text, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("mailed_s", sa.BigInteger),
    )


def downgrade() -> None:
    for table in ("summaries", "jobs"):
        op.drop_table(table)
