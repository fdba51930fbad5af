"""A listener that answers every request at once with an empty body, and then hands the messages on, one after another.
That is how parties of the scheme talk: 202 or 200 first, whatever follows is a call of its own. Standard library only."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.witness.messages import Message


class Mailbox:
    """Listens on a free port of this machine from its making until `close`. `handle` runs on a thread of the mailbox."""

    def __init__(self, name: str, handle: Callable[[Message], None]) -> None:
        self._handle = handle
        self._letters: queue.Queue[Message | None] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self._server.daemon_threads = False  # so that closing waits for answers that are being written
        self.problems: list[str] = []
        self.changed = threading.Condition()
        self._threads = (
            threading.Thread(target=self._server.serve_forever, args=(0.02,), name=f"{name} listens"),
            threading.Thread(target=self._work, name=f"{name} works"),
        )
        for thread in self._threads:
            thread.start()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def _answering(self) -> type[BaseHTTPRequestHandler]:
        letters = self._letters

        class Answering(BaseHTTPRequestHandler):
            """One request a connection."""

            protocol_version = "HTTP/1.1"
            timeout = 5.0

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                self.send_response(200 if self.command in ("PUT", "PATCH") else 202)
                self.send_header("Content-Length", "0")
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.flush()
                head = {name.lower(): value for name, value in self.headers.items()}
                letters.put(Message(self.command, self.path, head, body))

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

            def log_message(self, format: str, *args: object) -> None:
                """Silence: what was said stands in the books of those who said it."""

        return Answering

    def _work(self) -> None:
        while (letter := self._letters.get()) is not None:
            try:
                self._handle(letter)
            except Exception as error:  # a thread has nobody above it: the test that reads `problems` is told
                self.problems.append(f"{letter.method} {letter.path}: {error!r}")
            self._letters.task_done()
            with self.changed:
                self.changed.notify_all()

    @property
    def idle(self) -> bool:
        """Whether all that has come was handled."""
        return self._letters.unfinished_tasks == 0

    def until(self, happened: Callable[[], bool], seconds: float = 10.0) -> bool:
        """Wait for something that a message brings about; whether it came."""
        with self.changed:
            return self.changed.wait_for(happened, seconds)

    def close(self) -> None:
        """Stop listening, finish what has arrived, and end both threads."""
        self._server.shutdown()
        self._server.server_close()
        self._letters.put(None)
        for thread in self._threads:
            thread.join()
