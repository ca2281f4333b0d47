"""A record as it grows, sent to another machine: frames, the side where the job is, and its names."""
