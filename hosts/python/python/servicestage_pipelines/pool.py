"""Threads for the calls of asyncio."""

from __future__ import annotations

import atexit
import os
import threading
import time
import weakref
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from . import _native

T = TypeVar("T")

IDLE_TIMEOUT = 1.0
"""How many seconds a thread without a call waits for one."""

SHUTDOWN_TIMEOUT = 2.0
"""How many seconds the interpreter waits at its end for calls that it stopped."""


class ThreadPool:
    """Runs calls on threads, up to a number, which end soon after the last call.

    When the interpreter ends, it stops the calls. For threads of `concurrent.futures` it would wait.
    """

    def __init__(self, size: int) -> None:
        self.process = os.getpid()
        self._size = size
        self._changed = threading.Condition()
        self._ending = False
        self._idle = 0
        self._running: dict[threading.Thread, _native.Call | None] = {}
        self._waiting: deque[tuple[_native.Call, Callable[[], Any], Future[Any]]] = deque()
        _ALL.add(self)

    def submit(self, call: _native.Call, run: Callable[[], T]) -> Future[T]:
        """Runs a call when a thread is free."""
        future: Future[T] = Future()
        with self._changed:
            if self._idle <= len(self._waiting) and len(self._running) < self._size:
                thread = threading.Thread(target=self._work, name="servicestage", daemon=True)
                thread.start()
                self._running[thread] = None
            self._waiting.append((call, run, future))
            self._changed.notify()
        return future

    def end(self) -> None:
        """Stops all calls. Nobody is left who could take their results."""
        with self._changed:
            self._ending = True
            self._waiting.clear()
            self._changed.notify_all()
            running = list(self._running.items())
        for _, call in running:
            if call:
                call.stop()
        until = time.monotonic() + SHUTDOWN_TIMEOUT
        for thread, _ in running:
            thread.join(max(until - time.monotonic(), 0))
        # A function that the interpreter calls later may make calls.
        self._ending = False

    def _work(self) -> None:
        while self._work_once():
            pass

    def _work_once(self) -> bool:
        """Runs a call, of which an idle thread keeps nothing. Returns whether there was one."""
        if found := self._next():
            self._run(*found)
        return found is not None

    def _next(self) -> tuple[_native.Call, Callable[[], Any], Future[Any]] | None:
        this = threading.current_thread()
        with self._changed:
            self._running[this] = None
            self._idle += 1
            self._changed.wait_for(lambda: self._waiting or self._ending, IDLE_TIMEOUT)
            self._idle -= 1
            if not self._waiting:
                del self._running[this]
                return None
            found = self._waiting.popleft()
            self._running[this] = found[0]
            return found

    def _run(self, _: _native.Call, run: Callable[[], T], future: Future[T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = run()
        except BaseException as error:
            if not self._ending:
                future.set_exception(error)
            # The error refers to this function by its traceback.
            del run, future
        else:
            if not self._ending:
                future.set_result(result)


_ALL: weakref.WeakSet[ThreadPool] = weakref.WeakSet()


@atexit.register
def _end() -> None:
    for threads in list(_ALL):
        # In a child that was forked, those of its parent do not run.
        if threads.process == os.getpid():
            threads.end()
