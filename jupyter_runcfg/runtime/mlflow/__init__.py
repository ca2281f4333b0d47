"""MLflow's REST interface on loopback: scripts that use MLflow record into their run."""
