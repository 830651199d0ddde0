"""Settings of the Scrapy project. What an operator decides stands in newswatch.toml; here is what Newswatch is.

Everything that could reach out by another way than the gated handler is off.
"""

BOT_NAME = "newswatch"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
ADDONS: dict[str, int] = {}

# What stands beside the crawler, named by string.
NEWSWATCH_TIMETABLE = "scheduler.next_fire_time"
NEWSWATCH_SITES = "spiders.sites"

# The asyncio reactor: the guard hangs on its resolver, and rendering needs it.
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "crawler.fetch.scrapy_resolver.GuardingResolver"

DOWNLOAD_HANDLERS = {
    "http": "crawler.fetch.handler.GatedHandler",
    "https": "crawler.fetch.handler.GatedHandler",
    # A file:// link in a sitemap was fetched and stored (measured): no other scheme is fetched.
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.fetch.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
    "crawler.fetch.compression.WholeBodies": 630,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
# Redirects ask it for the Referer of the next hop; by its policy none is ever sent.
SPIDER_MIDDLEWARES = {"scrapy.spidermiddlewares.referer.RefererMiddleware": 700}
REFERRER_POLICY = "no-referrer"
EXTENSIONS_BASE: dict[str, int] = {}
EXTENSIONS = {"crawler.extension.VisitExtension": 0}
ITEM_PIPELINES = {
    "crawler.pipelines.CleanPipeline": 100,
    "crawler.pipelines.IdentifyPipeline": 200,
    "crawler.pipelines.KeepPipeline": 300,
}

# Manners and pauses are the host gate's; robots.txt is ours; retries are the frontier's.
ROBOTSTXT_OBEY = False
DOWNLOAD_DELAY = 0
CONCURRENT_REQUESTS = 16
CONCURRENT_REQUESTS_PER_DOMAIN = 16
AUTOTHROTTLE_ENABLED = False
RETRY_ENABLED = False
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REDIRECT_MAX_TIMES = 5

# A page of news has 200 KB; certificates are checked; a truncated answer is an error, not a page.
DOWNLOAD_TIMEOUT = 20
DOWNLOAD_MAXSIZE = 10_000_000
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
DOWNLOAD_VERIFY_CERTIFICATES = True
# 100, the default, makes as many tasks for each answer: 20 to 30 % of the CPU of fetching (measured). Ours yield one.
CONCURRENT_ITEMS = 1

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
STATS_DUMP = False
LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.log_format.ShortItems"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/xml;q=0.9,*/*;q=.8",
}
