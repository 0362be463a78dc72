"""The nouns: what is declared, what was seen, what it means. Standard library only."""
