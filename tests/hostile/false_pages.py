"""Pages with status 200 that are no articles, though a feed lists them: the reason that is recorded for each.

Written for the tests: the wordings are those that such pages have in common, no publisher's text is in them.
"""

#: text that stands on every page of a site, articles and walls alike
_MENU = '<nav><a href="/">Home</a><a href="/world">World</a><a href="/sport">Sport</a></nav>'
_FOOT = "<footer><p>© 2026 The Harbour Daily. All rights reserved.</p><a href='/imprint'>Imprint</a></footer>"
_TITLE = "Harbour board hears residents about the quay"


def shell(title: str, body: str, head: str = "") -> str:
    """A page of the site with that in its middle."""
    return f"<!DOCTYPE html><html lang=en><head><title>{title}</title>{head}</head><body>{_MENU}<main>{body}</main>{_FOOT}</body></html>"


def bare(title: str, body: str, head: str = "") -> str:
    """A page with nothing else on it."""
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


_CLAIM = '<meta property="og:type" content="article"><script type="application/ld+json">{"@type":"NewsArticle","headline":"%s"}</script>'
_CONSENT = (
    "<h2>We value your privacy</h2><p>We and our 842 partners store and access information on a device, such as cookies, and process "
    "personal data, such as unique identifiers, for personalised advertising and content, audience research and services development.</p>"
    "<p>With your permission we and our partners may use precise geolocation data. You may click to consent to our processing as "
    "described above, or change your preferences before consenting.</p><button>Accept all</button><button>Manage options</button>"
)
_CHALLENGE = (
    "<h1>harbour-daily.example</h1><p>Verifying you are human. This may take a few seconds.</p><p>harbour-daily.example needs to review "
    'the security of your connection before proceeding.</p><div class="cf-turnstile"></div><p>Ray ID: 8f3a1b2c3d4e5f60</p>'
)

#: name -> (page, reasons of which one is recorded)
FALSE: dict[str, tuple[str, set[str]]] = {
    "soft 404": (shell("Page not found", "<h1>Page not found</h1><p>Sorry, we could not find the page you were looking for. It may have moved.</p>"), {"soft 404"}),
    "soft 404 with a title of the site": (shell("The Harbour Daily", "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location. Maybe try a search?</p>"), {"soft 404"}),
    "soft 404 with teasers": (shell("404", "<h1>404</h1><p>The article you requested does not exist.</p>" + "".join(f'<h3><a href="/news/{n}">Another story number {n} of the day in the harbour</a></h3>' for n in range(20))), {"soft 404", "section front"}),
    "soft 404 in German": (shell("Seite nicht gefunden", "<h1>Seite nicht gefunden</h1><p>Die gewünschte Seite existiert leider nicht mehr.</p>"), {"soft 404"}),
    "soft 404 in Spanish": (shell("Página no encontrada", "<h1>Página no encontrada</h1><p>Lo sentimos, la página que busca no existe.</p>"), {"soft 404"}),
    "soft 404 in French": (shell("Page introuvable", "<h1>Page introuvable</h1><p>La page que vous cherchez n'existe plus.</p>"), {"soft 404"}),
    "article was removed": (shell(_TITLE, "<h1>This article has been removed</h1><p>The content you requested is no longer available.</p>"), {"soft 404"}),
    "consent wall": (bare("The Harbour Daily", _CONSENT), {"consent wall"}),
    "consent wall under the article's title": (bare(_TITLE, _CONSENT, '<meta property="og:type" content="article">'), {"consent wall"}),
    "consent wall in German": (bare("Willkommen", "<h1>Weiterlesen mit Werbung</h1><p>Besuchen Sie uns wie gewohnt mit Werbung und Tracking. Wir und unsere Partner verarbeiten personenbezogene Daten und setzen Cookies. Details in der Datenschutzerklärung.</p><button>Akzeptieren und weiter</button><p>… oder mit dem Abo ohne Tracking lesen.</p>"), {"consent wall"}),
    "consent wall in French": (bare("Votre choix", "<p>Avec votre accord, nos partenaires et nous utilisons des cookies pour stocker et accéder à des données personnelles comme votre visite sur ce site.</p><button>Tout accepter</button><button>Continuer sans accepter</button>"), {"consent wall"}),
    "challenge": (bare("Just a moment...", _CHALLENGE), {"captcha"}),
    "challenge that wants JavaScript": (bare("Just a moment...", "<noscript><p>Enable JavaScript and cookies to continue</p></noscript>"), {"captcha", "javascript wall"}),
    "captcha": (bare("Are you a robot?", '<h1>Please verify you are a human</h1><p>Our systems have detected unusual traffic from your network. Please complete the CAPTCHA to continue.</p><div class="g-recaptcha"></div>'), {"captcha"}),
    "access denied": (bare("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p><p>Reference #18.2d3e4f5a.1700000000.1a2b3c</p>"), {"captcha", "soft 404"}),
    "attention required": (bare("Attention Required!", "<h1>Sorry, you have been blocked</h1><p>You are unable to access harbour-daily.example</p><p>This website is using a security service to protect itself from online attacks.</p>"), {"captcha"}),
    "press and hold": (bare("Before we continue...", "<p>Press &amp; Hold to confirm you are a human (and not a bot).</p><p>Reference ID 1a2b3c4d-5e6f</p>"), {"captcha"}),
    "login": (shell("Log in", "<h1>Log in to continue reading</h1><form><label>E-mail</label><input type=email><label>Password</label><input type=password><button>Log in</button></form><p>Forgot your password? New here? Create an account.</p>"), {"login"}),
    "login under the article's title": (shell(_TITLE, f"<h1>{_TITLE}</h1><h2>Sign in to read this article</h2><form><input type=password></form><p>Don't have an account? Register for free.</p>"), {"login"}),
    "enable JavaScript": (bare("The Harbour Daily", "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>"), {"javascript wall"}),
    "enable JavaScript in words": (bare("The Harbour Daily", "<p>JavaScript is disabled in your browser. Please enable JavaScript to view this page.</p>"), {"javascript wall"}),
    "empty template": (shell("The Harbour Daily", '<article class="story"><h1></h1><div class="body"></div></article>'), {"no text", "too little text", "no headline"}),
    "empty template that claims to be an article": (shell(_TITLE, f"<article><h1>{_TITLE}</h1><div class=body></div></article>", _CLAIM % _TITLE), {"no text", "too little text"}),
    "template with its marks": (shell("{{ article.title }}", "<article><h1>{{ article.title }}</h1><p>{{ article.lead }}</p><div>{{ article.body | safe }}</div></article>", _CLAIM % "{{ article.title }}"), {"no text", "too little text", "empty template"}),
    "placeholder text": (shell("Lorem ipsum", "<article><h1>Lorem ipsum dolor sit amet</h1>" + "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore magna aliqua.</p>" * 8 + "</article>", _CLAIM % "Lorem ipsum dolor sit amet"), {"empty template"}),
    "placeholder text without a claim": (shell(_TITLE, f"<article><h1>{_TITLE}</h1>" + "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit. Nunc sed velit dignissim sodales ut eu sem integer vitae justo eget magna fermentum iaculis.</p>" * 6 + "</article>"), {"empty template"}),
    "template with its marks and a text": (shell("{{ title }}", "<article><h1>{{ title }}</h1>" + "<p>Residents asked for a wider quay, a lower fee and a ferry that also runs in winter, when the road is closed.</p>" * 8 + "</article>", _CLAIM % "{{ title }}"), {"empty template"}),
    "loading": (shell("Loading…", "<article><h1>Loading…</h1><p>Please wait while the page is loading.</p></article>"), {"no text", "too little text", "javascript wall", "empty template"}),
    "maintenance": (bare("Maintenance", "<h1>We’ll be right back</h1><p>Our site is undergoing scheduled maintenance. Thank you for your patience.</p>"), {"maintenance"}),
    "maintenance in the text only": (bare("The Harbour Daily", "<h1>Sorry!</h1><p>The site is temporarily unavailable due to maintenance work. Please come back later.</p>"), {"maintenance", "soft 404"}),
    "server error that says 200": (bare("502 Bad Gateway", "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center>"), {"maintenance", "soft 404"}),
    "database error": (bare("Error", "<h1>Error establishing a database connection</h1>"), {"maintenance", "soft 404"}),
    "traceback": (bare("Error", "<pre>Fatal error: Uncaught PDOException: SQLSTATE[HY000] in /srv/www/index.php:12</pre>"), {"maintenance", "soft 404", "no text", "too little text"}),
    "parked domain": (bare("harbour-daily.example", "<h1>harbour-daily.example</h1><p>This domain is for sale! Buy this domain. The owner has parked it with us.</p>"), {"parked domain", "soft 404", "too little text"}),
    "account suspended": (bare("Account Suspended", "<h1>Account Suspended</h1><p>This account has been suspended. Contact your hosting provider for more information.</p>"), {"maintenance", "soft 404", "parked domain"}),
    "unsupported browser": (bare("Browser not supported", "<h1>Your browser is not supported</h1><p>Please update your browser to read The Harbour Daily.</p>"), {"javascript wall", "too little text", "captcha"}),
    "not in your region": (bare("Unavailable", "<h1>This content is not available in your region</h1><p>We recognise you are attempting to access this website from a country where it is not available for legal reasons.</p>"), {"soft 404", "region wall"}),
    "subscribers only": (shell(_TITLE, f"<h1>{_TITLE}</h1><p>This article is for subscribers only.</p><h2>Subscribe now to continue reading</h2><p>From 1 € a week. Cancel anytime. Already a subscriber? Log in</p>"), {"login", "too little text", "paywall"}),
}  # fmt: skip
