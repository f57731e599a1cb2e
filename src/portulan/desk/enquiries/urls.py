"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.enquiries import views, views_desk

app_name = "enquiries"
urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/<slug:reference>/<slug:key>/", views.own, name="own"),
    path("ask/<slug:reference>/<slug:key>/data.json", views.own_data, name="own_data"),
    path("ask/<slug:reference>/<slug:key>/withdraw/", views.withdraw, name="withdraw"),
    path("desk/", views_desk.inbox, name="inbox"),
    path("desk/questions/<int:number>/", views_desk.need, name="need"),
    path("desk/questions/<int:number>/<slug:act>/", views_desk.act, name="act"),
    path("desk/who-answers/", views_desk.simulate, name="simulate"),
]
