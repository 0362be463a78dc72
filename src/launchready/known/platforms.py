"""Hosting platforms that give every app a public name of its own under theirs.

Sources: each platform's documentation of its default domains and custom domains, as of 2026-11-24:
fly.io/docs/networking/custom-domain, render.com/docs/custom-domains, docs.railway.com/guides/public-networking,
vercel.com/docs/domains, docs.netlify.com/domains-https, devcenter.heroku.com/articles/custom-domains,
learn.microsoft.com/azure/app-service, developers.cloudflare.com/pages and /workers, firebase.google.com/docs/hosting,
cloud.google.com/run/docs, docs.github.com/pages, docs.aws.amazon.com/amplify,
docs.digitalocean.com/products/app-platform.
"""

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
