"""A process that counts one text after the other until it is killed.

Prints how many it has counted so far, a line for each.
"""

import asyncio
import sys

from app.store import Database
from app.vitals import Vitals
from tests.vitals.helpers import SECRET, observed


async def count(url: str) -> None:
    vitals = Vitals(Database.open(url), SECRET)
    running = asyncio.create_task(vitals.run())
    number = 0
    while not running.done():
        number += 1
        vitals.saw(observed(("own", "word"), user=f"user {number % 20}"))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(count(sys.argv[1]))
