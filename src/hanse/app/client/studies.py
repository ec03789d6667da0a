"""Files looked at, plans and fronts calculated without being recorded, and rules tried in the laboratory."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from typing import Any, Literal, Unpack

from hanse.app.api import shapes
from hanse.app.client.connection import Connection, How, read


class Studies(Connection):
    def look(self, name: str, data: bytes) -> shapes.FileSeen:
        """What a file holds, every fault in it, and which job is which open order."""
        body = {"name": name, "data": base64.b64encode(data).decode()}
        return self._post("files", body, shapes.FileSeen)

    def draft(self) -> bytes:
        """As a coordinator: a workbook (xlsx) to begin a problem with. Durations and costs are left to be filled in."""
        return self._ask("GET", "files/draft").content

    def study(
        self,
        problem: Mapping[str, Any],
        *,
        what: Literal["plan", "front"] = "plan",
        objective: str = "cost",
        seconds: int = 20,
        wait: bool = True,
    ) -> shapes.StudyNow:
        """Has the service calculate a plan or a front. wait: until it is over."""
        body = {"what": what, "problem": dict(problem), "objective": objective, "seconds": seconds}
        told = self._post("studies", body, shapes.StudyNow)
        return self._over(told) if wait else told

    def studies(self) -> list[shapes.StudyNow]:
        """Yours of the last hour, the newest first."""
        return self._list("studies", shapes.StudyNow)

    def study_result(self, study: shapes.StudyNow, name: str) -> bytes:
        """A result of a study by its name, `plan.json`. Raises Refused if it is not there."""
        return self._ask("GET", f"studies/{study.id}/results/{name}").content

    def end_study(self, study: shapes.StudyNow) -> shapes.StudyNow:
        """Ends the search for a plan and takes the best until now."""
        return self._post(f"studies/{study.id}/enough", None, shapes.StudyNow)

    def forget_study(self, study: shapes.StudyNow) -> shapes.StudyNow:
        """Ends a study and forgets all of it."""
        return read(self._ask("DELETE", f"studies/{study.id}"), shapes.StudyNow)

    def try_rules(
        self, study: Literal["fees", "windows"] = "fees", *, by: str = "cost", wait: bool = True
    ) -> shapes.StudyNow:
        """As a coordinator: plays a season on a copy of the league, under its rules and under others. by: the measure
        that is to get better (`shapes.AskLaboratory`); wait: until it is over."""
        told = self._post("laboratory", {"study": study, "by": by}, shapes.StudyNow)
        return self._over(told) if wait else told

    def propose_found(self, study: shapes.StudyNow, why: str = "", **how: Unpack[How]) -> shapes.ActionNow:
        """Proposes to the league's community what a study of `try_rules` found surely better, with its evidence."""
        return self._write("POST", f"studies/{study.id}/proposal", {"why": why}, **how)

    def _over(self, told: shapes.StudyNow) -> shapes.StudyNow:
        """A study, when it is no longer running."""
        while told.state == "running":
            time.sleep(0.1)
            told = self._get(f"studies/{told.id}", shapes.StudyNow)
        return told
