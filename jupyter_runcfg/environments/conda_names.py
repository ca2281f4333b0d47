"""Packages that conda's channels have under other names than pip's indexes."""

from __future__ import annotations

import re

_OTHERS = {
    "blosc": ("python-blosc",),
    "clang": ("python-clang",),
    "dask": ("dask-core",),
    "duckdb": ("python-duckdb",),
    "faiss": ("faiss", "faiss-cpu", "faiss-gpu"),
    "flatbuffers": ("python-flatbuffers",),
    "graphviz": ("python-graphviz",),
    "kaleido": ("python-kaleido",),
    "lmdb": ("python-lmdb",),
    "lz4": ("lz4", "python-lz4"),
    "matplotlib": ("matplotlib-base",),
    "msgpack": ("msgpack-python",),
    "opencv-contrib-python": ("opencv", "py-opencv"),
    "opencv-python": ("opencv", "py-opencv", "libopencv"),
    "opencv-python-headless": ("opencv", "py-opencv", "libopencv"),
    "pyqt5": ("pyqt",),
    "ray": ("ray-core", "ray-default", "ray-all"),
    "snappy": ("python-snappy",),
    "tables": ("pytables",),
    "tensorflow": ("tensorflow-base", "tensorflow-cpu", "tensorflow-gpu", "tensorflow-mkl"),
    "torch": ("pytorch", "pytorch-cpu", "pytorch-gpu"),
    "xgboost": ("py-xgboost", "py-xgboost-cpu", "py-xgboost-gpu"),
    "xxhash": ("python-xxhash",),
}


def conda_names(package: str, module: str) -> tuple[str, ...]:
    """What conda may call a package of pip's that is imported as `module`."""
    plain = re.sub(r"_", "-", module.lower())
    return tuple(dict.fromkeys((package, plain, module.lower(), *_OTHERS.get(package, ()), f"py-{plain}")))
