"""Runs jobs in containers of a Docker engine (podman's socket works as well).

A **supervisor** on this machine, one process for each run, makes what a run needs there, waits for its
end and takes everything back. The container runs the same runtime as every job does.
"""
