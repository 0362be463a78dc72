"""The assistants that one can talk to, and what was said."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"

_PROMPTS = (
    (
        "support",
        "Support",
        "Answers customers briefly and kindly.",
        "You are the support desk of a small software company. Answer in at most three short sentences, kindly and "
        "plainly. When you do not know, say so and offer to pass the question to a person.",
    ),
    (
        "writer",
        "Writer",
        "Turns notes into a clear message.",
        "You turn rough notes into a clear, friendly message that is ready to send. Keep every fact, add none.",
    ),
    (
        "explainer",
        "Explainer",
        "Explains hard things in plain words.",
        "You explain things to a curious adult without the background: an everyday comparison first, then the thing "
        "itself, in under 150 words.",
    ),
)


def upgrade() -> None:
    prompts = op.create_table(
        "prompts",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("prompt", sa.Text, sa.ForeignKey("prompts.name"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("touched_s", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversations.id", ondelete="SET NULL")),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.id"), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("written_s", sa.BigInteger, nullable=False),
        sa.CheckConstraint("author IN ('visitor', 'parley')", name="known_author"),
    )
    op.create_index("conversations_of_account", "conversations", ["account_id", "touched_s"])
    op.create_index("messages_of_account", "messages", ["account_id", "written_s"])
    op.create_index("messages_of_conversation", "messages", ["conversation_id", "id"])
    op.bulk_insert(
        prompts,
        [
            {"name": name, "title": title, "line": line, "text": text, "place": place}
            for place, (name, title, line, text) in enumerate(_PROMPTS)
        ],
    )


def downgrade() -> None:
    for table in ("messages", "conversations", "prompts"):
        op.drop_table(table)
