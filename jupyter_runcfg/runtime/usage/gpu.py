"""NVIDIA GPUs as their management library (NVML) shows them."""

import os

from .beside import Beside

TYPE_CHECKING = False  # as typing has it; importing that would cost a job 5 ms
if TYPE_CHECKING:
    from typing import Any, Callable

_LIBRARY = "libnvidia-ml.so.1"
_DEVICES = ("/dev/nvidiactl", "/dev/dxg")  # the latter where Linux runs within Windows


class Gpus:
    """Readings of the GPUs that a run may use; empty where there are none.

    The library takes a second to start, and may hang with a broken driver.
    """

    def __init__(self, visible: "str | None" = None, library: "str" = "") -> "None":
        """Watch the GPUs that a value of CUDA_VISIBLE_DEVICES names (None: all)."""
        self._visible = visible
        self._library = library or _LIBRARY
        is_here = bool(library) or any(os.path.exists(path) for path in _DEVICES)
        self._is_used = is_here and (visible is None or bool(visible.strip()))
        self._beside = Beside(self._open, [])

    def read(self) -> "list[dict[str, Any]]":
        """For each GPU `index`, `utilization` in percent, `memory` and `memory_total` in bytes."""
        return self._beside.ask() if self._is_used else []

    def _open(self) -> "Callable[[Any], list[dict[str, Any]]]":
        library = _Library(self._library)
        devices = _chosen(library.uuids(), self._visible)
        return lambda _: [look for look in map(library.look, devices) if look]


def _chosen(uuids: "list[str]", visible: "str | None") -> "list[int]":
    """The devices that CUDA_VISIBLE_DEVICES lets a process see: numbers or (the beginnings of) UUIDs.

    As in CUDA, the first one that is not there ends the list. Numbers are taken in the order of the bus.
    """
    if visible is None:
        return list(range(len(uuids)))
    found = []  # type: list[int]
    for word in visible.split(","):
        name = word.strip()
        if name.isdigit():
            index = int(name)
        else:
            index = next((n for n, uuid in enumerate(uuids) if name and uuid.startswith(name)), -1)
        if not 0 <= index < len(uuids) or index in found:
            break
        found.append(index)
    return found


class _Library:
    """The five functions of NVML that are needed. Raises OSError where it cannot be used."""

    def __init__(self, path: "str") -> "None":
        import ctypes

        self._ctypes = ctypes
        self._call = ctypes.CDLL(path)
        if self._call.nvmlInit_v2():
            raise OSError("NVML does not start")
        self._handles = []  # type: list[Any]
        count = ctypes.c_uint()
        self._call.nvmlDeviceGetCount_v2(ctypes.byref(count))
        for index in range(count.value):
            handle = ctypes.c_void_p()
            if not self._call.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle)):
                self._handles.append(handle)

    def uuids(self) -> "list[str]":
        found = []
        for handle in self._handles:
            text = self._ctypes.create_string_buffer(96)
            self._call.nvmlDeviceGetUUID(handle, text, 96)
            found.append(text.value.decode("ascii", "replace"))
        return found

    def look(self, index: "int") -> "dict[str, Any]":
        """One reading; without what the device does not tell, as MIG slices their utilization."""
        ctypes, handle = self._ctypes, self._handles[index]
        rates, memory = (ctypes.c_uint * 2)(), (ctypes.c_ulonglong * 3)()  # gpu, memory; total, free, used
        found = {"index": index}
        if not self._call.nvmlDeviceGetUtilizationRates(handle, ctypes.byref(rates)):
            found["utilization"] = rates[0]
        if not self._call.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)):
            found["memory"], found["memory_total"] = memory[2], memory[0]
        return found if len(found) > 1 else {}
