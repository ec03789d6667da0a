"""Signing in, joining with an invitation, and the way back for whoever lost a pass-phrase.

Plain forms without NiceGUI: pass-phrases go from the form to the API (static/hanse.js), password managers know what
they see, and nothing is kept here for people who are not signed in.
"""

from __future__ import annotations

from html import escape

from fastapi import Request
from fastapi.responses import HTMLResponse
from nicegui import app

import hanse
from hanse.app.ui.screens import HOUSE, dark_of
from hanse.app.ui.texts import Common as common
from hanse.app.ui.texts import Overview
from hanse.app.ui.texts import Welcome as words

PAGE = """<!doctype html>
<html lang="en-US"><head><meta charset="utf-8"><title>{title} · {league}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="{assets}/favicon.svg">
<link rel="stylesheet" href="{assets}/hanse.css"><script src="{assets}/hanse.js" defer></script></head>
<body class="{colours}"><main class="welcome" id="main">
<h1>{league}</h1>{content}</main></body></html>"""

SIGN_IN = f"""<p class="quiet">{words.lead}</p>
<form data-hanse="sign-in">
<label>{words.name}<input name="name" autocomplete="username" required maxlength="64" autofocus></label>
<label>{words.phrase}<input name="passphrase" type="password" autocomplete="current-password" required></label>
<p role="alert"></p><button>{words.sign_in}</button>
<button type="button" class="second" data-press="wallet">{words.wallet}</button></form>
<nav><a href="/join">{words.invited}</a><a href="/recover">{words.lost}</a></nav>"""

JOIN = f"""<form data-hanse="join"><h2>{words.join_title}</h2><p class="quiet">{words.join_lead}</p>
<label>{words.invitation}<input name="invitation" value="{{invitation}}" autocomplete="off" required></label>
<label>{words.name}<input name="name" autocomplete="username" required maxlength="64"></label>
<label>{words.phrase}
<input name="passphrase" type="password" autocomplete="new-password" required minlength="12"></label>
<p role="alert"></p><button>{words.join}</button>
<button type="button" class="second" data-press="wallet">{words.wallet}</button></form>
<section id="sheet" hidden><h2 tabindex="-1">{words.sheet_title}</h2><p>{words.sheet_lead}</p><pre></pre>
<p class="actions"><button type="button" class="solid" data-press="print">{words.print}</button>
<a href="/sign-in">{words.kept}</a></p></section>
<nav><a href="/sign-in">{words.back}</a></nav>"""

RECOVER = f"""<form data-hanse="recover"><h2>{words.recover_title}</h2><p class="quiet">{words.recover_lead}</p>
<label>{words.name}<input name="name" autocomplete="username" required maxlength="64"></label>
<label>{words.code}<input name="code" autocomplete="off" required></label>
<label>{words.new_phrase}
<input name="passphrase" type="password" autocomplete="new-password" required minlength="12"></label>
<p role="alert"></p><button>{words.recover}</button></form>
<nav><a href="/sign-in">{words.back}</a></nav>"""

NOWHERE = f"""<h2>{common.nowhere}</h2><p>{common.nowhere_lead}</p><nav><a href="/">{Overview.title}</a></nav>"""


@app.get("/sign-in", include_in_schema=False)
async def sign_in(request: Request) -> HTMLResponse:
    """Name and pass-phrase, or a wallet."""
    return _page(request, words.title, SIGN_IN)


@app.get("/join", include_in_schema=False)
async def join(request: Request, invitation: str = "") -> HTMLResponse:
    """An invitation becomes an account."""
    return _page(request, words.join_title, JOIN.format(invitation=escape(invitation[:128])))


@app.get("/recover", include_in_schema=False)
async def recover(request: Request) -> HTMLResponse:
    """A new pass-phrase by the code on the recovery sheet."""
    return _page(request, words.recover_title, RECOVER)


async def nowhere(request: Request, _: Exception) -> HTMLResponse:
    """For addresses that lead nowhere."""
    return _page(request, common.nowhere, NOWHERE, 404)


def _page(request: Request, title: str, content: str, status: int = 200) -> HTMLResponse:
    assert HOUSE.service is not None
    dark = dark_of(request)
    colours = "plain-page" if dark is None else "plain-page body--dark" if dark else "plain-page body--light"
    return HTMLResponse(
        PAGE.format(
            title=escape(title),
            league=escape(HOUSE.service.league.name),
            assets=f"/static/{hanse.__version__}",
            colours=colours,
            content=content,
        ),
        status,
    )
