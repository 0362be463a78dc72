"""The variables that JavaScript and TypeScript read, in every form in which they can."""

import pytest

from launchready.formats.script_variables import read

DEFAULT, MUST, OPEN = "default", "must", "open"


def found(source: str, path: str = "app/a.ts") -> dict[str, str]:
    reads = read(source, path).readings
    return {one.name: DEFAULT if one.has_default else MUST if one.must else OPEN for one in reads}


FORMS = [
    ("process.env.KEY", {"KEY": OPEN}),
    ("process.env['KEY']", {"KEY": OPEN}),
    ("process.env[`KEY`]", {"KEY": OPEN}),
    ("process.env?.KEY", {"KEY": OPEN}),
    ("process.env.KEY!", {"KEY": OPEN}),
    ("(process.env as any).KEY", {"KEY": OPEN}),
    ("process.env.KEY || 'x'", {"KEY": DEFAULT}),
    ("process.env.KEY ?? 'x'", {"KEY": DEFAULT}),
    ("process.env.KEY || ''", {"KEY": OPEN}),
    ("process.env.KEY ?? undefined", {"KEY": OPEN}),
    ("x || process.env.KEY", {"KEY": OPEN}),
    ("const { KEY, B_KEY = 'x', C_KEY: c } = process.env", {"KEY": OPEN, "B_KEY": DEFAULT, "C_KEY": OPEN}),
    ("const env = process.env; env.KEY; env['B_KEY']", {"KEY": OPEN, "B_KEY": OPEN}),
    ("'KEY' in process.env", {"KEY": OPEN}),
    ("import.meta.env.VITE_KEY", {"VITE_KEY": OPEN}),
    ("Deno.env.get('KEY')", {"KEY": OPEN}),
    ("Bun.env.KEY", {"KEY": OPEN}),
    ("import { KEY } from '$env/static/private'", {"KEY": MUST}),
    ("import { env } from '$env/dynamic/private'; env.KEY", {"KEY": OPEN}),
    ("function need(n: string) { const v = process.env[n]; if (!v) throw new Error(n); "
     "return v } need('KEY')", {"KEY": MUST}),
    ("const want = (n: string, d?: string) => process.env[n] ?? d; want('KEY'); want('B_KEY', 'x')",
     {"KEY": OPEN, "B_KEY": DEFAULT}),
    ("const s = z.object({ KEY: z.string(), B_KEY: z.string().optional(), C_KEY: z.string().default('x') }); "
     "s.parse(process.env)",
     {"KEY": MUST, "B_KEY": DEFAULT, "C_KEY": DEFAULT}),
    ("cleanEnv(process.env, { KEY: str(), PORT_B: port({ default: 3000 }) })", {"KEY": MUST, "PORT_B": DEFAULT}),
    ("export const env = createEnv({ server: { KEY: z.string().min(1) }, experimental__runtimeEnv: process.env })",
     {"KEY": MUST}),
    ("const s = Joi.object().keys({ KEY: Joi.string().required(), B_KEY: Joi.string() }); s.validate(process.env)",
     {"KEY": MUST, "B_KEY": DEFAULT}),
    ("import { ConfigService } from '@nestjs/config'; this.configService.getOrThrow('KEY'); "
     "this.config.get<string>('B_KEY')",
     {"KEY": MUST, "B_KEY": OPEN}),
]  # fmt: skip
NONE = [
    "process.env.KEY = 'x'",
    "delete process.env.KEY",
    "// process.env.KEY",
    "/* process.env.KEY */",
    "'process.env.KEY'",
    "import.meta.env.MODE; import.meta.env.DEV",
    "config.env.KEY",
    "const s = z.object({ KEY: z.string() }); s.parse(request.body)",
    "map.get('KEY')",
]


@pytest.mark.parametrize(("source", "expected"), FORMS)
def test_every_form(source: str, expected: dict[str, str]) -> None:
    assert found(source) == expected


@pytest.mark.parametrize("source", NONE)
def test_what_only_looks_like_a_reading(source: str) -> None:
    assert found(source) == {}


@pytest.mark.parametrize("ending", ["js", "jsx", "mjs", "cjs", "ts", "mts", "cts", "tsx"])
def test_every_ending_and_the_line(ending: str) -> None:
    (reading,) = read("const a = 1;\n\nconst k = process.env.KEY;\n", f"app/a.{ending}").readings
    assert reading.where == f"app/a.{ending}:3"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.vue", "<template><p>process.env.NOT</p></template>\n<script setup>\n"
         "const k = import.meta.env.VITE_KEY\n</script>"),
        ("a.svelte", "<p/>\n<script lang='ts'>\nconst k = import.meta.env.VITE_KEY\n</script>"),
        ("a.astro", "---\n\nconst k = import.meta.env.VITE_KEY\n---\n<p>x</p>"),
    ],
)  # fmt: skip
def test_scripts_in_pages(path: str, source: str) -> None:
    (reading,) = read(source, path).readings
    assert (reading.name, reading.where) == ("VITE_KEY", f"{path}:3")


def test_what_reaches_the_browser() -> None:
    reads = read("process.env.NEXT_PUBLIC_A; process.env.A; import.meta.env.VITE_A", "a.ts").readings
    assert {one.name: one.reaches_browser for one in reads} == {"NEXT_PUBLIC_A": True, "A": False, "VITE_A": True}


def test_names_that_are_put_together_are_known_by_their_ends() -> None:
    assert read("process.env[`APP_${x}_URL`]; process.env['APP_' + x]", "a.ts").built == [
        ("APP_", "_URL"),
        ("APP_", ""),
    ]


def test_hostile_code_raises_nothing() -> None:
    for source in (
        "(" * 900,
        "process.env[" * 500,
        "{" * 5_000 + "process.env.A",
        "process.env." + "A" * 9_000,
        "\0",
    ):
        read(source, "a.tsx")
