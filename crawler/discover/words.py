"""Words that tell what an address or a link is for, in the languages that news is published in. Plain data."""

import re

#: labels of what publishers were paid for, and of nothing else
SOLD_LABELS = frozenset(
    """
    sponsored sponsored-content sponsored-post sponsored-article paid-post paid-content partner-content branded-content
    brandvoice advertorial advertorials sponsored-by publirreportaje publireportage publi-redactionnel
    contenu-sponsorise contenido-patrocinado conteudo-patrocinado
    """.split()
)
#: the same as a step of the path, or a section; as a keyword the last four are a topic, too: "Anzeige" is what one
#: files with the police, "publicidad" a trade
SOLD = SOLD_LABELS | frozenset("advertisement anzeige anzeigen publicidad".split())

#: steps of a path under which no article stands: indexes, advertising, services
NEVER_UNDER = (
    frozenset(
        """
    journalist journalists journalistes periodista reporter reporters redakteur redakteure writer writers byline
    tag tags tagged schlagwort schlagworte stichwort etiqueta etiquetas etiket tema temas topic topics topico
    topicos thema themen theme themes category categories categoria categorias categorie kategorie kategorien
    kategori kategoria rubrik rubriken rubrica author authors autor autoren autores auteur auteurs autore autori
    profile profiles user users calendar kalender calendario calendrier agenda print printversion druckversion
    imprimir imprimer stampa drucken login signin sign-in signup sign-up register logout account my-account
    search suche buscar busca recherche cerca sok haku sponsor promo promoted coupons vouchercodes gutscheine
    marketplace shop store cart checkout classifieds subscribe subscription subscriptions abo abonnement rss
    feed feeds wp-admin wp- content wp-includes wp-json wp-login.php cdn-cgi api comments share epaper e-paper
    e-edition eedition cookie cookies privacy datenschutz imprint impressum sitemap
    """.split()
    )
    | SOLD
)

#: steps of a path that pages of films, pictures and sound stand under; some of them hold text enough for an article
MEDIA = frozenset(
    """
    video videos vidéo vidéos videot filme gallery galleries galerie galerien galeria galerias galleria
    fotostrecke fotostrecken bildergalerie bilder fotogalerie photogallery photo-gallery picture-gallery
    slideshow slideshows mediathek podcast podcasts audio watch photos live newsletter newsletters columnists
    multimedia tv radio shows
    """.split()
)

#: last steps that no article ends with; as first steps they are sections or services
SERVICE = frozenset(
    """
    about about-us advertise advertising ads careers jobs karriere stellenanzeigen contact contacts contact-us
    contacto contatti contato kontakt copyright corrections donate donation donations faq feedback forum forums
    games help hilfe horoscope horoscopes horoskop legal legal-notice live livestream live-tv masthead media-kit
    mediakit member members membership mentions-legales merchandise notifications obituaries obits page pages
    partners people photos policies policy preferences privacy-policy cookie-policy terms terms-of-service
    terms-of-use terms-and-conditions agb promotions puzzles radio redaktion registration section sections serie
    series site-map staff support team tickets tv tv-guide tv-schedule watch weather wetter meteo météo
    crossword crosswords archives alerts apps app events
    """.split()
)

#: last steps of lists: no articles, but good sections
LISTS = frozenset(
    "all archive home index index.html index.htm index.php latest more news newest nachrichten noticias ticker".split()
)

#: steps of a path that articles stand under
ARTICLE = frozenset(
    """
    article articles artikel articulo articulos articolo artigo artigos story stories news noticia noticias
    notizie notizia nachrichten nyheter nyheder nyhet uutiset uutinen novosti wiadomosci zpravy clanok clanek
    haber haberler berita tin post posts blog blogs a n detail details view read content node world politics
    business sport sports local opinion nation national
    """.split()
)

#: words of services in link texts and slugs: "Privacy Policy", "contact-us"
BOILERPLATE = frozenset(
    """
    privacy policy policies terms use service conditions contact us about copyright notice advertise advertising
    subscribe subscription subscriptions newsletter newsletters donate donations donation support careers jobs
    job sign login log register account help faq feedback staff directory team board accessibility cookies
    cookie settings sitemap rss app apps download shop store gift masthead ethics corrections disclaimer submit
    letter letters editor obituaries obituary classifieds weather events calendar video videos photos photo
    gallery galleries podcast podcasts archive archives edition e-edition epaper membership member members give
    giving ways sponsor sponsored partner partners press media kit coupons tickets games puzzles crossword
    horoscope horoscopes lottery author authors more all see view facebook twitter instagram youtube linkedin
    whatsapp telegram tiktok share print tag tags menu home skip live radio tv profile user impressum imprint
    datenschutz kontakt agb anmelden abo abonnieren suche wetter mentions légales recherche contacter connexion
    abonner météo suscríbete contacto aviso legal buscar privacidad clima assine contato busca privacidade
    accedi abbonati contatti cerca meteo
    """.split()
)

#: first labels of hosts that serve no articles: help.example.org
SERVICE_HOSTS = frozenset(
    """
    help support careers career jobs shop store events subscribe subscriptions account accounts my user login
    click ads ad tickets classifieds marketplace play watch video videos podcast podcasts app apps games
    obituaries coupons epaper e-paper
    """.split()
)

_NEXT = """
    next|next page|older|older posts|older articles|older stories
    more|more news|more stories|load more|show more|more articles
    weiter|nächste|nächste seite|ältere|ältere beiträge|ältere artikel|mehr|mehr anzeigen|mehr laden|mehr artikel
    suivant|suivante|page suivante|articles plus anciens|plus anciens|voir plus|plus d'articles
    siguiente|página siguiente|siguientes|anteriores|entradas anteriores|más noticias|ver más|cargar más
    próxima|próximo|próxima página|seguinte|mais antigas|mais notícias|carregar mais|ver mais
    successiva|successivo|pagina successiva|avanti|articoli precedenti|altre notizie|carica altro|mostra altro
    volgende|volgende pagina|oudere berichten|meer|meer laden|meer nieuws
    nästa|nästa sida|äldre|äldre inlägg|fler nyheter|neste|neste side|eldre|næste|næste side|ældre|seuraava|vanhemmat
    następna|następna strona|następne|starsze|starsze wpisy|więcej|další|další strana|starší|více|ďalej|ďalšie|ďalšia
    következő|régebbi|următoarea|următor|mai vechi|következő oldal|sljedeća|starije|следваща|по-стари
    далее|следующая|следующая страница|вперед|вперёд|ещё|еще|показать ещё|старые записи|раньше|далі|наступна|старіші
    επόμενη|επόμενο|παλαιότερα|sonraki|sonraki sayfa|daha fazla|eski yazılar|التالي|الصفحة التالية|المزيد|הבא|לדף הבא
    次|次へ|次のページ|次の20件|もっと見る|下一页|下一頁|下页|更多|다음|다음 페이지|더보기|이전 글|अगला|अगला पृष्ठ|और देखें
    ถัดไป|หน้าถัดไป|trang sau|tiếp|tiếp theo|xem thêm|selanjutnya|berikutnya|halaman berikutnya|بعدی|صفحه بعد
"""
#: "next page", whole texts in lower case, arrows dropped
NEXT = frozenset(word.strip() for word in _NEXT.replace("\n", "|").split("|")) - {""}

#: places without an end, where "next" means next month
ENDLESS = re.compile(
    r"calend|kalend|agenda|events?\b|veranstalt|termine|schedule|program|tv-guide|tide|weather"
    r"|[?&](?:month|year|date|day|week|tribe)[\w-]*=",
    re.IGNORECASE,
)

_TEASERS = (
    r"(?:read|learn|see|view|continue|show|find out)\b.{0,25}|more|full (?:story|article)|details?",
    r"weiter(?:lesen)?.{0,15}|mehr.{0,20}|lire(?: la suite.*| plus.*| l'article.*)?",
    r"leer (?:más|mas).*|ver (?:más|mas).*|seguir leyendo.*|leia mais.*|saiba mais.*|leggi.{0,20}|continua.{0,15}",
    r"lees (?:meer|verder).*|läs mer.*|les mer.*|læs mere.*|lue lisää.*|czytaj.{0,20}|więcej.*|číst.*|více.*",
    r"читать.*|подробнее.*|далее.*|devamı.*|続きを読む|もっと見る|詳細.*|查看.*|阅读.*|全文|更多|더보기|자세히.*",
    r"اقرأ.*|المزيد.*|और पढ़ें|(?:\d+ )?comments?|share|print",
)
#: what a link says when the headline stands elsewhere: "Read more …"
TEASER = re.compile(rf"(?:{'|'.join(_TEASERS)})[\s.…»›>→]*", re.IGNORECASE)
