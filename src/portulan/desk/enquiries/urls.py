"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.enquiries import (
    views,
    views_cards,
    views_checks,
    views_desk,
    views_introductions,
    views_joining,
    views_rules,
)

app_name = "enquiries"
urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/<slug:reference>/<slug:key>/", views.own, name="own"),
    path("ask/<slug:reference>/<slug:key>/data.json", views.own_data, name="own_data"),
    path("ask/<slug:reference>/<slug:key>/withdraw/", views.withdraw, name="withdraw"),
    path("ask/<slug:reference>/<slug:key>/helped/<int:number>/<int:value>/", views_checks.helped, name="helped"),
    path("ask/<slug:reference>/<slug:key>/what-came/<int:number>/", views_checks.check, name="check"),
    path("introductions/<uuid:number>/<slug:key>/", views_introductions.introduction, name="introduction"),
    path(
        "introductions/<uuid:number>/<slug:key>/data.json",
        views_introductions.introduction_data,
        name="introduction_data",
    ),
    path("answers/", views_cards.answers, name="answers"),
    path("answers/<int:number>/", views_cards.answer, name="answer"),
    path("desk/", views_desk.inbox, name="inbox"),
    path("desk/questions/<int:number>/", views_desk.need, name="need"),
    path("desk/questions/<int:number>/twins/", views_joining.twins, name="twins"),
    path("desk/questions/<int:number>/introduce/", views_introductions.introduce, name="introduce"),
    path("desk/questions/<int:number>/<slug:act>/", views_desk.act, name="act"),
    path("desk/answers/", views_cards.cards_, name="cards"),
    path("desk/answers/new/<int:number>/", views_cards.write, name="card_new"),
    path("desk/answers/<int:number>/", views_cards.card, name="card"),
    path("desk/answers/<int:number>/edit/", views_cards.rewrite, name="card_edit"),
    path("desk/who-answers/", views_desk.simulate, name="simulate"),
    path("desk/rules/", views_rules.rules, name="rules"),
    path("desk/rules/new/", views_rules.rule, name="rule_new"),
    path("desk/rules/<int:number>/", views_rules.rule, name="rule"),
    path("desk/rules/<slug:act>/", views_rules.act, name="rule_act"),
]
