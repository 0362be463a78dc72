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
        self._after_cr = False

    def feed(self, chunk: bytes) -> list[str]:
        """The data of the events that this chunk ends, in order; comments and events without data are none."""
        text = self._decode(chunk)
        if not self._begun and text:
            self._begun, text = True, text.removeprefix("\ufeff")
        if text and self._after_cr:  # a CR that ended the last chunk may have been half of a CR LF
            text = text.removeprefix("\n")
        self._after_cr = text.endswith("\r") or (not text and self._after_cr)
        *lines, self._rest = (self._rest + text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest = self._rest[:LONGEST_LINE]
        return [data for line in lines if (data := self._line(line)) is not None]

    def _line(self, line: str) -> str | None:
        if not line:
            data, self._data = self._data, []
            return "\n".join(data) if data else None
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        return None
