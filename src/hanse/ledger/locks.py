"""Advisory locks of a league's database in PostgreSQL, and the two signs in `identity` that go with them.

ALONE, SHARED    whose database it is: one process's, or that of several that know of each other
WRITING          one writer at a time, until its transaction ends
LEADING          which of several servers leads
"""

from __future__ import annotations

_KIND = 0x48616E73
"""Names our locks among others in the same database; a schema has its own."""

_HERE = "hashtext(current_schema()) & 2147483647"

ALONE = f"SELECT pg_try_advisory_lock({_KIND}, {_HERE})"
SHARED = f"SELECT pg_try_advisory_lock_shared({_KIND}, {_HERE})"
"""They take the lock as long as the connection lasts; FALSE if others have it otherwise."""

LEAVE = {
    ALONE: f"SELECT pg_advisory_unlock({_KIND}, {_HERE})",
    SHARED: f"SELECT pg_advisory_unlock_shared({_KIND}, {_HERE})",
}

WHO = (
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted"
    f" AND classid = {_KIND} AND objid = ({_HERE})::oid AND objsubid = 2 AND datname = current_database()"
    " AND pid != pg_backend_pid() ORDER BY application_name"
)
"""The other processes that have it, alone or shared."""

WRITING = f"SELECT pg_advisory_xact_lock({_KIND + 1}, {_HERE})"
"""Each transaction that writes begins so."""

LEADING = f"SELECT pg_try_advisory_lock({_KIND + 2}, {_HERE})"
"""As long as the connection lasts; FALSE if another leads."""

HOLDER, LEADER = "holder", "leader"
"""Whose database it is, and who leads, by a word that each transaction looks at. They say nothing once it was moved."""
