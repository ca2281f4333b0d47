"""What a script says of its run, as events of the record, and what they add up to."""
