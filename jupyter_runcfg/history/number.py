"""The numbers of an experiment's runs; jobs take them too, so the code is the runtime's."""

from ..runtime.number import directory, release_number, run_id_of, take_number

__all__ = ["directory", "release_number", "run_id_of", "take_number"]
