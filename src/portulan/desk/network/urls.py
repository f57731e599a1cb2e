"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.network import views

app_name = "network"
urlpatterns = [
    path("", views.directory, name="directory"),
    path("directory.csv", views.directory_file, name="directory_file"),
    path("gaps/", views.gaps, name="gaps"),
    path("gaps.csv", views.gaps_file, name="gaps_file"),
    path("contacts/<int:number>.vcf", views.card, name="card"),
    path("posts/<slug:code>/", views.post, name="post"),
]
