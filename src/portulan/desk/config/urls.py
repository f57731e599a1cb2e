"""Addresses of the site: each room has its own, under a language."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from portulan.desk.config import views
from portulan.desk.markets.texts import views as texts_views

urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("health/", views.health, name="health"),
    path("robots.txt", texts_views.robots, name="robots"),
    path("sitemap.xml", texts_views.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", texts_views.sitemap, name="sitemap_part"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("api/", include("portulan.desk.api.urls")),
    path("", include("portulan.desk.api.urls_data")),
    path("openid/", include("portulan.desk.people.urls_provider")),
    path("atlas/", include("portulan.desk.markets.urls_shared")),
    *i18n_patterns(
        path("account/", include("portulan.desk.people.urls")),
        path("account/", include("portulan.desk.people.urls_entering")),
        path("desk/people/", include("portulan.desk.people.urls_desk")),
        path("dev/", include("portulan.desk.core.urls")),
        path("network/", include("portulan.desk.network.urls")),
        path("", include("portulan.desk.network.urls_desk")),
        path("", include("portulan.desk.enquiries.urls")),
        path("", include("portulan.desk.handover.urls")),
        path("", include("portulan.desk.markets.urls")),
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler429 = views.too_many  # asked for by allauth
handler500 = views.server_error
