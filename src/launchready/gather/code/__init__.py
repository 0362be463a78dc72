"""The source code of a launch, read by rules: calls that hang, handlers that block or tell too much."""
