"""The market brief: two to four pages to print, made from a release and from what the desk adds.

`portulan.atlas.brief.asked.brief` is the way in. The contents are gathered as plain values (`document`), then set by
Typst (`writer`, extra `portulan[files]`). Nothing here looks at a clock: the caller dates the brief.
"""
