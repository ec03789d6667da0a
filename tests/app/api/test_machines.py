"""What machines say, handed on to the service: by whom it is taken, who sees it, and what is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse.app.api import machines as kept
from hanse.app.api import shapes
from hanse.app.api.machines import DAY, Machines, Said
from hanse.app.api.problems import Conflict
from hanse.app.client import Client, Refused
from hanse.ledger.identities import readings_of
from hanse.ledger.keys import KeyRing
from hanse.ledger.opening import open_database
from hanse.telemetry.reading import ENERGY, FINISHED, STARTED, STATE, Reading, Value
from hanse.telemetry.seal import GENESIS, Seal
from tests.app.api.hall import Hall
from tests.app.api.house import Town, house
from tests.app.cli import hanse as run

NOW = 1_800_000_000_000
MINE = frozenset({"M1"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Machines]:
    database = open_database(tmp_path)
    yield Machines(database)
    database.close()


def said(at: int, value: Value = 1, metric: str = "Power", machine: str = "M1") -> Reading:
    return Reading("E1/line", machine, metric, at, value)


def seal(number: int, previous: bytes = GENESIS) -> Seal:
    return Seal(number, 1, 1, b"\1" * 32, previous, NOW)


def digest(number: int) -> str:
    return "0x" + number.to_bytes(32).hex()


def take(store: Machines, number: int, *readings: Reading, account: str = "0xA", gateway: str = "0xG") -> kept.Taken:
    previous = GENESIS if number == 1 else (number - 1).to_bytes(32)
    return store.take(account, gateway, MINE, seal(number, previous), digest(number), readings, NOW)


# --- what is kept -----------------------------------------------------------------------------------------------


def test_a_parcel_that_comes_twice_is_taken_once(store: Machines) -> None:
    assert take(store, 1, said(1), said(2)) == (2, 0, 0, 1)
    assert take(store, 1, said(1), said(2)) == (0, 2, 0, 1)
    assert store.series("0xA", "M1", "Power", 0, 9) == [(2, 1), (1, 1)]


def test_another_seal_under_a_number_that_was_taken_is_refused_and_changes_nothing(store: Machines) -> None:
    take(store, 1, said(1))
    with pytest.raises(Conflict, match="another seal was taken under this number"):
        store.take("0xA", "0xG", MINE, seal(1), digest(99), [said(2)], NOW)
    assert store.series("0xA", "M1", "Power", 0, 9) == [(1, 1)]


def test_a_seal_that_does_not_name_the_one_before_is_refused(store: Machines) -> None:
    take(store, 1, said(1))
    with pytest.raises(Conflict, match="does not follow"):
        store.take("0xA", "0xG", MINE, seal(2, b"\7" * 32), digest(2), [said(2)], NOW)


def test_seals_that_were_left_out_are_counted(store: Machines) -> None:
    take(store, 3, said(1))
    take(store, 7, said(2))
    assert store.seals("0xA") == {"0xG": (7, NOW, 3, 0)}
    with pytest.raises(Conflict, match="later seals were taken"):
        take(store, 5, said(3))


def test_only_its_own_machines_the_past_and_one_value_a_moment_are_taken(store: Machines) -> None:
    strange, ahead = said(1, machine="M2"), said(NOW + kept.AHEAD + 1)
    assert take(store, 1, said(5, 1), said(5, 2), strange, ahead) == (1, 0, 3, 1)
    assert [one.machine for one in store.said("0xA", NOW)] == ["M1"]


def test_one_members_readings_are_not_anothers(store: Machines) -> None:
    take(store, 1, said(1, 10))
    take(store, 1, said(1, 20), account="0xB")
    assert store.series("0xA", "M1", "Power", 0, 9) == [(1, 10)]
    assert store.told(["0xA", "0xB", "0xC"]) == {"0xA", "0xB"}


def test_the_newest_is_kept_and_operations_are_not_pushed_out_by_the_rest(
    store: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT", 5)
    monkeypatch.setattr(kept, "KEPT_SEALS", 3)
    take(store, 1, said(1, "J/O", STARTED), said(2, "J/O", FINISHED))
    for number in range(2, 12):
        take(store, number, said(number, number))
    assert store.series("0xA", "M1", "Power", 0, 99) == [(at, at) for at in range(11, 6, -1)]
    assert {one.metric for one in store.events("0xA", MINE, frozenset({"J"}))} == {STARTED, FINISHED}
    with pytest.raises(Conflict, match="later seals"):
        take(store, 2, said(2, 2))


def test_energy_is_what_the_meter_moved_in_a_day_also_over_a_change_of_meters(store: Machines) -> None:
    old = said(NOW - DAY - 1, 0, ENERGY)
    steps = [said(NOW - 50 + i, value, ENERGY) for i, value in enumerate([1000, 1500, 1800, 0, 40.5])]
    take(store, 1, old, *steps)
    (one,) = store.said("0xA", NOW)
    assert one.energy == 840.5
    take(store, 2, said(1, "idle", STATE, "M1"))
    assert isinstance(store.said("0xA", NOW)[0], Said)


_accounts = count(1)
BATCHES = st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), min_size=1, max_size=4), max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES, again=st.lists(st.integers(0, 5), max_size=6))
def test_whatever_comes_again_the_first_value_of_a_moment_stays(
    store: Machines, batches: list[list[tuple[int, int]]], again: list[int]
) -> None:
    account, first = f"0x{next(_accounts):x}", dict[int, int]()
    for number, batch in enumerate(batches, start=1):
        told = take(store, number, *(said(*one) for one in batch), account=account)
        assert told.stored + told.known + told.refused == len(batch)
        for at, value in batch:
            first.setdefault(at, value)
        for one in again:
            if one < number:  # an older parcel, once more
                repeated = batches[one]
                assert take(store, one + 1, *(said(*each) for each in repeated), account=account).stored == 0
    assert store.series(account, "M1", "Power", 0, 99) == sorted(first.items(), reverse=True)


# --- on a service -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mill(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    made = Hall(town, "member", tmp_path_factory.mktemp("mill"))
    made.named()
    yield made
    made.journal.close()


def refused(client: Client, parcel: shapes.Forwarded) -> int:
    with pytest.raises(Refused) as refusal:
        client.forward(parcel)
    return refusal.value.status


def test_a_gateway_that_its_member_named_is_heard_without_signing_in(town: Town, mill: Hall) -> None:
    parcel = mill.says((STATE, "running"), (STARTED, f"J1/{mill.work}"), ("Power", 1450.5))
    with town.house.client() as nobody:
        told = nobody.forward(parcel)
        again = nobody.forward(parcel)
    assert (told.stored, told.known, told.refused) == (3, 0, 0)
    assert (again.stored, again.known) == (0, 3)
    now = mill.client.machines(town.address("member"))
    (machine,) = now.machines
    assert (machine.id, machine.state, machine.operation) == (mill.machines[0], "running", f"J1/{mill.work}")
    assert {one.gateway for one in machine.metrics} == {mill.key.address}
    (gateway,) = now.gateways
    assert (gateway.address, gateway.machines, gateway.all) == (mill.key.address, mill.machines, False)
    assert (gateway.seal, gateway.missing) == (told.seal, 0)
    assert [one.value for one in mill.client.readings(town.address("member"), machine.id, "Power")] == [1450.5]


def test_a_machine_that_ended_what_it_began_works_on_nothing(town: Town, mill: Hall) -> None:
    mill.client.forward(mill.says((STARTED, "J9/O"), (FINISHED, "J9/O")))
    assert mill.client.machines(town.address("member")).machines[0].operation == ""


def test_a_key_that_nobody_named_and_another_members_gateway_are_refused(
    town: Town, mill: Hall, tmp_path: Path
) -> None:
    liar = Hall(town, "member", tmp_path)  # the right names, another key
    assert refused(town["lathe"], liar.says((STATE, "down"))) == 403
    liar.journal.close()
    parcel = mill.says((STATE, "running"))
    lathe = Hall(town, "lathe", tmp_path)
    assert refused(town["lathe"], parcel.model_copy(update={"account": lathe.to.account})) == 403
    readdressed = parcel.model_copy(update={"account": lathe.to.account, "member": lathe.to.member})
    assert refused(town["lathe"], readdressed) == 409
    lathe.journal.close()
    changed = parcel.readings[0].replace("running", "down")
    assert refused(town["lathe"], parcel.model_copy(update={"readings": [changed]})) == 409
    assert mill.client.machines(town.address("member")).machines[0].state == "running"


def test_a_gateway_whose_delegation_was_ended_is_heard_no_more(town: Town, tmp_path: Path) -> None:
    """At once: also a parcel that was signed before."""
    lathe = Hall(town, "lathe", tmp_path)
    lathe.named()
    lathe.client.forward(lathe.says((STATE, "idle")))
    signed = lathe.says((STATE, "down"))
    lathe.client.believe(lathe.key.address, days=0)  # nobody remembers for which machines it was
    assert refused(lathe.client, signed) == 403
    now = lathe.client.machines(town.address("lathe"))
    assert (now.gateways, now.machines[0].state) == ([], "idle")
    lathe.journal.close()


def test_a_gateway_speaks_for_the_machines_of_its_delegation_only(town: Town, tmp_path: Path) -> None:
    lathe = Hall(town, "lathe", tmp_path)
    lathe.client.believe(lathe.key.address, "M8")
    assert lathe.client.forward(lathe.says((STATE, "idle"))).refused == 1
    told = lathe.client.machines(town.address("lathe")).gateways
    assert [(one.machines, one.unheard) for one in told] == [([], [readings_of("M8")])]
    lathe.client.believe(lathe.key.address)
    assert lathe.client.forward(lathe.says((STATE, "idle"))).stored == 1
    assert [one.all for one in lathe.client.machines(town.address("lathe")).gateways] == [True]
    lathe.client.believe(lathe.key.address, days=0)
    assert lathe.client.machines(town.address("lathe")).gateways == []
    lathe.journal.close()


def test_a_delegate_for_something_else_is_no_gateway(town: Town, tmp_path: Path) -> None:
    lathe, me = Hall(town, "lathe", tmp_path), town.address("lathe")
    lathe.client.name_delegate(me, lathe.key.address, "sigAuth", days=1)
    assert refused(lathe.client, lathe.says((STATE, "idle"))) == 403
    with pytest.raises(Refused, match="only readings are of machines"):
        lathe.client.name_delegate(me, lathe.key.address, "sigAuth", machines=["M1"], days=1)
    lathe.journal.close()


def test_the_stream_tells_that_some_machine_spoke_and_not_whose(town: Town, mill: Hall) -> None:
    with town["stranger"]._http.stream("GET", "/api/v1/events") as stream:
        lines = stream.iter_lines()
        assert any("hello" in line for line in lines)
        mill.client.forward(mill.says((STATE, "idle")))
        told = next(line for line in lines if line.startswith("data:") and "machine" in line)
    assert '"/api/v1/outlook"' in told
    assert town.address("member") not in told


def test_machines_are_seen_by_their_member_and_coordinators(town: Town, mill: Hall) -> None:
    mill.client.forward(mill.says((STATE, "running")))
    path = f"/api/v1/members/{town.address('member')}"
    for who in ("customer", "lathe", "stranger", "treasurer"):
        for asked in (f"{path}/machines", f"{path}/readings?machine=M1&metric=State"):
            assert town[who]._http.get(asked).status_code == 404
    for who in ("member", "ada"):
        assert town[who]._http.get(f"{path}/machines").status_code == 200


def test_a_customer_sees_how_far_its_order_is_and_nothing_else(town: Town, mill: Hall) -> None:
    mill.client.forward(mill.says((STARTED, f"J1/{mill.work}")))
    works = {one.member: one for one in town["customer"].outlook(1)}
    assert town.address("member") not in works  # it has delivered, whatever its machine says
    own = works[town.address("lathe")]
    assert (own.operations, own.begun, own.finished, own.late) == (1, 0, 0, 0)
    assert town["stranger"].outlook() == []
    with pytest.raises(Refused) as refusal:
        town["stranger"].outlook(1)
    assert refusal.value.status == 404


def test_what_others_say_of_ones_machine_means_nothing(town: Town, mill: Hall) -> None:
    """A gateway of the mill that claims the lathe's machine: the forecast hears only its owner."""
    own, other = mill.machines, {"M1": ("M2", "J1/O2"), "M2": ("M1", "J1/O1")}[mill.machines[0]]
    mill.machines = [other[0]]
    mill.named()
    assert mill.client.forward(mill.says((FINISHED, other[1]))).stored == 1
    work = next(one for one in town["customer"].outlook(1) if one.member == town.address("lathe"))
    mill.named(days=0)
    mill.machines = own
    assert work.finished == 0


def test_a_gateway_hands_on_by_the_command_line_what_is_sealed_and_not_handed_on_yet(
    town: Town, tmp_path: Path
) -> None:
    league, client = town["ada"].league(), town["lathe"]
    member = town["ada"].member(town.address("lathe")).id
    config, data, table = tmp_path / "gateway.toml", tmp_path / "data", tmp_path / "log.csv"
    place = f'url = "{town.house.url}"\nleague = "{league.contracts["League"]}"\naccount = "{town.address("lathe")}"'
    said = f'member = "{member}"\nchain_id = {league.chain_id}\n[sources]\nfile = ["M9"]\n[service]\n{place}\n'
    config.write_text(said)
    moment = int(time.time() * 1000)
    table.write_text(
        f"source,machine,metric,measured,value\nfile,M9,Energy,{moment},500\nfile,M9,State,{moment},down\n"
    )
    run("telemetry", "import", table, config, "--data", data)
    run("telemetry", "forward", config, "--data", data).failed(1, "speak for its machines")
    key = KeyRing(data / "secret").address(f"gateway:{member}")
    client.believe(key, "M9")
    told = run("telemetry", "forward", config, "--data", data, "--json").json
    again = run("telemetry", "forward", config, "--data", data, "--json").json
    assert (told, again) == ({"forwarded": 1, "skipped": 0}, {"forwarded": 0, "skipped": 0})
    states = {one.id: one.state for one in client.machines(town.address("lathe")).machines}
    assert states["M9"] == "down"


def test_what_was_acknowledged_is_there_after_a_kill_once(tmp_path: Path) -> None:
    with house(tmp_path) as at:
        town = Town(at)
        ada = town.people["ada"] = at.coordinator()
        ada.set_services(["milling"])
        mill = town.people["member"] = at.wallet(ada, "Mill", "member")
        mill.register("E1", "Mill", ["milling"])
        hall = Hall(town, "member", tmp_path)
        hall.named()
        parcel = hall.says((STATE, "running"), ("Power", 1))
        mill.forward(parcel)
        at.kill()
        at.start()
        assert (again := mill.forward(parcel)).stored == 0
        assert again.known == 2
        assert [one.state for one in mill.machines(town.address("member")).machines] == ["running"]
        hall.journal.close()


def test_a_place_is_shown_to_all_and_what_is_none_is_refused(town: Town) -> None:
    luebeck = shapes.Site(town="Luebeck", latitude=53_866_000, longitude=10_687_000)
    told = town["member"].member(town.address("member"))
    body = {"id": told.id, "name": told.name, "services": told.services, "place": luebeck.model_dump()}
    town["member"]._write("PUT", "members/me", body)
    assert town["stranger"].member(told.address).place == luebeck
    town["ada"].certify(town["ada"].member(told.address))
    for wrong in ({"latitude": 90_000_001}, {"longitude": -180_000_001}, {"town": ""}, {"street": "x"}):
        with pytest.raises(Refused) as refusal:
            town["member"]._write("PUT", "members/me", {**body, "place": {**luebeck.model_dump(), **wrong}})
        assert refusal.value.status == 422
    assert town["stranger"].member(told.address).place == luebeck
