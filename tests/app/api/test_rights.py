"""Designs, licences and sealed files on a service: what is refused, what is paid, and who reads what."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from hanse.app.api import vault
from hanse.app.api.routes.passports import PER_MINUTE
from hanse.app.client import Client, Refused, signing
from hanse.clock import SystemClock
from hanse.errors import EvidenceError, HanseError
from hanse.ledger.content import ContentStore
from hanse.ledger.opening import open_database
from hanse.model.canonical import canonical, digest
from hanse.rights.passport import check
from hanse.rights.proof import Header
from hanse.rights.sealing import Realm, head_of, publish, seal
from tests.app.api.house import House, Town, planned, question, until
from tests.app.cli import hanse

LATER = int(time.time()) + 100 * 86_400


@pytest.fixture(scope="module")
def author(town: Town) -> Client:
    return town.house.wallet(town["ada"], "Author", "customer")


@pytest.fixture(scope="module")
def people(town: Town) -> dict[str, Client]:
    """Without wallets: a customer with money, and two members of nothing."""
    made = {name: House.managed(town.house, town["ada"], name, "customer") for name in ("Klara", "Max", "Mia")}
    town["ada"].mint(made["Klara"].session().address, 500_000)
    return made


def step(words: str) -> bytes:
    return b"ISO-10303-21;\n" + words.encode()


def status_of(call: Any, *words: Any, **how: Any) -> int:
    with pytest.raises(Refused) as refused:
        call(*words, **how)
    return refused.value.status


# --- royalties --------------------------------------------------------------------------------------------------


def test_a_licensed_order_pays_the_designs_owner_when_it_is_settled(town: Town, author: Client) -> None:
    ada, customer, flange = town["ada"], town["customer"], step("flange")
    author.rights.register(digest(flange))
    drawing = customer.upload("flange.step", flange)
    assert drawing.design == digest(flange)
    # Whoever has the file and no licence gets no order of it.
    refusal = status_of(customer.place_order, product=1, quantity=3, deposit=0, drawing=drawing.content)
    assert refusal == 409
    terms: dict[str, Any] = {"pieces": 4, "until": LATER, "royalty": 700}
    licence = int(author.rights.license(drawing.design, town.address("customer"), **terms).result["licence"])
    # Nor one of more pieces than the licence has.
    assert status_of(customer.place_order, product=1, quantity=5, deposit=0, drawing=drawing.content) == 409
    told = customer.place_order(product=1, quantity=3, deposit=80_000, drawing=drawing.content, job="R1")
    order = int(told.result["order"])
    customer.match(order)
    problem, plan = planned(question({"R1": ("Customer", None)}))
    ada.append_block(problem, plan, {"R1": order})
    # An order that hides its licence is proposed to nobody.
    assert status_of(ada.propose, order) == 409
    customer.rights.use(licence, order)
    assert [(one.amount, one.paid) for one in customer.rights.uses(order)] == [(2_100, False)]
    assert next(one.left for one in author.rights.licences() if one.number == licence) == 1
    assert status_of(customer.rights.use, licence, order) == 409
    agreement = int(ada.propose(order).result["agreement"])
    for who in ("member", "lathe", "customer"):
        town[who].sign(agreement)
    until(lambda: ada.agreement(agreement).status == "active")
    for who in ("member", "lathe"):
        at = next(one.number for one in ada.agreement(agreement).milestones if one.member == town.address(who))
        town[who].start(agreement, at)
        town[who].deliver(agreement, at, "done")
    customer.accept(agreement, [0, 1], [None, None])
    until(lambda: author._get("money", _money()).designs == 2_100)  # nobody had to ask for it
    author.withdraw("designs", 2_100)
    assert ada.audit().ok


def _money() -> Any:
    from hanse.app.api.shapes import Money

    return Money


def test_the_same_file_is_registered_once_whoever_comes(town: Town, author: Client) -> None:
    wheel = digest(step("wheel"))
    author.rights.register(wheel)
    assert status_of(town["stranger"].rights.register, wheel) == 409
    # A trivially changed file is another file: it can be registered, and contested.
    copy = digest(step("wheel "))
    town["stranger"].rights.register(copy)
    author.rights.contest(copy, "my file of 2025 with one blank more")
    town["arbiter"].rights.decide(copy, author.session().address, True, "seen")
    assert author.rights.design(copy).owner == author.session().address
    assert [one.state for one in author.rights.design(copy).contests] == ["upheld"]


def test_a_licence_is_its_licensees_and_its_orders(town: Town, author: Client) -> None:
    hub = digest(step("hub"))
    author.rights.register(hub)
    terms: dict[str, Any] = {"pieces": 4, "until": LATER, "royalty": 0, "order": 1}
    number = int(author.rights.license(hub, town.address("customer"), **terms).result["licence"])
    told = town["customer"].place_order(product=1, quantity=1, deposit=0)
    assert status_of(town["customer"].rights.use, number, int(told.result["order"])) == 409  # it is for order 1
    assert status_of(town["member"].rights.use, number, 1) in (403, 404)
    assert status_of(town["stranger"].rights.license, hub, town.address("customer"), **terms) == 403


# --- sealed files -----------------------------------------------------------------------------------------------


def test_a_reader_is_let_in_and_shut_out_and_the_owner_knows(town: Town) -> None:
    customer, reader = town["customer"], town["lathe"]
    secret = step("a secret shaft")
    sent = customer.upload("shaft.step", secret)
    reader.rights.publish_key()
    assert status_of(reader.rights.open, sent.content) == 404  # unlicensed
    customer.rights.let_read(sent.content, town.address("lathe"))
    assert reader.rights.open(sent.content) == secret
    customer.rights.withdraw(sent.content, town.address("lathe"))
    for ask in (reader.rights.open, reader.content):  # neither the key nor the sealed file
        assert status_of(ask, sent.content) == 404
    told = customer.rights.readers(sent.content)
    assert [one.withdrawn is None for one in told.grants if one.reader == town.address("lathe")] == [False]
    heard = [one.what for one in told.log if one.reader == town.address("lathe")]
    assert heard == ["granted", "key", "withdrawn"]
    for who in ("lathe", "ada", "stranger"):  # the log is the owner's
        assert status_of(town[who].rights.readers, sent.content) == 404
    # A new version has a new key, which a withdrawn reader never had.
    newer = customer.upload("shaft.step", secret)
    assert newer.content != sent.content
    assert status_of(reader.rights.open, newer.content) == 404


def test_the_service_keeps_nothing_that_can_be_read(town: Town) -> None:
    secret = step("nobody reads this on a stolen disk")
    content = town["customer"].upload("disk.step", secret).content
    path = town.house.data / "content" / content[2:4] / content[4:]
    assert secret not in path.read_bytes()
    assert head_of(path.read_bytes()).file == "disk.step"
    for file in town.house.data.rglob("*"):
        if file.is_file():
            assert secret not in file.read_bytes()


def test_people_without_wallets_share_drawings_without_knowing_of_keys(town: Town, people: dict[str, Client]) -> None:
    secret = step("a bracket")
    sent = people["Klara"].upload("bracket.step", secret)
    path = town.house.data / "content" / sent.content[2:4] / sent.content[4:]
    assert secret not in path.read_bytes()
    assert people["Klara"].rights.open(sent.content) == secret
    assert status_of(people["Max"].rights.open, sent.content) == 404
    people["Klara"].rights.let_read(sent.content, people["Max"].session().address)
    assert people["Max"].rights.open(sent.content) == secret
    assert status_of(people["Mia"].rights.open, sent.content) == 404
    assert status_of(people["Max"].rights.let_read, sent.content, people["Mia"].session().address) == 404


def test_a_wallet_and_a_managed_account_read_each_others_files(town: Town, people: dict[str, Client]) -> None:
    secret = step("across")
    sent = town["customer"].upload("across.step", secret)
    town["customer"].rights.let_read(sent.content, people["Mia"].session().address)
    assert people["Mia"].rights.open(sent.content) == secret


def test_a_sealed_file_is_its_senders_and_named_as_it_says(town: Town) -> None:
    sealed, _ = seal(step("x"), owner=town.address("customer"), file="x.step")
    for who, name in (("stranger", "x.step"), ("customer", "y.step")):
        assert status_of(town[who]._send_file, name, sealed) == 422
    program, _ = seal(b"MZ", owner=town.address("customer"), file="x.exe")
    assert status_of(town["customer"]._send_file, "x.exe", program) == 422


def test_a_published_key_is_ones_own_and_never_an_old_one(town: Town) -> None:
    lathe, stranger = town["lathe"], town["stranger"]
    lathe.rights.publish_key(2)
    assert status_of(lathe.rights.publish_key, 1) == 409
    wallet, told = stranger._wallet, town["ada"].league()
    assert wallet is not None
    realm = Realm(told.chain_id, told.contracts["Designs"])
    for key in (publish(wallet, Realm(1, realm.contract)), publish(wallet, Realm(told.chain_id, "0x" + "11" * 20))):
        body = {"key": "0x" + key.key.hex(), "number": key.number, "signature": "0x" + key.signature.hex()}
        assert status_of(stranger._ask, "PUT", "keys/me", json=body) == 409  # signed for another chain or contract
    good = publish(wallet, realm)
    body = {"key": "0x" + good.key.hex(), "number": good.number, "signature": "0x" + good.signature.hex()}
    assert status_of(lathe._ask, "PUT", "keys/me", json=body) == 409  # somebody else's


def test_a_service_that_hands_out_a_key_of_its_own_is_found_out(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a service could try to read along: its own key under a reader's name."""
    customer = town["customer"]
    sent = customer.upload("trap.step", step("trap"))
    town["member"].rights.publish_key()
    true = customer.rights._key(town.address("member"))
    own = customer.rights._key(town.address("customer"))
    assert true is not None
    assert own is not None
    lie = true.model_copy(update={"key": own.key})
    monkeypatch.setattr(customer.rights, "_key", lambda _: lie)
    with pytest.raises(EvidenceError, match="not signed by its account"):
        customer.rights.let_read(sent.content, town.address("member"))


def test_a_wallet_without_a_published_key_is_told_what_to_do(town: Town) -> None:
    fresh = town.house.wallet(town["ada"], "Fresh", "customer")
    with pytest.raises(HanseError, match="published no key"):
        fresh._send_file("a.step", step("a"))


# --- passports --------------------------------------------------------------------------------------------------


def test_a_passport_is_published_by_its_customer_and_read_by_everybody(town: Town) -> None:
    made = town["customer"].rights.publish_passport(1)
    with town.house.client() as nobody:
        passport = nobody.rights.passport(made.name)
        page = nobody._http.get(f"/passports/{made.name}")
        assert page.status_code == 200
        assert made.page in page.text or "<svg" in page.text
        assert "script-src" in page.headers["content-security-policy"]
        assert nobody._http.get("/api/v1/passports/0x" + "00" * 32).status_code == 404
        # Not every content is a passport: what else lies there is not for everybody.
        secret = town["ada"].agreement(1).document
        assert nobody._http.get(f"/api/v1/passports/{secret}").status_code == 404
    assert digest(canonical(passport)) == made.name
    headers = [Header.of(bytes.fromhex(one[2:])) for one in passport["proof"]["headers"]]
    verdict = check(passport, [headers[-1].hash], town["ada"].league().contracts)
    assert verdict.issuer == town.address("customer")
    assert len(verdict.statement["steps"]) == 2


def test_nobody_publishes_the_passport_of_anothers_order(town: Town) -> None:
    for who in ("member", "coordinator", "stranger"):
        assert status_of(town[who].rights.publish_passport, 1) in (403, 404)
    assert status_of(town["customer"].rights.publish_passport, 2) == 409  # nobody agreed on it yet
    draft = town["customer"].rights.passport_draft(1)
    wallet = town["stranger"]._wallet
    assert wallet is not None
    body = {"signature": signing.typed(wallet, draft.to_sign)}
    assert status_of(town["customer"]._ask, "POST", "orders/1/passport", json=body) == 409


def test_a_passport_reads_the_whole_chain_so_nobody_has_many_made_at_once(town: Town) -> None:
    told = [town["lathe"]._http.get("/api/v1/orders/1/passport").status_code for _ in range(PER_MINUTE + 1)]
    assert told == [200] * PER_MINUTE + [429]


def test_an_owner_reads_the_end_of_a_long_log(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever may read a file could else make its owner's page as long as it likes."""
    monkeypatch.setattr(vault, "MOST_TOLD", 2)
    told = town["ada"].league()
    database, store = open_database(tmp_path), ContentStore(tmp_path / "content")
    kept = vault.Vault(database, store, SystemClock(), Realm(told.chain_id, told.contracts["Designs"]))
    sealed, _ = seal(step("x"), owner=town.address("customer"), file="x.step")
    name = store.put(sealed)
    kept.keep(name, sealed)
    kept.let(name, town.address("customer"), town.address("lathe"), b"key")
    for _ in range(3):
        kept.fetch(name, town.address("lathe"))
    assert [one.number for one in kept.log(name, town.address("customer"))] == [3, 4]
    database.close()


def test_the_command_line_is_the_same_client(town: Town, tmp_path: Path) -> None:
    wallet, reader = town["customer"]._wallet, town["member"]._wallet
    assert wallet is not None
    assert reader is not None
    as_owner = {"HANSE_KEY": bytes(wallet.key).hex(), "HANSE_URL": town.house.url}
    as_reader = as_owner | {"HANSE_KEY": bytes(reader.key).hex()}
    file, out = tmp_path / "gear.step", tmp_path / "out.step"
    file.write_bytes(step("by command"))
    told = hanse("rights", "register", file, "--json", cwd=tmp_path, **as_owner)
    assert told.code == 0, told
    assert told.json["owner"] == wallet.address
    hanse("rights", "register", file, cwd=tmp_path, **as_reader).failed(1, "registered already")
    assert hanse("rights", "key", cwd=tmp_path, **as_reader).code == 0
    content = hanse("rights", "seal", file, "--json", cwd=tmp_path, **as_owner).json["content"]
    hanse("rights", "open", content, "--out", out, cwd=tmp_path, **as_reader).failed(1, "not here, or not for you")
    assert hanse("rights", "grant", content, reader.address, cwd=tmp_path, **as_owner).code == 0
    assert hanse("rights", "open", content, "--out", out, cwd=tmp_path, **as_reader).code == 0
    assert out.read_bytes() == file.read_bytes()
    assert hanse("rights", "withdraw", content, reader.address, cwd=tmp_path, **as_owner).code == 0
    log = hanse("rights", "log", content, "--json", cwd=tmp_path, **as_owner).json["log"]
    assert [one["what"] for one in log if one["reader"] == reader.address] == ["granted", "key", "withdrawn"]
    terms = ("--pieces", "3", "--until", "2030-01-01", "--royalty", "10")
    told = hanse("rights", "license", file, reader.address, *terms, "--json", cwd=tmp_path, **as_owner)
    assert told.code == 0, told
    assert (
        hanse("rights", "designs", "--json", cwd=tmp_path, **as_owner).json["licences"][-1]["number"]
        == told.json["licence"]
    )
    hanse("rights", "designs", "--url", town.house.url).failed(2, "who are you?")
