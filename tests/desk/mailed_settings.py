"""The settings of the desk with mail handed to a server on this machine, whose port stands in a file of the home."""

from __future__ import annotations

from portulan.desk.config.settings import *  # noqa: F403 - the settings, whole
from portulan.desk.config.settings import HOME

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int((HOME / "smtp-port").read_text(encoding="ascii"))
