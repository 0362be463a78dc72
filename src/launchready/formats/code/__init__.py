"""What in source code would hurt a launch, found by reading it: one rule a module, in Python and in JavaScript."""
