"""Work that Ctrl-C, a CI server or a closed terminal ends in order: it is cancelled, and what it drives still runs."""

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Done = TypeVar("Done")


def carried_out(work: Coroutine[Any, Any, Done]) -> Done:
    """What the work came to; raises KeyboardInterrupt once it has put away what it made.

    asyncio does so for SIGINT. For the others it would cancel every task at once, those of a driven browser too.
    """

    async def held() -> Done:
        task = asyncio.current_task()
        assert task
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup has it
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await work

    try:
        return asyncio.run(held() if threading.current_thread() is threading.main_thread() else work)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
