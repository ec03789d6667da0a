"""Shells written by the SDK are read as machines; other files are refused with a reason."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from basyx.aas import model
from basyx.aas.adapter.aasx import AASXWriter, DictSupplementaryFileContainer
from basyx.aas.adapter.json import write_aas_json_file
from basyx.aas.adapter.xml import write_aas_xml_file

from hanse.errors import EnvironmentFault, InputError
from hanse.telemetry.aas import read_enterprise

MILLING = "https://admin-shell.io/capability/milling/1/0"


def plant(power: int | float = 367, kind: model.AssetKind = model.AssetKind.INSTANCE) -> model.DictIdentifiableStore:
    """Two shells: a mill with two capabilities (one inside a collection), and a saw."""
    meaning = model.ExternalReference((model.Key(model.KeyTypes.GLOBAL_REFERENCE, MILLING),))
    mill = model.Submodel(
        "https://example.org/mill/skills",
        {
            model.Capability("Fraesen", semantic_id=meaning),
            model.SubmodelElementCollection(
                "Details",
                {
                    model.Capability("Drilling"),
                    model.Property("Power", model.datatypes.Double, float(power)),
                    model.Property("Capacity", model.datatypes.Int, 2),
                    model.Property("Colour", model.datatypes.String, "green"),
                },
            ),
        },
    )
    saw = model.Submodel("https://example.org/saw/skills", {model.Capability("Sawing")})
    shells = [
        model.AssetAdministrationShell(
            model.AssetInformation(kind, f"https://example.org/asset/{name}"),
            f"https://example.org/shell/{name}",
            id_short=name,
            submodel={model.ModelReference.from_referable(submodel)},
        )
        for name, submodel in (("Mill1", mill), ("Saw1", saw))
    ]
    return model.DictIdentifiableStore([*shells, mill, saw])


def write(store: model.DictIdentifiableStore, path: Path) -> Path:
    if path.suffix == ".json":
        with path.open("w", encoding="utf-8") as text:
            write_aas_json_file(text, store)
    elif path.suffix == ".xml":
        with path.open("wb") as file:
            write_aas_xml_file(file, store)
    else:
        with AASXWriter(str(path)) as writer:
            shells = [one.id for one in store if isinstance(one, model.AssetAdministrationShell)]
            writer.write_aas(shells, store, DictSupplementaryFileContainer())
    return path


@pytest.mark.parametrize("suffix", [".json", ".xml", ".aasx"])
def test_shells_become_machines(tmp_path: Path, suffix: str) -> None:
    path = write(plant(), tmp_path / f"plant{suffix}")

    enterprise = read_enterprise(path, "E1", "S1", services={MILLING: "milling"})

    mill, saw = enterprise.machines
    assert (mill.id, mill.services, mill.power, mill.capacity) == ("Mill1", frozenset({"milling", "Drilling"}), 367, 2)
    assert (saw.id, saw.services, saw.power, saw.capacity) == ("Saw1", frozenset({"Sawing"}), 0, 1)


def test_without_a_table_capabilities_keep_their_names(tmp_path: Path) -> None:
    enterprise = read_enterprise(write(plant(), tmp_path / "p.json"), "E1", "S1")

    assert enterprise.machines[0].services == {"Fraesen", "Drilling"}


def test_types_of_machines_are_no_machines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no shell of an instance"):
        read_enterprise(write(plant(kind=model.AssetKind.TYPE), tmp_path / "p.json"), "E1", "S1")


@pytest.mark.parametrize("power", [0.5, -3, 1e300])
def test_a_power_no_machine_has_is_named(tmp_path: Path, power: float) -> None:
    with pytest.raises(InputError, match=r"Power|less than|larger than"):
        read_enterprise(write(plant(power), tmp_path / "p.json"), "E1", "S1")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"assetAdministrationShells": [1]}'])
@pytest.mark.parametrize("suffix", [".json", ".xml", ".aasx"])
def test_rubbish_is_refused(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"rubbish{suffix}"
    path.write_bytes(content)

    with pytest.raises(InputError):
        read_enterprise(path, "E1", "S1")


def test_a_package_that_unpacks_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for part in range(3):
            package.writestr(f"{part}.json", bytes(30 * 1024 * 1024))
    path = tmp_path / "bomb.aasx"
    path.write_bytes(buffer.getvalue())

    with pytest.raises(InputError, match="unpacks to more"):
        read_enterprise(path, "E1", "S1")


def test_an_xml_entity_does_not_read_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    path = write(plant(), tmp_path / "p.xml")
    text = path.read_text().replace("Mill1", "&s;")
    head, rest = text.split("?>", 1)
    path.write_text(f'{head}?><!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>{rest}')

    try:
        machines = read_enterprise(path, "E1", "S1").machines
    except InputError:
        return
    assert "SECRET" not in json.dumps([machine.id for machine in machines])


def test_a_missing_file_and_an_unknown_kind_are_named(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        read_enterprise(tmp_path / "none.json", "E1", "S1")
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(InputError, match="no format of shells"):
        read_enterprise(tmp_path / "a.txt", "E1", "S1")
