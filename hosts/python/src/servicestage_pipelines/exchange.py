"""One request and its answer, on a thread of its own.

The component waits for several things at once: an answer, and the end of its time. So what blocks (names, connections,
reading) happens on another thread, which tells of each step through a condition that all waits of a call share.
"""

import threading
from collections import deque

from .http import HttpError, Request, Response, Sender, Timeouts

MOST_HELD = 256 * 1024
"""How many bytes of a body are read ahead of the component."""


class Exchange:
    """A request that is under way. Its fields are read and changed under the condition alone."""

    def __init__(self, changed: threading.Condition) -> None:
        self.response: Response | None = None
        self.error: HttpError | None = None
        """Why there is no response, or why its body broke off."""
        self.ended = False
        """Whether all of the body has arrived, or broken off."""
        self.chunks: deque[bytes] = deque()
        self._held = 0
        self._taken = 0
        self._given_up = False
        self._changed = changed

    def start(self, sender: Sender, request: Request, timeouts: Timeouts) -> None:
        """Sends the request. The thread does not keep the program from ending: what it waits for may never come."""
        threading.Thread(target=self._run, args=(sender, request, timeouts), name="exchange", daemon=True).start()

    def take(self, most: int) -> bytes:
        """The next bytes of the body that are there."""
        if not self.chunks:
            return b""
        chunk = self.chunks[0]
        taken = chunk[self._taken : self._taken + most]
        self._taken += len(taken)
        if self._taken == len(chunk):
            self.chunks.popleft()
            self._taken = 0
            self._held -= len(chunk)
            self._changed.notify_all()
        return taken

    def give_up(self) -> None:
        """Nobody waits for this any more."""
        with self._changed:
            self._given_up = True
            response = None if self.ended else self.response
            self._changed.notify_all()
        if response:
            response.abort()

    def _run(self, sender: Sender, request: Request, timeouts: Timeouts) -> None:
        response = None
        try:
            response = sender.send(request, timeouts)
            self._tell(response=response)
            while chunk := response.read():
                if not self._keep(chunk):
                    break
            self._tell(ended=True)
        except HttpError as error:
            self._tell(error=error, ended=True)
        except Exception as error:
            # Its kind alone: the text could repeat what was sent.
            self._tell(error=HttpError("internal-error", type(error).__name__), ended=True)
        finally:
            if response:
                response.close()

    def _tell(self, response: Response | None = None, error: HttpError | None = None, ended: bool = False) -> None:
        with self._changed:
            self.response = response or self.response
            self.error = error
            self.ended = ended
            self._changed.notify_all()

    def _keep(self, chunk: bytes) -> bool:
        """Holds a chunk for the component, once there is room. False: it is not wanted."""
        with self._changed:
            self._changed.wait_for(lambda: self._given_up or self._held < MOST_HELD)
            self.chunks.append(chunk)
            self._held += len(chunk)
            self._changed.notify_all()
            return not self._given_up
