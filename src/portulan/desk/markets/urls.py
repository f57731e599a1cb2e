"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path, re_path

from portulan.desk.markets import (
    briefs,
    embeds,
    search,
    taken,
    views,
    views_cards,
    views_evidence,
    views_files,
    views_pages,
    views_scan,
)
from portulan.desk.markets.texts import views as texts_views

app_name = "markets"
urlpatterns = [
    path("", views_pages.home, name="home"),
    path("search.json", search.serve_index, name="search"),
    path("go/", views_pages.go, name="go"),
    path("map/", views.show_map, name="map"),
    re_path(
        r"^map/(?P<name>[a-z0-9-]{1,120})\.(?P<fmt>csv|xlsx|parquet|geojson|svg|png)$", taken.take_away, name="map_file"
    ),
    path("embed/map/", embeds.embed_map, name="embed_map"),
    path("og/map.png", taken.picture, name="og_map"),
    path("og/home.png", views_cards.home, name="og_home"),
    path("og/evidence.png", views_cards.evidence, name="og_evidence"),
    path("og/compare.png", views_cards.compare, name="og_compare"),
    path("og/scan.png", views_cards.scan, name="og_scan"),
    path("og/markets/<str:market>.png", views_cards.market, name="og_market"),
    path("og/markets/<str:market>/<str:sector>.png", views_cards.cell, name="og_cell"),
    path("og/sectors/<str:sector>.png", views_cards.sector, name="og_sector"),
    path("files/compare.<str:fmt>", views_files.compare, name="file_compare"),
    path("files/compare/<str:chart>.<str:fmt>", views_files.compare_chart, name="file_compare_chart"),
    path("files/scan.<str:fmt>", views_files.scan, name="file_scan"),
    path("files/markets/<str:market>.<str:fmt>", views_files.market, name="file_market"),
    path("files/markets/<str:market>/<str:sector>.<str:fmt>", views_files.cell, name="file_cell"),
    path("files/sectors/<str:sector>.<str:fmt>", views_files.sector, name="file_sector"),
    path("files/sectors/<str:sector>/leaders.<str:fmt>", views_files.leaders, name="file_leaders"),
    path("markets/", views_pages.markets, name="markets"),
    path("markets/<str:market>/", views_pages.market, name="market"),
    path("markets/<str:market>/<str:sector>/", views_pages.cell, name="cell"),
    path("sectors/", views_pages.sectors, name="sectors"),
    path("sectors/<str:sector>/", views_pages.sector, name="sector"),
    path("briefs/sectors/<str:sector>.pdf", briefs.sector, name="brief_sector"),
    path("briefs/<str:market>.pdf", briefs.market, name="brief_market"),
    path("briefs/<str:market>/<str:sector>.pdf", briefs.cell, name="brief_cell"),
    path("compare/", views_scan.show_compare, name="compare"),
    path("scan/", views_scan.show_scan, name="scan"),
    path("scan/data.json", views_scan.serve_scan_data, name="scan_data"),
    path("evidence/", views_evidence.evidence, name="evidence"),
    path("method/", texts_views.method, name="method"),
    path("method/crosswalk/<str:scheme>/", texts_views.crosswalk, name="crosswalk"),
    path("sources/", texts_views.sources, name="sources"),
    path("releases/", texts_views.releases, name="releases"),
    path("accessibility/", texts_views.accessibility, name="accessibility"),
    path("legal/", texts_views.legal, name="legal"),
]
