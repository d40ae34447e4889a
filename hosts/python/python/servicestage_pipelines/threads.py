"""Where calls run, so that the rest of the program runs on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def apart(run: Callable[[], T]) -> T:
    """Runs a call that waits.

    Where gevent or eventlet has patched Python's sockets, the call runs in its pool of threads. Other greenlets run on.
    """
    if _is_patched("gevent.monkey", "is_module_patched"):
        from gevent import get_hub

        result: Any = get_hub().threadpool.apply(run)
    elif _is_patched("eventlet.patcher", "is_monkey_patched"):
        from eventlet import tpool

        result = tpool.execute(run)
    else:
        result = run()
    return cast("T", result)


def _is_patched(module: str, question: str) -> bool:
    loaded: Any = sys.modules.get(module)
    return loaded is not None and bool(getattr(loaded, question)("socket"))
