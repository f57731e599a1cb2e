"""Addresses of the room, under a language."""

from __future__ import annotations

from django.urls import path

from portulan.desk.core import views

app_name = "core"
urlpatterns = [
    path("mail/", views.mails, name="mails"),
    path("mail/<int:number>/", views.mail, name="mail"),
]
