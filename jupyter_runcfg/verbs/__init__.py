"""The verbs of `%runcfg` and `jupyter runcfg`: their words read, and what they do; front doors show it."""
