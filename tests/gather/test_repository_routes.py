"""Addresses out of code: pages for people first, never an API, a file or a parameter."""

import json
from pathlib import Path

import pytest

from launchready.formats import page_paths, route_files
from tests.gather.test_repository import Files, npm, only, written

FASTAPI = "from fastapi import FastAPI, APIRouter\nfrom fastapi.responses import HTMLResponse\n"
NEXT = {"package.json": npm(next="15")}

PAGES: list[tuple[str, Files, list[str]]] = [
    (
        "decorators",
        {"a.py": f"{FASTAPI}app = FastAPI()\n@app.get('/pricing', response_class=HTMLResponse)\ndef p(): ...\n"},
        ["/pricing"],
    ),
    ("json is no page", {"a.py": f"{FASTAPI}app = FastAPI()\n@app.get('/pricing')\ndef p(): return {{}}\n"}, []),
    (
        "router in another module",
        {
            "app/__init__.py": "",
            "app/settings.py": "class S:\n    PREFIX: str = '/shop'\n",
            "app/pages.py": (
                f"{FASTAPI}router = APIRouter(prefix='/in')\n@router.get('/login')\ndef l() -> HTMLResponse: ...\n"
            ),
            "app/main.py": (
                f"{FASTAPI}from .pages import router as pages\nfrom app.settings import s\n"
                "app = FastAPI()\napp.include_router(pages, prefix=s.PREFIX)\n"
            ),
        },
        ["/shop/in/login"],
    ),
    (
        "router that nobody includes",
        {"a.py": f"{FASTAPI}app = FastAPI()\nr = APIRouter()\n@r.get('/x')\ndef x() -> HTMLResponse: ...\n"},
        [],
    ),
    (
        "a prefix nobody can know",
        {
            "a.py": (
                f"{FASTAPI}app = FastAPI()\nr = APIRouter()\n@r.get('/x')\n"
                "def x() -> HTMLResponse: ...\napp.include_router(r, prefix=load())\n"
            )
        },
        [],
    ),
    (
        "Starlette lists",
        {
            "a.py": "from starlette.applications import Starlette\nfrom starlette.routing import Route, Mount\n"
            "def home(r): ...\ndef data(r): return JSONResponse({})\n"
            "inner = [Route('/pricing', home)]\n"
            "app = Starlette(routes=[Route('/', home), Route('/raw', data), Route('/c/{id}', home),"
            " Mount('/eu', routes=inner),"
            " Route('/out', home, methods=['POST']), Mount('/static', app=files)])\n",
        },
        ["/", "/eu/pricing"],
    ),
    (
        "strangers are sent to the login, members see a page",
        {
            "a.py": "from starlette.applications import Starlette\nfrom starlette.routing import Route\n"
            "def chat(r):\n    answer = shown(r) if r.user else RedirectResponse('/login')\n    return answer\n"
            "def plan(r):\n    if not r.user: return RedirectResponse('/login')\n    return shown(r)\n"
            "def away(r):\n    answer = RedirectResponse('/')\n    answer.delete_cookie('s')\n    return answer\n"
            "def old(r): return RedirectResponse('/chat')\n"
            "app = Starlette(routes=[Route('/chat', chat), Route('/plan', plan), Route('/away', away),"
            " Route('/old', old)])\n",
        },
        ["/chat", "/plan"],
    ),
    (
        "Starlette lists from methods",
        {
            "m.py": (
                "from starlette.routing import Route\nclass M:\n"
                "    def routes(self): return [Route('/signup', self.s)]\n    def s(self, r): ...\n"
            ),
            "a.py": (
                "from starlette.applications import Starlette\nfrom m import M\napp = Starlette(routes=M().routes())\n"
            ),
        },
        ["/signup"],
    ),
    (
        "Flask blueprints",
        {
            "shop/__init__.py": (
                "from flask import Flask\ndef create_app():\n    app = Flask('x')\n"
                "    from shop.auth import bp as auth\n"
                "    app.register_blueprint(auth, url_prefix='/auth')\n    return app\n"
            ),
            "shop/auth/__init__.py": (
                "from flask import Blueprint\nbp = Blueprint('auth', __name__, url_prefix='/never')\n"
                "from shop.auth import routes\n"
            ),
            "shop/auth/routes.py": (
                "from shop.auth import bp\n@bp.route('/login', methods=['GET', 'POST'])\n"
                "def l(): return render_template('l.html')\n"
                "@bp.route('/user/<name>')\ndef u(): ...\n@bp.route('/logout')\ndef o(): ...\n"
            ),
        },
        ["/auth/login"],
    ),
    (
        "Django",
        {
            "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n",
            "shop/urls.py": (
                "from django.urls import path, include, re_path\nfrom django.contrib import admin\n"
                "from pages import views\n"
                "urlpatterns = [path('', views.home), path('admin/', admin.site.urls),"
                " path('accounts/', include('allauth.urls')),"
                " path('pages/', include('pages.urls')), re_path(r'^about/$', views.home),"
                " re_path(r'^p/(\\d+)/$', views.home),"
                " path('data/', views.data)]\nif settings.DEBUG:\n    urlpatterns += [path('toolbar/', views.home)]\n"
            ),
            "pages/__init__.py": "",
            "pages/views.py": "def home(r): return render(r, 'x.html')\ndef data(r): return JsonResponse({})\n",
            "pages/urls.py": (
                "from django.urls import path\nfrom . import views\n"
                "urlpatterns = [path('plans/', views.home), path('<int:pk>/', views.home)]\n"
            ),
        },
        ["/", "/accounts/signup/", "/accounts/login/", "/pages/plans/", "/about/", "/accounts/password/reset/"],
    ),
    (
        "Next.js app",
        {
            **NEXT,
            "src/app/page.tsx": "",
            "src/app/(marketing)/pricing/page.tsx": "",
            "src/app/(auth)/sign-in/[[...sign-in]]/page.tsx": "",
            "src/app/_private/page.tsx": "",
            "src/app/@modal/x/page.tsx": "",
            "src/app/chat/[id]/page.tsx": "",
            "src/app/tests/page.tsx": "",
            "src/app/(.)photo/page.tsx": "",
            "src/app/feed/route.ts": "export function GET() {}",
            "src/app/chat/loading.tsx": "",
        },
        ["/", "/sign-in", "/pricing", "/tests"],
    ),
    (
        "Next.js pages",
        {
            **NEXT,
            "pages/_app.tsx": "",
            "pages/index.tsx": "",
            "pages/login.tsx": "",
            "pages/blog/index.tsx": "",
            "pages/[slug].tsx": "",
            "pages/api/x.ts": "",
            "pages/404.tsx": "",
        },
        ["/", "/login", "/blog"],
    ),
    (
        "Next.js below a base path",
        {**NEXT, "next.config.js": "module.exports = { basePath: '/app' }", "app/login/page.js": ""},
        ["/app/login"],
    ),
    (
        "SvelteKit",
        {
            "package.json": npm(**{"@sveltejs/kit": "2"}),
            "src/routes/+page.svelte": "",
            "src/routes/(app)/chat/+page@.svelte": "",
            "src/routes/[id]/+page.svelte": "",
            "src/routes/raw/+server.ts": "export const GET = 1",
            "src/routes/+layout.svelte": "",
        },
        ["/", "/chat"],
    ),
    (
        "Nuxt",
        {
            "package.json": npm(nuxt="4"),
            "nuxt.config.ts": "",
            "app/pages/index.vue": "",
            "app/pages/login.vue": "",
            "app/pages/u/[id].vue": "",
        },
        ["/", "/login"],
    ),
    (
        "Remix",
        {
            "package.json": npm(**{"@remix-run/react": "2"}),
            "app/root.tsx": "",
            "app/routes/_index.tsx": "export default function A() {}",
            "app/routes/_auth.login.tsx": "export default function A() {}",
            "app/routes/u.$id.tsx": "export default function A() {}",
            "app/routes/raw.tsx": "export const loader = 1",
        },
        ["/", "/login"],
    ),
    (
        "Astro",
        {
            "package.json": npm(astro="5"),
            "astro.config.mjs": "",
            "src/pages/index.astro": "",
            "src/pages/blog/[slug].astro": "",
            "src/pages/rss.xml.ts": "",
        },
        ["/"],
    ),
    (
        "Express",
        {
            "package.json": npm(express="5"),
            "app.js": (
                "const r = require('./routes/in')\nconst home = require('./home')\nconst app = express()\n"
                "app.get('/', home.index)\n// app.get('/old', (q, s) => s.render('x'))\n"
                "app.get('/data', (q, s) => s.json({}))\napp.use('/in', r)\n"
            ),
            "home.js": "exports.index = (q, s) => {\n  const x = 1;\n  s.render('home');\n}\n",
            "routes/in.js": (
                "router.get('/login', (q, s) => { s.render('l') })\nrouter.get('/:id', (q, s) => { s.render('l') })\n"
            ),
        },
        ["/", "/in/login"],
    ),
    (
        "React",
        {
            "package.json": npm(**{"react-dom": "19"}),
            "vite.config.ts": "",
            "index.html": "",
            "src/a.tsx": '<Route path="/login" element={x} /><Route path="/u/:id" />',
        },
        ["/", "/login"],
    ),
]


@pytest.mark.parametrize(("files", "pages"), [case[1:] for case in PAGES], ids=[case[0] for case in PAGES])
def test_pages_for_people(tmp_path: Path, files: Files, pages: list[str]) -> None:
    assert [route.value for route in only(written(tmp_path, files)).routes] == pages


OWN_ROUTER = (
    "from fastapi import FastAPI\nfrom shop import ShopAPIRouter\napp = FastAPI()\nr = ShopAPIRouter(prefix='/in')\n"
    "@r.post('/webhook')\ndef w(): ...\napp.include_router(r)\n"
)
HEALTH: list[tuple[Files, str | None, list[str]]] = [
    (
        {
            "a.py": (
                f"{FASTAPI}app = FastAPI()\n@app.get('/healthz')\ndef h(): ...\n"
                "@app.post('/webhooks/stripe')\ndef w(): ...\n"
            )
        },
        "/healthz",
        ["/webhooks/stripe"],
    ),
    (
        {
            "a.py": (
                f"{FASTAPI}app = FastAPI()\n@app.post('/health')\ndef h(): ...\n@app.get('/webhooks')\ndef w(): ...\n"
            )
        },
        None,
        [],
    ),
    (
        {
            **NEXT,
            "app/api/health/route.ts": "export async function GET() {}",
            "app/api/stripe/webhook/route.ts": "export async function POST() {}",
        },
        "/api/health",
        ["/api/stripe/webhook"],
    ),
    ({**NEXT, "app/api/orders/status/route.ts": "export async function GET() {}"}, None, []),
    ({**NEXT, "fly.toml": "app = 'x'\n[[http_service.checks]]\n  path = '/alive'\n"}, "/alive", []),
    (
        {"package.json": npm(express="5"), "a.js": "const app = express(); app.get('/ping', f); app.post('/hook', g)"},
        "/ping",
        ["/hook"],
    ),
]


@pytest.mark.parametrize(("files", "health", "webhooks"), HEALTH)
def test_health_and_webhooks(tmp_path: Path, files: Files, health: str | None, webhooks: list[str]) -> None:
    found = only(written(tmp_path, files))
    assert (found.health.value if found.health else None) == health
    assert [one.value for one in found.webhooks] == webhooks


def test_a_router_class_of_the_products_own(tmp_path: Path) -> None:
    assert [one.value for one in only(written(tmp_path, {"a.py": OWN_ROUTER})).webhooks] == ["/in/webhook"]


def test_a_route_says_where_it_stands(tmp_path: Path) -> None:
    found = only(
        written(tmp_path, {"web/a.py": f"{FASTAPI}app = FastAPI()\n@app.get('/x')\ndef x() -> HTMLResponse: ...\n"})
    )
    assert found.routes[0].where == "web/a.py:4"


@pytest.mark.parametrize(
    "path", ["/api/users", "/v1/x", "/static/a", "/logout", "/a.js", "/u/{id}", "/_next", "/callback", "/rss", "/a b"]
)
def test_not_for_people(path: str) -> None:
    assert not page_paths.is_page(path)


def test_a_host_folder_of_next_is_no_part_of_the_address() -> None:
    assert route_files.next_app("(ee)/app.parrot.chat/login/page.tsx") == route_files.Place("/login", True)


def test_nested_routes_need_the_package_that_reads_them(tmp_path: Path) -> None:
    files = {"app/root.tsx": "", "app/routes/_auth+/login.tsx": "export default function A() {}"}
    nested = {"@remix-run/react": "2", "remix-flat-routes": "1"}
    both = written(tmp_path / "b", {**files, "package.json": json.dumps({"dependencies": nested})})
    assert [one.value for one in only(both).routes] == ["/login"]
