"""Scripts that run in the environment of a peer: each does its work once to warm up, then once more, timed."""
