"""Made-up reports, and what becomes of them on their way through outlets."""

import random

WORDS = (
    "harbour council ferry bridge winter school teacher doctor market river island border minister engine village "
    "court strike water power forest museum election farmer hospital train storm budget police writer football"
).split()


def story(seed: int, sentences: int = 40) -> list[str]:
    """Sentences of a made-up report; two seeds have nothing but single words in common."""
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=9)).capitalize() + "." for _ in range(sentences)]


def body(seed: int, sentences: int = 40) -> str:
    """A made-up report in paragraphs of four sentences."""
    told = story(seed, sentences)
    return "\n\n".join(" ".join(told[place : place + 4]) for place in range(0, len(told), 4))


def copies(seed: int) -> list[str]:
    """One report as it was written, cut to a half, under a dateline, before other news, and lightly rewritten."""
    told = story(seed)
    return [
        body(seed),
        " ".join(told[:20]),
        "LUNDE (Agency) - " + " ".join(told),
        " ".join(told) + "\n\n" + body(seed + 1000, 20),
        " ".join(line.replace("river", "stream") for line in told),
    ]
