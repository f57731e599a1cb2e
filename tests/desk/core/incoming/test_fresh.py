"""What is new in a letter: what is quoted goes where that is sure, and stays where it is not."""

from __future__ import annotations

import pytest

from portulan.desk.core.incoming.fresh import fresh_text

ABOVE = [
    "On Mon, Nov 23, 2026 at 9:40 AM Desk <desk@desk.example> wrote:",
    "On Mon, Nov 23, 2026 at 9:40 AM Desk <\ndesk@desk.example> wrote:",
    "Le lun. 23 nov. 2026 à 09:40, Desk <desk@desk.example> a écrit :",
    "Le 23/11/2026 à 09:40, Desk a écrit\xa0:",
    "Am Mo., 23. Nov. 2026 um 09:40 Uhr schrieb Desk <desk@desk.example>:",
    "El lun, 23 nov 2026 a las 9:40, Desk (<desk@desk.example>) escribió:",
    "Il giorno lun 23 nov 2026 alle ore 09:40 Desk <desk@desk.example> ha scritto:",
    "Em seg., 23 de nov. de 2026 às 09:40, Desk <desk@desk.example> escreveu:",
    "Op ma 23 nov 2026 om 09:40 schreef Desk <desk@desk.example>:",
    "Den mån 23 nov. 2026 kl 09:40 skrev Desk <desk@desk.example>:",
    "W dniu 23.11.2026 o 09:40, Desk pisze:",
    "пн, 23 нояб. 2026 г. в 09:40, Desk <desk@desk.example>:",
    "2026年11月23日(月) 9:40 Desk <desk@desk.example>:",
    "Desk <desk@desk.example> 于2026年11月23日周一 09:40写道：",
    "2026년 11월 23일 (월) 오전 9:40, Desk <desk@desk.example>님이 작성:",
    "في الاثنين، 23 نوفمبر 2026 في 9:40 ص كتب Desk <desk@desk.example>:",
]
BLOCKS = [
    "From: Desk <desk@desk.example>\nSent: Monday, November 23, 2026 9:40 AM\nTo: me\nSubject: Q\n",
    "De : Desk <desk@desk.example>\nEnvoyé : lundi 23 novembre 2026 09:40\nÀ : moi\nObjet : Q\n",
    "*De:* Desk <desk@desk.example>\n*Envoyé:* lundi 23 novembre 2026 09:40\n*À:* moi\n*Objet:* Q\n",
    "________________________________\nDe: Desk\nEnviado: lunes, 23 de noviembre de 2026\nPara: yo\nAsunto: Q\n",
    "Von: Desk\nGesendet: Montag, 23. November 2026 09:40\nAn: mich\nBetreff: Q\n",
    "-----Message d’origine-----\nDe : Desk\nEnvoyé : lundi\n",
    "-----Original Message-----\nFrom: Desk\nSent: Monday\n",
    "发件人: Desk\n发送时间: 2026年11月23日\n收件人: 我\n主题: Q\n",
]


@pytest.mark.parametrize("above", ABOVE)
def test_a_quotation_goes_with_the_line_above_it(above: str) -> None:
    assert fresh_text(f"Yes.\n\n{above}\n> Do you?\n>\n> Desk\n") == "Yes."
    assert fresh_text(f"{above}\n\n> Do you?\n\nYes, below.") == "Yes, below."


@pytest.mark.parametrize("above", [line for line in ABOVE if not line.endswith("example>:")])
def test_what_no_sign_marks_goes_to_the_end(above: str) -> None:
    assert fresh_text(f"Yes.\n\n{above}\n\nDo you?\n\nDesk") == "Yes."


@pytest.mark.parametrize("block", BLOCKS)
def test_what_stands_below_a_block_of_headers_goes(block: str) -> None:
    assert fresh_text(f"Oui.\n\n{block}\nDo you?\n") == "Oui."


@pytest.mark.parametrize(
    "text",
    [
        "The director said on the phone, and he wrote:\n\nWe buy it.",
        "Le directeur nous a écrit :\n\nNous achetons.",
        "Notre adresse :\nFrom: Paris\nwith love",
        "> 5000 euros is what we can pay.",
        "A list:\n-- one\n-- two",
        "De : Paris\nà Lyon",
        "Price:\n- 5 €\n--- and more",
        "----------\nA frame, not a foot\n----------",
        "I was sent from my company to Osaka.",
        "Am 23. November kommen wir:\nzwei Personen",
    ],
)
def test_where_it_is_not_sure_all_is_kept(text: str) -> None:
    assert fresh_text(text) == text


@pytest.mark.parametrize("above", ABOVE[:3])
def test_where_nothing_else_would_be_left_all_is_kept(above: str) -> None:
    for text in (f"{above}\n> Do you?", f"{above}\n\nDo you?", "> only\n> quoted", "-- \nOnly a signature"):
        assert fresh_text(text, answers=True) == text.replace("-- ", "--")


def test_a_letter_handed_on_is_kept_whole() -> None:
    text = f"For you.\n\n{BLOCKS[0]}\nI look for a distributor."
    for subject in ("Fwd: Japan", "FW: Japan", "TR: Japon", "Tr : Japon", "WG: Japan"):
        assert fresh_text(text, subject) == text
    assert fresh_text(text, "RE: TR: Japon") == "For you."
    assert "distributor" in fresh_text(
        f"For you.\n\nDébut du message réexpédié :\n\n{BLOCKS[1]}\nA distributor?", "Japon"
    )


def test_answers_between_the_lines_are_all_kept() -> None:
    text = "Le 23/11/2026 à 09:40, Desk a écrit :\n> One?\n\nFirst.\n\n> Two?\n> Please.\n\nSecond.\n\n-- \nMe"
    assert fresh_text(text, answers=True) == "First.\n\nSecond."


@pytest.mark.parametrize(
    "end",
    [
        "-- \nAna Ejemplo\nEstudio\n+34 1",
        "--\nAna\nEstudio",
        "Sent from my iPhone",
        "Envoyé de mon iPhone",
        "Envoyé depuis mon téléphone Android",
        "Télécharger Outlook pour iOS <https://aka.example/x>",
        "_______________________________________________\nExport mailing list\nhttps://lists.example/export",
        "-- \nAna\n_______________________________________________\nExport@lists.example",
        "iPhoneから送信",
    ],
)
def test_signatures_go(end: str) -> None:
    assert fresh_text(f"Yes.\n\n{end}\n") == "Yes."


def test_a_long_text_below_two_dashes_is_no_signature() -> None:
    text = "Chapter one\n--\n" + "\n".join(f"line {n}" for n in range(40))
    assert fresh_text(text) == text
