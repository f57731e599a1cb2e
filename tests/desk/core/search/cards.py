"""Cards written by hand: what a desk answers, in French and in English."""

from __future__ import annotations

from portulan.desk.core.search import Document, find, put

CARD = "card"


def card(key: str, title: str, text: str, language: str = "fr", **more: object) -> Document:
    return Document(CARD, key, language, title, text, **more)  # type: ignore[arg-type]


CARDS = (
    card(
        "edition-japon",
        "Trouver un éditeur au Japon",
        "Les maisons d’édition japonaises achètent surtout à Francfort. Écrivez à l’agent avant le salon.",
        market="JPN",
        sector="book",
        topic="partners",
    ),
    card(
        "editions-bilingues",
        "Publier des éditions bilingues",
        "Deux textes en regard : le contrat prévoit qui paie la traduction.",
        sector="book",
    ),
    card(
        "oeuvre",
        "Sortie temporaire d’une œuvre d’art",
        "Une œuvre de plus de cinquante ans demande un certificat. La douane le vérifie, cœur de la procédure.",
        sector="visual_arts",
        topic="customs",
    ),
    card(
        "jeux",
        "Localiser un jeu vidéo",
        "Les jeux vidéo vendus en Corée passent devant une commission de classification.",
        market="KOR",
        sector="games",
    ),
    card(
        "droits",
        "Droits d’auteur et retenue à la source",
        "Les redevances versées à un auteur étranger supportent une retenue, sauf convention fiscale.",
        topic="tax",
    ),
    card(
        "ecole",
        "Intervenir dans une École d’art",
        "Pour une école publique, l’invitation vaut contrat ; une coproduction est possible.",
        sector="visual_arts",
    ),
    card(
        "publishers",
        "Finding publishers in Japan",
        "Most publishers buy translation rights through an agent. Write before the book fair.",
        "en",
        market="JPN",
        sector="book",
        topic="partners",
    ),
    card(
        "touring",
        "Touring musicians and visas",
        "A musician needs an artist visa for paid concerts. The company that invites them applies for it.",
        "en",
        sector="music",
        topic="visas",
    ),
)


def put_cards() -> None:
    for one in CARDS:
        put(one)


def found(query: str, **more: object) -> list[str]:
    """Return the keys of the cards that answer."""
    return [hit.key for hit in find(query, kinds=[CARD], **more)]  # type: ignore[arg-type]
