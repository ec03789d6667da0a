"""Logs as lines of JSON, for machines to read. Nothing that a person sent in is ever logged: no bodies, headers,
cookies, query strings, keys or pass-phrases; of a path only its template."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

LOG = logging.getLogger("hanse.serve")


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "what": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info is not None and record.exc_info[0] is not None:
            # Where, and what kind; its text could quote what somebody sent.
            line["error"] = record.exc_info[0].__name__
            at = record.exc_info[2]
            places = []
            while at is not None:
                places.append(f"{at.tb_frame.f_code.co_filename.rsplit('/hanse/', 1)[-1]}:{at.tb_lineno}")
                at = at.tb_next
            line["at"] = places[-6:]
        return json.dumps(line, ensure_ascii=False)


def start() -> None:
    """Sends this service's lines to standard error, and its libraries' warnings with them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.WARNING
    LOG.setLevel(logging.INFO)


def say(what: str, **fields: object) -> None:
    """One line."""
    LOG.info(what, extra={"fields": fields})


def warn(what: str, *, failure: BaseException | None = None, **fields: object) -> None:
    """One line about something that should not be; with the place of a failure, without its text."""
    told = None if failure is None else (type(failure), failure, failure.__traceback__)
    LOG.warning(what, exc_info=told, extra={"fields": fields})
