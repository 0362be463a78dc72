"""The mistakes that Parley can be run with, each by its name. This is the only table of them."""

from enum import Enum


class Fault(Enum):
    """One mistake: the word on the command line, and what is wrong in one line."""

    # The way in: addresses, encryption, what is served to strangers.
    NO_REDIRECT = "no-redirect", "plain HTTP serves the pages instead of sending visitors to HTTPS"
    TWO_HOSTS = "two-hosts", "www serves the site instead of leading to the one address"
    NO_HSTS = "no-hsts", "browsers are never told to stay on HTTPS"
    MIXED_CONTENT = "mixed-content", "the home page loads a script and an image over plain HTTP"
    WRONG_CANONICAL = "wrong-canonical", "pages name the hosting platform's own address as the canonical one"
    REDIRECT_LOSES_PATH = "redirect-loses-path", "every redirect leads to the home page, whatever was asked for"
    REDIRECT_CHAIN = "redirect-chain", "http://www needs three redirects to arrive"
    SERVER_ERROR = "server-error", "the last migration of the plans was never run, so the pricing page fails"
    ENV_EXPOSED = "env-exposed", "the folder with the .env file is served like any other file"
    GIT_EXPOSED = "git-exposed", "the folder with .git in it is served like any other file"
    ERROR_PAGE_LEAKS = "error-page-leaks", "error pages still show the stack trace that helped to build them"
    COOKIE_INSECURE = "cookie-insecure", "the session cookie can be read by scripts and goes over plain HTTP"
    CORS_ANY_ORIGIN = "cors-any-origin", "any website may read answers with the visitor's cookies"
    HEALTH_MISSING = "health-missing", "there is no health address"
    HEALTH_LIES = "health-lies", "the health address always answers 200 and may be kept for ten minutes"
    PAGES_UNCACHED = "pages-uncached", "caches may not keep the pages that are the same for everybody"
    FILES_UNCACHED = "files-uncached", "browsers may not keep styles and scripts"
    CHAT_CACHED = "chat-cached", "caches may keep what the chat page answers, and hand it to others"
    UNCOMPRESSED = "uncompressed", "pages, styles and scripts are sent as large as they are"

    # Accounts.
    LOGIN_BROKEN = "login-broken", "the cost of password hashes was changed, so no password that is stored fits"
    ANY_PASSWORD = "any-password", "the password is hashed and compared, and the outcome is never looked at"
    NO_CSRF = "no-csrf", "forms are taken from any website, without a token"
    SESSION_FIXED = "session-fixed", "a login keeps the session token that the browser came with"
    SESSION_KEPT = "session-kept", "a logout only tells the browser to forget its session, which stays open"
    NO_LIMIT = "no-limit", "nothing limits how often anybody logs in, asks for codes or writes"
    MAIL_LOST = "mail-lost", "mails are queued for a worker that was never started"

    # The model.
    NO_TIMEOUT = "no-timeout", "a model that never answers is waited for without end"
    NO_RETRY = "no-retry", "one hiccup of the model is shown to the visitor, instead of asking again"
    RETRY_STORM = "retry-storm", "a busy model is asked ten times in a row, without waiting"
    TRUNCATED_AS_WHOLE = "truncated-as-whole", "an answer that broke off is shown and kept as if it were whole"
    ERROR_SHOWN_RAW = "error-shown-raw", "visitors read the model provider's own error, as it came"

    # What makes it slow.
    PLAN_READ_EACH_REQUEST = "plan-read-each-request", "plans are read from the database again for every request"
    PROMPTS_READ_EACH_REQUEST = "prompts-read-each-request", "prompts are read from the database for every request"
    MISSING_INDEX = "missing-index", "the indexes of the messages were never made: every look reads all of them"
    N_PLUS_ONE = "n-plus-one", "lists ask the database once more for every row that they show"
    LIST_UNBOUNDED = "list-unbounded", "lists show everything there ever was, on one page"
    BLOCKING_CALL = "blocking-call", "the database and password hashing block the event loop, and so everybody"
    POOL_EXHAUSTED = "pool-exhausted", "two database connections, each held for as long as the model writes"

    # Billing.
    WEBHOOK_UNSIGNED = "webhook-unsigned", "billing events are believed without looking at their signature"
    WEBHOOK_STALE_ACCEPTED = "webhook-stale-accepted", "a recorded billing event can be played again for ever"
    WEBHOOK_NOT_IDEMPOTENT = "webhook-not-idempotent", "a billing event that is delivered twice is acted upon twice"
    WEBHOOK_CRASHES = "webhook-crashes", "a malformed billing event ends in an error of the server"

    # What nobody notices.
    JOB_DIES_SILENTLY = "job-dies-silently", "the daily job reads a column that is gone, and dies without a word"
    ERRORS_UNLOGGED = "errors-unlogged", "errors of the server are answered, and written down nowhere"
    PROMPTS_LOGGED = "prompts-logged", "what visitors write is copied into the log"
    KEY_IN_PAGE = "key-in-page", "the model's key is in a script of the chat page (a made-up key that opens nothing)"

    tells: str

    def __new__(cls, word: str, tells: str) -> "Fault":
        fault = object.__new__(cls)
        fault._value_, fault.tells = word, tells
        return fault


SETS = {
    "demo": frozenset(
        {
            Fault.NO_REDIRECT,
            Fault.TWO_HOSTS,
            Fault.NO_HSTS,
            Fault.MIXED_CONTENT,
            Fault.WRONG_CANONICAL,
            Fault.SERVER_ERROR,
            Fault.ENV_EXPOSED,
            Fault.ERROR_PAGE_LEAKS,
            Fault.COOKIE_INSECURE,
            Fault.CORS_ANY_ORIGIN,
            Fault.HEALTH_LIES,
            Fault.PAGES_UNCACHED,
            Fault.UNCOMPRESSED,
            Fault.SESSION_FIXED,
            Fault.NO_LIMIT,
            Fault.NO_TIMEOUT,
            Fault.NO_RETRY,
            Fault.TRUNCATED_AS_WHOLE,
            Fault.ERROR_SHOWN_RAW,
            Fault.PLAN_READ_EACH_REQUEST,
            Fault.PROMPTS_READ_EACH_REQUEST,
            Fault.MISSING_INDEX,
            Fault.N_PLUS_ONE,
            Fault.LIST_UNBOUNDED,
            Fault.BLOCKING_CALL,
            Fault.WEBHOOK_UNSIGNED,
            Fault.WEBHOOK_STALE_ACCEPTED,
            Fault.WEBHOOK_NOT_IDEMPOTENT,
            Fault.WEBHOOK_CRASHES,
            Fault.JOB_DIES_SILENTLY,
            Fault.PROMPTS_LOGGED,
        }
    ),
    "launch": frozenset[Fault](),
}


def parse(text: str) -> frozenset[Fault]:
    """The faults in a comma-separated list of names and sets; raises ValueError that lists every unknown one."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    known = {fault.value: fault for fault in Fault}
    unknown = [word for word in words if word not in known and word not in SETS]
    if unknown:
        raise ValueError(f"no such fault: {', '.join(unknown)}; there are {', '.join([*SETS, *sorted(known)])}")
    return frozenset().union(*(SETS[word] if word in SETS else {known[word]} for word in words))
