"""Clients of language models, and how long they wait and how often they ask again by themselves.

Sources, read 2026-11-24: README of openai 3.57 (Timeouts: 10 minutes by default; Retries: 2) and its `_constants.py`,
README of @anthropic-ai/sdk and of anthropic (the same numbers: both are made by one generator), docs.litellm.ai and
litellm/constants.py (request_timeout 6,000 s).
"""

# What makes a client, in Python: it waits ten minutes unless `timeout` says otherwise.
PYTHON_CLIENTS = frozenset(
    f"{package}.{name}"
    for package, names in {
        "openai": ("OpenAI", "AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI", "Client", "AsyncClient"),
        "openai.lib.azure": ("AzureOpenAI", "AsyncAzureOpenAI"),
        "anthropic": (
            "Anthropic", "AsyncAnthropic", "AnthropicBedrock", "AsyncAnthropicBedrock", "AnthropicVertex",
            "AsyncAnthropicVertex", "Client", "AsyncClient",
        ),
    }.items()
    for name in names
)  # fmt: skip

# Those of them whose calls wait in the thread that makes them.
WAITING_CLIENTS = frozenset(one for one in PYTHON_CLIENTS if "Async" not in one)

# Functions that ask a model themselves, and the seconds after which they give up unless told otherwise.
PYTHON_CALLS = {"litellm.completion": 6000, "litellm.acompletion": 6000}

# The last name of the calls by which those clients ask a model.
ASKING = frozenset({"create", "parse", "stream", "completion", "acompletion", "with_options", "copy"})

SCRIPT_PACKAGES = {
    "openai": frozenset({"OpenAI", "AzureOpenAI", "default"}),
    "@anthropic-ai/sdk": frozenset({"Anthropic", "default"}),
    "@anthropic-ai/bedrock-sdk": frozenset({"AnthropicBedrock", "default"}),
    "@anthropic-ai/vertex-sdk": frozenset({"AnthropicVertex", "default"}),
}

# Hosts of providers of models, billing and mail that are asked over plain HTTP where no client of theirs is used.
PROVIDER_HOSTS = frozenset({
    "api.openai.com", "api.anthropic.com", "api.mistral.ai", "api.groq.com", "api.cohere.ai", "api.cohere.com",
    "api.together.xyz", "api.deepseek.com", "openrouter.ai", "generativelanguage.googleapis.com", "api.perplexity.ai",
    "api.stripe.com", "api.resend.com", "api.sendgrid.com", "api.postmarkapp.com", "api.mailgun.net", "api.paddle.com",
    "api.lemonsqueezy.com", "api.brevo.com", "api.replicate.com", "api.elevenlabs.io", "api.x.ai",
})  # fmt: skip
