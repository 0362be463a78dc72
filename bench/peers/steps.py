"""What every peer walks: so many visitors at once, each with so many steps, over connections that stay open."""

VISITORS = 10
STEPS = 100
WANTED = "hello"
