"""Ports for servers that must be told theirs."""

import contextlib
import random
import socket

# below those that the system gives to connections, which could take it before the server does
_FIRST, _LAST = 20_000, 29_000


def free_port():
    """One of this machine that nobody listens on."""
    chance = random.SystemRandom()  # the other one has the same seed in each worker of a property test
    while True:
        port = chance.randrange(_FIRST, _LAST)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
