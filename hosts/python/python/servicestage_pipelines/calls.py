"""How calls run: apart from what runs on meanwhile, with their log, and with the errors of this package."""

from __future__ import annotations

import atexit
import sys
from typing import TYPE_CHECKING, Any, TypeVar, cast

from . import _native
from .errors import error_of

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

LOGGER = "servicestage_pipelines"
"""The name of the logger. It logs what the tool prints with `-vv`: each call at INFO, and each request at DEBUG."""

WARNING = 30
"""The level of a logger that nobody has set up."""


def run_blocking(run: Callable[[], T]) -> T:
    """Runs a call that waits.

    Where gevent or eventlet has patched Python's sockets, the call runs in its pool of threads. Other greenlets run on.
    """
    if _is_patched("gevent.monkey", "is_module_patched"):
        from gevent import get_hub

        result: Any = get_hub().threadpool.apply(lambda: _outcome(run))
    elif _is_patched("eventlet.patcher", "is_monkey_patched"):
        from eventlet import tpool

        result = tpool.execute(lambda: _outcome(run))
    else:
        return run()
    if isinstance(result, _native.CallFailed):
        raise result
    return cast("T", result)


def _outcome(run: Callable[[], T]) -> T | _native.CallFailed:
    """Runs a call in a pool, which would print the error of a call that its greenlet gave up."""
    try:
        return run()
    except _native.CallFailed as failed:
        return failed


def _is_patched(module: str, question: str) -> bool:
    loaded: Any = sys.modules.get(module)
    return loaded is not None and bool(getattr(loaded, question)("socket"))


def new_call() -> _native.Call:
    """Makes the handle that stops a call and logs its events. A program without `logging` need not load it."""
    logging = sys.modules.get("logging")
    return _native.Call(logging.getLogger(LOGGER).getEffectiveLevel() if logging else WARNING, _log)


def _log(level: int, line: str) -> None:
    import logging

    logging.getLogger(LOGGER).log(level, "%s", line)


# A handler of a log that ran on a thread of the program's would end the process with it.
atexit.register(_native.end_handlers)


def with_package_errors(run: Callable[[], T]) -> T:
    """Runs a function of the extension, and raises its error as one of this package. The error does not refer to any
    variable of that function."""
    try:
        return run()
    except _native.CallFailed as failed:
        error = error_of(failed.args[0])
    raise error
