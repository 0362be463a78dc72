"""Writes docs/report.png, the README's picture: the top of the report on Parley as `launchready demo` breaks it."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chromium import launched

from launchready.demo.run import run
from launchready.report import html
from tools.generated import ROOT

PICTURE = ROOT / "docs/report.png"
WIDTH_PX, SCALE = 800, 1.5  # 1200 pixels, which a README shows at about 800
LAST_SHOWN = ".stages li:nth-child(1)"
SIZE_LIMIT_BYTES = 200_000


def main() -> None:
    """Audit fragile Parley and take the picture; raises SystemExit when it is too large to be in a README."""
    before = asyncio.run(run(datetime.now(UTC))).before
    with TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        page.write_text(html.render(before), "utf-8")
        picture = taken(page)
    if len(picture) > SIZE_LIMIT_BYTES:
        raise SystemExit(f"the picture has {len(picture)} bytes, more than {SIZE_LIMIT_BYTES}: show less of the report")
    PICTURE.write_bytes(picture)
    print(f"{PICTURE.name}: {len(picture)} bytes")


def taken(page: Path) -> bytes:
    """The page as a PNG, from its top to the end of the last thing to be shown."""
    with launched() as browser:
        context = browser.new_context(viewport={"width": WIDTH_PX, "height": 1000}, device_scale_factor=SCALE)
        shown = context.new_page()
        shown.goto(page.as_uri())
        end = shown.locator(LAST_SHOWN).bounding_box()
        assert end
        clip = {"x": 0, "y": 0, "width": WIDTH_PX, "height": end["y"] + end["height"]}
        return shown.screenshot(full_page=True, clip=clip, scale="device")  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
