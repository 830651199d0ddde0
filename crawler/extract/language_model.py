"""The model that tells languages, in a mapped file: its 67 MB are memory only while a text is looked at.

    package: xz -> tables (float16, numbers) -> a file without a name -> mapped for reading, by all readers together
    text -> some hundred rows of 100,000 -> language; the pages behind them are let go

The package keeps both tables in the memory of each process. The kernel maps sixteen pages for each one that is touched:
without letting go most of the file would be mapped after the first text.
"""

import mmap
import os
import tempfile
from array import array
from dataclasses import dataclass

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.allocator import give_back_now

#: where temporary files lie on a disk: /tmp is memory on many machines (tmpfs), and the tables would stay in it
ON_DISK = "/var/tmp"  # noqa: S108 - the file has no name there


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """An identifier of languages, and the files that its tables are mapped from."""

    identifier: LanguageIdentifier
    files: tuple[mmap.mmap, ...] = ()

    def classify(self, text: str) -> tuple[str, float]:
        """The likeliest language of a text, and how sure that is (0 to 1)."""
        language, sureness = self.identifier.classify(text)
        for file in self.files:
            file.madvise(mmap.MADV_DONTNEED)
        return str(language), float(sureness)


def language_model() -> LanguageModel:
    """The model, its two large tables mapped; where there is no room for a file, as it comes."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    try:
        weights, moves = _mapped(whole.nb_ptc.tobytes()), _mapped(whole.tk_nextmove)
    except OSError:
        return LanguageModel(whole)
    mapped = LanguageIdentifier(
        np.frombuffer(weights, dtype=whole.nb_ptc.dtype).reshape(whole.nb_ptc.shape),
        whole.nb_pc,
        whole.nb_classes,
        memoryview(moves).cast(whole.tk_nextmove.typecode),
        whole.tk_output,
        norm_probs=True,
        tk_row=whole.tk_row,
    )
    del whole
    give_back_now()
    return LanguageModel(mapped, (weights, moves))


def _mapped(table: "bytes | array[int]") -> mmap.mmap:
    with tempfile.TemporaryFile(prefix="newswatch-", dir=folder_of_files()) as file:
        file.write(table)
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def folder_of_files() -> str | None:
    """Where the files are made: as the operator says (TMPDIR), else on a disk; None: as Python chooses."""
    return None if os.environ.get("TMPDIR") or not os.access(ON_DISK, os.W_OK) else ON_DISK
