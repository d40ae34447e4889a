"""The client for asyncio."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from .calls import new_call, with_package_errors
from .client import BaseClient, Client

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from typing_extensions import Self

    from . import _native
    from .pool import ThreadPool

P = ParamSpec("P")
T = TypeVar("T")

MAX_CALLS = 64
"""The most calls of one client at a time. Further ones wait for their turn."""


def _awaited(
    method: Callable[Concatenate[Client, P], T],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    """Returns the same method as one whose result is awaited. Arguments are read at once."""

    @functools.wraps(method)
    def run(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        return method(client, *args, **kwargs)

    return run


class AsyncClient(BaseClient):
    """Lists the release tasks of one project, for asyncio. The arguments are those of `Client`.

    Each call waits on a thread of the client's own, up to 64 at once. A call that is cancelled ends.
    """

    list_pipelines = _awaited(Client.list_pipelines)
    find_project = _awaited(Client.find_project)
    wait = _awaited(Client.wait)

    _pool: ThreadPool | None = None

    async def close(self) -> None:
        """Closes the connections that are kept. The client can still be used, and opens new ones."""
        self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _call(self, run: Callable[[_native.Call], T]) -> T:
        """Takes the place of the method of `Client`."""
        from asyncio import wrap_future

        call = new_call()
        try:
            return await wrap_future(self._threads().submit(call, lambda: with_package_errors(lambda: run(call))))
        except BaseException:
            call.stop()
            raise

    def _threads(self) -> ThreadPool:
        """The threads of this process: a child that was forked has none of its parent's."""
        from .pool import ThreadPool

        pool = self._pool
        if pool is None or pool.process != os.getpid():
            pool = self._pool = ThreadPool(MAX_CALLS)
        return pool
