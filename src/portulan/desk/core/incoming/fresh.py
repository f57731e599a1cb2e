"""What somebody wrote now, without what they quote and without signature. Where it is not sure, it is kept."""

from __future__ import annotations

import re

# The line that mail programs put above what they quote, in the languages that a desk meets.
_WROTE = re.compile(
    r"(?:"
    r"On\b.+\bwrote\s?:"
    r"|Le\b.+\ba\s[ée]crit\s?:"
    r"|(?:Am|Den)\b.+\bschrieb\b.*:"
    r"|El\b.+\bescribi[óo]\s?:"
    r"|Il\b.+\bha\sscritto\s?:"
    r"|(?:Em|A|No\sdia)\b.+\bescreveu\s?:"
    r"|Op\b.+\bschreef\b.*:"
    r"|(?:Den|På|Am)\b.+\bskrev\b.*:"
    r"|(?:W\sdniu|Dnia|\w+\.,)\b.*\b(?:napisał\(?a?\)?|pisze)\s?:"
    r"|.+\bkirjoitti\s?:"
    r"|.+(?:пишет|написала?|писал(?:\(а\))?)\s?:"
    r"|.+\btarihinde\b.+\byazdı\s?:"
    r"|.+(?:写道|寫道|のメール|書きました|さんは書きました|님이 작성|작성)\s?[:：]"
    r"|.*كتب.*:"
    r")[\s\u200e\u200f\u202a-\u202e\u2069]*",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(r".*\d.*<[^<>\s]+@[^<>\s]+>\s?[:：]\s*", re.DOTALL)
"""A day and an address before a colon: the same line in any language, believed only above a quotation."""
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:Original Message|Message d[’']origine|Message original|Ursprüngliche Nachricht|Mensaje original"
    r"|Messaggio originale|Mensagem original|Oorspronkelijk bericht"
    r"|Исходное сообщение|原始邮件|原始郵件|元のメッセージ)"
    r"\s*-{2,}",
    re.IGNORECASE,
)
# A letter handed on: what stands below is what it is about.
_FORWARDED = re.compile(
    r"(?:-{2,}\s*(?:Forwarded message|Message transféré|Message réexpédié|Weitergeleitete Nachricht"
    r"|Mensaje reenviado|Messaggio inoltrato|Mensagem encaminhada|Doorgestuurd bericht|Пересылаемое сообщение"
    r"|转发邮件信息|転送メッセージ)"
    r"\s*-{2,}|Begin forwarded message\s?:|Début du message (?:transféré|réexpédié)\s?:"
    r"|Anfang der weitergeleiteten Nachricht\s?:|Inizio messaggio inoltrato\s?:|Inicio del mensaje reenviado\s?:)",
    re.IGNORECASE,
)
_HANDED_ON = re.compile(r"(?:fwd?|tr|wg|rv|enc|doorst|转发|轉寄|転送)\s?[:：]", re.IGNORECASE)
# The block of headers that Outlook and telephones put there: at least three of these, one of them the first.
_FROM = re.compile(
    r"\*?(?:From|De|Von|Da|Van|Från|Fra|Od|От|发件人|寄件者|差出人|보낸 사람)\s?\*?\s?[:：]\*?\s*\S.*", re.IGNORECASE
)
_OTHER = re.compile(
    r"\*?(?:Sent|Date|To|Cc|Subject|Importance|Envoyé(?:\sle)?|À|A|Objet|Gesendet|An|Betreff|Datum|Enviado(?:\sel|\sem)?|Para"
    r"|Asunto|Assunto|Fecha|Data|Inviato|Oggetto|Verzonden|Aan|Onderwerp|Skickat|Till|Ämne|Sendt|Til|Emne|Wysłano|Do|Temat"
    r"|Отправлено|Дата|Кому|Тема|发送时间|日期|收件人|抄送|主题|主旨|寄件日期"
    r"|送信日時|日付|宛先|件名|보낸 날짜|받는 사람|제목)"
    r"\s?\*?\s?[:：]\*?.*",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:Sent from my \S.{0,40}|Envoyé (?:de|depuis) mon \S.{0,40}|Envoyé à partir de .{1,40}|Get Outlook for \S.{0,60}"
    r"|Télécharger Outlook pour .{1,60}|Obtenez Outlook pour .{1,60}|Von meinem \S+ gesendet|Enviado desde mi \S.{0,40}"
    r"|Inviato da(?:l mio)? \S.{0,40}"
    r"|Enviado do meu \S.{0,40}|Verstuurd vanaf mijn \S.{0,40}|Envoyé via .{1,40}|iPhoneから送信"
    r"|发自我的\s?iPhone|從我的 iPhone 傳送|나의 iPhone에서 보냄)\.?",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"_{10,}")
_LONGEST = 400
"""Characters of the line above a quotation, over the lines that it was cut in."""
_LINES = 4
_SHORT_SIGNATURE = 12
_SHORT_FOOTER = 6


def fresh_text(text: str, subject: str = "", *, answers: bool = False) -> str:
    """Return what is new in a text; the whole text where nothing else would be left, or where it hands a letter on.

    ``answers`` says that the letter answers another, so that lines beginning with ``>`` are a quotation for sure.
    """
    lines = text.split("\n")
    handed_on = _HANDED_ON.match(subject.strip()) or any(_FORWARDED.fullmatch(line.strip()) for line in lines)
    found = lines if handed_on else _without_history(lines, answers)
    found = _without_signature(found)
    fresh = re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in found)).strip("\n")
    return fresh if fresh.strip() else text.strip("\n")


def _without_history(lines: list[str], answers: bool) -> list[str]:
    """Take away what is quoted: after the line above it, what begins with `>`; after a block of headers, all."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        length = _line_above(lines, at)
        after = _next_said(lines, at + length)
        if length and after < len(lines) and _quoted(lines[after]):
            at = _end_of_quotation(lines, after)
            kept.append("")
        elif length and any(line.strip() for line in kept) and _sure(lines, at, length):
            # Nothing marks where this quotation ends: it goes to the end, as every program that writes so does.
            break
        elif _quoted(lines[at]) and _is_quotation(lines, at, answers):
            at = _end_of_quotation(lines, at)
            kept.append("")
        else:
            kept.append(lines[at])
            at += 1
    return kept


def _line_above(lines: list[str], at: int) -> int:
    """Return how many lines say that a quotation follows, 0 where none does."""
    first = lines[at].strip()
    if not first or len(first) > _LONGEST or _quoted(first):
        return 0
    if _ORIGINAL.fullmatch(first) or _block(lines, at):
        return 1
    if _FOOTER.fullmatch(first) and (then := _next_said(lines, at + 1)) < len(lines) and _block(lines, then):
        return 1
    said = ""
    for count in range(1, _LINES + 1):
        if at + count > len(lines) or not (line := lines[at + count - 1].strip()) or _quoted(line):
            return 0
        said = f"{said} {line}".strip()
        if len(said) > _LONGEST:
            return 0
        if said[-1] in ":：" or said.rstrip("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2069 ").endswith(":"):
            return count if _WROTE.fullmatch(said) or _NAMED.fullmatch(said) else 0
    return 0


def _sure(lines: list[str], at: int, length: int) -> bool:
    """Tell whether a line above nothing that is marked is surely one: it names a day, or is a block of headers."""
    said = " ".join(lines[at : at + length])
    return bool(not _WROTE.fullmatch(said.strip()) and not _NAMED.fullmatch(said.strip())) or bool(
        _WROTE.fullmatch(said.strip()) and re.search(r"\d", said) and re.search(r"\d{1,2}[:h]\d{2}|@|\d{4}", said)
    )


def _block(lines: list[str], at: int) -> bool:
    """Tell whether a block of headers begins here: who, and at least two of when, to whom, on what."""
    if len(lines[at]) > _LONGEST or not _FROM.fullmatch(lines[at].strip()):
        return False
    others = 0
    for line in lines[at + 1 : at + 9]:
        if line.strip() and _OTHER.fullmatch(line.strip()[:_LONGEST]):
            others += 1
        elif line.strip():
            break
    return others >= 2


def _quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _next_said(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _end_of_quotation(lines: list[str], at: int) -> int:
    """Return where a quotation ends; empty lines within it are of it."""
    while at < len(lines) and _quoted(lines[at]):
        at += 1
        following = _next_said(lines, at)
        if following < len(lines) and _quoted(lines[following]):
            at = following
    return at


def _is_quotation(lines: list[str], at: int, answers: bool) -> bool:
    """Tell a quotation from one line that happens to begin with `>`."""
    return answers or _end_of_quotation(lines, at) - at > 1


def _without_signature(lines: list[str]) -> list[str]:
    """Take away what stands below `-- `, the line of a telephone, and the foot that a mailing list adds."""
    end = len(lines)
    for at in range(len(lines) - 1, 0, -1):
        below = end - at - 1
        if lines[at] == "-- " or (lines[at].strip() == "--" and below <= _SHORT_SIGNATURE):
            end = at
        elif below <= _SHORT_FOOTER and len(lines[at]) <= _LONGEST and _FOOTER.fullmatch(lines[at].strip()):
            end = at if re.search(r"https?://|@", "\n".join(lines[at + 1 : end])) else end
    while end and (not lines[end - 1].strip() or _PHONE.fullmatch(_bare(lines[end - 1]))):
        end -= 1
    return lines[:end]


def _bare(line: str) -> str:
    """Return a line without the address that a link brought."""
    return re.sub(r"<https?://[^<>]*>", "", line[:_LONGEST]).strip()
