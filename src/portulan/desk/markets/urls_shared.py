"""Addresses of the room that are the same in every language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.markets import embeds, views

app_name = "markets_shared"
urlpatterns = [
    path("world.svg", views.world, name="world"),
    path("map.css", views.map_style, name="map_style"),
    path("charts.css", views.chart_style, name="chart_style"),
    path("oembed", embeds.oembed, name="oembed"),
]
