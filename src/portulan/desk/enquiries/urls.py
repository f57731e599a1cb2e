"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.enquiries import (
    views,
    views_cards,
    views_checks,
    views_demand,
    views_desk,
    views_drafts,
    views_files,
    views_introductions,
    views_joining,
    views_measures,
    views_rules,
    views_stray,
    views_table,
    views_ways_in,
)

app_name = "enquiries"
urlpatterns = [
    path("ask/", views.ask, name="ask"),
    path("ask/draft/", views_drafts.keep_quietly, name="draft_keep"),
    path("ask/draft/throw-away/", views_drafts.throw_away, name="draft_throw_away"),
    path("ask/draft/<uuid:number>/<slug:key>/", views_drafts.draft, name="draft"),
    path("ask/<slug:reference>/<slug:key>/", views.own, name="own"),
    path("ask/<slug:reference>/<slug:key>/data.json", views.own_data, name="own_data"),
    path("ask/<slug:reference>/<slug:key>/withdraw/", views.withdraw, name="withdraw"),
    path("ask/<slug:reference>/<slug:key>/files/<uuid:number>/", views_files.own_file, name="own_file"),
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
    path("demand/", views_demand.demand, name="demand"),
    path("demand/<str:name>", views_demand.file, name="demand_file"),
    path("desk/", views_desk.inbox, name="inbox"),
    path("desk/questions/new/", views_ways_in.behalf, name="behalf"),
    path("desk/questions/table/", views_table.take, name="table"),
    path("desk/questions/table/template.csv", views_table.template, name="table_template"),
    path("desk/questions/<int:number>/", views_desk.need, name="need"),
    path("desk/questions/<int:number>/twins/", views_joining.twins, name="twins"),
    path("desk/questions/<int:number>/introduce/", views_introductions.introduce, name="introduce"),
    path("desk/questions/<int:number>/files/<uuid:file>/", views_files.need_file, name="need_file"),
    path("desk/questions/<int:number>/<slug:act>/", views_desk.act, name="act"),
    path("desk/answers/", views_cards.cards_, name="cards"),
    path("desk/answers/new/<int:number>/", views_cards.write, name="card_new"),
    path("desk/answers/<int:number>/", views_cards.card, name="card"),
    path("desk/answers/<int:number>/edit/", views_cards.rewrite, name="card_edit"),
    path("desk/letters/", views_stray.letters, name="letters"),
    path("desk/letters/<int:number>/", views_stray.letter, name="letter"),
    path("desk/letters/<int:number>/<slug:act>/", views_stray.act, name="letter_act"),
    path("desk/measures/", views_measures.page, name="measures"),
    path("desk/measures/measures.csv", views_measures.file, name="measures_file"),
    path("desk/who-answers/", views_desk.simulate, name="simulate"),
    path("desk/rules/", views_rules.rules, name="rules"),
    path("desk/rules/new/", views_rules.rule, name="rule_new"),
    path("desk/rules/<int:number>/", views_rules.rule, name="rule"),
    path("desk/rules/<slug:act>/", views_rules.act, name="rule_act"),
]
