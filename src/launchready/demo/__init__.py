"""Parley as it often is before a launch, audited; then mended, and audited again."""
