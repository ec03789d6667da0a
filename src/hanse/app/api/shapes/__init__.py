"""What goes in and comes out, as JSON. The client (`hanse.Client`) gives back the same shapes.

Money is in cents, times are seconds since 1970 unless they say otherwise, ratios are millionths, hashes and addresses
`0x…`. Unknown fields are refused on the way in. Each field carries an example; the examples of the OpenAPI document are
put together from them.
"""

from __future__ import annotations

from hanse.app.api.shapes.accounts import *
from hanse.app.api.shapes.agreements import *
from hanse.app.api.shapes.base import *
from hanse.app.api.shapes.bridge import *
from hanse.app.api.shapes.communities import *
from hanse.app.api.shapes.delegations import *
from hanse.app.api.shapes.feeds import *
from hanse.app.api.shapes.financing import *
from hanse.app.api.shapes.identities import *
from hanse.app.api.shapes.league import *
from hanse.app.api.shapes.machines import *
from hanse.app.api.shapes.notices import *
from hanse.app.api.shapes.orders import *
from hanse.app.api.shapes.planning import *
from hanse.app.api.shapes.quotations import *
from hanse.app.api.shapes.quotes import *
from hanse.app.api.shapes.rights import *
from hanse.app.api.shapes.studies import *
from hanse.app.api.shapes.writes import *
