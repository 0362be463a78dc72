"""Findings to text and JSON. Nothing else: no judging, no looking, no files."""
