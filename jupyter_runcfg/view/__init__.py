"""What a person sees of a run: the live feed, and the still picture that outlives it."""
