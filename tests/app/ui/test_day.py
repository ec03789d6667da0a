"""A league's day in the browser: the whole life of two orders, with five people in five windows and two solvers.

Nothing is asked of the API here but what pages ask; only solvers, who are programs, come by the chain.
"""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from hanse.app import gateway
from hanse.app.client import Client
from hanse.app.simulate.broker import Publisher
from hanse.app.simulate.play import NODE, Moments, Player
from hanse.app.ui import texts
from hanse.app.ui.texts import STATES
from hanse.instances import hanse_json
from hanse.lab.floor.shop import Shop
from hanse.lab.floor.trouble import Trouble
from hanse.ledger.keys import KeyRing
from hanse.ledger.rpc import RpcChain
from hanse.ledger.standing import standing
from hanse.telemetry.journal import Journal
from tests.app.api.house import PHRASE, SERVICES, House, house, question
from tests.app.api.test_rounds import solvers
from tests.app.ui.conftest import Windows, shot
from tests.telemetry.conftest import Mosquitto


class Person:
    """Somebody at a window, who finds things by what they say."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name

    def join(self, link: str) -> None:
        """By the link of an invitation: a name, a pass-phrase, the sheet; then signed in."""
        page = self.page
        page.goto(link)
        page.fill("[name=name]", self.name)
        page.fill("[name=passphrase]", PHRASE)
        page.get_by_role("button", name=texts.Welcome.join, exact=True).click()
        expect(page.locator("#sheet pre")).to_contain_text(self.name)
        page.get_by_role("link", name=texts.Welcome.kept).click()
        page.fill("[name=name]", self.name)
        page.fill("[name=passphrase]", PHRASE)
        page.keyboard.press("Enter")
        expect(page.locator("main h1")).to_have_text(texts.Overview.title)

    def go(self, path: str) -> None:
        self.page.goto(path)
        expect(self.page.locator("main h1")).to_be_visible()
        self.page.wait_for_load_state("networkidle")

    def fill(self, label: str, value: str) -> None:
        self.page.get_by_label(label).last.fill(value)

    def choose(self, label: str, *options: str) -> None:
        """In a list that opens."""
        self.page.get_by_label(label).last.click()
        for option in options:
            self.page.get_by_role("option", name=option, exact=True).click()
        self.page.keyboard.press("Escape")

    def press(self, button: str, *, first: bool = False) -> None:
        found = self.page.get_by_role("button", name=button, exact=True)
        (found.first if first else found.last).click()

    def agree(self, button: str) -> None:
        """To the question that was asked."""
        self.page.locator("[role=alertdialog], [role=dialog]").get_by_role("button", name=button, exact=True).click()

    def hears(self, words: str) -> None:
        """Something the page says of what was done."""
        expect(self.page.locator(".q-notification").filter(has_text=words).first).to_be_visible()

    def sees(self, words: str) -> None:
        expect(self.page.locator("#main")).to_contain_text(words)


def invited(ada: Person, *offices: str) -> str:
    """The link of a new invitation."""
    ada.go("/members")
    form = ada.page.locator("#invite")
    ada.choose(texts.Members.invite_as, "member", *offices)  # the first is chosen already; pressing takes it away
    form.get_by_role("button", name=texts.Members.invite_do).click()
    link = form.locator(".link")
    expect(link).to_be_visible()
    return link.inner_text()


def later(url: str, hours: int) -> datetime:
    """By the chain's clock, which is ahead of ours by the windows that were jumped over."""
    chain = RpcChain(url)
    newest = chain.block(chain.height())
    assert newest is not None
    return datetime.fromtimestamp(newest.timestamp, UTC) + timedelta(hours=hours)


PLACES = {"E1": ("Luebeck", "53.866", "10.687"), "E2": ("Hamburg", "53.55", "10")}


def mosquitto() -> str | None:
    """The broker's program; None if there is none here and none is asked for."""
    found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    assert found or not os.environ.get("HANSE_REQUIRE_BROKER"), "no mosquitto on this machine"
    return found


@contextmanager
def machines_speak(program: str, at: House, reader: Client, home: Path, shops: dict[str, Person]) -> Iterator[None]:
    """The simulator plays the plan of block 1 until the second machine breaks down, on a real broker; the gateway of
    each shop hears its machines and hands on what it sealed, once its shop has named it."""
    league, order = reader.league(), reader.order(1)
    assert order.block is not None
    problem = hanse_json.read_problem(reader._http.get(f"/api/v1/problems/{order.block.problem}").content)
    plan = hanse_json.read_plan(reader._http.get(f"/api/v1/plans/{order.block.plan}").content)
    (home / "broker").mkdir()
    broker, over = Mosquitto(program, home / "broker"), threading.Event()
    threads = []
    for id, shop in shops.items():
        machine = next(name for name, owner in problem.owner.items() if owner.id == id)
        settings = gateway.Settings(
            member=id, sources={f"{id}/{NODE}": [machine]}, chain_id=league.chain_id, seal_every=0.5,
            mqtt=gateway.MqttSettings("127.0.0.1", broker.port, group=id),
            service=gateway.ServiceSettings(at.url, league.contracts["League"], account_of(reader, shop.name)),
        )  # fmt: skip
        key = KeyRing(home / f"gateway-{id}").account(f"gateway:{id}")
        shop.go("/shop")
        shop.fill(texts.Floor.address, key.address)
        shop.fill(texts.Floor.name, f"hall of {id}")
        shop.fill(texts.Floor.its_machines, machine)
        shop.press(texts.Floor.add)
        shop.hears(texts.Floor.gateways_done)
        journal = Journal(home / f"{id}.db", member=id, chain_id=league.chain_id)
        thread = threading.Thread(target=gateway.listen, args=(settings, journal, key, over.is_set))
        thread.start()
        threads.append((thread, journal))
    try:
        time.sleep(1)  # until they listen
        publisher = Publisher(problem, "127.0.0.1", broker.port)
        player = Player(problem, Moments(int(time.time() * 1000), 5), [publisher], live=True)
        begins = max(one.start for one in plan.assignments)
        player(Shop(problem, plan.assignments, Trouble(down={"M2": ((begins - 1, 9_000),)})).until(begins + 5))
        publisher.close()
        yield
    finally:
        over.set()
        for thread, journal in threads:
            thread.join()
            journal.close()
        broker.stop()


def account_of(reader: Client, name: str) -> str:
    """The account of somebody, by name."""
    return next(one.address for one in reader.members() if one.name == name)


def test_a_day_of_the_league(browser: Browser, tmp_path: Path) -> None:
    with standing(tmp_path / "chain") as chain, house(tmp_path, chain=chain.url) as at, Windows(browser, at) as window:
        ada, carl, mill, lathe, audra = (
            Person(window(), name) for name in ("Ada", "Carl", "Mueller", "Lathe", "Audra")
        )

        # The founder comes by the link that the first start printed, and says what the league can do.
        ada.join(f"/join?invitation={at.invitation}")
        expect(ada.page.locator("nav a[href='/planning']")).to_have_count(1)
        ada.go("/members#services")
        ada.fill(texts.Members.services_title, "\n".join(SERVICES))
        ada.page.locator("#services").get_by_role("button", name=texts.Common.save).click()
        ada.hears(texts.Members.services_done)

        # She invites four people, who join.
        for person, office in ((carl, "customer"), (mill, "member"), (lathe, "member"), (audra, "solver")):
            person.join(invited(ada, *([office] if office != "member" else ["member"])))

        # Two shops say what they can do; the notary certifies what she has seen.
        for shop, id, service in ((mill, "E1", "milling"), (lathe, "E2", "turning")):
            shop.go("/members")
            shop.fill(texts.Members.id, id)
            shop.choose(texts.Members.services, service)
            for label, said in zip(
                (texts.Members.town, texts.Members.latitude, texts.Members.longitude), PLACES[id], strict=True
            ):
                shop.fill(label, said)
            shop.press(texts.Members.join)
            shop.hears(texts.Members.join_done)
            ada.go("/members")
            ada.page.locator(".listing").get_by_role("link", name=id).click()
            ada.press(texts.Members.certify)
            ada.agree(texts.Members.certify)
            ada.hears(texts.Members.certify_done.format(shop.name))
        shot(ada.page, "day-certified")

        # A product; money for the customer, the pot, and the shops' guarantees.
        ada.go("/planning")
        ada.page.get_by_text(texts.Planning.add, exact=True).click()
        ada.fill(texts.Planning.id, "gearbox")
        ada.fill(texts.Planning.name, "Gearbox")
        ada.choose(texts.Planning.needs, "milling", "turning")
        ada.press(texts.Planning.add_do)
        ada.hears(texts.Planning.added.format("Gearbox"))
        for name, amount in (("Carl", "5000"), ("Ada", "500.00"), ("Mueller", "500"), ("Lathe", "500")):
            ada.go("/money")
            ada.choose(texts.Money.mint_to, name)
            ada.fill(texts.Money.amount, amount)
            ada.press(texts.Money.mint)
            ada.agree(texts.Money.mint)
            ada.hears(texts.Money.mint_done)
        shot(ada.page, "day-paid-in")

        # The customer orders, and asks who can make it.
        carl.go("/orders/new")
        carl.fill(texts.Orders.quantity, "2")
        carl.fill(texts.Orders.at_most, "900")
        carl.fill(texts.Orders.deposit, "50")
        carl.press(texts.Orders.new)
        carl.agree(texts.Orders.new)
        carl.page.wait_for_url(re.compile("/orders/1$"))
        carl.press(texts.Orders.match)
        carl.hears(texts.Orders.matched)
        carl.sees(texts.Orders.can_part.format(2))
        shot(carl.page, "day-order")

        # The coordinator has solvers compete for its plan, and records what they brought.
        reader = at.client()
        reader.sign_in("Ada", PHRASE)
        job = reader.order(1).asked["job"]
        file = tmp_path / "gearboxes.json"
        file.write_bytes(hanse_json.write_problem(question({job: ("Carl", 90_000)})))
        ada.go("/planning")
        ada.page.set_input_files("input[type=file]", file)
        ada.sees(texts.Studies.all_orders.format(1))
        ada.fill(texts.Planning.round_pot, "5.00")
        ada.choose(texts.Planning.round_minutes, texts.Planning.round_minutes_of[60])
        ada.press(texts.Planning.round_open)
        ada.agree(texts.Planning.round_open)
        ada.page.wait_for_url(re.compile("/rounds/1$"))
        with solvers(at, chain, reader.league().contracts["League"], reader, "all", "share:1/2") as accounts:
            expect(ada.page.locator("table tbody tr")).to_have_count(2, timeout=200_000)
            chain.jump(reader.round(1).round.commit_end)
            expect(ada.page.locator("table tbody")).to_contain_text(texts.Rounds.fates["would win"])
            shot(ada.page, "day-round")
            for window_end in ("reveal_end", "challenge_end"):
                chain.jump(getattr(reader.round(1).round, window_end))
            expect(ada.page.locator(".cards .value").first).to_have_text(texts.Rounds.phases["over"])
        assert len(accounts) == 2
        ada.press(texts.Rounds.outcome_do)
        ada.page.wait_for_url(re.compile("/planning"))
        ada.press(texts.Planning.record)
        ada.agree(texts.Planning.record)
        ada.hears(texts.Planning.recorded)

        # One shop asks for more; the coordinator promotes it; everybody signs and the money is put down.
        ada.go("/orders/1")
        ada.press(texts.Orders.propose)
        ada.agree(texts.Orders.propose)
        ada.hears(texts.Orders.proposed)
        lathe.go("/agreements/1")
        lathe.press(texts.Agreements.counter)
        lathe.fill(texts.Agreements.compensation, "20.00")
        lathe.fill(texts.Agreements.why, "the night shift")
        lathe.agree(texts.Agreements.counter_send)
        lathe.hears(texts.Agreements.counter_done)
        ada.go("/agreements/1")
        ada.press(texts.Agreements.revise)
        shot(ada.page, "day-promotion")
        ada.agree(texts.Agreements.revise_send)
        ada.hears(texts.Agreements.revise_done)
        for person in (mill, lathe, carl):
            person.go("/agreements/1")
            person.press(texts.Agreements.sign)
            person.agree(texts.Agreements.sign)
            person.hears("Signed")
        lacks = re.compile(texts.Agreements.put_down.format(".*"))
        # Drawn again by now: a button that is drawn anew in that moment misses a click.
        expect(carl.page.locator("#main")).not_to_contain_text(texts.Agreements.needs_sign.format("Carl"))
        carl.page.get_by_role("button", name=lacks).click()
        carl.page.get_by_role("alertdialog").get_by_role("button", name=lacks).click()
        carl.sees(STATES["active"])
        shot(carl.page, "day-agreed")

        # Both begin.
        for shop in (mill, lathe):
            shop.go("/shop")
            shop.press(texts.Agreements.start)
            shop.agree(texts.Agreements.start)
            shop.hears(texts.Agreements.start_done)

        # Machines speak. The lathe's stops; when its work turns late everybody who can do something sees it.
        if (program := mosquitto()) is not None:
            with machines_speak(program, at, reader, tmp_path, {"E1": mill, "E2": lathe}):
                mill.go("/shop")
                mill.sees(texts.Floor.finished)
                mill.sees("signed by hall of E1")
                lathe.go("/shop")
                lathe.sees(texts.Floor.states["down"])
                ada.go("/")
                expect(ada.page.locator("#main")).not_to_contain_text(texts.Overview.forecast)
                chain.jump(reader.agreement(1).milestones[1].due + 45 * 60)
                ada.go("/")
                ada.sees(texts.Overview.forecast)
                ada.sees("order 1, Lathe:")
                expect(ada.page.locator(".map path.way.late")).to_have_count(1)
                shot(ada.page, "day-late")
                carl.go("/orders/1")
                carl.sees(texts.Orders.told.format(0, 1))
                shot(carl.page, "day-order-late")
                mill.sees("0.6 kWh in the last day")
                shot(mill.page, "day-machines")
                lathe.go("/")
                lathe.page.get_by_role("link", name=texts.Overview.forecast_rescue).click()

        # So that it is not late it takes free time of the mill, who moves nothing for it.
        mill.go("/free-time")
        mill.press(texts.Offers.offer)
        begin = later(chain.url, hours=2)
        mill.fill(texts.Offers.machine_number, "1")
        mill.fill(texts.Offers.start, f"{begin:%Y-%m-%dT%H:%M}")
        mill.fill(texts.Offers.end, f"{begin + timedelta(hours=8):%Y-%m-%dT%H:%M}")
        mill.fill(texts.Offers.price_hour, "60")
        mill.agree(texts.Offers.offer)
        mill.hears(texts.Offers.offered)
        lathe.go("/free-time")
        lathe.page.locator(".listing").get_by_role("link", name=mill.name).click()
        lathe.press(texts.Offers.take)
        lathe.agree(texts.Offers.take)
        put_down = re.compile(texts.Offers.fund.format(".*"))
        lathe.page.get_by_role("alertdialog").get_by_role("button", name=put_down).click()
        lathe.hears(texts.Offers.taken)
        mill.go("/free-time")
        mill.press(texts.Offers.confirm)
        mill.agree(texts.Offers.confirm)
        mill.page.get_by_role("alertdialog").get_by_role("button", name=put_down).click()
        mill.hears(texts.Offers.confirmed)
        shot(lathe.page, "day-free-time")
        chain.jump(int((begin + timedelta(hours=2)).timestamp()))
        lathe.press(texts.Offers.accept)
        lathe.agree(texts.Offers.accept)
        lathe.hears(texts.Offers.accepted)

        # Both deliver; the customer accepts and rates, and everybody is paid.
        for shop in (mill, lathe):
            shop.go("/shop")
            shop.press(texts.Agreements.deliver)
            shop.fill(texts.Agreements.deliver_words, "two crates, measured")
            shop.agree(texts.Agreements.deliver)
            shop.hears(texts.Agreements.deliver_done)
        shot(lathe.page, "day-shop")
        carl.go("/orders/1")
        carl.press(texts.Agreements.accept_all.format(2))
        for rated in carl.page.get_by_role("dialog").get_by_role("combobox").all():
            rated.click()
            carl.page.get_by_role("option", name=texts.Agreements.ratings[1_000_000]).click()
        carl.agree(texts.Agreements.accept)
        carl.hears(texts.Agreements.accept_done)
        carl.sees(texts.Agreements.endings["accepted"])
        ada.go("/")
        expect(ada.page.locator("#main")).not_to_contain_text(texts.Overview.forecast)
        shot(carl.page, "day-done")
        lathe.go("/money")
        lathe.page.get_by_label(texts.Money.purse).last.wait_for()
        paid = lathe.page.locator(".figure", has_text=texts.Money.settlement).locator(".value")
        expect(paid).to_have_text("225.00")  # its work, its transport, and what was promised on top

        # Anybody can have all of it recomputed.
        audra.go("/evidence")
        audra.press(texts.Evidence.audit_do)
        audra.sees("agrees")
        shot(audra.page, "day-audit")
