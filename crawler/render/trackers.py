"""Hosts that measure, advertise and test: nothing of an article comes from there, so the browser does not ask them.

Our own list, of what news pages load most; a site's own copies under its own name are not in it. Pure.
"""

from crawler.urls import AddressError, host_of

#: registrable domains and hosts; what stands below one counts, too
TRACKERS = frozenset(
    """
    google-analytics.com googletagmanager.com googletagservices.com googlesyndication.com doubleclick.net
    googleadservices.com adservice.google.com imasdk.googleapis.com google-ads.com 2mdn.net
    facebook.net connect.facebook.net graph.facebook.com analytics.twitter.com ads-twitter.com static.ads-twitter.com
    analytics.tiktok.com ads.linkedin.com px.ads.linkedin.com snap.licdn.com bat.bing.com clarity.ms
    scorecardresearch.com chartbeat.com chartbeat.net parsely.com quantserve.com quantcount.com comscore.com
    imrworldwide.com nielsen.com ioam.de iocnt.net ivwbox.de atinternet.com xiti.com at-o.net piano.io
    hotjar.com hotjar.io mouseflow.com fullstory.com crazyegg.com luckyorange.com smartlook.com inspectlet.com
    newrelic.com nr-data.net sentry.io bugsnag.com datadoghq-browser-agent.com rollbar.com speedcurve.com go-mpulse.net
    segment.com segment.io mixpanel.com amplitude.com heap.io heapanalytics.com matomo.cloud mparticle.com tealiumiq.com
    omtrdc.net demdex.net everesttech.net adobedtm.com 2o7.net krxd.net bluekai.com bkrtx.com exelator.com rlcdn.com
    agkn.com crwdcntrl.net permutive.com permutive.app lotame.com eyeota.net adsrvr.org id5-sync.com liadm.com
    amazon-adsystem.com criteo.com criteo.net taboola.com outbrain.com zemanta.com plista.com ligatus.com revcontent.com
    mgid.com teads.tv adnxs.com rubiconproject.com pubmatic.com openx.net casalemedia.com indexexchange.com
    smartadserver.com adform.net yieldlab.net yieldlove.com improvedigital.com sharethrough.com 33across.com
    gumgum.com triplelift.com sovrn.com lijit.com media.net bidswitch.net contextweb.com adsafeprotected.com
    moatads.com doubleverify.com adroll.com bluecava.com yandex-metrika.com mc.yandex.ru adfox.ru top-fwz1.mail.ru
    optimizely.com abtasty.com vwo.com visualwebsiteoptimizer.com kameleoon.eu kameleoon.io dynamicyield.com
    onesignal.com pushwoosh.com cleverpush.com batch.com braze.com airship.com intercom.io intercomcdn.com
    zdassets.com livechatinc.com drift.com disqus.com disquscdn.com viafoura.co coral.coralproject.net
    addthis.com sharethis.com addtoany.com po.st
    """.split()
)


def is_tracker(url: str) -> bool:
    """Whether a URL leads to one of them."""
    try:
        labels = host_of(url).partition(":")[0].split(".")
    except AddressError:
        return False
    return any(".".join(labels[at:]) in TRACKERS for at in range(len(labels) - 1))
