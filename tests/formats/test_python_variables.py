"""The variables that Python code reads, in every form in which it can."""

from textwrap import dedent

import pytest

from launchready.formats.python_variables import Shared, may_read, parse, read

DEFAULT, MUST, OPEN = "default", "must", "open"


def found(source: str, *others: str) -> dict[str, str]:
    """What a module reads: each name with whether the code brings a value, stops, or takes what comes."""
    shared = Shared()
    modules = [parse(dedent(one)) for one in (source, *others)]
    for module in modules:
        assert module is not None
        shared.learn(module)
    assert modules[0] is not None
    reads = read(modules[0], "app/a.py", shared).readings
    return {one.name: DEFAULT if one.has_default else MUST if one.must else OPEN for one in reads}


IMPORTS = "import os\nfrom os import environ, getenv\n"
FORMS = [
    ('os.environ["KEY"]', {"KEY": MUST}),
    ("os.environ.get('KEY')", {"KEY": OPEN}),
    ("os.environ.get('KEY', None)", {"KEY": OPEN}),
    ("os.environ.get('KEY', '')", {"KEY": OPEN}),
    ("os.environ.get('KEY', 'x')", {"KEY": DEFAULT}),
    ("os.environ.get(key='KEY', default='x')", {"KEY": DEFAULT}),
    ("os.getenv('KEY')", {"KEY": OPEN}),
    ("os.getenv('KEY', 'x')", {"KEY": DEFAULT}),
    ("os.getenv('KEY') or 'x'", {"KEY": DEFAULT}),
    ("os.getenv('KEY') or ''", {"KEY": OPEN}),
    ("os.getenv('KEY') or os.getenv('OLD')", {"KEY": DEFAULT, "OLD": OPEN}),
    ("environ['KEY']", {"KEY": MUST}),
    ("getenv('KEY')", {"KEY": OPEN}),
    ("os.environ.pop('KEY')", {"KEY": MUST}),
    ("os.environ.pop('KEY', None)", {"KEY": OPEN}),
    ("os.environ.setdefault('KEY', 'x')", {"KEY": DEFAULT}),
    ("'KEY' in os.environ", {"KEY": OPEN}),
    ("if 'KEY' not in environ: pass", {"KEY": OPEN}),
    ("if 'KEY' in environ:\n    environ['KEY']", {"KEY": OPEN}),
    ("def make(environ):\n    return environ['KEY']", {"KEY": MUST}),
    ("def make(env: Mapping[str, str]):\n    return env.get('KEY')", {"KEY": OPEN}),
    ("def make(environment: dict[str, str]):\n    given = {n: v for n, v in environment.items() if v}\n"
     "    given['KEY']",
     {"KEY": MUST}),
    ("W = {'A_KEY': 'a', 'B_KEY': 'b'}\n{k: os.environ[n] for n, k in W.items()}", {"A_KEY": OPEN, "B_KEY": OPEN}),
    ("os.environb[b'KEY']", {"KEY": MUST}),
    ("e = os.environ\ne['KEY']", {"KEY": MUST}),
    ("get = os.environ.get\nget('KEY')", {"KEY": OPEN}),
    ("NAME = 'KEY'\nos.environ[NAME]", {"KEY": MUST}),
    ("PRE = 'APP_'\nos.environ[PRE + 'KEY']", {"APP_KEY": MUST}),
    ("os.environ[f'APP_{\"KEY\"}']", {"APP_KEY": MUST}),
    ("for n in ('A_KEY', 'B_KEY'): os.environ[n]", {"A_KEY": OPEN, "B_KEY": OPEN}),
    ("[os.environ.get(n) for n in ['A_KEY', 'B_KEY']]", {"A_KEY": OPEN, "B_KEY": OPEN}),
    ("try:\n    os.environ['KEY']\nexcept KeyError:\n    pass", {"KEY": OPEN}),
    ("import os as system\nsystem.environ['KEY']", {"KEY": MUST}),
    ("from os import environ as e\ne['KEY']", {"KEY": MUST}),
    ("def need(name):\n    return os.environ[name]\nneed('KEY')", {"KEY": MUST}),
    ("def want(name, default=None):\n    return os.getenv(name, default)\nwant('KEY')\nwant('B_KEY', 'x')",
     {"KEY": OPEN, "B_KEY": DEFAULT}),
    ("def need(name):\n    v = os.getenv(name)\n    if not v:\n        raise RuntimeError(name)\n    return v\n"
     "need('KEY')",
     {"KEY": MUST}),
    ("def url(name):\n    v = os.getenv(name)\n    if v and ' ' in v:\n        raise ValueError\n    return v\n"
     "url('KEY')",
     {"KEY": OPEN}),
    ("class C:\n    def _get(self, name):\n        return os.environ[name]\n    def go(self):\n"
     "        self._get('KEY')",
     {"KEY": MUST}),
]  # fmt: skip
LIBRARIES = [
    ("import environ\nenv = environ.Env(DEBUG=(bool, False))\nenv('KEY')\nenv('DEBUG')\n"
     "env.bool('B_KEY', default=True)\nenv.db()",
     {"KEY": MUST, "DEBUG": DEFAULT, "B_KEY": DEFAULT, "DATABASE_URL": MUST}),
    ("from environs import Env\nenv = Env()\nenv.str('KEY')\nenv.int('B_KEY', 3)\nwith env.prefixed('APP_'):\n"
     "    env('C_KEY')",
     {"KEY": MUST, "B_KEY": DEFAULT, "APP_C_KEY": MUST}),
    ("from decouple import config\nconfig('KEY')\n"
     "config('B_KEY', default='x', cast=str)", {"KEY": MUST, "B_KEY": DEFAULT}),
    ("from starlette.config import Config\nconfig = Config('.env', env_prefix='APP_')\nconfig('KEY')\n"
     "config('B_KEY', default=1)",
     {"APP_KEY": MUST, "APP_B_KEY": DEFAULT}),
    ("import dj_database_url\ndj_database_url.config(default='sqlite://')", {"DATABASE_URL": DEFAULT}),
    ("import click\n@click.option('--key', envvar='KEY')\ndef go(key): ...", {"KEY": OPEN}),
]  # fmt: skip
SETTINGS = [
    ("class S(BaseSettings):\n    key: str\n    b_key: int = 3\n    c_key: str | None = None",
     {"KEY": MUST, "B_KEY": DEFAULT, "C_KEY": OPEN}),
    ("class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix='APP_')\n    key: str",
     {"APP_KEY": MUST}),
    ("class S(BaseSettings, env_prefix='APP_'):\n    key: str", {"APP_KEY": MUST}),
    ("class S(BaseSettings):\n    class Config:\n        env_prefix = 'APP_'\n    key: str", {"APP_KEY": MUST}),
    ("class S(BaseSettings):\n    model_config = {'case_sensitive': True}\n    key: str", {"key": MUST}),
    ("class S(BaseSettings):\n    key: str = Field(alias='THE_KEY')", {"THE_KEY": MUST}),
    ("class S(BaseSettings):\n    key: str = Field(..., validation_alias=AliasChoices('A_KEY', 'B_KEY'))",
     {"A_KEY": OPEN, "B_KEY": OPEN}),
    ("class S(BaseSettings):\n    key: Annotated[str, Field(validation_alias='THE_KEY')]", {"THE_KEY": MUST}),
    ("class S(BaseSettings):\n    key: str = Field(default_factory=make)", {"KEY": DEFAULT}),
    ("class Base(BaseSettings): ...\nclass S(Base):\n    key: str", {"KEY": MUST}),
    ("class S(BaseSettings):\n    _own: str\n    K: ClassVar[str]\n    @property\n    def url(self): ...", {}),
    ("class S(BaseSettings):\n    model_config = SettingsConfigDict(env_prefix=f'{NAME}_')\n    key: str", {}),
    ("class S(BaseModel):\n    key: str", {}),
]  # fmt: skip
NONE = [
    "os.environ['KEY'] = 'x'",
    "del os.environ['KEY']",
    "# os.environ['KEY']",
    "'''os.environ[\"KEY\"]'''",
    "settings.get('KEY')",
    "def make(env):\n    return env['KEY']",
    "def make(given: dict[str, str]):\n    return given['KEY']",
    "given = {n: v for n, v in settings.items()}\ngiven['KEY']",
    "config('KEY')",
    "env('KEY')",
    "cache['KEY']",
    "os.environ.items()",
    "subprocess.run('x', env={**os.environ, 'KEY': 'x'})",
    "def want(name):\n    return cache[name]\nwant('KEY')",
]


@pytest.mark.parametrize(("source", "expected"), FORMS)
def test_every_form_of_os_environ(source: str, expected: dict[str, str]) -> None:
    assert found(IMPORTS + source) == expected


@pytest.mark.parametrize(("source", "expected"), LIBRARIES)
def test_libraries_that_are_asked_by_name(source: str, expected: dict[str, str]) -> None:
    assert found(source) == expected


@pytest.mark.parametrize(("source", "expected"), SETTINGS)
def test_classes_of_settings(source: str, expected: dict[str, str]) -> None:
    assert found(f"from pydantic_settings import BaseSettings, SettingsConfigDict\n{source}") == expected


@pytest.mark.parametrize("source", NONE)
def test_what_only_looks_like_a_reading(source: str) -> None:
    assert found(IMPORTS + source) == {}


def test_modules_know_of_each_other() -> None:
    """An asker, a wrapper and a class of settings that another module makes are known by their names."""
    other = """
        import os, environ
        from pydantic_settings import BaseSettings
        env = environ.Env()
        class AppSettings(BaseSettings): ...
        def need(name): return os.environ[name]
    """
    source = """
        from config.base import env, need, AppSettings
        env("A_KEY"); need("B_KEY")
        class S(AppSettings):
            c_key: str
    """
    assert found(source, other) == {"A_KEY": MUST, "B_KEY": MUST, "C_KEY": MUST}
    assert found(source) == {}


def test_names_that_are_put_together_are_known_by_their_ends() -> None:
    module = parse("import os\nos.environ[f'{kind}_URL']\nos.getenv('APP_' + name)")
    assert module is not None
    assert read(module, "a.py").built == [("", "_URL"), ("APP_", "")]


def test_hostile_code_raises_nothing() -> None:
    for source in ("(" * 5_000, "os.environ[" * 200, "x" * 100_000, "os.environ[\0]", "-" * 20_000 + "1"):
        module = parse(source)
        assert module is None or read(module, "a.py").readings == []


@pytest.mark.parametrize("source", [source for source, _ in (*FORMS, *LIBRARIES, *SETTINGS) if _])
def test_no_reading_is_passed_over_before_parsing(source: str) -> None:
    assert may_read((IMPORTS + "BaseSettings\n" + source).encode())
