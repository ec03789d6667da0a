"""`Lookup`: questions to the read models that take only the rows they need, for services with many readers.

Pages are in the order of a table's number and begin after one; whoever reads while the index changes misses nothing
that was there all the time. A module a subject; `base` is what all of them read with.
"""

from hanse.ledger.lookup.agreements import Agreements
from hanse.ledger.lookup.changes import Changes
from hanse.ledger.lookup.communities import Communities
from hanse.ledger.lookup.designs import Designs
from hanse.ledger.lookup.identities import Identities
from hanse.ledger.lookup.members import Members
from hanse.ledger.lookup.money import Money
from hanse.ledger.lookup.offers import Offers
from hanse.ledger.lookup.orders import Orders
from hanse.ledger.lookup.outbox import Outbox
from hanse.ledger.lookup.planning import Planning
from hanse.ledger.lookup.quotations import Quotations


class Lookup(
    Agreements,
    Changes,
    Communities,
    Designs,
    Identities,
    Members,
    Money,
    Offers,
    Orders,
    Outbox,
    Planning,
    Quotations,
):
    """Reads of the tables of a database, which should be a connection of its own."""
