"""Addresses of an account, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.people import views, views_belonging

app_name = "people"
urlpatterns = [
    path("", views.account, name="account"),
    path("consent/", views.consent, name="consent"),
    path("language/", views.language, name="language"),
    path("data/", views.data, name="data"),
    path("everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("unlink/", views.unlink, name="unlink"),
    path("organisations/", views_belonging.organisations, name="organisations"),
    path("organisations/<int:number>/", views_belonging.organisation, name="organisation"),
    path("organisations/<int:number>/end/", views_belonging.end, name="organisation_end"),
    path("organisations/<int:number>/away/", views_belonging.take_away, name="organisation_away"),
    path("power/", views.power, name="power"),
]
