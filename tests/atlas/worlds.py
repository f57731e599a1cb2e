"""Small worlds in the shape that BACI is published in, made from a seed, with their truth kept beside."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterable
from pathlib import Path

from portulan.atlas.reference import countries

COUNTRIES = ("FRA", "BEL", "CHE", "USA", "JPN", "CAN", "MAR", "BRA", "TWN", "NOR", "IND", "ITA")
# Books, press, music, a game console, paintings, jewellery, a handbag; then goods that are no culture.
PRODUCTS = (
    "490110",
    "490191",
    "490199",
    "490300",
    "490210",
    "852349",
    "950450",
    "970110",
    "711319",
    "420221",
    "010121",
    "270900",
    "870323",
    "300490",
    "100190",
)

Row = tuple[int, str, str, str, int]
"""year, exporter, market, product, dollars"""


def rows(
    seed: int = 1,
    years: Iterable[int] = (2024,),
    missing_importers: frozenset[str] = frozenset({"USA"}),
    density: float = 0.7,
) -> list[Row]:
    """Return flows in whole dollars; importers in `missing_importers` report nothing."""
    draw = random.Random(seed)
    out: list[Row] = []
    size = {country: draw.lognormvariate(0, 1.2) for country in COUNTRIES}
    for year in years:
        for exporter in COUNTRIES:
            for market in COUNTRIES:
                if exporter == market or market in missing_importers:
                    continue
                for product in PRODUCTS:
                    if draw.random() < density:
                        out.append(
                            (
                                year,
                                exporter,
                                market,
                                product,
                                1 + int(size[exporter] * size[market] * draw.lognormvariate(10, 1.5)),
                            )
                        )
    return out


def csv_text(flows: Iterable[Row], *, header: str = "t,i,j,k,v,q", delimiter: str = ",") -> str:
    """Return one yearly file as published: CEPII numeric countries, thousand dollars with three decimals."""
    code = {c.iso3: c.cepii for c in countries.countries()}
    lines = [header.replace(",", delimiter)]
    for year, exporter, market, product, dollars in flows:
        lines.append(
            delimiter.join(
                [
                    str(year),
                    str(code[exporter]),
                    str(code[market]),
                    product,
                    f"{dollars // 1000}.{dollars % 1000:03d}",
                    "          NA",
                ]
            )
        )
    return "\n".join(lines) + "\n"


def country_table() -> str:
    """Return the published table of countries."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["country_code", "country_name", "country_iso2", "country_iso3"])
    for country in countries.countries():
        if country.iso3 in COUNTRIES:
            writer.writerow(
                [country.cepii, country.name_en, country.iso2, "S19" if country.iso3 == "TWN" else country.iso3]
            )
    return out.getvalue()


def product_table(products: Iterable[str] = PRODUCTS) -> str:
    """Return the published table of products."""
    return "code,description\n" + "".join(f'{product},"Product, {product}"\n' for product in products)


def published_zip(
    folder: Path,
    flows: list[Row],
    *,
    revision: str = "17",
    vintage: str = "202601",
    members: dict[str, str] | None = None,
) -> Path:
    """Write a zip as CEPII publishes it; `members` adds or replaces files of it by name."""
    content = {
        f"BACI_HS{revision}_Y{year}_V{vintage}.csv": csv_text([r for r in flows if r[0] == year])
        for year in sorted({r[0] for r in flows})
    }
    content[f"country_codes_V{vintage}.csv"] = country_table()
    content[f"product_codes_HS{revision}_V{vintage}.csv"] = product_table()
    content |= members or {}
    path = folder / f"BACI_HS{revision}_V{vintage}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return path
