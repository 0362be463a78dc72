"""Scripts that write the generated files and install what the tests need."""
