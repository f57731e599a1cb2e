"""Addresses of the room, among those of the desk."""

from __future__ import annotations

from django.urls import path

from portulan.desk.handover import views

app_name = "handover"
urlpatterns = [
    path("desk/handovers/", views.handovers, name="list"),
    path("desk/handovers/leaving/", views.leaving, name="leaving"),
    path("desk/handovers/<int:number>/", views.handover, name="one"),
    path("desk/handovers/<int:number>/handover.pdf", views.paper, name="paper"),
    path("desk/handovers/<int:number>/<slug:act>/", views.act, name="act"),
]
