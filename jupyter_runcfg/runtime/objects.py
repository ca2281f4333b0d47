"""Stored files by the SHA-256 of their bytes: written once, read-only, safe under many writers."""

import hashlib
import os

from ..errors import SnapshotError

CHUNK = 1 << 20


class ObjectStore:
    """Files under `root/ab/cdef…`, named by their digest."""

    def __init__(self, root: "str") -> "None":
        self.root = root

    def path(self, digest: "str") -> "str":
        return os.path.join(self.root, digest[:2], digest[2:])

    def has(self, digest: "str") -> "bool":
        return os.path.exists(self.path(digest))

    def put(self, stream: "object") -> "tuple[str, int]":
        """Store all bytes of a binary stream; returns their digest and number. Raises OSError."""
        temporary = os.path.join(self.root, "tmp-" + os.urandom(8).hex())
        digest = hashlib.sha256()
        size = 0
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            with os.fdopen(descriptor, "wb") as out:
                while True:
                    chunk = stream.read(CHUNK)  # type: ignore[attr-defined]
                    if not chunk:
                        break
                    digest.update(chunk)
                    size += len(chunk)
                    out.write(chunk)
            name = digest.hexdigest()
            target = self.path(name)
            if os.path.exists(target) and os.path.getsize(target) == size:  # else cut off by a power cut
                os.unlink(temporary)
            else:
                os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
                os.replace(temporary, target)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
        return name, size

    def copy_to(self, digest: "str", target: "str", mode: "int") -> "None":
        """Write the object to a new file `target`, verified on the way.

        Raises:
            SnapshotError: The object is missing, or its bytes are not those of its name.
        """
        path = self.path(digest)
        check = hashlib.sha256()
        try:
            source = open(path, "rb")
        except FileNotFoundError:
            raise SnapshotError(
                "the stored object for '{}' is missing".format(os.path.basename(target)),
                where=path,
                hint="submit again from the directory that still has the file",
            ) from None
        with source:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
            with os.fdopen(descriptor, "wb") as out:
                while True:
                    chunk = source.read(CHUNK)
                    if not chunk:
                        break
                    check.update(chunk)
                    out.write(chunk)
        if check.hexdigest() != digest:
            os.unlink(target)
            raise SnapshotError(
                "the stored object for '{}' is damaged".format(os.path.basename(target)),
                where=path,
                hint="delete that object and submit again from the directory that still has the file",
            )
