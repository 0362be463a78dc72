"""Hosting platforms by the files that they are told by, and what those files say about the product.

Date: 2026-11-24. Where each platform documents its file (not read again key by key):
fly.io/docs/reference/configuration,
render.com/docs/blueprint-spec, docs.railway.com/reference/config-as-code, vercel.com/docs/project-configuration,
docs.netlify.com/configure-builds/file-based-configuration, devcenter.heroku.com/articles/procfile and
/articles/app-json-schema, developers.cloudflare.com/workers/wrangler/configuration,
cloud.google.com/appengine/docs/standard/reference/app-yaml,
docs.digitalocean.com/products/app-platform/reference/app-spec,
kamal-deploy.org/docs/configuration, docs.docker.com/reference/compose-file.
"""

# Name of the file, or the end of its path → platform.
FILES = {
    "fly.toml": "Fly.io",
    "render.yaml": "Render",
    "railway.json": "Railway",
    "railway.toml": "Railway",
    "vercel.json": "Vercel",
    "netlify.toml": "Netlify",
    "Procfile": "Heroku",
    "app.json": "Heroku",
    "wrangler.toml": "Cloudflare Workers",
    "wrangler.json": "Cloudflare Workers",
    "wrangler.jsonc": "Cloudflare Workers",
    "app.yaml": "Google App Engine",
    ".do/app.yaml": "DigitalOcean App Platform",
    "apprunner.yaml": "AWS App Runner",
    "amplify.yml": "AWS Amplify",
    "config/deploy.yml": "Kamal",
}
# A word that must stand in the file, for names that other tools use too (app.json is Expo's as well).
NEEDED_WORD = {
    "app.json": r'"(?:buildpacks|formation|addons|stack)"\s*:|heroku',
    "app.yaml": r"^runtime:",
    "config/deploy.yml": r"^(?:service|servers|image):",
    "Procfile": r"^\s*\w+\s*:",
}
# What stands in a file and is worth telling: the name of the setting, and how it is written in these formats.
SETTINGS = {
    "fly.toml": ("app", "primary_region", "path", "internal_port"),
    "render.yaml": ("name", "healthCheckPath", "region", "runtime", "type"),
    "railway.json": ("healthcheckPath", "startCommand"),
    "railway.toml": ("healthcheckPath", "startCommand"),
    "wrangler.toml": ("name",),
    "wrangler.json": ("name",),
    "wrangler.jsonc": ("name",),
    "app.yaml": ("runtime", "service", "name"),
}
HEALTH_SETTINGS = frozenset({"path", "healthCheckPath", "healthcheckPath"})
