"""The client for asyncio."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from .client import Client, Connected, new_call, told

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from concurrent.futures import ThreadPoolExecutor
    from types import TracebackType

    from typing_extensions import Self

    from . import _native

P = ParamSpec("P")
T = TypeVar("T")

MOST_CALLS = 64
"""The most calls of one client at a time. Further ones wait for their turn."""


def _awaited(
    method: Callable[Concatenate[Client, P], T],
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    """Returns the same method as one whose result is awaited. Arguments are read at once."""

    @functools.wraps(method)
    def run(client: Any, /, *args: P.args, **kwargs: P.kwargs) -> Any:
        return method(client, *args, **kwargs)

    return run


class AsyncClient(Connected):
    """Lists the release tasks of one project, for asyncio. The arguments are those of `Client`.

    Each call waits on a thread of the client's own, up to 64 at once. A call that is cancelled ends.
    """

    list_pipelines = _awaited(Client.list_pipelines)
    find_project = _awaited(Client.find_project)
    wait = _awaited(Client.wait)

    _pool: tuple[int, ThreadPoolExecutor] | None = None

    async def close(self) -> None:
        """Closes the connections that are kept. The client can still be used, and opens new ones."""
        pool, self._pool = self._pool, None
        if pool and pool[0] == os.getpid():
            pool[1].shutdown(wait=False)
        self._session.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _call(self, run: Callable[[_native.Call], T]) -> T:
        """Takes the place of the method of `Client`."""
        from asyncio import get_running_loop

        call = new_call()
        try:
            return await get_running_loop().run_in_executor(self._threads(), told, functools.partial(run, call))
        except BaseException:
            call.stop()
            raise

    def _threads(self) -> ThreadPoolExecutor:
        """The threads of this process: a child that was forked has none of its parent's."""
        from concurrent.futures import ThreadPoolExecutor

        if self._pool is None or self._pool[0] != os.getpid():
            self._pool = os.getpid(), ThreadPoolExecutor(MOST_CALLS, thread_name_prefix="servicestage")
        return self._pool[1]
