// One look at a page that a script draws: what it shows by now. With `wish.reject` a consent dialog is refused, with
// `wish.more` the list is asked for more, with `wish.flatten` what stands in shadow trees is put where readers look.
(wish) => {
  "use strict";
  const MOST_TREES = 200;
  const trees = [document];
  for (let at = 0; at < trees.length && trees.length < MOST_TREES; at++) {
    for (const element of trees[at].querySelectorAll("*")) {
      if (element.shadowRoot) trees.push(element.shadowRoot);
    }
  }
  const all = (selector) => trees.flatMap((tree) => [...tree.querySelectorAll(selector)]);
  const text = (element) => (element.textContent || "").replace(/\s+/g, " ").trim();

  // the "reject" buttons of the common consent frameworks, in their own words
  const REJECT = [
    "#onetrust-reject-all-handler", ".ot-pc-refuse-all-handler", "#didomi-notice-disagree-button",
    ".didomi-continue-without-agreeing", "#CybotCookiebotDialogBodyButtonDecline", "[data-testid='uc-deny-all-button']",
    "#truste-consent-required", "button.sp_choice_type_13", "#qc-cmp2-ui button.qc-cmp2-reject-all", ".cmplz-deny",
    ".cky-btn-reject", "a._brlbs-refuse-btn", "button.brlbs-btn-accept-only-essential", ".iubenda-cs-reject-btn",
    ".osano-cm-denyAll", ".klaro .cm-btn-decline", "#tarteaucitronAllDenied2", ".fc-cta-do-not-consent",
    ".cmpboxbtnno", "#axeptio_btn_dismiss", ".termly-styles-buttons [data-tid='banner-decline']", ".cc-deny",
  ];
  const MORE = new RegExp(
    "^\\W*(?:(?:load|show|view|see) (?:more|older)\\b.{0,20}|more (?:stories|news|articles)|older (?:stories|posts|news)" +
      "|mehr (?:laden|anzeigen|artikel|meldungen)|weitere (?:artikel|meldungen|nachrichten|beiträge)(?: laden)?" +
      "|(?:voir|afficher|charger) plus.{0,20}|plus d.(?:articles|actualités)|(?:cargar|ver|mostrar) más.{0,20}|más noticias" +
      "|(?:carregar|ver|mostrar) mais.{0,20}|mais notícias|(?:carica|mostra) (?:altr[io]|di più).{0,20}" +
      "|meer (?:laden|tonen|nieuws|berichten)|(?:ladda|visa) (?:fler|mer)\\b.{0,20}|(?:last inn|vis|indlæs) flere.{0,20}" +
      "|(?:lataa|näytä) lisää|(?:załaduj|pokaż|zobacz) więcej|(?:načíst|zobrazit) další.{0,20}" +
      "|(?:показать|загрузить) (?:ещё|еще|больше).{0,20}|(?:ещё|еще) новости|показати (?:ще|більше).{0,20}" +
      "|daha fazla.{0,20}|(?:muat|lihat|tampilkan) (?:lebih|lainnya).{0,20}|もっと(?:見る|読む)|さらに(?:表示|読み込む)" +
      "|(?:加载|載入|查看|显示)更多.{0,6}|더 ?보기|और (?:देखें|पढ़ें|लोड करें)|(?:عرض|تحميل|المزيد) ?(?:المزيد|من الأخبار)?" +
      "|(?:tải|xem) thêm)\\W*$",
    "iu",
  );

  let rejected = false;
  if (wish.reject) {
    const button = all(REJECT.join(","))[0];
    if (button) {
      button.click();
      rejected = true;
    }
  }

  const isMore = (element) => {
    const label = text(element) || element.getAttribute("aria-label") || "";
    if (label.length > 60 || element.disabled || element.closest("nav, header, footer, form")) return false;
    if (element.hasAttribute("aria-haspopup") || element.hasAttribute("aria-expanded")) return false;
    const target = element.getAttribute("href");
    // a real address is a further page, which is followed as one
    if (target && !/^(#|javascript:)/i.test(target) && element.getAttribute("role") !== "button") return false;
    return MORE.test(label) || /(^|[-_ ])load-?_?more/i.test(element.className + " " + element.id);
  };
  let asked = null;
  if (wish.more) {
    const button = all("button, a, [role=button]").find(isMore);
    if (button) {
      button.scrollIntoView();
      button.click();
      asked = "button";
    } else {
      window.scrollTo(0, document.documentElement.scrollHeight);
      for (const box of all("main, [role=feed], [class*=scroll], [class*=feed], [class*=list]").slice(0, 50)) {
        if (box.scrollHeight > box.clientHeight + 50) box.scrollTop = box.scrollHeight;
      }
      asked = "scrolling";
    }
  }

  if (wish.flatten) {
    for (const tree of trees.slice(1)) {
      const shown = document.createElement("div");
      shown.innerHTML = tree.innerHTML;
      tree.host.append(shown);
    }
  }

  const targets = new Set();
  for (const anchor of all("a[href]")) {
    if (/^https?:/.test(anchor.protocol) && text(anchor).length >= 15) targets.add(anchor.href.split("#")[0]);
  }
  let letters = 0;
  for (const paragraph of all("p, article div, main div")) {
    const own = paragraph.tagName === "P" ? text(paragraph) : [...paragraph.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join(" ");
    if (own.length >= 40) letters += own.length;
  }
  return { links: targets.size, letters, rejected, asked, size: document.getElementsByTagName("*").length, ready: document.readyState };
}
