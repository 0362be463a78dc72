"""What earlier runs saw: the facts of every run, kept in one SQLite file and written as JSON on request."""
