"""What was read in the source code of the launch."""

from datetime import datetime

from launchready.model.code import CodePlace
from launchready.model.gap import seen


@seen
class CodeFacts:
    """The code of one language in the launch's repository (subject: that language).

    `files` have that language, tests and generated ones left aside; `found` is in the order of files and lines.
    `whole` is True when every one of them could be read, and a Gap that names those that could not.
    """

    subject: str
    source: str
    at: datetime
    files: int
    found: tuple[CodePlace, ...]
    whole: bool
