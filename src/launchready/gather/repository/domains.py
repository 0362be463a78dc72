"""The product's own public names, from the files that give it one."""

import re
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit

from dotenv.parser import parse_stream

from launchready.gather.repository import environment
from launchready.gather.repository.packages import Packages
from launchready.gather.repository.tree import Tree, line_at
from launchready.known.platforms import platform_of
from launchready.model.repository import Sighting

_MOST = 50
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,61}")
# Names that stand for nobody (RFC 2606, RFC 6761), or for the reader of an example.
_NOBODY = re.compile(
    r"(?:^|\.)(?:example|test|invalid|localhost|local|internal|lan|home|arpa|onion)$"
    r"|(?:^|\.)example\.(?:com|org|net|edu)$"
    r"|(?:^|\.)(?:your|my|some|the|sub)?-?(?:own-?)?(?:domain|site|website|app|company|host|server|project|product)"
    r"(?:-?name|-?here)?\.(?:com|org|net|io|dev|app|ai|co|tld)$"
    r"|(?:^|\.)(?:acme|foo|bar|baz|foobar|placeholder|changeme)(?:-?(?:corp|inc|co))?\."
    r"|(?:^|[.-])your-|(?:^|\.)(?:www\.)?your(?:own)?(?:new)?"
    r"(?:domain|site|website|app|company|business|brand|host|server|project|product|startup|saas|chat|chatbot|bot)\w*\."
    r"|\.(?:tld|html|js|json|py|md|png|sock)$"
)
# Places where a repository, its packages or its documentation live, and services that variables point to.
_OTHERS = re.compile(
    r"(?:^|\.)(?:github|gitlab|bitbucket|codeberg|npmjs|pypi|readthedocs|google|googleapis|gmail|twitter|x|facebook"
    r"|discord|slack|linkedin|youtube|medium|docker|amazonaws|cloudfront|supabase|clerk|stripe|openai|anthropic|resend"
    r"|sentry|posthog|mailgun|sendgrid|upstash|neon|planetscale|mongodb|ngrok|ngrok-free|auth0|githubusercontent"
    r"|azure|cloudinary|w3|schema)\."
    r"(?:com|org|io|net|app|dev|me|tech|co|cn|sh|us)$"
)
_NAMES_A_SITE = re.compile(
    r"^(?:NEXT_PUBLIC_|PUBLIC_|VITE_|REACT_APP_|NUXT_PUBLIC_|NUXT_|DJANGO_)?(?:SITE|APP|BASE|PUBLIC|FRONTEND|FRONT_END|WEB|WEBSITE|WEBAPP|SERVER|CLIENT|ROOT|PRODUCT|CANONICAL|ORIGIN"
    r"|DOMAIN|HOSTNAME|NEXTAUTH|AUTH|BETTER_AUTH|HOST|DJANGO_ALLOWED|ALLOWED|TRUSTED|CORS|CSRF)"
    r"(?:_\w+)?_?(?:URL|URI|DOMAIN|DOMAINS|HOST|HOSTS|HOSTNAME|ORIGIN|ORIGINS|NAME)$|^(?:DOMAIN|HOSTNAME|ORIGIN|URL)$"
)
_IN_CODE = (
    re.compile(r"metadataBase:\s*new URL\(\s*[\"']([^\"'\n]{1,200})[\"']"),
    re.compile(r"^\s*(?:ALLOWED_HOSTS|CSRF_TRUSTED_ORIGINS)\b[^=\n]{0,100}\+?=\s*(\[[^\]]{0,2000}\])", re.MULTILINE),
)
_QUOTED = re.compile(r"[\"']([^\"'\n]{1,200})[\"']")
_DOMAINS_IN_YAML = re.compile(r"^[ \t]*domains:[ \t]*\n((?:[ \t]*-[ \t]*[^\n]{1,200}\n?){1,20})", re.MULTILINE)
_DOMAINS_IN_A_LINE = re.compile(r"^[ \t]*domains:[ \t]*\[([^\]]{1,2000})\]", re.MULTILINE)
_WRANGLER_ROUTE = re.compile(
    r"\bpattern\"?\s*[=:]\s*[\"']([^\"'\n]{1,200})[\"']|^routes?\s*=\s*[\"']([^\"'\n]{1,200})", re.MULTILINE
)
_ASTRO_SITE = re.compile(r"^\s*site:\s*[\"']([^\"'\n]{1,200})[\"']", re.MULTILINE)


def read(tree: Tree, packages: Packages) -> tuple[Sighting, ...]:
    """Every public host name of the product that a file names, each once, the surest first."""
    found: dict[str, Sighting] = {}
    for written, where in _written(tree, packages):
        host = host_of(written)
        if host is not None and len(found) < _MOST:
            found.setdefault(host, Sighting(host, where))
    return tuple(found.values())


def host_of(written: str) -> str | None:
    """The public host name in an address or a bare name, if it can be the product's own; None otherwise."""
    written = written.strip().lower().removeprefix("*.").lstrip(".")
    try:
        host = urlsplit(written if "//" in written else f"//{written}").hostname
    except ValueError:
        return None
    if host is None or len(host) > 253 or not _HOST.fullmatch(host):
        return None
    if _NOBODY.search(host) or _OTHERS.search(host) or platform_of(host) is not None:
        return None
    return host


def _written(tree: Tree, packages: Packages) -> Iterator[tuple[str, str]]:
    for path in ("CNAME", "public/CNAME", "static/CNAME", "docs/CNAME"):
        if lines := tree.text(path).split():
            yield lines[0], f"{path}:1"
    yield from _on_platforms(tree)
    yield from _in_examples(tree)
    yield from _in_code(tree)
    for one in packages.files:
        if one.says.homepage is not None and one.folder.count("/") <= 1:
            yield one.says.homepage, one.path


def _on_platforms(tree: Tree) -> Iterator[tuple[str, str]]:
    for path in tree.named("render.yaml", "app.yaml"):
        yield from _in_yaml(tree.text(path), path)
    for path in tree.named("wrangler.toml", "wrangler.json", "wrangler.jsonc"):
        text = tree.text(path)
        for match in _WRANGLER_ROUTE.finditer(text):
            yield (match[1] or match[2]).removesuffix("*"), f"{path}:{line_at(text, match.start())}"
    for path in tree.named("vercel.json"):
        text = tree.text(path)
        for match in re.finditer(r'"alias"\s*:\s*(\[[^\]]{0,1000}\]|"[^"\n]{1,200}")', text):
            for name in _QUOTED.findall(match[1]):
                yield name, f"{path}:{line_at(text, match.start())}"


def _in_yaml(text: str, path: str) -> Iterator[tuple[str, str]]:
    for match in _DOMAINS_IN_YAML.finditer(text):
        for number, line in enumerate(match[1].splitlines(), 1):
            yield line.strip().lstrip("- ").strip("\"'"), f"{path}:{line_at(text, match.start()) + number}"
    for match in _DOMAINS_IN_A_LINE.finditer(text):
        for written in match[1].split(",")[:20]:
            yield written.strip().strip("\"'"), f"{path}:{line_at(text, match.start())}"


def _in_examples(tree: Tree) -> Iterator[tuple[str, str]]:
    for path in environment.examples(tree):
        for binding in parse_stream(StringIO(tree.text(path))):
            if binding.key and binding.value and _NAMES_A_SITE.search(binding.key.upper()):
                line = binding.original.line + len(binding.original.string) - len(binding.original.string.lstrip("\n"))
                for written in re.split(r"[\s,;]+", binding.value)[:20]:
                    yield written, f"{path}:{line}"


def _in_code(tree: Tree) -> Iterator[tuple[str, str]]:
    for path in tree.files:
        name = path.rpartition("/")[2]
        if tree.is_aside(path):
            continue
        text = ""
        is_layout = name in ("layout.tsx", "layout.jsx", "layout.js")
        if is_layout or ("settings" in path and name.endswith(".py")):
            text = tree.text(path)
        for pattern in _IN_CODE if text else ():
            for match in pattern.finditer(text):
                for written in _QUOTED.findall(match[1]) if match[1].startswith("[") else [match[1]]:
                    yield written, f"{path}:{line_at(text, match.start())}"
        if name.startswith("astro.config."):
            text = tree.text(path)
            for match in _ASTRO_SITE.finditer(text):
                yield match[1], f"{path}:{line_at(text, match.start(1))}"
