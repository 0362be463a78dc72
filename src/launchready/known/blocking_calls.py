"""Python calls that hold up the thread that makes them, and so everybody whom an event loop serves.

Sources, not each opened again on 2026-11-24: docs.python.org/3/library/asyncio-dev.html (Running Blocking Code),
fastapi.tiangolo.com/async, docs.sqlalchemy.org/orm/extensions/asyncio.html, ruff's rules ASYNC210, ASYNC220, ASYNC221
and ASYNC251.
"""

_VERBS = ("get", "options", "head", "post", "put", "patch", "delete", "request")
_IN_A_THREAD = "await asyncio.to_thread({call}, …)"

# Call → what to write instead.
BLOCKING_CALLS: dict[str, str] = {
    "time.sleep": "await asyncio.sleep(…)",
    **{f"requests.{verb}": "await httpx.AsyncClient(…)." + f"{verb}(…)" for verb in _VERBS},
    **{f"requests.Session().{verb}": "await httpx.AsyncClient(…)." + f"{verb}(…)" for verb in _VERBS},
    **{f"httpx.{verb}": "await httpx.AsyncClient(…)." + f"{verb}(…)" for verb in _VERBS},
    **{f"httpx.Client().{verb}": "await httpx.AsyncClient(…)." + f"{verb}(…)" for verb in _VERBS},
    "urllib.request.urlopen": "await httpx.AsyncClient(…).get(…)",
    **{
        f"subprocess.{name}": "await asyncio.create_subprocess_exec(…)"
        for name in ("run", "call", "check_call", "check_output", "getoutput", "getstatusoutput")
    },
    "os.system": "await asyncio.create_subprocess_exec(…)",
    "smtplib.SMTP": _IN_A_THREAD,
    "smtplib.SMTP_SSL": _IN_A_THREAD,
    "psycopg.connect": "await psycopg.AsyncConnection.connect(…)",
    "psycopg2.connect": _IN_A_THREAD,
    "pymysql.connect": _IN_A_THREAD,
    "MySQLdb.connect": _IN_A_THREAD,
    "litellm.completion": "await litellm.acompletion(…)",
    "bcrypt.hashpw": _IN_A_THREAD,
    "bcrypt.checkpw": _IN_A_THREAD,
    "shutil.copytree": _IN_A_THREAD,
    "shutil.make_archive": _IN_A_THREAD,
    "shutil.copyfileobj": _IN_A_THREAD,
    "stripe.checkout.Session.create": "await stripe.checkout.Session.create_async(…)",
    "stripe.Customer.create": "await stripe.Customer.create_async(…)",
    "stripe.Subscription.create": "await stripe.Subscription.create_async(…)",
    "stripe.PaymentIntent.create": "await stripe.PaymentIntent.create_async(…)",
    "resend.Emails.send": _IN_A_THREAD,
}

# Objects every call of which asks a database and waits: the class, and its methods that do.
_SESSION = ("execute", "scalar", "scalars", "commit", "flush", "refresh", "get", "exec", "rollback")
BLOCKING_OBJECTS: dict[str, tuple[str, ...]] = {
    "sqlalchemy.orm.Session": _SESSION,
    "sqlalchemy.orm.session.Session": _SESSION,
    "sqlmodel.Session": _SESSION,
    "sqlalchemy.orm.sessionmaker()": _SESSION,
    "psycopg2.connect": ("commit",),
    "redis.Redis": ("get", "set", "setex", "delete", "incr", "expire", "hget", "hset", "lpush", "publish", "exists"),
    "redis.from_url": ("get", "set", "setex", "delete", "incr", "expire", "hget", "hset", "lpush", "publish", "exists"),
    "redis.Redis.from_url": ("get", "set", "setex", "delete", "incr", "expire", "hget", "hset", "exists"),
}

# `session.query(X).filter(…).all()`: the query asks nothing until one of these is called.
QUERY_ENDS = frozenset(
    {"all", "first", "one", "one_or_none", "scalar", "count", "delete", "update", "exists", "scalar_one"}
)
