"""Names that code gives to what must not be written to a log: what visitors write, and what opens doors.

Sources, not each opened again on 2026-11-24: OWASP Logging Cheat Sheet (Data to exclude), OWASP Top 10 for LLM
Applications LLM02.
"""

import re

_PROMPTS = frozenset({
    "prompt", "user_prompt", "full_prompt", "final_prompt", "prompt_text", "user_message", "user_messages",
    "user_input", "chat_history", "conversation_history", "messages", "chat_messages", "message_history", "user_query",
    "completion_text",
})  # fmt: skip
_BODIES = frozenset({"request_body", "raw_body", "req_body", "body_bytes", "body_json", "request_data", "request_json"})
_SECRETS = frozenset({
    "password", "passwd", "pwd", "new_password", "old_password", "plain_password", "raw_password", "user_password",
    "access_token", "refresh_token", "auth_token", "id_token", "bearer_token", "session_token", "reset_token",
    "api_token", "jwt_token", "api_key", "apikey", "secret_key", "client_secret", "private_key", "authorization",
    "auth_header", "authorization_header", "webhook_secret", "verification_token", "password_reset_token", "magic_link",
})  # fmt: skip
_BY_WORD = {
    **dict.fromkeys(_PROMPTS, "what visitors write"),
    **dict.fromkeys(_BODIES, "the body of requests"),
    **dict.fromkeys(_SECRETS, "what opens accounts"),
}


def private(name: str) -> str | None:
    """What a variable of this name holds that must not be logged; None for one that may be (`prompt_tokens`)."""
    return _BY_WORD.get(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def holds_prompts(name: str) -> bool:
    """Whether it is one that other programs than chatbots use for other things."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() in (
        "messages",
        "prompt",
        "user_message",
        "user_messages",
    )
