"""Calls of JavaScript libraries: which wait how long, which block, and what tells that a file runs on a server.

Sources, not each opened again on 2026-11-24: axios-http.com/docs/req_config (`timeout`: default 0, no limit),
github.com/sindresorhus/got documentation/6-timeout.md (no limit by default), github.com/sindresorhus/ky README (timeout
10 s; false disables it), nodejs/undici docs/api/Client.md (headersTimeout and bodyTimeout 300 s, for Node's fetch too),
nodejs.org/api/http.html (`timeout` of http.request; none by default), nodejs.org/learn "Don't Block the Event Loop".
"""

import re

AXIOS_AT = {
    "get": 1, "delete": 1, "head": 1, "options": 1, "post": 2, "put": 2, "patch": 2, "postForm": 2, "request": 0,
}  # fmt: skip
FETCHES = frozenset({"node-fetch", "cross-fetch", "undici", "isomorphic-fetch"})
NODE_HTTP = frozenset({"http", "https", "node:http", "node:https"})

BLOCKING = {
    "readFileSync": "await fs.promises.readFile(…)",
    "writeFileSync": "await fs.promises.writeFile(…)",
    "appendFileSync": "await fs.promises.appendFile(…)",
    "copyFileSync": "await fs.promises.copyFile(…)",
    "readdirSync": "await fs.promises.readdir(…)",
    "execSync": "await promisify(exec)(…)",
    "execFileSync": "await promisify(execFile)(…)",
    "spawnSync": "spawn(…)",
    "pbkdf2Sync": "await promisify(pbkdf2)(…)",
    "scryptSync": "await promisify(scrypt)(…)",
    "hashSync": "await bcrypt.hash(…)",
    "compareSync": "await bcrypt.compare(…)",
    "gzipSync": "await promisify(gzip)(…)",
    "gunzipSync": "await promisify(gunzip)(…)",
    "deflateSync": "await promisify(deflate)(…)",
}

# Packages that only run on a server.
SERVER_PACKAGES = re.compile(
    r"^(?:node:.*|fs|fs/promises|path|http|https|child_process|crypto|express|fastify|koa|hono(?:/.*)?|@hono/.*|@nestjs/.*|next/server|"
    r"next/headers|server-only|@prisma/client|mongoose|sequelize|typeorm|drizzle-orm(?:/.*)?|pg|mysql2?(?:/.*)?|ioredis|redis|stripe|"
    r"openai|@anthropic-ai/.*|nodemailer|resend|bullmq|@trpc/server(?:/.*)?|multer|passport|jsonwebtoken|bcrypt(?:js)?|"
    r"@remix-run/node|@upstash/.*|h3|socket\.io|@aws-sdk/.*)$"
)
SERVER_FRAMEWORKS = frozenset({"express", "fastify", "koa", "hono", "@nestjs/core", "@hapi/hapi", "restify", "polka"})
BROWSER_LIBRARIES = frozenset({
    "react", "react-dom", "vue", "svelte", "@angular/core", "solid-js", "preact", "next", "nuxt", "vite",
    "react-scripts", "astro", "electron", "react-native", "expo",
})  # fmt: skip
