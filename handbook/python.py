"""The public Python names, by subject; their words come from their docstrings."""

from __future__ import annotations

from collections.abc import Iterator

import hanse

SUBJECTS = {
    "Files": ("read", "read_plan", "write", "write_plan"),
    "Planning": ("solve", "Result", "Objective"),
    "Checking": ("check", "Judgement", "Violation"),
    "Problems": (
        "Problem", "Site", "Transport", "Enterprise", "Machine", "Job", "ProcessPlan", "Operation", "Mode", "Units",
    ),
    "Plans": ("Plan", "Assignment", "Measures"),
    "The service": ("Client",),
    "Errors": ("HanseError", "InputError", "InfeasibleError", "EnvironmentFault", "ChainFault", "EvidenceError"),
}  # fmt: skip

HIDDEN = {"solve": "hanse.planning.solve.solve"}
"""Functions behind a module of the same name, which mkdocstrings would show instead."""

WORDLESS = ("Client",)
"""Classes made of parts, some of whose methods say all by their names."""

INTRODUCTION = """# Python

What `import hanse` promises. Importing it starts nothing and loads no solver; each name is fetched when it is used.
Modules below have names of their own, which may change from version to version.

"""


def page() -> str:
    """A heading for each subject, and a mark for mkdocstrings for each name. Raises LookupError for a name that is in
    no subject, or that is promised no more."""
    listed = [name for names in SUBJECTS.values() for name in names]
    if sorted(listed) != sorted(hanse.__all__):
        raise LookupError(f"handbook/python.py does not list what hanse promises: {set(listed) ^ set(hanse.__all__)}")
    return INTRODUCTION + "\n".join(_lines())


def _lines() -> Iterator[str]:
    for subject, names in SUBJECTS.items():
        yield f"## {subject}\n"
        for name in names:
            if name in HIDDEN:
                yield f'<a id="hanse.{name}"></a>\n'
                yield f"::: {HIDDEN[name]}\n    options: {{heading: hanse.{name}, toc_label: {name}}}\n"
            elif name in WORDLESS:
                options = "{show_if_no_docstring: true, inherited_members: true, show_bases: false}"
                yield f"::: hanse.{name}\n    options: {options}\n"
            else:
                yield f"::: hanse.{name}\n"
