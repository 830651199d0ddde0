"""Lines that stand between the paragraphs of an article and are none of them, told by their wording."""

# ruff: noqa: E501 - the wordings stand one language to a line

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from crawler.extract.stems import Stems

#: how a line begins that leads elsewhere ("Read more: …", "Lesen Sie auch …")
_LEADS_AWAY = re.compile(
    r"^\W*(?:(?:read|see|watch|listen)\s*(?:more|also|next|:|now)\b|also\s+read\b|more\s*(?:on\s+this|from|stories|news|:)|related\s*(?:articles?|stor(?:y|ies)|topics?|news|coverage|:|$)|"
    r"recommended\b.{0,30}$|you\s+may\s+(?:also\s+)?like|don['’]t\s+miss\b.{0,80}$|click\s+here|continue\s+reading|keep\s+reading|must[- ]reads?\b|"
    r"most\s+(?:read|popular|viewed)|popular\s+now|latest\s+(?:stories|news)|trending\b.{0,20}$|up\s+next|editor['’]?s['’]?\s+picks?|what\s+to\s+read\s+next|"
    r"lesen\s+sie\s+(?:auch|hier|mehr|dazu)|mehr\s+(?:zum\s+thema|dazu|lesen|:)|mehr\s+(?:aus|von|zu)\b.{0,40}$|(?:hier\s+)?weiterlesen|auch\s+interessant|das\s+könnte\s+sie\s+auch|zum\s+thema\b.{0,30}$|siehe\s+auch|meistgelesen|"
    r"(?:à\s+)?lire\s+(?:aussi|également|la\s+suite|plus)|voir\s+aussi|à\s+voir|en\s+savoir\s+plus|sur\s+le\s+même\s+(?:sujet|thème)|les\s+plus\s+lus|"
    r"(?:lea?|leer|lee|ver|vea)\s+(?:también|más|además)|te\s+puede\s+interesar|también\s+te\s+puede|más\s+(?:información|noticias|sobre)\b.{0,60}$|le\s+puede\s+interesar|sigue\s+leyendo|noticias\s+relacionadas|lo\s+más\s+leído|"
    r"leia\s+(?:também|mais)|veja\s+(?:também|mais)|saiba\s+mais|mais\s+lidas|"
    r"leggi\s+(?:anche|tutto|di\s+più)|approfondi(?:sci|menti)\b.{0,30}$|ti\s+potrebbe\s+interessare|vedi\s+anche|"
    r"lees\s+(?:ook|meer|verder)|bekijk\s+ook|läs\s+(?:också|mer|även)|les\s+(?:også|mer)|læs\s+(?:også|mere)|lue\s+(?:myös|lisää)|"
    r"czytaj\s+(?:też|także|również|więcej)|zobacz\s+(?:też|także|również|więcej)|polecamy\b.{0,30}$|čtěte\s+také|olvassa\s+el|citește\s+și|"
    r"читайте\s+(?:также|ещё|еще)|читать\s+(?:также|далее|подробнее)|смотрите\s+также|по\s+теме\b.{0,20}$|подробнее\b.{0,40}$|материалы\s+по\s+теме|"
    r"читайте\s+також|ayrıca\s+(?:oku|bkz)|(?:bunu\s+da\s+)?oku(?:yun)?\s*:|ilgili\s+haber|devamını\s+oku|baca\s+(?:juga|selengkapnya)|xem\s+thêm|đọc\s+thêm|"
    r"اقرأ\s+(?:أيضا|أيضًا|المزيد)|اقرأ\s*:|شاهد\s+أيض|مواضيع\s+ذات\s+صلة|भी\s+पढ़|यह\s+भी\s+पढ़|ये\s+भी\s+पढ़|"
    r"(?:延伸|相关|相關|推荐|推薦)(?:阅读|閱讀|新闻|新聞|报道|報導)|更多(?:新闻|新聞|精彩|阅读)|点击(?:阅读|查看)|あわせて読みたい|関連(?:記事|ニュース|リンク)|(?:続き|全文)(?:を|は)読む|もっと読む|こちらも読む|"
    r"관련\s?기사|더\s?보기|이\s?기사도|함께\s?(?:보면|볼)|많이\s?본)",
)
#: a line that asks the reader for something
_ASKS = re.compile(
    r"(?:sign\s+up|subscribe)\s+(?:for|to|now|here|today|and)|(?:our|free|daily|weekly|morning)\b.{0,25}\bnewsletter|newsletters?\b.{0,60}\b(?:sign|subscri|inbox|deliver)|"
    r"(?:delivered|straight|sent)\b.{0,20}\b(?:to\s+)?your\s+inbox|download\s+(?:the|our)\b.{0,20}\bapp\b|(?:follow|like|join|find)\s+us\s+on\b|follow\s+(?:him|her|them|@\w+)\s+on|"
    r"share\s+(?:this|it)\b.{0,20}(?:article|story|on\b|with)|support\s+(?:our|independent)\s+journalism|have\s+a\s+(?:news\s+)?tip|got\s+a\s+tip|send\s+(?:us\s+)?(?:your\s+)?tips|contact\s+(?:the\s+)?(?:author|reporter|us)\s+at|"
    r"newsletter\b.{0,60}\b(?:abonnier|anmeld|bestell|kostenlos)|(?:abonnier|melden\s+sie\s+sich|anmelden)\b.{0,60}\bnewsletter|folgen\s+sie\s+uns|"
    r"(?:inscri|abonn)\w*\b.{0,60}\b(?:newsletter|lettre|infolettre)|suivez[- ]nous|(?:suscr[ií]b|ap[uú]nt|reg[ií]str|recib)\w*\b.{0,60}\b(?:newsletter|bolet[ií]n)|s[ií]guenos\b|"
    r"(?:assine|inscreva|receba|cadastre)\w*\b.{0,60}\b(?:newsletter|boletim)|siga[- ]nos|(?:iscriv|ricev|abbon)\w*\b.{0,60}\bnewsletter|seguici\s+su|"
    r"(?:подпи[сш]\w+)\b.{0,40}(?:рассылк|канал|telegram|новост|на\s+нас)|підпи\w+\b.{0,40}(?:канал|розсилк)|(?:bülten|haber\s+bülteni)\w*\b.{0,40}(?:abone|kaydol|üye)|abone\s+ol|bizi\s+takip|"
    r"newsletter\b.{0,40}\b(?:zapisz|subskryb)|zapisz\s+się\b.{0,40}newsletter|schrijf\s+je\s+in\b.{0,40}nieuwsbrief|nyhetsbrev\b|nyhedsbrev\b|اشترك\b.{0,50}(?:نشرة|النشرة|البريد|قناة)|تابعونا|تابعنا|"
    r"(?:订阅|訂閱|订閱).{0,20}(?:通讯|通訊|简报|電子報|邮件|频道|新闻)|(?:关注|關注)我们|(?:メールマガジン|メルマガ|ニュースレター).{0,20}(?:登録|購読|配信)|뉴스레터|구독\s?(?:하기|신청|하세요)|"
    r"न्यूज़?लेटर|सब्सक्राइब",
)
#: credits and rights that close a text
_CLOSES = re.compile(
    r"^\W*(?:©|\(c\)\s|copyright\b|all\s+rights\s+reserved|alle\s+rechte\s+vorbehalten|tous\s+droits\s+réservés|todos\s+los\s+derechos|todos\s+os\s+direitos|tutti\s+i\s+diritti|"
    r"(?:photo|image|picture|foto|bild|fotos?|fotó|zdjęcie|фото|صورة|写真|사진|图片|圖)(?:\s+(?:credit|courtesy|by))?\s*[:：©/]|"
    r"comments?\s*\(?\d*\)?$|(?:\d+\s+)?comments?$|\d+$|kommentare?\s*\(?\d*\)?$|share(?:\s+it\s+on\W*)?$|advertisement$|anzeige$|publicidad$|publicité$|реклама$|広告$|광고$|"
    r"無断転載|저작권자|ⓒ|版权所有|"
    r"(?:estimated\s+)?read(?:ing)?\s*time\b.{0,30}$|\d+\s*min(?:ute)?s?\.?\s+read$|tempo\s+(?:de\s+leitura|di\s+lettura)\b.{0,30}$|temps\s+de\s+lecture\b.{0,30}$|"
    r"tiempo\s+de\s+lectura\b.{0,30}$|lesezeit\b.{0,30}$|lesedauer\b.{0,30}$|leestijd\b.{0,30}$|czas\s+czytania\b.{0,30}$|время\s+чтения\b.{0,30}$|okuma\s+süresi\b.{0,30}$|"
    r"sharing\s+is\s+caring\b|this\s+article\s+is\s+more\s+than\b.{0,30}\bold$|read\s+the\s+(?:original|full)\s+(?:article|story)\b|il\s+vous\s+reste\b.{0,20}%.{0,60}\b(?:lire|abonn)|"
    r"hat\s+ihnen\s+d(?:er|ieser)\s+(?:artikel|beitrag)\s+gefallen)",
)
#: what says who wrote the text above
_ABOUT_AUTHOR = re.compile(
    r"^(?:(?:[A-ZÀ-Ý][\w.'’-]+\s+){1,4}is\s+(?:a|an|the|our|based)\b.{0,100}\b(?:reporter|editor|correspondent|writer|journalist|columnist|covers|contributor|author|fellow|professor|staff)\b|"
    r"(?:[A-ZÀ-Ý][\w.'’-]+\s+){1,4}(?:covers|reports\s+on|writes\s+about|contributed\s+to\s+this)\b|(?:reporting|writing|editing|additional\s+reporting)\s+by\s|"
    r"about\s+the\s+author|über\s+(?:den\s+autor|die\s+autorin)|(?:[A-ZÀ-Ý][\w.'’-]+\s+){1,4}(?:ist|arbeitet)\s.{0,60}(?:redakteur|korrespondent|journalist|autorin?\b)|"
    r"sobre\s+(?:el|la|o|a)\s+autora?\b|à\s+propos\s+de\s+l['’]auteur|об\s+авторе)",
    re.IGNORECASE,
)
#: letters of a line that may be furniture, and of one that closes a text
_LONG_SENTENCE, _LONGEST_CLOSING = 320, 200
#: letters of a line that names those who worked on a text
_LONGEST_CREDIT = 400
#: one of these stands in every line about an author
_TELLING = frozenset((
    " is a", " is the", " is our", " is based", " covers ", " reports on", " writes about", " contributed", "eporting by", "riting by", "diting by",
    "bout the author", "ber de", "ber di", " ist ", " arbeitet ", "obre ", "propos de", "б авторе",
))  # fmt: skip
#: one of these stands in every line that asks (looked for first: the expression is slow)
_ASKING = (
    "newsletter", "subscri", "sign up", "inbox", " app", " us on", "follow h", "follow t", "follow @", "share th", "share it", "journalism", " tip", "contact ",
    "abonn", "anmeld", "folgen sie", "inscri", "suivez", "suscr", "apunt", "apúnt", "regist", "regíst", "recib", "síguenos", "siguenos", "assin", "inscrev",
    "receb", "cadastr", "siga", "iscriv", "ricev", "abbon", "seguici", "abone", "takip", "zapisz", "nieuwsbrief", "nyhetsbrev", "nyhedsbrev", "подпи", "підпи",
    "bülten", "اشترك", "تابعونا", "تابعنا", "订阅", "訂閱", "订閱", "关注", "關注", "メールマガジン", "メルマガ", "ニュースレター", "뉴스레터", "구독", "न्यूज", "सब्सक्राइब",
)  # fmt: skip


#: what the law makes sites say below their pages
_LEGAL = re.compile(
    r"\bcookies?\b.*\b(?:privacy|browser|consent|advertis\w*|preferences|website)\b|privacy\s+(?:policy|notice|rights)|terms\s+of\s+(?:service|use)|california\s+consumer|\bccpa\b|opt(?:ing)?[- ]out|"
    r"constitutes\s+acceptance|subject\s+to\s+copyright|all\s+rights\s+reserved|content\s+you\s+upload|purchase\s+a\s+product\s+or\s+register|may\s+(?:earn|receive)\s+(?:a|an\s+affiliate)\s+(?:commission|compensation)|"
    r"cookies?\b.*\b(?:datenschutz|einwilligung|zustimm\w+)|alle\s+rechte\s+vorbehalten|datenschutzerklärung|tous\s+droits\s+réservés|politique\s+de\s+confidentialité|"
    r"todos\s+los\s+derechos|política\s+de\s+(?:privacidad|cookies)|todos\s+os\s+direitos|tutti\s+i\s+diritti|informativa\s+sulla\s+privacy|все\s+права\s+защищены",
    re.IGNORECASE,
)
#: a last line that says who else worked on the text, or from where
_WORKED = re.compile(
    r"\bcontribut(?:ed|ing)\s+(?:to|reporting\s+to)\s+this\s+(?:report|story|article)\b|"
    r"\b(?:writers?|reporters?|correspondents?|researchers?|journalists?|producers?|staff)\b.{1,120}\bcontributed\.?$|"
    r"^\W*additional\s+reporting\s+by\b|^contributing:|^(?!(?:s?he|they|who|it|we)\b)(?:\w[\w’'-]+\s+and\s+)?\w[\w’'-]+\s+reported\s+from\s+\w",
    re.IGNORECASE,
)
#: what stands above readers' comments: "Comments", "[ 167 comments ]", "Top Rated Comments", "Leave a comment"
_COMMENTS = re.compile(
    r"\W*(?:(?:top|most|best|latest|recent|all|rated|popular|reader|readers|user|leave|post|add|view|write|join|your|a|the|alle|neueste|leser|schreiben|sie|einen|ein|die|les|votre|vos|un|tu|los|"
    r"deja|i|il|lascia|ваш|все|tüm)\W+){0,3}\(?\d*\)?\s*"
    r"(?:comments?|(?:leser)?kommentare?|commentaires?|comentarios?|comentários?|commenti|commento|комментари\w*|коментар\w*|yorum(?:lar|unuz)?|reacties|kommentarer|komentarze|komentáře|コメント|评论|評論|댓글|टिप्पणियां|تعليقات|التعليقات)"
    r"(?:\W{0,3}\(?\d*\)?\W*)",
    re.IGNORECASE,
)
_LONGEST_HEAD = 60
_STEMS = Stems((*_ASKING, *_TELLING))
_Signs = tuple[bool, bool, bool, bool]
_NONE: _Signs = (False, False, False, False)


def signs_of(text: str) -> _Signs:
    """Whether a line by its wording leads elsewhere, asks for something, closes a text, tells about the author."""
    return signs_of_all([text])[0]


def signs_of_all(texts: Sequence[str]) -> list[_Signs]:
    """The same for each of a page's lines."""
    lines = [text if len(text) <= _LONG_SENTENCE else "" for text in texts]
    if not lines:
        return []
    together = "\n".join(lines).lower()
    spoken = together.split("\n")
    asking, telling = _hopeful(together, spoken)
    return [
        (
            _LEADS_AWAY.match(line) is not None,
            at in asking and _ASKS.search(line) is not None,
            len(line) < _LONGEST_CLOSING and _CLOSES.match(line) is not None,
            at in telling and _ABOUT_AUTHOR.match(text) is not None,
        )
        if text
        else _NONE
        for at, (text, line) in enumerate(zip(lines, spoken, strict=True))
    ]


def _hopeful(together: str, lines: Sequence[str]) -> tuple[set[int], set[int]]:
    """The numbers of the lines that may ask for something, and of those that may tell about the author."""
    ends = list(accumulate(len(line) + 1 for line in lines))
    asking: set[int] = set()
    telling: set[int] = set()
    for at, stem in _STEMS.places(together):
        (telling if stem in _TELLING else asking).add(bisect_right(ends, at))
    return asking, telling


def is_furniture(text: str) -> bool:
    """Whether a line is a call, a lead to other pages, a credit or a note about the author, by its wording alone."""
    return any(signs_of(text))


def is_credit(text: str) -> bool:
    """Whether a line that closes a text tells who else worked on it ("Ida Moe in Bergen contributed to this report")."""
    return len(text) <= _LONGEST_CREDIT and _WORKED.search(text) is not None


def heads_comments(text: str) -> bool:
    """Whether a line is what stands above readers' comments."""
    return len(text) <= _LONGEST_HEAD and _COMMENTS.fullmatch(text) is not None


def is_legal(text: str) -> bool:
    """Whether a line, however long, is of the kind that the law makes sites put below their pages."""
    return _LEGAL.search(text) is not None
