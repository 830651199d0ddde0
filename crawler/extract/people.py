"""Bylines: the names in them, persons apart from agencies, without roles, addresses and counters."""

# ruff: noqa: E501 - the wordings stand one language to a line

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawler.extract.moments import month_number
from crawler.extract.text import clean, folded

_AGENCIES = {
    "Reuters": "reuters|рейтер|رويترز|路透社|路透|ロイター|로이터|thomson reuters",
    "AFP": "afp|agence france presse|agence france-presse|法新社|afp時事|فرانس برس|أ ف ب|ا ف ب|афп",
    "AP": "ap|associated press|the associated press|ap通信|美联社|أسوشيتد برس|أ ب",
    "dpa": "dpa|deutsche presse agentur|dpa infocom|dpa international|dpa afx",
    "EFE": "efe|agencia efe|agencias efe",
    "ANSA": "ansa|agenzia ansa",
    "TASS": "tass|тасс|итар тасс|塔斯社|تاس",
    "RIA Novosti": "ria novosti|риа новости|ria",
    "Interfax": "interfax|интерфакс",
    "Xinhua": "xinhua|新华社|新华网|新華社|شينخوا",
    "Kyodo": "kyodo|kyodo news|共同通信|共同|共同社",
    "Jiji": "jiji|jiji press|時事通信|時事",
    "Yonhap": "yonhap|연합뉴스|韩联社|yonhap news",
    "Newsis": "newsis|뉴시스",
    "PTI": "pti|press trust of india|पीटीआई|भाषा",
    "ANI": "ani|asian news international|एएनआई",
    "IANS": "ians|आईएएनएस",
    "UPI": "upi|united press international",
    "PA Media": "pa|pa media|press association|pa news agency",
    "AAP": "aap|australian associated press",
    "The Canadian Press": "the canadian press|canadian press|la presse canadienne",
    "APA": "apa|austria presse agentur",
    "SDA": "sda|keystone sda|ats|keystone ats",
    "NTB": "ntb|norsk telegrambyrå",
    "TT": "tt|tt nyhetsbyrån",
    "Ritzau": "ritzau",
    "STT": "stt|suomen tietotoimisto",
    "PAP": "pap|polska agencja prasowa",
    "ČTK": "čtk|ctk",
    "MTI": "mti",
    "Anadolu": "anadolu|aa|anadolu ajansı|anadolu agency|الأناضول",
    "DHA": "dha|demirören haber ajansı",
    "İHA": "iha|i̇ha|ihlas haber ajansı",
    "Lusa": "lusa|agência lusa|agencia lusa",
    "Belga": "belga",
    "ANP": "anp",
    "Europa Press": "europa press|europapress",
    "SID": "sid|sport informations dienst",
    "KNA": "kna",
    "epd": "epd|evangelischer pressedienst",
    "Adnkronos": "adnkronos",
    "Antara": "antara",
    "Bernama": "bernama",
    "Ukrinform": "ukrinform|укринформ|укрінформ",
    "WAM": "wam|وام",
    "SPA": "spa|واس",
    "Estadão Conteúdo": "estadão conteúdo|estadao conteudo",
    "Agência Brasil": "agência brasil|agencia brasil",
    "Folhapress": "folhapress",
    "Notimex": "notimex",
    "Télam": "télam|telam",
    "中央社": "中央社|cna",
    "中新社": "中新社|中新网|中国新闻网|中国新闻社",
    "Bloomberg": "bloomberg|bloomberg news",
    "Sputnik": "sputnik|спутник",
    "MENA": "mena",
}  # fmt: skip
_AGENCY_OF = {folded(spelling): name for name, spellings in _AGENCIES.items() for spelling in spellings.split("|")}
#: spellings too short to be searched for inside of a longer byline ("AP" in "AP Thomas")
_WIRE = re.compile(
    r"\b(?:mit (?:Material|Agenturmaterial) von|with|avec|con|com|quelle|source|fuente|fonte|via|nach|agence|agentur|agency|"
    r"источник|来源|出典|출처|المصدر|kaynak)\s*[:：]?\s*",
    re.IGNORECASE,
)

#: what introduces a byline
_LEAD_IN = re.compile(
    r"^(?:(?:(?:written|reported|posted|published|reviewed|analysis|opinion|words|story|report|text|exclusive|edited|updated|medically reviewed|"
    r"fact checked) by|by|byline|von|par|por|di|da|a cura di|door|av|af|od|autor(?:in|a|es)?|auteur|autore|author|authors|verfasst von|ein artikel von|"
    r"eine analyse von|ein kommentar von|ein interview von|text|texto|testo|texte|tekst|yazan|haber|muhabir|oleh|penulis|reporter|"
    r"redakcja|foto|skrevet av|skriven av|автор(?:ы)?|текст|корреспондент|журналист|автори|بقلم|كتب[ت]?|إعداد|تحرير|نویسنده|कब?े|लेखक|रिपोर्ट|"
    r"文|记者|記者|撰文|作者|执笔|筆者|取材|取材・文|文・写真|글|기자|posted|συντάκτης|του|της|bởi|theo|tác giả|โดย|ผู้เขียน|מאת)\s*[:：/|·・-]\s*|"
    r"(?:(?:written|reported|posted|published|reviewed|analysis|opinion|words|story|report|text|exclusive|updated)\s+)?by\s+|"
    r"(?:ein(?:e)? \w+ )?von\s+|par\s+|por\s+|di\s+|a cura di\s+|door\s+|av\s+|af\s+|oleh\s+|記者\s*|记者\s*|bởi\s+|โดย\s*|"
    r"автор(?:ы)?\s+|текст\s+|بقلم\s+|كتب(?:ت)?\s+|מאת\s+|של\s+|του\s+|της\s+|writes\s+)",
    re.IGNORECASE,
)
#: the same for texts in lower case: far quicker to tell that there is none
_LOWER_LEAD_IN = re.compile(_LEAD_IN.pattern)
#: "BySaima Sidik": a lead-in whose space was lost between two elements
_GLUED = re.compile(r"^(?:By|Von|Par|Por)(?=[A-ZÀ-Ý])")
#: "… 23:30 EST by Rafael Antonio Pineda": a byline behind something else in its line
_INNER = re.compile(
    r"\b(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or)\s+((?:[A-ZÀ-Ý][\w.'’-]*[\w.](?:\s+(?:and|und|et|y)\s+|\s*,\s*|\s+)?){2,8})"
)
#: "2024年10月24日 来源：青河日报 记者 王小明", "24 октября 2024 | Автор: Иван Петров", "홍길동 기자 입력 2024.10.24"
_LABELLED = re.compile(
    r"(?:Автор(?:ы)?|Текст|Author|Autor(?:in)?|Auteur|Autore|Text|Texto|Yazan|Muhabir|लेखक|بقلم|كتب|記者|记者|作者|撰文|文|글|Συντάκτης|Penulis|Tác giả)\s*[:：]\s*"
    r"((?:[^\W\d_][\w.'’-]*[ \t]?){1,4})|(?:记者|記者)\s*(?!会見|会见)([\u4e00-\u9fff]{2,4})(?![\u4e00-\u9fff])|(?<![\w가-힣])([가-힣]{2,4})\s?(?:기자|특파원)(?![가-힣])|"
    r"([\u4e00-\u9fff\u3040-\u30ff]{2,8})\s?(?:記者|特派員|編集委員)(?![\u4e00-\u9fff\u3040-\u30ff])",
)
_EMAIL = re.compile(r"\S+@\S+\.\w+|\(?@\w+\)?")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+\.(?:com|org|net)/\S+")
_PARTS = re.compile(
    r"\s*(?:[;|/•·∙、，،\n&]|,(?!\s*(?:Jr|Sr|II|III|MD|M\.D|PhD|Ph\.D)\b)|(?<!\w)(?:and|und|et|y|e|en|och|og|ja|i|и|та|і|ve|dan|與|和|및|with|avec|mit|και|və|va|και|και|și|oraz|a|és)(?!\w))\s*",
)
#: words that make a part of a byline a role, a date or a call, not a name; so does a colon ("Latest: Headlines")
_NOT_A_NAME = re.compile(
    r"\b(?:reporters?|editors?|correspondents?|writers?|staff|contributors?|columnists?|producers?|director|chief|news ?desk|newsroom|team|desk|"
    r"redaktion(?:en)?|redakteur(?:in)?|redaktionell\w*|korrespondent(?:in)?|chefredakt\w*|volont[äa]r\w*|redacci[oó]n|redazione|r[ée]daction|redakcja|redaktsioon|editorial|toimitus|"
    r"redactie|redac[çc][ãa]o|редакция|корреспондент|обозреватель|журналист|редактор|editor-in-chief|journalist\w*|periodista|corresponsal|"
    r"giornalista|inviat[oa]|envoy[ée]e?|sp[ée]ciale?|correspondante?|journaliste|agenc(?:y|ies|ias?)|agences|agenturen|wire|services?|"
    r"updated|published|posted|minutes?|hours?|ago|read|views?|comments?|follow|email|e-mail|share|subscribe|contact|profile|photos?|foto\w*|"
    r"video|image|getty|illustration|newsletter|copyright|rights|reserved|facebook|twitter|instagram|linkedin|bio|more|about|"
    r"today|yesterday|january|february|march|april|june|july|august|september|october|november|december|"
    r"min|uhr|et|edt|est|gmt|utc|pm|am|admin|administrator|webmaster|guest|anonymous|unknown|null|undefined|none|"
    r"senior|politics|world|business|sports?|health|science|technology|reporter for|media|journal|news|times|tribune|gazette|herald|magazine|radio|tv|television|"
    r"institute|university|fellow|analyst|deputy|cto|ceo|policy|historian|cent(?:er|re)|network|online|awards?|head of|professor|studios?|images?|handout|für|nachrichten|beiträge|melden|linki|kopyala|in|college|football|latest|folgen|"
    r"this|now|shop|story|stories|trending|contributor|content|here|what|why|how|when|who|where|with|from|is|are|on|to|up|us|we|it|new|week|"
    r"topics?|related|unsere?|autor(?:en|innen)|getty|shutterstock|istock\w*|imago|courtesy|von|by|par|the|all|our|your|you|sign|log|home|menu|search|subscribe|"
    r"haber merkezi|muhabir|編集部|編集局|记者|記者|编辑|責編|责编|责任编辑|特派員|论说|기자|특파원|뉴스|편집|كاتب|مراسل|تحرير|المحرر)\b|一覧|:",
    re.IGNORECASE,
)
_CJK_ROLE = re.compile(
    r"\s*(?:记者|記者|通讯员|特派員|編集委員|編集部|编辑|責任編集|责任编辑|撰文|기자|특파원|선임기자|논설위원|앵커)\s*"
)
_TRAILING_COUNTER = re.compile(
    r"\s+(?:[\d.,]+\s*[km]?\s*)?(?:views?|vues|visitas|visualizaciones|aufrufe|просмотр\w*|visualizzazioni|görüntüleme|阅读|閲覧|조회(?:수)?)\s*[\d.,]*\s*$",
    re.IGNORECASE,
)
#: a word and a number behind two words or more: a month and a day, perhaps
_DATE_BEHIND = re.compile(r"([^\d|]{5,60}?)[\s|]+(?:on\s+)?([^\W\d_]{3,12})\.?\s+\d{1,2}(?:st|nd|rd|th)?\b")
#: "Jane Doe in London"
_PLACE_BEHIND = re.compile(r"\s+(?:in|für|à|en|a|из|aus)\s+[A-ZÀ-ÝА-Я]\w+$")
_MAX_NAME = 60
#: letters of a site's short name, which begins the names of its desks ("MDR Thüringen")
_MARK = 4
_MAX_NAMES = 12


@dataclass(frozen=True, slots=True)
class Byline:
    """Who signed an article: persons in order, and the agency if one did; where that stands, when it is known."""

    persons: tuple[str, ...] = ()
    agency: str | None = None
    agency_origin: str = ""


def byline_of(lines: Iterable[str], site_names: Iterable[str] = ()) -> Byline:
    """Persons and agency named by lines that are known to be bylines ("By Jane Doe and John Roe, Reuters")."""
    sites = {folded(name) for name in site_names}
    marks = {name for name in sites if 1 < len(name) <= _MARK}
    persons: list[str] = []
    agency: str | None = None
    for part in (part for line in lines for part in _parts(line)):
        part, named = _without_agency(_without_site(part, sites))
        agency = agency or named
        if (name := _name(part)) and folded(name) not in sites and marks.isdisjoint(folded(name).split()[:1]):
            persons.append(name)
    return Byline(tuple(_distinct(persons)[:_MAX_NAMES]), agency)


def _without_site(part: str, sites: set[str]) -> str:
    """The part without the name of the site behind the person's ("Kayla Jimenez USA TODAY")."""
    spoken = part.split()
    for size in (1, 2, 3):
        if len(spoken) >= size + 2 and folded(" ".join(spoken[-size:])) in sites:
            return " ".join(spoken[:-size])
    return part


def _distinct(persons: list[str]) -> list[str]:
    """Each person once; beside full names, initials, user names and stations ("jwe", "saffronotter", "WBEZ") are none."""
    unique = {folded(name): name for name in reversed(persons)}
    full = [name for name in dict.fromkeys(persons) if unique[folded(name)] == name]
    if not any(" " in name for name in full):
        return full
    return [name for name in full if " " in name or not name.isascii() or not (name[0].islower() or name.isupper())]


def _without_agency(part: str) -> tuple[str, str | None]:
    """The part without an agency, and the agency: it is all of the part, or ends it ("John Roe The Associated Press")."""
    if named := agency_named(_PLACE_BEHIND.sub("", part)):
        return "", named
    spoken = part.split()
    for size in (3, 2, 1):
        tail = " ".join(spoken[-size:])
        if len(spoken) >= size + 2 and len(tail) > 4 and (named := _AGENCY_OF.get(folded(tail))):
            return " ".join(spoken[:-size]), named
    return part, None


def inner_byline(text: str) -> str | None:
    """The names of a byline that stands behind something else in its line."""
    if labelled := _LABELLED.search(text):
        return next(name for name in labelled.groups() if name).strip()
    found = _INNER.search(text)
    return found.group(1) if found else None


def is_full_name(name: str) -> bool:
    """Whether a name could be a person's without anything that says so: two to four capitalised words."""
    spoken = name.split()
    if not name.isascii() and not any(c.isupper() or c.islower() for c in name):
        return True
    return 2 <= len(spoken) <= 4 and spoken[0][:1].isupper() and spoken[-1][:1].isupper()


def agency_named(text: str) -> str | None:
    """The agency that a text names and nothing else ("(dpa)", "Agence France-Presse"), by its usual name."""
    return _AGENCY_OF.get(folded(text)) or _AGENCY_OF.get(folded(_WIRE.sub("", text)))


def starts_as_byline(text: str) -> bool:
    """Whether a line begins like a byline ("By ", "Von ", "Автор:")."""
    return bool(_LOWER_LEAD_IN.match(text[:60].lower()))


def _parts(line: str) -> list[str]:
    text = _ADDRESS.sub(" ", _EMAIL.sub(" ", clean(line[:400])))
    text = _TRAILING_COUNTER.sub("", _without_lead_in(text))
    text = _without_date(re.sub(r"\(([^()]*)\)", r", \1", text))
    return [part for part in _PARTS.split(text) if part and part.strip()]


def _without_date(text: str) -> str:
    """The names before a date ("Will Backus Dec 23, 2023 at 3:15 pm" is "Will Backus")."""
    dated = _DATE_BEHIND.match(text)
    return dated.group(1) if dated and month_number(dated.group(2)) else text


def _without_lead_in(text: str) -> str:
    text = _GLUED.sub("", text.strip())
    for _ in range(2):  # "Text: Von Jana Weber"
        text = _LEAD_IN.sub("", text.strip(), count=1)
    return text


def _name(part: str) -> str | None:
    """The part as a person's name, None when it is something else."""
    name = _CJK_ROLE.sub("", _without_lead_in(part)).strip(" .,:;-–—|/()[]*·\"'“”")
    name = _PLACE_BEHIND.sub("", name)
    long_enough = len(name) >= (2 if not name.isascii() else 3)
    if not long_enough or len(name) > _MAX_NAME or any(c.isdigit() for c in name) or _NOT_A_NAME.search(name):
        return None
    pieces = name.split()
    if len(pieces) > 6 or (len(pieces) > 3 and name[1:] == name[1:].lower()):
        return None
    return _cased(name)


def _cased(name: str) -> str:
    """Names in capitals are written as names ("JANE DOE" is "Jane Doe")."""
    if name.isupper() and len(name) > 4 and " " in name:
        return name.title()
    return name
