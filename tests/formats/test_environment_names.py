"""Names of variables from each platform's file or command; a value leaves at most its fingerprint."""

import hashlib
from secrets import token_hex

import pytest

from launchready.formats.environment_names import Unreadable, variables
from launchready.formats.environment_reads import reads

VALUE = token_hex(12)
SOURCES = {
    ".env": f"# a\nexport A_KEY='{VALUE}'\nBEE=\n",
    "compose.yaml": f"services:\n  web:\n    environment:\n      A_KEY: {VALUE}\n      BEE: null\n",
    "docker-compose.yml": f"services:\n  web:\n    environment:\n      - A_KEY={VALUE}\n      - BEE\n",
    "fly.json": '[{"Name": "A_KEY", "Digest": "5c1a", "CreatedAt": "2026-03-01T10:00:00Z"}, {"name": "BEE"}]',
    "fly.toml": f'[env]\nA_KEY = "{VALUE}"\nBEE = ""\n',
    "render.yaml": f"services:\n- envVars:\n  - key: A_KEY\n    value: {VALUE}\n  - key: BEE\n    sync: false\n",
    "render.json": f'[{{"envVar": {{"key": "A_KEY", "value": "{VALUE}"}}}}, {{"envVar": {{"key": "BEE"}}}}]',
    "railway.json": f'{{"A_KEY": "{VALUE}", "BEE": ""}}',
    "vercel.json": '{"envs": [{"key": "A_KEY", "target": ["production"], "updatedAt": 1772359200000}, {"key": "BEE"}]}',
    "vercel.txt": "\n name       value        environments\n A_KEY      Encrypted    Production\n BEE  x\n",
    "heroku.json": f'{{"A_KEY": "{VALUE}", "BEE": ""}}',
    "gh.json": '[{"name": "A_KEY", "updatedAt": "2026-03-01T10:00:00Z"}, {"name": "BEE"}]',
    "gh.txt": "NAME   UPDATED\nA_KEY  about 2 days ago\nBEE      about 2 days ago\n",
    "doppler.json": f'{{"A_KEY": {{"computed": "{VALUE}", "note": ""}}, "BEE": {{"computed": ""}}}}',
    "restricted.json": '{"A_KEY": {"computed": null, "raw": null, "note": "x"}, "BEE": {"computed": null}}',
    "sops.json": '{"A_KEY": "ENC[AES256_GCM]", "BEE": "ENC[x]", "sops": {"lastmodified": "2026-03-01T10:00:00Z"}}',
    "sops.yaml": 'A_KEY: ENC[x]\nBEE: ENC[x]\nsops:\n  lastmodified: "2026-03-01T10:00:00Z"\n  version: 3.9.0\n',
    ".env.sops": "A_KEY=ENC[x]\nBEE=ENC[x]\nsops_version=3.9.0\nsops_lastmodified=2026-03-01T10:00:00Z\n",
}
DATED = ("fly.json", "vercel.json", "gh.json", "sops.json", "sops.yaml", ".env.sops")
WITHOUT_VALUES = (*DATED, "restricted.json", "vercel.txt", "gh.txt")


def hashed(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()


@pytest.mark.parametrize("name", SOURCES)
def test_each_source_tells_its_names(name: str) -> None:
    found = variables(SOURCES[name], name, hashed)
    assert [one.name for one in found] == ["A_KEY", "BEE"]
    assert found[0].fingerprint == (None if name in WITHOUT_VALUES else hashed(VALUE.encode()))
    assert found[0].since == ("2026-03-01" if name in DATED else None)
    assert found[1].fingerprint is None
    assert VALUE not in repr(found)
    assert all(one.fingerprint is None for one in variables(SOURCES[name], name))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[1, 2", "x.json"),
        ("[" * 100_000, "x.json"),
        ("a: [", "x.yaml"),
        ("- a\n- b\n", "x.yaml"),
        (
            "a: &a [x]\n" + "".join(f"k{i}: &k{i} [{', '.join(['*a'] * 9)}]\n" for i in range(1)) + "b: " + "[" * 40,
            "x.yaml",
        ),
        ("[env", "fly.toml"),
        ("Error: VALUE is not a valid token, please log in\n", "standard input"),
        ("> Error: token=VALUE expired\n", "standard input"),
    ],
)
def test_what_is_no_source_is_said(text: str, name: str) -> None:
    with pytest.raises(Unreadable) as caught:
        variables(text.replace("VALUE", VALUE), name)
    assert VALUE not in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n#\n", "[]", "{}", "[1, null, [2]]", "NAME UPDATED\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert variables(text, "x.json" if text[:1] in ("[", "{") else ".env") == ()


def test_aliases_do_not_grow() -> None:
    levels = "".join(f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]\n" for i in range(1, 9))
    with pytest.raises(Unreadable):
        variables(f"l0: &l0 x\n{levels}", "x.yaml")


@pytest.mark.parametrize(
    "code",
    [
        'os.environ["A_KEY"]',
        "os.environ.get('A_KEY', '')",
        'os.getenv("A_KEY")',
        "environ.setdefault('A_KEY', 'x')",
        'env.str("A_KEY")',
        "config('A_KEY', default='')",
        "class Settings(BaseSettings):\n    debug: bool = False\n    a_key: SecretStr\n",
        "process.env.A_KEY",
        'process.env["A_KEY"]',
        "const { PORT, A_KEY: key = '' } = process.env",
        "import.meta.env.A_KEY",
        'Deno.env.get("A_KEY")',
        'ENV.fetch("A_KEY")',
        'os.Getenv("A_KEY")',
        "getenv('A_KEY')",
        'System.fetch_env!("A_KEY")',
        'std::env::var("A_KEY")',
        'Environment.GetEnvironmentVariable("A_KEY")',
    ],
)
def test_what_code_reads(code: str) -> None:
    assert "A_KEY" in [name for name, _ in reads(code)]


@pytest.mark.parametrize(
    "code", ["A_KEY = 1", "print('A_KEY')", "environment['A_KEY']", "process.environment.A_KEY", "env[name]", ""]
)
def test_what_code_does_not_read(code: str) -> None:
    assert "A_KEY" not in [name for name, _ in reads(code)]
