"""Work that kills the process it is done in; imports little, since every started process imports it."""

import os
import signal


def dies_once(task):
    """The square of a number; at 3 the process dies the first time."""
    number, marker = task
    if number == 3 and not marker.exists():
        marker.write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGKILL)
    with marker.with_suffix(".log").open("a") as log:
        log.write(f"{number}\n")
    return number * number


def always_dies(number):
    os.kill(os.getpid(), signal.SIGKILL)
