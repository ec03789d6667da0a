"""The web application: what people see of a league in their browser. It runs in the process of `hanse serve`, and asks
its REST API as anybody's program could, as the person who is signed in; it has no other way to the ledger.

    attached.py   puts it on the service, keeps its paths apart from the API's
    door.py       the API, asked in the name of one visitor
    screens.py    a page: its path, who may see it, its frame, and how it stays up to date
    shown.py      a part of a page that is drawn again when something else is loaded
    navigation.py  all pages, in groups that fold; live.py: what changed on the ledger, told to open pages
    pieces.py     tables, amounts, moments, badges, questions before something is signed
    forms.py      questions with fields; zones.py: times in the reader's zone
    papers.py     plans and deals behind agreements; dossier.py: an agreement with all that makes it readable
    deeds.py      what people do with agreements; idle.py: with free time; evidence.py: what was said, one click away
    shop.py       a member's shop as it is now; machines.py, week.py: its machines' days; parcel.py: an order on its way
    quoting.py    dated offers of an order; wishes.py: what satisfies a shop, by its own numbers
    charts.py     the report's chart, curves, and pages of fronts, on pages
    studying.py   a file is dropped, looked at, calculated with; audits.py: the audit, and its report
    texts/        every word on a screen, in one place for translation
    pages/        one module a page
    static/       style, sign-in forms, times in the reader's zone
"""
