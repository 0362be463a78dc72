"""Server-sent events as they come in, in pieces of any size (HTML standard, section 9.2.6); no input raises."""

from codecs import getincrementaldecoder

LONGEST_LINE = 1024 * 1024


class EventStream:
    """Fed with bytes; gives the data of each event that they complete."""

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        self._data: list[str] = []
        self._begun = False

    def feed(self, chunk: bytes) -> list[str]:
        """The data of the events that this chunk ends, in order; comments and events without data are none."""
        text = self._decode(chunk)
        if not self._begun and text:
            self._begun, text = True, text.removeprefix("\ufeff")
        *lines, self._rest = self._lines(self._rest + text)
        self._rest = self._rest[:LONGEST_LINE]
        return [data for line in lines if (data := self._line(line)) is not None]

    @staticmethod
    def _lines(text: str) -> list[str]:
        """Lines end in CR LF, LF or CR; a CR at the very end may be half of a CR LF and stays with the rest."""
        held = "\r" if text.endswith("\r") else ""
        *lines, last = text.removesuffix(held).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return [*lines, last + held]

    def _line(self, line: str) -> str | None:
        if not line:
            data, self._data = self._data, []
            return "\n".join(data) if data else None
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        return None
