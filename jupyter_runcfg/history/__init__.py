"""The index over records, and readers that follow one. Reads the disk only."""

from .follow import Batch, Follower, Point
from .index import Index
from .number import take_number
from .query import Query
from .record import RecordReader, RunSummary, read_summary
from .reference import resolve

__all__ = [
    "Batch",
    "Follower",
    "Index",
    "Point",
    "Query",
    "RecordReader",
    "RunSummary",
    "read_summary",
    "resolve",
    "take_number",
]
