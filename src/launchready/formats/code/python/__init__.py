"""Rules for Python, by the syntax tree of the standard library."""
