"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.markets import views

app_name = "markets"
urlpatterns = [path("map/", views.show_map, name="map")]
