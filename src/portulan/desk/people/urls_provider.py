"""Addresses that are registered at the provider: the same in every language, and never changed."""

from __future__ import annotations

from django.urls import path

from portulan.desk.people import entering_provider

urlpatterns = [
    path("back/", entering_provider.back, name="openid_back"),
    path("left/", entering_provider.left, name="openid_left"),
]
