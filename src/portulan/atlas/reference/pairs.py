"""What stands between two countries: distance, common border, common language, colonial tie, for every ordered pair.

All from tables that the atlas ships: capitals (``countries.csv``), languages (``languages.csv``), colonial ties
(``colonial_ties.csv``) and borders (``contiguity.csv``, read from the boundary file). The same columns serve the fit
of the gravity model and its predictions. CEPII's GeoDist is the yardstick they are tested against, not their source.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portulan.atlas.errors import BadInputError
from portulan.atlas.reference.countries import countries, country
from portulan.atlas.reference.languages import LanguageShare, languages_of

HERE = Path(__file__).parent
EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG

# Varieties counted as one language, as the macrolanguages of ISO 639-3 do: who reads one reads the others, or nearly.
MACROLANGUAGES: dict[str, str] = {
    **dict.fromkeys(("bs", "cnr", "hr", "sr", "sh"), "sh"),  # hbs
    **dict.fromkeys(("nb", "nn", "no"), "no"),  # nor
    **dict.fromkeys(("id", "ms", "zsm", "zlm"), "ms"),  # msa
    **dict.fromkeys(("cjy", "gan", "hak", "hsn", "nan", "wuu", "yue", "zh"), "zh"),  # zho
    **dict.fromkeys(("fa", "prs"), "fa"),  # fas
    **dict.fromkeys(("aln", "sq"), "sq"),  # sqi
    **dict.fromkeys(("aeb", "acm", "acq", "ajp", "apc", "apd", "ar", "arq", "ars", "ary", "arz", "ayl"), "ar"),  # ara
    "fil": "tl",  # not a macrolanguage: Filipino is the standard of Tagalog
    "gsw": "de",  # not a macrolanguage: speakers of Swiss German read and write German
}


def great_circle_km(
    lat_a: NDArray[np.float64], lon_a: NDArray[np.float64], lat_b: NDArray[np.float64], lon_b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the great-circle distance in km between points in degrees (haversine, on a sphere; broadcasts).

    The sphere is off by at most 0.6 % against the ellipsoid.
    """
    phi_a, phi_b = np.radians(lat_a), np.radians(lat_b)
    half_lat, half_lon = (phi_b - phi_a) / 2, np.radians(lon_b - lon_a) / 2
    chord = np.sin(half_lat) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0.0, 1.0))), dtype=np.float64)


def _table(path: Path, wanted: tuple[str, ...]) -> list[dict[str, str]]:
    if not path.is_file():
        raise BadInputError("the table is not there", todo="restore it from the repository", file=path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in wanted if name not in (rows.fieldnames or ())]
        if missing:
            raise BadInputError(
                f"column {missing[0]} is missing", todo="restore the table from the repository", file=path, line=1
            )
        return list(rows)


def contiguity(path: Path = HERE / "contiguity.csv") -> frozenset[tuple[str, str]]:
    """Return the pairs of neighbours (ISO3), both ways round; raise `BadInputError` where the table is not there."""
    pairs = [(country(row["a"]).iso3, country(row["b"]).iso3) for row in _table(path, ("a", "b"))]
    return frozenset(pairs) | {(b, a) for a, b in pairs}


def colonial_ties(path: Path = HERE / "colonial_ties.csv") -> frozenset[tuple[str, str]]:
    """Return the pairs (ISO3) tied by a colonial past or a present dependency, both ways round.

    Counted: colony, protectorate, mandate or trusteeship, part of an empire or union ruled from the other capital,
    still so after 1700, or a territory today. Not counted: occupation in war, secession from a common State.
    """
    rows = _table(path, ("coloniser", "colony"))
    pairs = [(country(row["coloniser"]).iso3, country(row["colony"]).iso3) for row in rows]
    return frozenset(pairs) | {(b, a) for a, b in pairs}


def _matrix(codes: Sequence[str], pairs: Collection[tuple[str, str]]) -> NDArray[np.float64]:
    """1 where the pair is tied, whichever way it is written, else 0."""
    at = {code: index for index, code in enumerate(codes)}
    matrix = np.zeros((len(codes), len(codes)))
    for a, b in pairs:
        if a in at and b in at:
            matrix[at[a], at[b]] = matrix[at[b], at[a]] = 1.0
    return matrix


def spoken(shares: Sequence[LanguageShare]) -> dict[str, float]:
    """Return the share of residents (0 to 1) by language, varieties of one language added up, 1 at most."""
    found: dict[str, float] = {}
    for share in shares:
        language = MACROLANGUAGES.get(share.language, share.language)
        found[language] = min(1.0, found.get(language, 0.0) + share.percent / 100)
    return found


def _languages(codes: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of residents and official status, country x language."""
    shares = [languages_of(code) for code in codes]
    speakers = [spoken(each) for each in shares]
    columns = {language: at for at, language in enumerate(sorted({name for each in speakers for name in each}))}
    share = np.zeros((len(codes), len(columns)))
    official = np.zeros_like(share)
    for row, (each, rates) in enumerate(zip(shares, speakers, strict=True)):
        for language, rate in rates.items():
            share[row, columns[language]] = rate
        for one in each:
            if one.official:
                official[row, columns[MACROLANGUAGES.get(one.language, one.language)]] = 1.0
    return share, official


def _common_language(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 - prod over languages of (1 - p_il p_jl), for every pair at once.

    Languages of one country only cannot be common to two and are left out.
    """
    share = share[:, (share > 0).sum(axis=0) > 1]
    apart = np.ones((len(share), len(share)))
    for rates in share.T:
        speaking = np.flatnonzero(rates)
        apart[np.ix_(speaking, speaking)] *= 1 - np.outer(rates[speaking], rates[speaking])
    return 1 - apart


def pair_covariates(
    codes: Sequence[str] | None = None,
    *,
    contiguous: Collection[tuple[str, str]] | None = None,
    colonial: Collection[tuple[str, str]] | None = None,
) -> Mapping[str, NDArray[Any]]:
    """Return one row for every ordered pair of countries i != j, as columns of one length, sorted by (i, j).

    ``exporter``, ``market``: ISO3. ``distance_km``: great circle between our capital points; NaN where one of the two
    has none (Antarctica, US outlying islands, former countries). ``contiguous``: 1 where they share a land border.
    ``common_language``: 0 to 1, the probability that a resident of one and a resident of the other, drawn at random,
    share a language, if speaking one language tells nothing about speaking another:
    1 - prod_l (1 - p_il p_jl), p from CLDR, close varieties counted as one (`MACROLANGUAGES`); NaN where CLDR knows no
    language of one of the two. In the spirit of the common spoken language of Melitz and Toubal (2014, "Native
    language, spoken language, translation and trade", Journal of International Economics 93).
    ``common_official_language``: 1 where one language is official, by law or in fact, in the whole of both; NaN as
    above. ``colonial_tie``: 1 or 0, see `colonial_ties`.

    ``codes`` restricts to these countries (ISO3; `UnknownCodeError` where unknown), all of today by default;
    ``contiguous`` and ``colonial`` replace the tables by given pairs, whichever way round.
    """
    chosen = [each.iso3 for each in countries()] if codes is None else sorted({country(code).iso3 for code in codes})
    points = [country(code) for code in chosen]
    latitude = np.array([np.nan if p.latitude is None else p.latitude for p in points], dtype=np.float64)
    longitude = np.array([np.nan if p.longitude is None else p.longitude for p in points], dtype=np.float64)
    share, official = _languages(chosen)
    unknown = share.sum(axis=1) == 0
    blank = np.where(unknown[:, None] | unknown[None, :], np.nan, 0.0)
    matrices = {
        "distance_km": great_circle_km(latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :]),
        "contiguous": _matrix(chosen, contiguity() if contiguous is None else contiguous),
        "common_language": _common_language(share) + blank,
        "common_official_language": (official @ official.T > 0) + blank,
        "colonial_tie": _matrix(chosen, colonial_ties() if colonial is None else colonial),
    }
    names = np.array(chosen, dtype=object)
    i, j = np.nonzero(~np.eye(len(chosen), dtype=bool))
    return {"exporter": names[i], "market": names[j], **{name: matrix[i, j] for name, matrix in matrices.items()}}
