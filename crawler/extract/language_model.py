"""The model that tells languages, in a mapped file: only what is used of its 67 MB counts as memory.

    package: xz -> tables (float16, numbers) -> a file without a name -> mapped for reading, by all readers together

A text looks at a few hundred rows of 100,000. The package keeps all of them in memory, in every process that reads.
"""

import mmap
import tempfile
from array import array

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from crawler.allocator import give_back_now


def language_model() -> LanguageIdentifier:
    """The identifier of languages, its two large tables mapped; where there is no room for a file, as it comes."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    try:
        weights, moves = _mapped(whole.nb_ptc.tobytes()), _mapped(whole.tk_nextmove)
    except OSError:
        return whole
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
    return mapped


def _mapped(table: "bytes | array[int]") -> mmap.mmap:
    with tempfile.TemporaryFile(prefix="newswatch-") as file:
        file.write(table)
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
