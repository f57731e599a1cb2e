"""What stands around every answer of the site."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]
_HOST = re.compile(r"(?P<name>.*?)\.?(?::(?P<port>[0-9]*))?", re.ASCII)
_LAST_PORT = 65535


def one_spelling_of_the_host(answer: Answer) -> Answer:
    """Give a host one spelling, for pages hold their own address; refuse a port that no machine has.

    Which names are ours is Django's to say.
    """

    def around(request: HttpRequest) -> HttpResponseBase:
        said = str(request.META.get("HTTP_HOST", ""))
        found = _HOST.fullmatch(said) if said and not said.endswith("]") else None
        if found is not None:
            port = found["port"] or ""
            if port and (len(port) > len(str(_LAST_PORT)) or not 0 < int(port) <= _LAST_PORT):
                raise DisallowedHost(f"no machine has the port {port[:20]}")
            request.META["HTTP_HOST"] = found["name"].lower() + (f":{int(port)}" if port else "")
        return answer(request)

    return around


def head_without_body(answer: Answer) -> Answer:
    """Answer HEAD with the headers of GET and no body: the server would send it, or complain in its log."""

    def around(request: HttpRequest) -> HttpResponseBase:
        response = answer(request)
        if request.method == "HEAD" and isinstance(response, HttpResponse):
            length = response.headers.get("Content-Length", str(len(response.content)))
            response.content = b""
            response["Content-Length"] = length
        return response

    return around
