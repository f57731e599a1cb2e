"""What machines write: automatic answers, and reports that a mail was not delivered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message

from portulan.desk.core.incoming import headers, parts

_PRECEDENCES = ("bulk", "list", "junk", "auto_reply", "auto-reply")
_ANSWERS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply", "X-Mail-Autoreply")
# What mail programs put before the subject of an automatic answer; a person's words would go on differently.
_AWAY = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response|answer)"
    r"|out of (?:the )?office(?: auto.?reply)?|r[ée]ponse automatique"
    r"|absence du bureau|message d[’']absence|automatische (?:antwort|abwesenheitsnotiz)|abwesenheitsnotiz"
    r"|respuesta autom[áa]tica|fuera de la oficina|risposta automatica|resposta autom[áa]tica|automatisch antwoord"
    r"|autosvar|automaattinen vastaus|odpowied[źz] automatyczna"
    r"|автоматический ответ|自动回复|自動返信|不在通知|자동 회신)\s*(?:[:：].*|)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report on the delivery of a mail of ours: to whom, how it went, and which mail, as far as it is said."""

    recipient: str
    status: str
    action: str
    diagnostic: str
    message_id: str

    @property
    def final(self) -> bool:
        """Whether the mail will not be delivered; a delay is not the end."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))


def why_automatic(message: Message, subject: str, bounce: Bounce | None) -> str:
    """Return how it is known that no person wrote a message, empty for one that a person did, or may have."""
    if bounce is not None:
        return "report on a delivery"
    submitted = headers.first(message, "Auto-Submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return f"Auto-Submitted: {headers.words(submitted)[:60]}"
    precedence = headers.first(message, "Precedence").strip().lower()
    if precedence in _PRECEDENCES:
        return f"Precedence: {precedence}"
    for name in _ANSWERS:
        if headers.first(message, name).strip().lower() not in ("", "no", "false"):
            return name
    path = headers.every(message, "Return-Path")
    if path and path[0].replace(" ", "").strip() == "<>":
        return "no return path"
    return "out of office" if _AWAY.fullmatch(subject.strip()) else ""


def read_bounce(message: Message) -> Bounce | None:
    """Return what a report on a delivery says (RFC 3464), None where the message is none."""
    if message.get_content_type() != "multipart/report":
        return None
    below = parts.inner(message)
    report = next((part for part in below if part.get_content_type() == "message/delivery-status"), None)
    if report is None:
        return None
    fields = parts.inner(report)

    def said(name: str) -> str:
        return next((headers.words(value) for block in fields for value in headers.every(block, name)), "")

    recipient = (said("Final-Recipient") or said("Original-Recipient")).rpartition(";")[2].strip(" <>").lower()
    return Bounce(
        recipient=recipient[:320],
        status=said("Status").partition(" ")[0][:20],
        action=said("Action").lower()[:40],
        diagnostic=said("Diagnostic-Code").partition(";")[2].strip()[:500],
        message_id=_original(below),
    )


def _original(below: list[Message]) -> str:
    """Return the identifier of the mail that a report is on."""
    for part in below:
        kind, found = part.get_content_type(), ""
        if kind == "message/rfc822" and (within := parts.inner(part)):
            found = headers.first(within[0], "Message-ID")
        elif kind.startswith("text/rfc822"):
            said = parts.bytes_of(part, []).decode("ascii", errors="replace")
            line = re.search(r"^message-id:\s*(\S+)", said[:100_000], re.IGNORECASE | re.MULTILINE)
            found = line[1] if line else ""
        if ids := headers.message_ids(found):
            return ids[0]
    return ""
