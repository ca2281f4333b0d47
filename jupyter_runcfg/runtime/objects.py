"""Stored files by the SHA-256 of their bytes: written once, read-only, safe under many writers."""

import hashlib
import io
import itertools
import os
import re
import stat

from ..errors import SnapshotError

CHUNK = 1 << 20
_KIND_AND_WRITE_BITS = 0o170222  # of a file that nobody may write: S_IFREG alone
_MISSING = "submit again from the directory that still has the file"
_NAME = re.compile("[0-9a-f]{62}")
_FICLONE = 0x40049409  # linux/fs.h: the target shares the source's blocks until either is written
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from collections.abc import Iterator


class ObjectStore:
    """Files under `root/ab/cdef…`, named by their digest.

    An object is written under a temporary name and renamed, mode 0400, and never written again. One
    whose size is wrong, or that somebody made writable, is not trusted: the next `put` of its bytes
    replaces it. One whose bytes are wrong is set aside by whoever reads it, for the same end.
    """

    def __init__(self, root: "str") -> "None":
        self.root = root
        self._unique = os.urandom(6).hex()
        self._numbers = itertools.count()
        self._clones = True  # until the file system says that it cannot

    def path(self, digest: "str") -> "str":
        return self.root + "/" + digest[:2] + "/" + digest[2:]

    def has(self, digest: "str") -> "bool":
        return os.path.exists(self.path(digest))

    def is_sound(self, digest: "str", size: "int") -> "bool":
        """What one look at the file can tell: it is there, of that size, and nobody could write to it."""
        try:
            info = os.lstat(self.path(digest))
        except OSError:
            return False
        return info.st_size == size and info.st_mode & _KIND_AND_WRITE_BITS == stat.S_IFREG

    def unsound(self, digests: "list[str]", sizes: "list[int]") -> "list[int]":
        """The places in these lists of the objects that are not sound, with few words for each."""
        found = []
        look, wanted = os.lstat, stat.S_IFREG
        directory = os.open(self.root, os.O_RDONLY)
        try:
            for place, digest in enumerate(digests):
                try:
                    info = look(digest[:2] + "/" + digest[2:], dir_fd=directory)
                except OSError:
                    found.append(place)
                else:
                    if info.st_size != sizes[place] or info.st_mode & _KIND_AND_WRITE_BITS != wanted:
                        found.append(place)
        finally:
            os.close(directory)
        return found

    def put(self, stream: "object") -> "tuple[str, int]":
        """Store all bytes of a binary stream; returns their digest and number. Raises OSError.

        Where the file system can, a whole unbuffered file is cloned, not copied.
        """
        temporary = self._temporary(self.root)
        descriptor = os.open(temporary, _NEW, 0o400)
        try:
            try:
                name, size = self._fill(descriptor, stream)
            finally:
                os.close(descriptor)
            if self.is_sound(name, size):
                os.unlink(temporary)
            else:
                os.makedirs(os.path.dirname(self.path(name)), mode=0o700, exist_ok=True)
                os.replace(temporary, self.path(name))
        except BaseException:
            _unlink(temporary)
            raise
        return name, size

    def put_bytes(self, data: "bytes") -> "str":
        """Store `data` unless it is there; returns its digest. Raises OSError."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.is_sound(digest, len(data)):
            self._write(digest, data)
        return digest

    def copy_to(self, digest: "str", target: "str", mode: "int", name: "str" = "") -> "None":
        """Write the object to a new file `target`, by reflink or as a copy, verified on the way.

        Args:
            digest: The object.
            target: Its new place; nothing may be there.
            mode: Permissions of the new file.
            name: What the file is called in an error; the name of `target` by default.

        Raises:
            SnapshotError: The object is missing, or its bytes are not those of its name.
        """
        shown = name or os.path.basename(target)
        path = self.path(digest)
        try:
            source = open(path, "rb", buffering=0)
        except FileNotFoundError:
            raise SnapshotError(
                "the stored object for '{}' is missing".format(shown), where=path, hint=_MISSING
            ) from None
        with source:
            descriptor = os.open(target, _NEW, mode)
            try:
                found, _ = self._fill(descriptor, source)
            finally:
                os.close(descriptor)
        if found != digest:
            os.unlink(target)
            raise SnapshotError(
                "the stored object for '{}' is damaged".format(shown), where=path, hint=_MISSING
            )

    def verify(self, digest: "str") -> "bool | None":
        """Whether the object has the bytes of its name; None without one. A damaged one is set aside."""
        try:
            with open(self.path(digest), "rb", buffering=0) as source:
                found, _ = _digest(source.fileno())
                inode = os.fstat(source.fileno()).st_ino
        except FileNotFoundError:
            return None
        if found != digest:
            self._set_aside(digest, inode)
        return found == digest

    def digests(self) -> "Iterator[str]":
        """Every object there is, whether its bytes are right or not."""
        for start in sorted(os.listdir(self.root)):
            if len(start) == 2:
                for rest in sorted(os.listdir(os.path.join(self.root, start))):
                    if _NAME.fullmatch(rest):
                        yield start + rest

    def _fill(self, descriptor: "int", stream: "object") -> "tuple[str, int]":
        """Clone or copy a stream into a new file; digest and number of the bytes that file holds."""
        if self._clones and isinstance(stream, io.FileIO) and stream.tell() == 0:
            self._clones = _clone(stream.fileno(), descriptor)
            if self._clones:
                return _digest(descriptor)
        digest = hashlib.sha256()
        size = 0
        while True:
            chunk = stream.read(CHUNK)  # type: ignore[attr-defined]
            if not chunk:
                return digest.hexdigest(), size
            digest.update(chunk)
            size += len(chunk)
            _write_all(descriptor, chunk)

    def _write(self, digest: "str", data: "bytes") -> "None":
        target = self.path(digest)
        directory = os.path.dirname(target)
        temporary = self._temporary(directory)
        try:
            descriptor = os.open(temporary, _NEW, 0o400)
        except FileNotFoundError:
            os.makedirs(directory, mode=0o700, exist_ok=True)
            descriptor = os.open(temporary, _NEW, 0o400)
        try:
            try:
                _write_all(descriptor, data)
            finally:
                os.close(descriptor)
            os.replace(temporary, target)
        except BaseException:
            _unlink(temporary)
            raise

    def _temporary(self, directory: "str") -> "str":
        # the number is told apart by process too: a fork inherits the rest
        return "{}/tmp-{}-{}-{}".format(directory, self._unique, os.getpid(), next(self._numbers))

    def _set_aside(self, digest: "str", inode: "int") -> "None":
        aside = os.path.join(self.root, "damaged-{}-{}".format(digest, os.urandom(4).hex()))
        try:
            os.rename(self.path(digest), aside)
            if os.lstat(aside).st_ino != inode:  # it was mended since it was read
                os.rename(aside, self.path(digest))
        except OSError:  # gone already, or a store that may only be read
            pass


def _clone(source: "int", target: "int") -> "bool":
    """Let `target`, new and empty, share the blocks of `source`; False where that cannot be."""
    try:
        import fcntl

        fcntl.ioctl(target, _FICLONE, source)
    except (ImportError, OSError):
        return False
    return True


def _digest(descriptor: "int") -> "tuple[str, int]":
    """Digest and number of all bytes of an open file, from its start."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    digest = hashlib.sha256()
    size = 0
    while True:
        chunk = os.read(descriptor, CHUNK)
        if not chunk:
            return digest.hexdigest(), size
        digest.update(chunk)
        size += len(chunk)


def _write_all(descriptor: "int", data: "bytes") -> "None":
    written = os.write(descriptor, data)
    while written < len(data):  # a full disk takes a part before it says so
        written += os.write(descriptor, data[written:])


def _unlink(path: "str") -> "None":
    try:
        os.unlink(path)
    except OSError:
        pass
