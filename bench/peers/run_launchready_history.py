"""REPOSITORY: the whole history read for secrets, as `launchready secrets scan --history` does; prints what it used."""

import json
import resource
import sys
from pathlib import Path

from launchready.formats.secret_shapes import Shapes
from launchready.gather.secrets import history
from launchready.gather.secrets.reading import Reader

looked = history.look(Path(sys.argv[1]), Reader(look=Shapes().hits, marks=lambda data, hit: None))
print(
    json.dumps(
        {
            "found": len(looked.found),
            "texts": looked.texts,
            "size_bytes": looked.size_bytes,
            "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        }
    )
)
