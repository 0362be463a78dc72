"""Gate, deploy, smoke test, and then: recorded, or taken back; the words always say what is live now."""
