"""A bad network between clients and a server: it loses requests, and answers to requests that the server has served."""

import random
import socket
import socketserver
import threading

from harness.wire import Wire


class Lossy:
    """Passes one request after another of each connection on, until it loses one and closes the connection."""

    def __init__(self, port: int, seed: int, requests: float, answers: float):
        """`requests` and `answers` are the parts of them that are lost."""
        self.upstream, self.chance, self.lock = port, random.Random(seed), threading.Lock()
        self.limits = {"requests": requests, "answers": answers}
        self.lost = {"requests": 0, "answers": 0}
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with Wire(outer.upstream, timeout=60) as wire:
                    while (request := self.request_bytes()) and not outer.loses("requests"):
                        wire.send(request)
                        answer = wire.answer()
                        if outer.loses("answers"):
                            return
                        head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
                        self.wfile.write(f"HTTP/1.1 {answer.status} .\r\n{head}\r\n".encode("latin-1") + answer.body)

            def request_bytes(self) -> bytes:
                """Empty if there are no more."""
                head, length = b"", 0
                while not head.endswith(b"\r\n\r\n"):
                    if not (line := self.rfile.readline()):
                        return b""
                    name, _, value = line.partition(b":")
                    if name.lower() == b"content-length":
                        length = int(value)
                    head += line
                return head + self.rfile.read(length)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 128

        self.listener = Listener(("127.0.0.1", 0), Handler)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.listener.server_address[1]}"

    def loses(self, what: str) -> bool:
        with self.lock:
            is_lost = self.chance.random() < self.limits[what]
            self.lost[what] += is_lost
            return is_lost

    def __enter__(self) -> "Lossy":
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error) -> None:
        self.listener.shutdown()
        self.listener.server_close()
