"""From rows of the read models to what the API shows, and who may see it; a module a subject.

What is on the chain everybody in the league may see: members, products, blocks, rounds. Orders and what follows from
them are seen by their customer, by members that can work or do work for them, and by the league's staff. Documents
behind hashes are seen by whoever sees what names them.
"""

from hanse.app.api.reading import (
    actions,
    agreements,
    documents,
    members,
    money,
    offers,
    orders,
    pages,
    planning,
    sight,
    studies,
)

__all__ = [
    "actions",
    "agreements",
    "documents",
    "members",
    "money",
    "offers",
    "orders",
    "pages",
    "planning",
    "sight",
    "studies",
]
