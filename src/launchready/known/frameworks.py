"""Frameworks that answer visitors: the package that stands for each, and the files that only its applications have.

Date: 2026-11-24. The PyPI and npm names were looked up there; those of gems, Composer, hex and Go packages are the
names that the projects are known by and were not looked up again.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One framework. `marks` are files or folders of an application made with it, relative to its own folder; a name
    that ends in `.*` stands for any ending. `in_code` when its constructor in code is what makes an application."""

    name: str
    ecosystem: str
    language: str
    packages: tuple[str, ...]
    marks: tuple[str, ...] = ()
    in_code: bool = False


# The order decides when several are there: what renders pages stands before what they are built on.
FRAMEWORKS = (
    Framework(name="Django", ecosystem="pypi", language="Python", packages=("django",), in_code=True),
    Framework(name="FastAPI", ecosystem="pypi", language="Python", packages=("fastapi",), in_code=True),
    Framework(name="Litestar", ecosystem="pypi", language="Python", packages=("litestar",), in_code=True),
    Framework(name="Quart", ecosystem="pypi", language="Python", packages=("quart",), in_code=True),
    Framework(name="Flask", ecosystem="pypi", language="Python", packages=("flask",), in_code=True),
    Framework(name="Starlette", ecosystem="pypi", language="Python", packages=("starlette",), in_code=True),
    Framework(
        name="Next.js",
        ecosystem="npm",
        language="JavaScript",
        packages=("next",),
        marks=("next.config.*", "app", "src/app", "pages", "src/pages"),
    ),
    Framework(
        name="Nuxt", ecosystem="npm", language="JavaScript", packages=("nuxt", "nuxt3"), marks=("nuxt.config.*",)
    ),
    Framework(
        name="SvelteKit",
        ecosystem="npm",
        language="JavaScript",
        packages=("@sveltejs/kit",),
        marks=("src/routes", "svelte.config.*"),
    ),
    Framework(
        name="TanStack Start",
        ecosystem="npm",
        language="JavaScript",
        packages=("@tanstack/react-start", "@tanstack/solid-start"),
        marks=("src/routes", "app/routes"),
    ),
    Framework(
        name="Remix",
        ecosystem="npm",
        language="JavaScript",
        packages=("@remix-run/react", "@remix-run/node"),
        marks=("app/root.*", "app/routes"),
    ),
    Framework(
        name="React Router",
        ecosystem="npm",
        language="JavaScript",
        packages=("@react-router/dev", "@react-router/node"),
        marks=("app/root.*", "app/routes.*", "react-router.config.*"),
    ),
    Framework(name="Astro", ecosystem="npm", language="JavaScript", packages=("astro",), marks=("astro.config.*",)),
    Framework(
        name="NestJS",
        ecosystem="npm",
        language="JavaScript",
        packages=("@nestjs/core",),
        marks=("nest-cli.json",),
        in_code=True,
    ),
    Framework(name="Fastify", ecosystem="npm", language="JavaScript", packages=("fastify",), in_code=True),
    Framework(name="Express", ecosystem="npm", language="JavaScript", packages=("express",), in_code=True),
    Framework(name="Hono", ecosystem="npm", language="JavaScript", packages=("hono",), in_code=True),
    Framework(name="Koa", ecosystem="npm", language="JavaScript", packages=("koa",), in_code=True),
    Framework(name="React", ecosystem="npm", language="JavaScript", packages=("react-dom",), marks=("vite.config.*",)),
    Framework(name="Vue", ecosystem="npm", language="JavaScript", packages=("vue",), marks=("vite.config.*",)),
    Framework(name="Rails", ecosystem="gem", language="Ruby", packages=("rails",)),
    Framework(name="Laravel", ecosystem="composer", language="PHP", packages=("laravel/framework",)),
    Framework(name="Phoenix", ecosystem="hex", language="Elixir", packages=("phoenix",)),
    Framework(name="Gin", ecosystem="go", language="Go", packages=("github.com/gin-gonic/gin",)),
    Framework(name="Echo", ecosystem="go", language="Go", packages=("github.com/labstack/echo/v4",)),
    Framework(name="Fiber", ecosystem="go", language="Go", packages=("github.com/gofiber/fiber/v2",)),
    Framework(name="chi", ecosystem="go", language="Go", packages=("github.com/go-chi/chi/v5",)),
)
BY_NAME = {framework.name: framework for framework in FRAMEWORKS}
