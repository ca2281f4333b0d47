"""Front door: the Jupyter server extension."""
