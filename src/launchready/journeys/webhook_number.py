"""The number that a webhook's probe reads, and by how much deliveries move it: what shows what they did."""

import asyncio
from collections.abc import Awaitable, Callable

from launchready.model.gap import Gap

ReadNumber = Callable[[], Awaitable[float | Gap]]

NO_PROBE = Gap("launch.toml names no probe for it: a journey that reads a number which the webhook changes")
UNMOVED = Gap("the number that its probe reads does not move with a valid event")
RESTLESS = Gap("the number that its probe reads moves by itself: let it read one that only the test account moves")
QUIET_S = 0.25  # how long an effect that must not come is waited for, or twice as long as the first one took
EFFECT_S = 5.0
LOOK_EVERY_S = 0.05
_PLACES = 6  # 10.3 - 10.2 is no more than 10.2 - 10.1, whatever binary fractions say


class Number:
    """Read when asked; once it cannot be read it stays unknown."""

    def __init__(self, read: ReadNumber | None) -> None:
        self._read = read
        self._last: float | Gap = NO_PROBE
        self._quiet_s = QUIET_S

    async def begin(self) -> None:
        """Read it twice: one that moves while nothing is sent, by what other people do, shows nothing."""
        if self._read:
            self._last = await self._read()
            if (moved := await self.moved()) and not isinstance(moved, Gap):
                self._last = RESTLESS

    async def first_move(self) -> float | Gap:
        """By how much it moves with a valid event, waited for: a handler may answer before its work is done."""
        clock = asyncio.get_running_loop().time
        began = clock()
        for _ in range(int(EFFECT_S / LOOK_EVERY_S)):
            moved = await self._moved()
            if moved != 0.0 or clock() - began > EFFECT_S:
                break
            await asyncio.sleep(LOOK_EVERY_S)
        self._quiet_s = max(QUIET_S, 2 * (clock() - began))
        return moved if moved != 0.0 else UNMOVED

    async def moved(self) -> float | Gap:
        """By how much it has moved since it was last read, once what was sent has had time to do its work."""
        if not isinstance(self._last, Gap):
            await asyncio.sleep(self._quiet_s)
        return await self._moved()

    async def _moved(self) -> float | Gap:
        before = self._last
        if isinstance(before, Gap) or self._read is None:
            return before
        self._last = await self._read()
        return self._last if isinstance(self._last, Gap) else round(self._last - before, _PLACES)
