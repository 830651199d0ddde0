"""Words that tell what an address or a link is for, in the languages that news is published in. Plain data."""

import re

#: parts of a path that no article of an outlet stands under or is called
NO_ARTICLE = frozenset(
    """
    about about-us account accounts ad ads advertise advertising advertisement advertisers alerts api app apps archive archives author
    authors autor autoren autores auteur auteurs calendar kalender calendario agenda cart cat categories category careers checkout
    classifieds code-of-conduct comments contact contact-us contacts contacto contatti contato kontakt cookie cookie-policy cookies
    copyright corrections coupons crossword crosswords donate donation e-edition e-paper epaper eedition events faq feed feeds feedback
    forum forums galleries gallery galeria galerie games help hilfe horoscope horoscopes horoskop imprint impressum job jobs karriere label
    legal legal-notice login logout signin sign-in sign-up signup log-in masthead media-kit mediakit membership members merchandise
    mentions-legales my-account newsletter newsletters notifications obituaries obits page pages partners people person persons
    podcast podcasts play player policies policy preferences print printversion privacy privacy-policy datenschutz privacidad privacidade
    profile profiles promo puzzles radio redaktion register registration rss rss-feeds schlagwort schlagworte search buscar busca suche
    recherche cerca section sections serie series share shop site-map sitemap sitemaps staff store stellenanzeigen subscribe subscription
    subscriptions suscripcion abo abonnement abonnieren support tag tags tagged tema temas team terms terms-of-service terms-of-use
    terms-and-conditions agb theme themen themes topic topics topico topicos tickets tv-guide tv-schedule user users video videos vidéo
    vidéos watch weather wetter wp-admin wp-login.php wp-content wp-json epaper mailto bilder bildergalerie fotostrecke fotos
    photos photo-gallery photogallery live-tv livetv livestream mediathek mediatheque
    """.split()
)

#: parts of a path that articles stand under
ARTICLE = frozenset(
    """
    article articles artikel articulo articulos articolo artigo artigos story stories news noticia noticias notizie nachrichten nyheter
    nyheder uutiset novosti wiadomosci post posts blog blogs a archives opinion detail details view read content node story.html
    """.split()
)

#: link texts of menus and footers that lead to no section with news
NO_SECTION = frozenset(
    """
    about account advertise login register subscribe newsletter newsletters contact privacy terms cookie cookies help faq search jobs
    careers shop store donate sitemap rss feedback podcast podcasts video videos photos gallery galleries weather games puzzles
    crossword horoscope horoscopes obituaries classifieds events calendar epaper e-paper e-edition newspaper app apps facebook twitter instagram
    youtube linkedin whatsapp telegram tiktok share print accessibility corrections masthead staff authors author tags tag archive
    impressum datenschutz kontakt anmelden abo abonnieren suche wetter mentions recherche contacter connexion abonner météo
    suscríbete contacto buscar privacidad clima assine contato busca privacidade accedi abbonati contatti cerca meteo
    imprint team user profile settings menu home skip video-gallery live radio tv
    """.split()
)

#: "next page", whole texts; arrows are dropped before they are compared
NEXT = frozenset(
    """
    next|next page|older|older posts|older articles|older stories|more|more news|more stories|load more|show more|more articles
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
    """.replace("\n", "|").split("|")
) - {""}  # fmt: skip

#: places without an end, where "next" means next month
ENDLESS = re.compile(
    r"calend|kalend|agenda|events?\b|veranstalt|termine|schedule|program|tv-guide|tide|wetter|weather|(?:[?&](?:month|year|date|day|week|tribe)[\w-]*=)",
    re.IGNORECASE,
)
