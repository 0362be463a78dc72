"""What is wrong with one value, said so that whoever knows where it stands can finish the sentence."""

from launchready.formats.printable import printable

_SHOWN_CHARACTERS = 80


class Wrong(ValueError):
    """`problem` is a sentence about the value without its end; `instead` is what to write, when that is clear."""

    def __init__(self, problem: str, instead: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.instead = printable(instead, _SHOWN_CHARACTERS)


def quoted(text: str) -> str:
    """`text` in double quotes, short, and safe to print."""
    return f'"{printable(text, _SHOWN_CHARACTERS)}"'
