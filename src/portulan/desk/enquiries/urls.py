"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.enquiries import views, views_cards, views_desk, views_mine

app_name = "enquiries"
urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/mine/", views_mine.questions, name="mine"),
    path("ask/<slug:reference>/<slug:key>/", views.own, name="own"),
    path("ask/<slug:reference>/<slug:key>/data.json", views.own_data, name="own_data"),
    path("ask/<slug:reference>/<slug:key>/withdraw/", views.withdraw, name="withdraw"),
    path("answers/", views_cards.answers, name="answers"),
    path("answers/<int:number>/", views_cards.answer, name="answer"),
    path("desk/", views_desk.inbox, name="inbox"),
    path("desk/questions/<int:number>/", views_desk.need, name="need"),
    path("desk/questions/<int:number>/<slug:act>/", views_desk.act, name="act"),
    path("desk/answers/", views_cards.cards_, name="cards"),
    path("desk/answers/new/<int:number>/", views_cards.write, name="card_new"),
    path("desk/answers/<int:number>/", views_cards.card, name="card"),
    path("desk/answers/<int:number>/edit/", views_cards.rewrite, name="card_edit"),
    path("desk/who-answers/", views_desk.simulate, name="simulate"),
]
