"""`python -m tests.corpus DIR`: reads all files of a folder and says what came of them; 1: something that must not be."""

import asyncio
import sys
from pathlib import Path

from tests.corpus.reading import read_all

if __name__ == "__main__":
    result = asyncio.run(read_all(Path(sys.argv[1])))
    print("\n".join(result.lines()))
    sys.exit(0 if result.is_well else 1)
