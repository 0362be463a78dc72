"""What Parley is tried out with: a visitor without a screen, and the servers that it talks to."""
