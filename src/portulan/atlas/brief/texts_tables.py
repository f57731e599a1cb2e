"""What stands in and around the tables of a brief, and its papers, English and French side by side."""

from __future__ import annotations

from collections.abc import Mapping

TABLED: Mapping[str, tuple[str, str]] = {
    # -- tables
    "rank": ("Rank", "Rang"),
    "rank interval": ("Rank, 90% interval", "Rang, intervalle à 90 %"),
    "country": ("Country", "Pays"),
    "sold there": ("Sold there", "Ventes"),
    "market column": ("Market", "Marché"),
    "sector column": ("Sector", "Secteur"),
    "first supplier": ("First supplier", "Premier fournisseur"),
    "code": ("Code", "Code"),
    "label": ("What it covers", "Ce qu’il couvre"),
    "role": ("Role", "Rôle"),
    "figure": ("Figure", "Chiffre"),
    "value": ("Value", "Valeur"),
    "year": ("Year", "Année"),
    "status": ("Status", "Statut"),
    "source": ("Source", "Source"),
    "interval column": ("90% interval", "Intervalle à 90 %"),
    "not known": ("not known", "inconnu"),
    "not known reason": ("not known: {reason}", "inconnu : {reason}"),
    "other weights": ("Rank under other weights", "Rang sous d’autres poids"),
    "scan note": (
        "Weights: {weights}. {total} markets; the last column says how far the rank moves when the weights do.",
        "Poids : {weights}. {total} marchés ; la dernière colonne dit de combien le rang bouge avec les poids.",
    ),
    "scan note (one)": ("Weights: {weights}. One market.", "Poids : {weights}. Un seul marché."),
    "none": ("none", "aucun"),
    # -- captions
    "map caption": (
        "{indicator}, {year}. The ring is on {market}.",
        "{indicator}, {year}. Le cercle est sur : {market}.",
    ),
    "map caption sector": ("{indicator}, {year}.", "{indicator}, {year}."),
    "hhi": (
        "Concentration of suppliers (Herfindahl index, 0 to 1): {value}.",
        "Concentration des fournisseurs (indice de Herfindahl, de 0 à 1) : {value}.",
    ),
    "suppliers count": ("{count} countries sell there.", "{count} pays y vendent."),
    "suppliers count (one)": ("{count} country sells there.", "{count} pays y vend."),
    "no suppliers": (
        "Who else sells there is not known: {reason}.",
        "Les autres fournisseurs sont inconnus : {reason}.",
    ),
    "quiet sectors": (
        "No potential is shown for the sectors that these figures do not measure: {names}.",
        "Aucun potentiel n’est donné pour les secteurs que ces chiffres ne mesurent pas : {names}.",
    ),
    "no suppliers plain": ("No supplier is recorded.", "Aucun fournisseur n’est enregistré."),
    "gap sectors": ("Not known, {reason}: {names}.", "Inconnu, {reason} : {names}."),
    "in the table": ("see the table", "voir le tableau"),
    "languages": ("Languages", "Langues"),
    "neighbours": ("Neighbours", "Voisins"),
    "capital": ("Capital", "Capitale"),
    "list more": ("{names} and {count} more", "{names} et {count} autres"),
    "lines more": (
        "{count} more codes of this basket are on the page.",
        "{count} autres codes de ce panier sont sur la page.",
    ),
    "lines more (one)": (
        "{count} more code of this basket is on the page.",
        "{count} autre code de ce panier est sur la page.",
    ),
    "lines unknown": ("Figures by code: {reason}.", "Chiffres par code : {reason}."),
    "notes lost": (
        "Signs that the letters of this brief cannot show are replaced by […].",
        "Les signes que les caractères de cette fiche ne peuvent montrer sont remplacés par […].",
    ),
    # -- papers
    "perimeter": ("Perimeter", "Périmètre"),
    "flow": ("Flow", "Flux"),
    "estimated column": ("{indicator}, estimated", "{indicator}, estimation"),
    "unit": ("Unit", "Unité"),
    "unit text": ("current US dollars", "dollars courants des États-Unis"),
    "fitness": ("Do they measure the sector?", "Mesurent-ils le secteur ?"),
    "coverage": ("Coverage", "Couverture"),
    "coverage world": ("world = {present} of {total} importers", "monde = {present} importateurs sur {total}"),
    "coverage fitted": ("fitted on {present} of {total} importers", "ajusté sur {present} importateurs sur {total}"),
    "coverage missing": ("; missing: {names}", " ; manquent : {names}"),
    "coverage guessed": ("; the others are estimated: {names}", " ; les autres sont estimés : {names}"),
    "codes missing": ("; codes missing: {codes}", " ; codes manquants : {codes}"),
    "marks": ("Letters beside figures", "Lettres à côté des chiffres"),
    "marks text": (
        "none: reported; p: partial (a code or an importer of the world total is missing); e: estimated "
        "(nobody reported it); m: modelled (computed from reported figures)",
        "aucune : déclaré ; p : partiel (il manque un code, ou un importateur du total mondial) ; e : "
        "estimé (personne ne l’a déclaré) ; m : modélisé (calculé à partir de chiffres déclarés)",
    ),
    "skill": ("Skill of the estimates", "Qualité des estimations"),
    "doubt": ("Intervals", "Intervalles"),
    "doubt release": (
        "This release draws no interval on ranks.",
        "Cette édition ne tire pas d’intervalle sur les rangs.",
    ),
    "doubt exporter": (
        "This release draws no interval on the ranks of this exporter.",
        "Cette édition ne tire pas d’intervalle sur les rangs de cet exportateur.",
    ),
    "doubt indicator": (
        "No interval on the ranks by this indicator: they are drawn for “{indicator}” only.",
        "Pas d’intervalle sur les rangs selon cet indicateur : ils ne sont tirés que pour « {indicator} ».",
    ),
    "doubt not a measure": (
        "No interval on ranks: these figures do not measure the sector.",
        "Pas d’intervalle sur les rangs : ces chiffres ne mesurent pas le secteur.",
    ),
    "doubt here": (
        "No interval on ranks was drawn here: too little is known.",
        "Aucun intervalle sur les rangs n’a été tiré ici : trop peu est connu.",
    ),
    "doubt some": (
        "90% intervals: nine draws in ten fall between the two bounds. They include the noise of "
        "declarations, not all that could go wrong.",
        "Intervalles à 90 % : neuf tirages sur dix tombent entre les deux bornes. Ils contiennent le "
        "bruit des déclarations, non tout ce qui peut tromper.",
    ),
    "release row": ("Release", "Édition"),
    "kind default": ("estimates shipped with Portulan", "estimations livrées avec Portulan"),
    "kind built": ("built from published data", "construite à partir de données publiées"),
    "licence": ("Licence: {licence}", "Licence : {licence}"),
    "vintage": ("Vintage: {vintage}", "Millésime : {vintage}"),
    "made on": ("Dated {day}", "Datée du {day}"),
    # -- method
    "method trade": (
        "Imports are what the market itself reports buying from abroad, over the product or service codes "
        "assigned to the sector; each code and its role are public.",
        "Les importations sont ce que le marché déclare acheter à l’étranger, sur les codes de produits "
        "ou de services affectés au secteur ; chaque code et son rôle sont publics.",
    ),
    "method trade default": (
        "In this release trade is not read from flows: a gravity model fitted on published data says what "
        "to expect from language, shared history, border and distance.",
        "Dans cette édition, les échanges ne sont pas lus dans les flux : un modèle de gravité ajusté sur "
        "des données publiées dit à quoi s’attendre d’après la langue, l’histoire commune, la frontière "
        "et la distance.",
    ),
    "method potential": (
        "Export potential (after Decreux and Spies) is what the exporter would sell if its share of world "
        "exports met the market’s demand with the ease of trade that the two already have in everything "
        "else.",
        "Le potentiel d’exportation (d’après Decreux et Spies) est ce que l’exportateur vendrait si sa "
        "part des exportations mondiales rencontrait la demande du marché avec la facilité d’échange que "
        "les deux ont déjà en tout le reste.",
    ),
    "method potential gravity": (
        "Export potential is what a gravity model expects the exporter to sell there: in this sector it did better "
        "than the static method on flows that neither had seen.",
        "Le potentiel d’exportation est ce qu’un modèle de gravité attend que l’exportateur y vende : dans ce secteur "
        "il fait mieux que la méthode statique sur des flux qu’aucun n’avait vus.",
    ),
    "method potential default": (
        "Export potential is here what that model expects the exporter to sell there; what is left to sell needs flows "
        "by product, which this release does not hold.",
        "Le potentiel d’exportation est ici ce que ce modèle attend que l’exportateur y vende ; ce qui reste à "
        "vendre demande des flux par produit, que cette édition n’a pas.",
    ),
    "method quiet": (
        "Where the codes do not measure the sector, no potential and no rank is printed.",
        "Là où les codes ne mesurent pas le secteur, aucun potentiel ni aucun rang n’est imprimé.",
    ),
    "method doubt": (
        "A figure that nobody reported is marked as estimated, and a rank comes with its interval where "
        "the release draws one.",
        "Un chiffre que personne n’a déclaré est marqué comme estimé, et un rang vient avec son "
        "intervalle là où l’édition en tire un.",
    ),
    "method missing": (
        "What is missing is said to be missing, with the reason; it is never counted as zero.",
        "Ce qui manque est dit manquant, avec la raison ; ce n’est jamais compté pour zéro.",
    ),
    # -- back
    "back text": (
        "The page holds every market, the codes and rows behind each figure, and what changed since.",
        "La page donne tous les marchés, les codes et les lignes derrière chaque chiffre, et ce qui a changé depuis.",
    ),
    "qr alt": ("Square code that leads to {link}", "Code carré qui mène à {link}"),
}
