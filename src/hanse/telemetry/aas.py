"""Machines and what they can do, from Asset Administration Shells (IEC 63278; file formats of IDTA-01005).

Each shell of an instance is a machine, called by its `idShort`. Its services are the `Capability` elements anywhere in
its submodels, by `idShort` or by the last part of their semantic id where a table translates it. Of properties these
count, wherever they stand: `Power` (energy units per time unit), `Capacity` (operations at once). All else is skipped.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from basyx.aas import model
from basyx.aas.adapter.aasx import AASXReader, DictSupplementaryFileContainer
from basyx.aas.adapter.json import read_aas_json_file
from basyx.aas.adapter.xml import read_aas_xml_file

from hanse.errors import EnvironmentFault, HanseError, InputError
from hanse.model.problem import Enterprise, Machine
from hanse.units import MILLION

LARGEST = 64 * 1024 * 1024
"""Bytes of a file, unpacked."""


def read_enterprise(
    path: Path, enterprise: str, site: str, *, reliability: int = MILLION, services: Mapping[str, str] | None = None
) -> Enterprise:
    """The machines of a file (`.aasx`, `.json`, `.xml`) as a member of the league.

    services: what capabilities are called in the league; others keep their own names. Raises InputError for
    files that are none, shells without capabilities and values that no machine has.
    """
    store = _read(path)
    shells = [one for one in store if isinstance(one, model.AssetAdministrationShell)]
    machines = [_machine(shell, store, services or {}) for shell in sorted(shells, key=lambda shell: shell.id)]
    found = tuple(machine for machine in machines if machine is not None)
    if not found:
        raise InputError(
            "no shell of an instance with a capability", where=str(path), hint="add Capability elements to a submodel"
        )
    try:
        return Enterprise(enterprise, site, found, reliability)
    except HanseError as error:
        raise error.at(str(path)) from None


def _read(path: Path) -> Any:
    kind = path.suffix.lower()
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"the file has more than {LARGEST} bytes", where=str(path))
        if kind == ".aasx":
            return _read_package(path)
        if kind == ".json":
            with path.open(encoding="utf-8-sig") as text:
                return read_aas_json_file(text, failsafe=False)
        if kind == ".xml":
            with path.open("rb") as file:
                return read_aas_xml_file(file, failsafe=False)
    except OSError as failure:
        raise EnvironmentFault(f"the file cannot be read ({failure.strerror})", where=str(path)) from None
    except HanseError:
        raise
    except Exception as error:  # noqa: BLE001 - the library raises whatever its parsers meet
        raise InputError(f"not an Asset Administration Shell: {error}"[:500], where=str(path)) from None
    raise InputError(f'"{kind}" is no format of shells', where=str(path), hint="use .aasx, .json or .xml")


def _read_package(path: Path) -> Any:
    with zipfile.ZipFile(path) as package:
        if sum(part.file_size for part in package.infolist()) > LARGEST:
            raise InputError(f"the package unpacks to more than {LARGEST} bytes", where=str(path))
    store: Any = model.DictIdentifiableStore()
    with AASXReader(str(path), failsafe=False) as reader:
        reader.read_into(store, DictSupplementaryFileContainer())
    return store


def _machine(shell: Any, store: Any, names: Mapping[str, str]) -> Machine | None:
    if shell.asset_information.asset_kind is not model.AssetKind.INSTANCE:
        return None
    services: set[str] = set()
    known: dict[str, Any] = {}
    for reference in shell.submodel:
        try:
            submodel = reference.resolve(store)
        except (KeyError, model.UnexpectedTypeError):
            continue  # kept elsewhere: what it says cannot be read from this file
        for element in _elements(submodel):
            if isinstance(element, model.Capability):
                services.add(_service(element, names))
            elif isinstance(element, model.Property) and element.id_short in ("Power", "Capacity"):
                known[element.id_short] = element.value
    if not services:
        return None
    where = f"shell {shell.id_short or shell.id}"
    capacity, power = _whole(known, "Capacity", 1, where), _whole(known, "Power", 0, where)
    try:
        return Machine(shell.id_short or shell.id, frozenset(services), capacity=capacity, power=power)
    except HanseError as error:
        raise error.at(where) from None


def _elements(holder: Any) -> Iterator[Any]:
    """All elements inside a submodel, whatever they lie in."""
    waiting = list(holder)
    while waiting:
        element = waiting.pop()
        yield element
        if isinstance(element, (model.SubmodelElementCollection, model.SubmodelElementList)):
            waiting += list(element.value)
        elif isinstance(element, model.Entity):
            waiting += list(element.statement)


def _service(capability: Any, names: Mapping[str, str]) -> str:
    meaning = capability.semantic_id.key[-1].value if capability.semantic_id else ""
    own: str = capability.id_short or meaning
    return names.get(meaning, names.get(own, own))


def _whole(known: Mapping[str, Any], name: str, default: int, where: str) -> int:
    value = known.get(name, default)
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        whole = None
    if whole is None or whole != value:
        raise InputError(f"{name} is {value!r}, not a whole number", where=where, hint="declare a finer unit")
    return whole
