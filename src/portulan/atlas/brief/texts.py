"""What a brief says of figures: frame, warnings, answers and headings, English and French side by side."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, tuple[str, str]] = {
    # -- frame
    "brief": ("Market brief", "Fiche marché"),
    "release": ("Release {id}", "Édition {id}"),
    "page": ("Page", "Page"),
    "of": ("of", "sur"),
    "seen from": ("Exporter: {name}", "Exportateur : {name}"),
    "all sectors": ("Every sector", "Tous les secteurs"),
    "all markets": ("Every market", "Tous les marchés"),
    "goods": ("goods", "biens"),
    "services": ("services", "services"),
    "description": (
        "Market brief made from an open atlas of the cultural and creative industries. Every figure comes "
        "with its papers.",
        "Fiche marché tirée d’un atlas ouvert des industries culturelles et créatives. Chaque chiffre "
        "vient avec ses papiers.",
    ),
    # -- fitness
    "fit measures the sector": ("These figures measure the sector.", "Ces chiffres mesurent le secteur."),
    "fit partial": (
        "These figures show only part of the sector.",
        "Ces chiffres ne montrent qu’une partie du secteur.",
    ),
    "fit not a measure": (
        "These figures do not measure the sector: do not read a market’s promise into them.",
        "Ces chiffres ne mesurent pas le secteur : n’y lisez pas la promesse d’un marché.",
    ),
    "fit short measures the sector": ("yes", "oui"),
    "fit short partial": ("in part", "en partie"),
    "fit short not a measure": ("no", "non"),
    "orientation": (
        "What follows is an orientation, not a potential: who lives there, with what means, and who knows the place.",
        "Ce qui suit est une orientation, non un potentiel : qui vit là, avec quels moyens, et qui connaît la place.",
    ),
    # -- answers
    "sold": ("{exporter} sold {value} here in {year}", "{exporter} : {value} vendus ici en {year}"),
    "sold estimated": (
        "{exporter} sold about {value} here in {year}, by estimate",
        "{exporter} : environ {value} vendus ici en {year}, selon l’estimation",
    ),
    "interval": (" (90% interval: {between})", " (intervalle à 90 % : {between})"),
    "of imports": (
        ", {share} of the {world} this market imported in this sector.",
        ", soit {share} des {world} que ce marché importe dans ce secteur.",
    ),
    "sold unknown": (
        "What {exporter} sold here in {year} is not known: {reason}.",
        "{exporter}, ventes ici en {year} : inconnues ({reason}).",
    ),
    "potential is": (
        "Export potential is put at {value}{interval}",
        "Le potentiel d’exportation est évalué à {value}{interval}",
    ),
    "potential ranked": (
        ", {ordinal} of {total} markets",
        ", {ordinal} sur {total} marchés",
    ),
    "potential ranked (one)": (", the only market ranked", ", seul marché classé"),
    "rank between": (
        " (between rank {low} and rank {high}, nine times in ten)",
        " (du rang {low} au rang {high}, neuf fois sur dix)",
    ),
    "rank certain": (" (the same rank nine times in ten)", " (le même rang neuf fois sur dix)"),
    "potential unranked": (
        ", without a rank: it rests on an estimate, the others on what was reported.",
        ", sans rang : il repose sur une estimation, les autres sur du déclaré.",
    ),
    "potential same": (
        "Where nothing is reported, what the model expects is all there is to say of the potential: "
        "{ordinal} of {total} markets.",
        "Faute de déclaration, ce que le modèle attend est tout ce qu’on peut dire du potentiel : "
        "{ordinal} sur {total} marchés.",
    ),
    "potential same (one)": (
        "Where nothing is reported, what the model expects is all there is to say of the potential, here in the only "
        "market ranked.",
        "Faute de déclaration, ce que le modèle attend est tout ce qu’on peut dire du potentiel, ici dans le seul "
        "marché classé.",
    ),
    "potential unknown": (
        "Its export potential is not known: {reason}.",
        "Potentiel d’exportation inconnu : {reason}.",
    ),
    # -- headings
    "where it stands": ("Where this market stands", "La place de ce marché"),
    "who sells": ("Who sells there", "Qui y vend"),
    "what is left": ("What is sold, what could be", "Ce qui est vendu, ce qui pourrait l’être"),
    "market": ("The market around it", "Autour de ce marché"),
    "behind": ("What stands behind these figures", "Ce qui est derrière ces chiffres"),
    "notes": ("What is known on the spot", "Ce que l’on sait sur place"),
    "papers": ("The papers of these figures", "Les papiers de ces chiffres"),
    "sources": ("Sources and licences", "Sources et licences"),
    "method": ("The method in four sentences", "La méthode en quatre phrases"),
    "back": ("Read it on the page", "Lire sur la page"),
    "sectors": ("Sector by sector", "Secteur par secteur"),
    "top markets": ("The first markets", "Les premiers marchés"),
    "left by market": ("Where most is left to sell", "Où il reste le plus à vendre"),
    "movers": ("What moves", "Ce qui bouge"),
    "recorded": ("What is recorded, for what it is worth", "Ce qui est enregistré, pour ce que cela vaut"),
    "nothing recorded": ("Nothing is known: {reason}.", "Rien n’est connu : {reason}."),
    "scan place": (
        "By context alone ({weights}), this market comes {ordinal} of {total}",
        "Par le seul contexte ({weights}), ce marché vient {ordinal} sur {total}",
    ),
    "scan span": (
        ", between rank {low} and rank {high} under other weights",
        ", du rang {low} au rang {high} sous d’autres poids",
    ),
    "scan apart": (
        "Too little is known of this market to place it by context ({weights}).",
        "On en sait trop peu de ce marché pour le situer par son contexte ({weights}).",
    ),
    "orientation heading": ("Orientation", "Orientation"),
    "by services": ("What services say", "Ce que disent les services"),
    "nth supplier": ("{ordinal} supplier", "{ordinal} fournisseur"),
    "place": ("{ordinal} of {total} markets", "{ordinal} sur {total} marchés"),
    "place (one)": ("the only market ranked", "seul marché classé"),
    "left title": ("Sold, potential and left to sell, {year}", "Vendu, potentiel et reste à vendre, {year}"),
    "left unknown": ("What is left to sell is not known: {reason}.", "Ce qui reste à vendre est inconnu : {reason}."),
    "realised": (
        "{share} of the potential is realised; what is left is counted product by product, so a surplus "
        "in one does not hide a gap in another.",
        "{share} du potentiel est réalisé ; ce qui reste est compté produit par produit : un excédent sur "
        "l’un ne cache pas un manque sur l’autre.",
    ),
    "realised unclear": (
        "Sales stand at {share} of the potential: no clear difference, for the 90% interval of the potential holds "
        "today’s sales. What is left is counted product by product.",
        "Les ventes sont à {share} du potentiel : pas de différence claire, car l’intervalle à 90 % du potentiel "
        "contient les ventes d’aujourd’hui. Ce qui reste est compté produit par produit.",
    ),
    "realised above": (
        "Sales stand at {share} of the potential: the exporter already sells more than the method "
        "expects. What is left is counted product by product.",
        "Les ventes sont à {share} du potentiel : l’exportateur vend déjà plus que la méthode n’attend. "
        "Ce qui reste est compté produit par produit.",
    ),
    "fit market title": (
        "These figures show only part of the sectors.",
        "Ces chiffres ne montrent qu’une partie des secteurs.",
    ),
    "fit market": (
        "Only what crosses borders under a code of its own; what each sector’s figures are good for is said below.",
        "Seulement ce qui passe la frontière sous un code à soi ; ce que valent les chiffres de chaque "
        "secteur est dit plus bas.",
    ),
    "market sold": (
        "{exporter} sold {value} of cultural and creative products here in {year}, of {world} imported "
        "from everywhere.",
        "{exporter} : {value} de produits culturels et créatifs vendus ici en {year}, sur {world} importés de partout.",
    ),
    "market sold estimated": (
        "{exporter} sold about {value} of cultural and creative products here in {year}, by estimate, of "
        "{world} imported from everywhere.",
        "{exporter} : environ {value} de produits culturels et créatifs vendus ici en {year}, selon "
        "l’estimation, sur {world} importés de partout.",
    ),
    "market unknown": (
        "What this market buys in all is not known: {reason}.",
        "Ce que ce marché achète en tout est inconnu : {reason}.",
    ),
    "best": (
        "Among the sectors that these figures measure, at least in part, it ranks best in: {names}.",
        "Parmi les secteurs que ces chiffres mesurent, au moins en partie, ses meilleurs rangs : {names}.",
    ),
    "best one": ("{sector} ({rank} of {total}{span})", "{sector} ({rank} sur {total}{span})"),
    "rank of": ("{rank}\u00a0of\u00a0{total}", "{rank}\u00a0sur\u00a0{total}"),
    "potential column": ("Export potential", "Potentiel d’exportation"),
    "no measure": ("no measure", "non mesuré"),
    "sectors title": (
        "Sold by {exporter}, sector by sector, {year}",
        "Ventes par secteur, exportateur : {exporter}, {year}",
    ),
    "own": ("The exporter in this sector", "L’exportateur dans ce secteur"),
    "sector unknown": (
        "No market can be ranked in this sector: {reason}.",
        "Aucun marché ne peut être classé dans ce secteur : {reason}.",
    ),
    "sector first": (
        "{indicator}, {year}: first of {total} markets come {names}.",
        "{indicator}, {year} : en tête de {total} marchés, {names}.",
    ),
    "sector first (one)": (
        "{indicator}, {year}: the only market ranked is {names}.",
        "{indicator}, {year} : le seul marché classé est {names}.",
    ),
    "not ranked": (
        "Not ranked, their imports are not in the source: {names}.",
        "Non classés, leurs importations ne sont pas dans la source : {names}.",
    ),
    "sector no doubt": (
        "Read the order as approximate.",
        "Lisez l’ordre comme approximatif.",
    ),
    "sector sure": (
        "Markets that are in the first ten nine times in ten: {count}.",
        "Marchés qui sont dans les dix premiers neuf fois sur dix : {count}.",
    ),
    "first rank": ("; rank {span}", " ; rang {span}"),
    "from to": ("{low} to {high}", "{low} à {high}"),
    "movers unknown": ("What moves is not known: {reason}.", "Ce qui bouge est inconnu : {reason}."),
    "movers note": (
        "Among the quarter of markets that import most, those whose imports grow fastest.",
        "Dans le quart des marchés qui importent le plus, ceux dont les importations croissent le plus vite.",
    ),
    "sector orientation": (
        "No market is ranked here by trade. What is recorded is printed for what it is worth, by name and not by size.",
        "Aucun marché n’est classé ici d’après les échanges. Ce qui est enregistré est donné pour ce "
        "que cela vaut, par nom et non par taille.",
    ),
    "groups": ("Where to look instead", "Où regarder à la place"),
    "groups text": (
        "Codes that several sectors share measure these together, at least in part: {names}.",
        "Des codes que plusieurs secteurs partagent les mesurent ensemble, au moins en partie : {names}.",
    ),
    "recorded text": (
        "The markets where most is recorded, in alphabetical order.",
        "Les marchés où l’on enregistre le plus, par ordre alphabétique.",
    ),
}
