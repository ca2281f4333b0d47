"""Runs inside the job and is shared by all above: standard library only, Python 3.6 syntax.

It is shipped as `runtime-<digest>.pyz` under the private name `_runcfg`, so everything here
imports its neighbours relatively.
"""
