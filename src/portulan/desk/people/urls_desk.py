"""Addresses of the desk about people, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.people import views_desk

app_name = "people_desk"
urlpatterns = [
    path("twins/", views_desk.twins, name="twins"),
    path("roles/", views_desk.held_roles, name="roles"),
]
