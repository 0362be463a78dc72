"""Hosting platforms that give every app a public name of its own under theirs.

Sources: each platform's documentation of its default domains and custom domains, as of 2026-11-24:
fly.io/docs/networking/custom-domain, render.com/docs/custom-domains, docs.railway.com/guides/public-networking,
vercel.com/docs/domains, docs.netlify.com/domains-https, devcenter.heroku.com/articles/custom-domains,
learn.microsoft.com/azure/app-service, developers.cloudflare.com/pages and /workers, firebase.google.com/docs/hosting,
cloud.google.com/run/docs, docs.github.com/pages, docs.aws.amazon.com/amplify,
docs.digitalocean.com/products/app-platform.
"""

from dataclasses import dataclass

# Suffix of an app's own name → platform. Names that stand for many apps (cname.vercel-dns.com, proxy-ssl.webflow.com)
# are not here: nothing of one app is served there.
APP_NAMES = {
    "fly.dev": "Fly.io",
    "onrender.com": "Render",
    "up.railway.app": "Railway",
    "vercel.app": "Vercel",
    "netlify.app": "Netlify",
    "herokuapp.com": "Heroku",
    "azurewebsites.net": "Azure App Service",
    "azurestaticapps.net": "Azure Static Web Apps",
    "pages.dev": "Cloudflare Pages",
    "workers.dev": "Cloudflare Workers",
    "web.app": "Firebase Hosting",
    "firebaseapp.com": "Firebase Hosting",
    "run.app": "Google Cloud Run",
    "github.io": "GitHub Pages",
    "gitlab.io": "GitLab Pages",
    "amplifyapp.com": "AWS Amplify",
    "elasticbeanstalk.com": "AWS Elastic Beanstalk",
    "awsapprunner.com": "AWS App Runner",
    "ondigitalocean.app": "DigitalOcean App Platform",
    "deno.dev": "Deno Deploy",
    "hf.space": "Hugging Face Spaces",
    "streamlit.app": "Streamlit",
    "replit.app": "Replit",
    "koyeb.app": "Koyeb",
    "northflank.app": "Northflank",
    "modal.run": "Modal",
    "convex.site": "Convex",
}


def platform_of(name: str) -> str | None:
    """The platform whose app `name` is, e.g. "parley.fly.dev" → "Fly.io"; None for any other name."""
    labels = name.lower().rstrip(".").split(".")
    for start in range(1, len(labels)):
        if (platform := APP_NAMES.get(".".join(labels[start:]))) is not None:
            return platform
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclaimed:
    """How a platform answers (with status 404) for a name that points to it and that none of its customers has added:
    words in the page, or a header with its value; names are lower case, a header of None means the page alone decides.
    """

    suffixes: tuple[str, ...]
    words: str
    header: tuple[str, str] | None = None


# Only answers that cannot be mistaken for a customer's own 404, or for an app that is merely asleep (Render, Fly.io).
# Sources: github.com/EdOverflow/can-i-take-over-xyz (2025-02-08) for all but Vercel and Railway; those by
# vercel.com/docs/errors/DEPLOYMENT_NOT_FOUND and answers of Railway's edge as quoted by its users, as of 2026-11-24.
UNCLAIMED = (
    Unclaimed(suffixes=("github.io",), words="There isn't a GitHub Pages site here"),
    Unclaimed(suffixes=("herokuapp.com", "herokudns.com"), words="no such app"),
    Unclaimed(suffixes=("vercel.app", "vercel-dns.com"), words="", header=("x-vercel-error", "DEPLOYMENT_NOT_FOUND")),
    Unclaimed(suffixes=("netlify.app", "netlify.com", "netlifyglobalcdn.com"), words="Not Found - Request ID"),
    Unclaimed(suffixes=("up.railway.app",), words="Application not found", header=("x-railway-fallback", "true")),
    Unclaimed(suffixes=("amazonaws.com",), words="The specified bucket does not exist"),
    Unclaimed(suffixes=("surge.sh",), words="project not found"),
    Unclaimed(suffixes=("bitbucket.io",), words="Repository not found"),
    Unclaimed(suffixes=("ghost.io",), words="Failed to resolve DNS path for this host"),
    Unclaimed(suffixes=("pantheonsite.io",), words="404 error unknown site"),
)


def unclaimed_at(name: str) -> Unclaimed | None:
    """How the platform that `name` belongs to answers for names nobody has claimed; None for any other name."""
    return next((one for one in UNCLAIMED if f".{name.lower().rstrip('.')}".endswith(_dotted(one.suffixes))), None)


def _dotted(suffixes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f".{suffix}" for suffix in suffixes)
