"""A stand-in for a language model: it answers at once, says what it was asked, and costs nothing."""

from collections.abc import AsyncIterator


async def answer(text: str) -> AsyncIterator[str]:
    """The answer, word by word, as a model streams its tokens."""
    said = " ".join(text.split())
    whole = f"You asked: “{said}” I am only an echo until a real model is connected, but I heard every word."
    for word in whole.split(" "):
        yield f"{word} "
