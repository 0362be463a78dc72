"""Accounts, their sessions, the codes that are mailed, and who has tried what how often."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("plan", sa.Text, nullable=False, server_default="Free"),
        sa.Column("admin", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("created_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False, index=True),
        sa.Column("expires_s", sa.BigInteger, nullable=False, index=True),
    )
    op.create_table(
        "codes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("browser_sha256", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("expires_s", sa.BigInteger, nullable=False, index=True),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        sa.UniqueConstraint("purpose", "email", "browser_sha256", name="one_code"),
    )
    op.create_table(
        "throttles",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("who_sha256", sa.Text, nullable=False),
        sa.Column("at_s", sa.BigInteger, nullable=False),
    )
    op.create_index("throttles_of_one", "throttles", ["what", "who_sha256", "at_s"])


def downgrade() -> None:
    for table in ("throttles", "codes", "sessions", "accounts"):
        op.drop_table(table)
