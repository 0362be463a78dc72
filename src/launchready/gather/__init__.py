"""What can be seen from outside: one module a place, all places at once, one deadline."""
