"""Us beside the peer, in one run, as ratios."""
