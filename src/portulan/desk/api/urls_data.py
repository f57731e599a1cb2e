"""Addresses of the open data that are no operation: the catalogue, and the tables of the release."""

from __future__ import annotations

from django.urls import path

from portulan.desk.api import views
from portulan.desk.api.door import open_to_all

app_name = "open_files"
urlpatterns = [
    path("catalogue.jsonld", open_to_all(views.dcat), name="catalogue"),
    path("atlas/data/<str:release_id>/<path:path>", open_to_all(views.table), name="table"),
]
