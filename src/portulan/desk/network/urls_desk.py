"""Addresses of the partners of a post, among those of the desk."""

from __future__ import annotations

from django.urls import path

from portulan.desk.network import views_partners

app_name = "partners"
urlpatterns = [
    path("desk/partners/", views_partners.partners, name="list"),
    path("desk/partners/mine.vcf", views_partners.mine, name="mine"),
    path("desk/partners/add/", views_partners.add, name="add"),
    path("desk/partners/<int:number>/<slug:act>/", views_partners.act, name="act"),
]
