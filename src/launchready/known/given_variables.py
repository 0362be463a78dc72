"""Variables that nobody writes into an .env file: given by the machine, the platform, or read by a library itself.

Date: 2026-11-24. Sources, not each opened again that day: POSIX, Environment Variables; nodejs.org/api/cli.html;
docs.python.org/3/using/cmdline.html; the lists of system variables of vercel.com/docs/environment-variables,
render.com/docs/environment-variables, fly.io/docs/machines/runtime-environment, docs.railway.com/reference/variables,
devcenter.heroku.com (dyno metadata), docs.github.com (default environment variables), docs.gitlab.com (predefined
variables), docs.netlify.com/build; docs.docker.com/compose/how-tos/environment-variables/envvars; the documentation of
each library below.
"""

import re

_MACHINE = (
    r"HOME|PATH|USER|USERNAME|USERPROFILE|LOGNAME|SHELL|PWD|OLDPWD|TMPDIR|TEMP|TMP|LANG|LANGUAGE|LC_\w+"
    r"|TZ|TERM|TERM_PROGRAM"
    r"|COLUMNS|LINES|EDITOR|VISUAL|PAGER|DISPLAY|HOSTNAME|HOST|COMPUTERNAME|OS|APPDATA|LOCALAPPDATA"
    r"|PROGRAMFILES|SYSTEMROOT"
    r"|WINDIR|COMSPEC|XDG_\w+|SSH_\w+|NO_COLOR|FORCE_COLOR|COLORTERM|CLICOLOR\w*|HTTPS?_PROXY|NO_PROXY"
    r"|ALL_PROXY|CONDA_\w+"
    r"|VIRTUAL_ENV|LD_LIBRARY_PATH|SSL_CERT_(?:FILE|DIR)|CUDA_VISIBLE_DEVICES|LOCAL_RANK|WORLD_SIZE|RANK"
)
_RUNTIMES = (
    r"NODE_ENV|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_PATH|NODE_TLS_REJECT_UNAUTHORIZED|NODE_APP_INSTANCE"
    r"|npm_\w+|INIT_CWD|BABEL_ENV"
    r"|PYTHON[A-Z]+|PIP_\w+|UV_\w+|POETRY_\w+|VIRTUALENV\w*|DJANGO_SETTINGS_MODULE|RUN_MAIN|WERKZEUG_\w+"
    r"|FLASK_(?:APP|ENV|DEBUG)"
    r"|WEB_CONCURRENCY|GUNICORN_\w+|UVICORN_\w+|SERVER_SOFTWARE|PYTEST_\w+|JEST_WORKER_ID|VITEST\w*"
    r"|PLAYWRIGHT_\w+|STORYBOOK\w*"
    r"|NEXT_RUNTIME|NEXT_PHASE|NEXT_TELEMETRY_DISABLED|__NEXT_\w+|TURBOPACK|ANALYZE|TAURI_\w+"
    r"|ELECTRON_\w+|SVELTEKIT_\w+|ASTRO_\w+|NITRO_\w+|DEBUG_COLORS"
)
_PLATFORMS = (
    r"PORT|CI|CONTINUOUS_INTEGRATION|BUILD_ID|BUILD_NUMBER|VERCEL|VERCEL_\w+|NEXT_PUBLIC_VERCEL_\w+"
    r"|NOW_\w+|NETLIFY|NETLIFY_\w+"
    r"|CONTEXT|DEPLOY_(?:PRIME_)?URL|COMMIT_REF|RENDER|RENDER_\w+|FLY_\w+|PRIMARY_REGION|RAILWAY_\w+|DYNO"
    r"|HEROKU_\w+|SOURCE_VERSION"
    r"|GITHUB_(?:ACTIONS?|ACTION_\w+|ACTOR\w*|API_URL|BASE_REF|ENV|EVENT_\w+|GRAPHQL_URL|HEAD_REF|JOB"
    r"|OUTPUT|PATH|REF\w*"
    r"|REPOSITORY\w*|RUN_\w+|SERVER_URL|SHA|STEP_SUMMARY|TOKEN|WORKFLOW\w*|WORKSPACE)|RUNNER_\w+"
    r"|ACTIONS_\w+|GITLAB_CI|CI_\w+"
    r"|CIRCLE\w*|TRAVIS\w*|BUILDKITE\w*|JENKINS_\w+|TF_BUILD|CODEBUILD_\w+|CODESPACES|CODESPACE_NAME"
    r"|GITPOD_\w+|CF_PAGES\w*"
    r"|K_SERVICE|K_REVISION|K_CONFIGURATION|GAE_\w+|GCP_PROJECT|FUNCTION_TARGET|GOOGLE_CLOUD_PROJECT"
    r"|KUBERNETES_\w+|POD_NAME\w*"
    r"|WEBSITE_\w+|AWS_LAMBDA_\w+|AWS_EXECUTION_ENV|LAMBDA_\w+|ECS_\w+|SPACE_ID|REPL_\w+|COLAB_\w+"
    r"|DOCKER_\w+|COMPOSE_\w+"
    r"|BUILDPLATFORM|TARGETPLATFORM|TARGETARCH|TARGETOS"
)
_GIVEN = re.compile(f"(?:{_MACHINE}|{_RUNTIMES}|{_PLATFORMS})")

# Read by libraries, by tools and by the programs of other people's images, so no line of the repository names them.
_BY_OTHERS = re.compile(
    r"AWS_\w+|AZURE_\w+|GOOGLE_\w+|GCLOUD_\w+|GEMINI_API_KEY|OPENAI_\w+|ANTHROPIC_\w+|MISTRAL_API_KEY"
    r"|GROQ_API_KEY|XAI_API_KEY"
    r"|COHERE_API_KEY|CO_API_KEY|TOGETHER_API_KEY|FIREWORKS_API_KEY|REPLICATE_API_TOKEN|HF_\w+"
    r"|HUGGINGFACE\w*|HUGGING_FACE_\w+"
    r"|DEEPSEEK_API_KEY|PERPLEXITY_API_KEY|OPENROUTER_API_KEY|AI_GATEWAY_API_KEY|ELEVENLABS_API_KEY"
    r"|TAVILY_API_KEY|SERPAPI_\w+"
    r"|VOYAGE_API_KEY|PINECONE_\w+|LANGCHAIN_\w+|LANGSMITH_\w+|LANGFUSE_\w+|OTEL_\w+|SENTRY_\w+|DD_\w+"
    r"|NEW_RELIC_\w+|LOGFIRE_\w+"
    r"|POSTHOG_\w+|STRIPE_DEVICE_NAME|TWILIO_\w+|RESEND_API_KEY|POSTMARK_\w+|CLOUDINARY_URL"
    r"|BLOB_READ_WRITE_TOKEN|KV_\w+"
    r"|UPSTASH_\w+|EDGE_CONFIG|POSTGRES_\w+|PG[A-Z]+|MYSQL_\w+|MARIADB_\w+|MONGO_\w+|REDIS_\w+"
    r"|RABBITMQ_\w+|MINIO_\w+|PGADMIN_\w+"
    r"|ELASTIC_\w+|KC_\w+|KEYCLOAK_\w+|TRAEFIK_\w+|GF_\w+|GRAFANA_\w+|MAILPIT_\w+|MP_\w+|SUPABASE_\w+"
    r"|AUTH_\w+|NEXTAUTH_\w+"
    r"|BETTER_AUTH_\w+|CLERK_\w+|NEXT_PUBLIC_CLERK_\w+|AUTH0_\w+|KINDE_\w+|DATABASE_URL|DIRECT_URL"
    r"|SHADOW_DATABASE_URL|PRISMA_\w+"
    r"|DOMAIN|STACK_NAME|TAG|DOCKER\w*|IMAGE\w*|RAILS_\w+|CELERY_\w+|DJANGO_SUPERUSER_\w+|FLOWER_\w+"
    r"|WATCHPACK_POLLING"
    r"|CHOKIDAR_USEPOLLING|GENERATE_SOURCEMAP|PUBLIC_URL|BROWSER|FAST_REFRESH|DISABLE_ESLINT_PLUGIN"
    r"|ESLINT_NO_DEV_ERRORS"
    r"|TURBO_\w+|NX_\w+|SKIP_ENV_VALIDATION|EXPO_\w+|EAS_\w+|CLOUDFLARE_\w+|CF_\w+|TF_\w+|ANSIBLE_\w+"
    r"|NGROK_\w+|DOPPLER_\w+|SOPS_\w+"
    r"|INNGEST_\w+|TRIGGER_\w+|LITELLM_\w+|FLASK_\w+|GUNICORN_\w+"
)


def is_given(name: str) -> bool:
    """Whether the machine, the platform or the runtime sets the variable, so that no team has to."""
    return _GIVEN.fullmatch(name) is not None


# What brings a family of variables, where that is not called like the first part of their names.
_BROUGHT_BY = {
    "AUTH": "auth", "NEXTAUTH": "next-auth", "PG": "postgres|psycopg|asyncpg|\"pg\"", "AWS": "aws|boto|s3",
    "GOOGLE": "google|gemini|genai|vertex", "GCLOUD": "google", "GEMINI": "gemini|genai|google",
    "HF": "hugging|transformers",
    "HUGGING": "hugging|transformers", "CO": "cohere", "XAI": "xai|grok", "AI": "\"ai\"|ai-sdk",
    "KV": "@vercel/kv|upstash",
    "BLOB": "@vercel/blob", "EDGE": "edge-config", "DD": "datadog|ddtrace|dd-trace", "NEW": "newrelic",
    "OTEL": "opentelemetry",
    "KC": "keycloak", "GF": "grafana", "MP": "mailpit", "CF": "cloudflare|wrangler", "TF": "terraform",
    "DATABASE": "prisma|drizzle|dj-database|django-environ|dbmate|sqlx|rails", "DIRECT": "prisma|drizzle",
    "SHADOW": "prisma",
    "BETTER": "better-auth", "GENERATE": "react-scripts", "PUBLIC": "react-scripts|vite",
    "BROWSER": "react-scripts|vite",
    "FAST": "react-scripts", "DISABLE": "react-scripts", "ESLINT": "react-scripts|eslint", "SKIP": "t3-env|@t3-oss",
    "WATCHPACK": "next|webpack", "CHOKIDAR": "vite|chokidar|webpack|next|react-scripts",
    "DOMAIN": "traefik|compose|image",
    "STACK": "image", "TAG": "image", "IMAGE": "image", "LANGSMITH": "lang", "LANGCHAIN": "lang",
    "SERPAPI": "serp|lang",
    "MONGO": "mongo", "MYSQL": "mysql|maria", "EAS": "expo",
}  # fmt: skip


def is_read_by_others(name: str, parts: str) -> bool:
    """Whether a library or another program may read the variable though no line of the code names it.

    `parts` are the names of the packages and containers that the product is made of, in lower case.
    """
    if is_given(name) or _BY_OTHERS.fullmatch(name) is None:
        return is_given(name)
    family = re.split(r"_|(?<=^PG)", name.removeprefix("NEXT_PUBLIC_"), maxsplit=1)[0]
    return re.search(_BROUGHT_BY.get(family, re.escape(family.lower())), parts) is not None
