"""The daemon of the soak, which weighs itself: started by `benchmarks.soak` alone.

It runs until SIGTERM and prints one JSON object a line, each ten seconds.
"""

import asyncio
import gc
import json
import logging
import os
import signal
import sys
import time
from pathlib import Path

from catalyst_bot.app import open_app
from catalyst_bot.configuration import load_configuration

PERIOD = 10.0  # seconds between two samples (facts of the soak's bar)


def sample() -> dict[str, float]:
    """Return what the process holds now, after a collection."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "at": time.monotonic(),
        "megabytes": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "descriptors": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "tasks": len(asyncio.all_tasks()),
        "cpu": time.process_time(),
    }


async def weigh() -> None:
    while True:
        print(json.dumps(sample()), flush=True)
        await asyncio.sleep(PERIOD)


async def main(folder: Path) -> None:
    logging.basicConfig(level=logging.ERROR)
    configuration = load_configuration(None, folder)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with open_app(configuration) as app, asyncio.TaskGroup() as group:
        watch = group.create_task(weigh())
        await app.run(stop)
        watch.cancel()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
