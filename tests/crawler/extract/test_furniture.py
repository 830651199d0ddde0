"""Lines between paragraphs, by their wording."""

import pytest

from crawler.extract.furniture import heads_comments, is_credit, is_furniture, is_legal, signs_of, signs_of_all

FURNITURE = [
    "Sign up for our newsletter and get the news every morning.", "Read more: Council weighs a second bridge", "Follow us on Facebook", "© 2024 The Paper",
    "Photo: Jane Doe", "Comments0", "300", "Advertisement", "Jane Doe is a reporter who covers the town hall.", "Reporting by Jane Doe; Editing by John Roe",
    "Lesen Sie auch: Freibad bleibt geöffnet", "Mehr zum Thema", "Abonnieren Sie unseren kostenlosen Newsletter.", "Lire aussi : La gare sera rénovée",
    "Inscrivez-vous à notre newsletter.", "Lea también: El mercado reabre", "Suscríbete a nuestro boletín", "Leia também: A feira volta", "Leggi anche: La festa",
    "Читайте также: В городе начался ремонт", "Подписывайтесь на наш канал в Telegram.", "Ayrıca okuyun: Okulda su baskını", "اقرأ أيضا: أسعار الوقود ترتفع",
    "यह भी पढ़ें: शहर में बसों का किराया", "関連記事：駅前の再開発", "相关阅读：公交票价", "관련 기사: 버스 요금", "Czytaj też: Zajezdnia", "You May Also Like", "Share it on...",
    "Estimated reading time: 3 minutes", "4 min read", "Tempo de leitura: 1 minuto", "Temps de lecture : 2 min", "Lesezeit: 3 Minuten", "Sharing is caring!",
    "Read the original article on Harbour News.", "This article is more than 3 months old", "Hat Ihnen dieser Artikel gefallen? Dann erzählen Sie davon.",
    "Il vous reste 57.09% de cet article à lire. La suite est réservée aux abonnés.",
]  # fmt: skip
TEXT = [
    "The council said it would read the report again before the vote.", "“Follow the money,” she said.", "More than 300 people came.", "In 2024 the bridge was opened.",
    "She subscribed to the idea at once.", "Mehr als dreihundert Menschen kamen.", "Leggere il giornale costa due euro.", "Der Brief ist zwei Seiten lang.",
    "Reading time and again of the flood, she moved.", "Il vous reste à voir le port, dit-elle.", "Lesezeit ist in der Bücherei an jedem Freitag um vier, und alle kommen.",
]  # fmt: skip


@pytest.mark.parametrize("line", FURNITURE)
def test_is_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize("line", TEXT)
def test_is_text(line: str) -> None:
    assert not is_furniture(line)


def test_the_signs_of_a_page_are_those_of_each_line_alone() -> None:
    lines = [*FURNITURE, *TEXT, "", "x" * 400]
    assert signs_of_all(lines) == [signs_of(line) for line in lines]


def test_no_lines_have_no_signs() -> None:
    assert signs_of_all([]) == []


def test_a_sign_stays_with_its_line_where_letters_grow_in_lower_case() -> None:
    lines = ["İ" * 40, "Sign up for our newsletter now.", "İ" * 40]
    assert [any(signs) for signs in signs_of_all(lines)] == [False, True, False]


LEGAL = [
    "When you visit our website, we store cookies on your browser to collect information.",
    "If you are a California consumer, you have the right, at any time, to direct a business not to sell your data.",
    "Use of and/or registration on any portion of this site constitutes acceptance of our User Agreement.",
    "Mit der Nutzung stimmen Sie zu, dass Cookies nach der Datenschutzerklärung gesetzt werden.",
    "© 2024 The Paper. Все права защищены.",
    "This document is subject to copyright. No part of it may be reproduced without the written permission.",
]


@pytest.mark.parametrize("line", LEGAL)
def test_is_what_the_law_makes_sites_say(line: str) -> None:
    assert is_legal(line)


@pytest.mark.parametrize("line", [*TEXT, "She baked cookies for the whole street.", "The right to privacy is old."])
def test_is_not_what_the_law_makes_sites_say(line: str) -> None:
    assert not is_legal(line)


CREDITS = [
    "Ida Moe in Bergen contributed to this report.", "Moe and Lie reported from Oslo.", "Lie reported from New York.", "– additional reporting by Jon Lie",
    "Contributing: The Harbour News", "Associated Press writer Ida Moe in Bergen contributed.",
]  # fmt: skip
NO_CREDITS = [
    "The storm contributed to the damage, the mayor said.", "She contributed.", "The paper reported from the start that he was ill.",
    "This report, to which many contributed, is long.", "She reported from Kyiv for years.", "He contributed, as staff of the mill.",
]  # fmt: skip


@pytest.mark.parametrize("line", CREDITS)
def test_tells_who_worked_on_the_text(line: str) -> None:
    assert is_credit(line)


@pytest.mark.parametrize("line", [*NO_CREDITS, CREDITS[0] + " x" * 200])
def test_tells_of_something_else(line: str) -> None:
    assert not is_credit(line)


HEADS = [
    "Comments", "Comment", "Comments (12)", "[ 167 comments ]", "Top Rated Comments", "Leave a comment", "12 Kommentare", "Alle Kommentare", "Leserkommentare", "Commentaires (3)",
    "Deja un comentario", "Commenti", "Комментарии: 7", "Yorumlar", "コメント", "评论", "댓글 5", "التعليقات",
]  # fmt: skip
NO_HEADS = [
    "Comments by the minister angered the unions.", "She had no comment.", "Comment: why the bridge must wait", "The best of all comments", "", "12",
    "He declined to add a comment", "Kommentar der anderen Zeitungen", "x" * 100,
]  # fmt: skip


@pytest.mark.parametrize("line", HEADS)
def test_stands_above_comments(line: str) -> None:
    assert heads_comments(line)


@pytest.mark.parametrize("line", NO_HEADS)
def test_does_not_stand_above_comments(line: str) -> None:
    assert not heads_comments(line)
