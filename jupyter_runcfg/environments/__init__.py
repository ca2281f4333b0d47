"""A definition of packages turned into a plan that a job can build from, and what is built of them.

Plain values come in: what a configuration or a notebook says is read by those above.
"""
