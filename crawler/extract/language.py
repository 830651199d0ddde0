"""The language of an article: what the page declares, checked against its text."""

import re

from crawler.extract.language_model import language_model

_TAG = re.compile(r"^([A-Za-z]{2,3})(?![A-Za-z])(?:[-_]([A-Za-z0-9]+))*")
#: scripts that only one or a few languages use, with the one most likely
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff]"), ("ja",)),
    (re.compile("[\uac00-\ud7af]"), ("ko",)),
    (re.compile("[\u0e00-\u0e7f]"), ("th",)),
    (re.compile("[\u0370-\u03ff]"), ("el",)),
    (re.compile("[\u0590-\u05ff]"), ("he", "yi")),
    (re.compile("[\u10a0-\u10ff]"), ("ka",)),
    (re.compile("[\u0530-\u058f]"), ("hy",)),
    (re.compile("[\u4e00-\u9fff]"), ("zh", "ja", "yue")),
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa", "ur", "ps", "ku", "ckb", "ug", "sd")),
    (
        re.compile("[\u0400-\u04ff]"),
        ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt", "uz", "ba", "os"),
    ),
    (re.compile("[\u0900-\u097f]"), ("hi", "mr", "ne", "sa", "mai", "bho")),
)
#: tags that mean the same to a reader
_SAME = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "cn": "zh",
    "jp": "ja",
    "ua": "uk",
    "gr": "el",
    "cz": "cs",
    "kr": "ko",
    "dk": "da",
}
#: small words that stand in every sentence of a language, and hardly in those of its neighbours
_COMMON = {
    "en": frozenset("the and of was that with for have this from has are were been said they".split()),
    "de": frozenset("der und die nicht das ist mit sich auch wurde den von ein eine zu für dem im hat".split()),
    "fr": frozenset("les des est une dans pour qui sur avec été".split()),
    "es": frozenset("los las una del que por con según más fue".split()),
    "it": frozenset("della che del per non sono gli nel alla è".split()),
    "pt": frozenset("não uma dos das com mais pela ao são também é".split()),
    "nl": frozenset("het een van niet dat zijn voor met ook aan".split()),
    "sv": frozenset("och att som för inte med är på av ett".split()),
    "pl": frozenset("się nie na jest do że od dla przez oraz".split()),
    "tr": frozenset("ve bir bu için ile olarak daha olan gibi da".split()),
    "fi": frozenset("ja on ei että hän oli myös mutta kun ovat".split()),
    "hu": frozenset("és hogy nem egy volt is az meg szerint már".split()),
    "id": frozenset("yang dan di dengan untuk ini dari pada akan itu".split()),
    "cs": frozenset("se na že je by pro jako které také podle".split()),
    "ro": frozenset("și de la în cu pe din care pentru nu".split()),
}
#: different ones of them in a sample that settle a declared language without the detector
_SETTLING = 5
_SAMPLE = 600
_ENOUGH = 150
#: the detector is believed against the page's own word only when it is this sure
_SURE = 0.98
_identifier = language_model()


def language_of(declared: list[str], text: str) -> str | None:
    """The BCP 47 tag of a text: the first declared tag that its script and the detector do not contradict."""
    tags = [tag for given in declared if (tag := normal_tag(given))]
    sample = text[:_SAMPLE]
    if fitting := _by_script(sample):
        return (
            next((tag for tag in tags if tag.split("-")[0] in fitting), None)
            or _detected(sample, fitting)
            or fitting[0]
        )
    if len(sample) < _ENOUGH:
        return tags[0] if tags else None
    return _checked(tags, sample)


def _checked(tags: list[str], sample: str) -> str:
    """The first tag that the detector agrees with; the first of all when it is not sure.

    The detector takes a millisecond: the small words of the language that comes first say the same in no time.
    """
    if tags and len(_COMMON.get(_base(tags[0]), frozenset()) & set(sample.lower().split())) >= _SETTLING:
        return tags[0]
    detected, sureness = _identifier.classify(sample)
    agreeing = [tag for tag in tags if _base(tag) == _base(detected)]
    if agreeing:
        return agreeing[0]
    return tags[0] if tags and sureness < _SURE else _overruled(tags, detected)


def normal_tag(given: str) -> str | None:
    """A declared language as a BCP 47 tag ("en_us" is "en-US"), None when it is none."""
    found = _TAG.match(given.strip().replace("_", "-"))
    if not found:
        return None
    parts = found.group().split("-")
    first = _SAME.get(parts[0].lower(), parts[0].lower()) if len(parts) == 1 else parts[0].lower()
    region = [part.upper() if len(part) == 2 else part.title() for part in parts[1:3] if len(part) in (2, 4)]
    return "-".join([first, *region])


def _base(tag: str) -> str:
    first = tag.split("-", maxsplit=1)[0]
    return _SAME.get(first, first)


def _overruled(tags: list[str], detected: str) -> str:
    """A page says one language and is sure to be in another; only big languages are detected well enough for that."""
    return tags[0] if tags and _base(tags[0]) not in _WELL_DETECTED else detected


_WELL_DETECTED = frozenset("en de fr es it pt nl pl ru tr sv cs hu ro fi el ar zh ja ko da".split())


def _by_script(sample: str) -> tuple[str, ...]:
    if sample.isascii():
        return ()
    letters = sum(map(str.isalpha, sample))
    for script, languages in _SCRIPTS:
        if len(script.findall(sample)) > 0.3 * letters or (
            languages == ("ja",) and len(script.findall(sample)) > 0.08 * letters
        ):
            return languages if letters else ()
    return ()


def _detected(sample: str, fitting: tuple[str, ...]) -> str | None:
    if len(fitting) == 1:
        return fitting[0]
    detected, _ = _identifier.classify(sample)
    return str(detected) if detected in fitting else None
