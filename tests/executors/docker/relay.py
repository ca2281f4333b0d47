"""An engine's socket at a TCP port, and a cable to pull."""

import contextlib
import selectors
import socket
import threading


class Relay:
    """Carries bytes between a port of loopback and a socket, as long as nobody cuts it."""

    def __init__(self, path):
        self._path = str(path)
        self._open = []
        self._is_cut = False
        self._lock = threading.Lock()
        self.count = 0
        """How many connections were made."""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.host = f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        with contextlib.suppress(OSError):  # it is closed
            while True:
                ours = self._server.accept()[0]
                self.count += 1
                self._connect(ours)

    def _connect(self, ours):
        theirs = socket.socket(socket.AF_UNIX)
        with self._lock, contextlib.suppress(OSError):
            if not self._is_cut:
                theirs.connect(self._path)
                self._open += [ours, theirs]
                threading.Thread(target=_carry, args=(ours, theirs), daemon=True).start()
                return
        ours.close()
        theirs.close()

    def cut(self):
        """End all connections, and let none be made until `mend`."""
        with self._lock:
            self._is_cut = True
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._open = []

    def mend(self):
        self._is_cut = False

    def close(self):
        self.cut()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


def _carry(ours, theirs):
    other = {ours: theirs, theirs: ours}
    with ours, theirs, selectors.DefaultSelector() as ready, contextlib.suppress(OSError):
        for one in other:
            ready.register(one, selectors.EVENT_READ)
        while ready.get_map():
            for key, _ in ready.select():
                data = key.fileobj.recv(1 << 16)
                if data:
                    other[key.fileobj].sendall(data)
                else:
                    ready.unregister(key.fileobj)
                    other[key.fileobj].shutdown(socket.SHUT_WR)
