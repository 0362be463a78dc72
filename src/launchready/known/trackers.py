"""Paths under which a site's own host measures its visitors (2026-11-24)."""

# The paths that these scripts are known by, not looked up again one by one: Cloudflare browser insights /cdn-cgi/rum;
# Vercel /_vercel/insights and /_vercel/speed-insights; Plausible /api/event beside its script; PostHog's reverse proxy
# /ingest; Google Analytics 4 /g/collect; Matomo /matomo.php; Sentry tunnel /monitoring and /envelope/.
TRACKER_PATHS = (
    "/cdn-cgi/rum",
    "/cdn-cgi/challenge-platform/",
    "/_vercel/insights",
    "/_vercel/speed-insights",
    "/api/event",
    "/ingest/",
    "/g/collect",
    "/matomo.php",
    "/piwik.php",
    "/envelope/",
)
