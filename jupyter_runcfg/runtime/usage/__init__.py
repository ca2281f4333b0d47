"""How much processor, memory and GPU a run uses."""
