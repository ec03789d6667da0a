"""Files that are looked at, and what is calculated with them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from hanse.app.api.shapes.base import Document, Hash, Millionths, Shape


class LookAt(Shape):
    """A file in any format Hanse reads: a problem as JSON, a workbook, an archive of tables. data: base64, at most 3 MB
    before that."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200), Field(examples=["shop.xlsx"])]
    data: Annotated[
        str, StringConstraints(min_length=1, max_length=4_050_000), Field(examples=["eyJmb3JtYXQiOiAiIn0="])
    ]


class FaultNow(Shape):
    """What is wrong in a file, where (sheet, row and column, or path), and what to do."""

    where: str = Field(examples=["orders, row 3, column due"])
    message: str = Field(examples=["'soon' is no whole number"])
    hint: str = Field(examples=["write minutes from the start"])


class JobNow(Shape):
    """A job of a problem. order: the open order whose specification has its name, if you see one; differs: why it could
    not be recorded for that."""

    job: str = Field(examples=["J1"])
    customer: str = Field(examples=["Mueller"])
    due: int | None = Field(examples=[480])
    budget: int | None = Field(examples=[400_000])
    order: int | None = Field(examples=[7])
    differs: list[str] = Field(examples=[["order 7 asks for due 480, the job says 500"]])


class FileSeen(Shape):
    """What a file holds, before anything is made of it. kind: its format; total: of all faults, of which `faults` has
    the first hundred; problem: hanse-problem/1, null where there are faults."""

    kind: str = Field(examples=["tables"])
    counts: dict[str, int] = Field(examples=[{"machines": 2, "orders": 1}])
    faults: list[FaultNow]
    total: int = Field(examples=[1])
    root: Hash | None
    problem: dict[str, Any] | None = Field(examples=[{"format": "hanse-problem/1", "name": "two shops"}])
    jobs: list[JobNow]


class AskStudy(Shape):
    """what: `plan` finds one plan, `front` all good compromises. problem: hanse-problem/1; objective: of a plan `cost`,
    `makespan`, `cost + 1000 tardiness`; of a front two or more, `cost,makespan`; seconds: of search."""

    what: Literal["plan", "front"]
    problem: Document = Field(examples=[{"format": "hanse-problem/1", "name": "two shops"}])
    objective: Annotated[str, StringConstraints(min_length=1, max_length=200), Field(examples=["cost"])] = "cost"
    seconds: Annotated[int, Field(ge=1, le=300, examples=[20])] = 20


class AskLaboratory(Shape):
    """study: a packaged one (docs/lab.md); by: the measure that is to get better."""

    study: Literal["fees", "windows"] = "fees"
    by: Literal[
        "on_time", "lateness", "cost", "energy", "income", "spread", "utility", "rewards", "gas"
    ] = "cost"  # fmt: skip


class ProposeFound(Shape):
    """why: before what the laboratory found, for people to read."""

    why: Annotated[str, StringConstraints(max_length=1000), Field(examples=["as we said on Thursday"])] = ""


class StudyPoint(Shape):
    """What was known after so long: value of the best plan and lower bound, in millionths of the objective."""

    seconds: float = Field(examples=[0.8])
    value: int | None = Field(examples=[159_320_000_000])
    bound: int | None = Field(examples=[158_700_000_000])


class StudyNow(Shape):
    """A calculation of yours. state: running, done, failed (reason and hint say why) or ended; seconds: it may search;
    took: since it began; share: of the work that is done, where that is known; results: names under `results/`."""

    id: str = Field(examples=["0c" * 16])
    what: Literal["plan", "front", "quotes", "lab"]
    name: str = Field(examples=["two shops"])
    objective: str = Field(examples=["cost"])
    seconds: int = Field(examples=[20])
    took: float = Field(examples=[3.2])
    state: Literal["running", "done", "failed", "ended"]
    share: Millionths
    points: list[StudyPoint]
    reason: str = Field(examples=[""])
    hint: str = Field(examples=[""])
    results: list[str] = Field(examples=[["problem.json", "plan.json"]])
