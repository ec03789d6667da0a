"""The other people of a league, for whoever plays one of them: `python cast.py coordinator|mill|lathe|customer`.

Each asks the service at HANSE_URL (default http://127.0.0.1:8080), does what its role does as soon as it is its turn,
and goes on until it is ended. Invitations and accounts lie in files of this folder, as people would send them by mail.
The tutorials of the documentation are played with it.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hanse

URL = os.environ.get("HANSE_URL", "http://127.0.0.1:8080")
PHRASE = "four words are easy to keep"
SHOPS = {"mill": ("E1", "Mueller", ["milling"]), "lathe": ("E2", "Lathe & Sons", ["turning"])}
PURSE = 200_000
"""Cents that the treasurer gives a customer who has paid them in."""


def mailed(name: str) -> str:
    """What somebody sent, as soon as it is there."""
    path = Path(name)
    while not path.exists() or not path.read_text():
        time.sleep(0.2)
    return path.read_text().strip()


def send(name: str, words: str) -> None:
    """Whole or not at all."""
    aside = Path(f".{name}")
    aside.write_text(words + "\n")
    aside.replace(name)


def joined(role: str, name: str) -> hanse.Client:
    """Somebody who has taken the invitation sent to that role, and is signed in."""
    client = hanse.Client(URL)
    client.join(mailed(f"{role}.invitation"), name, PHRASE)
    client.sign_in(name, PHRASE)
    return client


def coordinator() -> Callable[[], None]:
    """Founds the league's list and product, invites the others, certifies, matches, plans and proposes."""
    ada = joined("coordinator", "Ada")
    while "coordinator" not in ada.session().offices:
        time.sleep(0.2)
    ada.set_services(["milling", "turning"])
    ada.add_product("gearbox", "Gearbox", ["milling", "turning"])
    for role, office in (("mill", "member"), ("lathe", "member"), ("customer", "customer")):
        send(f"{role}.invitation", ada.invite(office))

    def turn() -> None:
        for member in ada.members():
            if not member.certified:
                ada.certify(member)
        account = Path("customer.account")
        if account.exists():
            ada.mint(account.read_text().strip(), PURSE, key=f"purse-of-{account.read_text().strip()}")
        if sum(member.certified for member in ada.members()) == len(SHOPS):
            for order in ada.orders("open"):
                ada.match(order.number)
                plan_and_propose(ada, order.number)

    return turn


def plan_and_propose(ada: hanse.Client, number: int) -> None:
    """A plan for one order, recorded as a block, and the agreement that follows from it."""
    asked = ada.order(number).asked
    question = problem(asked)
    Path("problem.json").write_text(json.dumps(question))
    result = hanse.solve(hanse.read("problem.json"), objective="cost", time_limit=5, seed=0)
    assert result.plan is not None
    hanse.write_plan(result.plan, "plan.json")
    ada.append_block(question, json.loads(Path("plan.json").read_text()), {asked["job"]: number})
    ada.propose(number)


def problem(asked: dict[str, Any]) -> dict[str, Any]:
    """One order and the two shops that can make it: milled at E1, then turned at E2."""
    machine = {"capacity": 1, "power": 10, "available": [[0, 10_000]]}
    milled = {"id": "O1", "service": "milling", "modes": [{"machine": "M1", "duration": 60, "cost": 40_000}]}
    turned = {"id": "O2", "service": "turning", "modes": [{"machine": "M2", "duration": 30, "cost": 20_000}]}
    said = {name: asked[name] for name in ("customer", "release", "due", "budget", "origin")}
    said |= {name: asked[name] and asked[name] / 1_000_000 for name in ("weight", "min_quality")}  # millionths
    return {
        "format": "hanse-problem/1",
        "name": "two shops",
        "units": {"time": "minute", "money": "cent", "distance": "metre", "energy": "Wh"},
        "sites": [{"id": "E1", "position": [0, 0]}, {"id": "E2", "position": [3000, 4000]}],
        "transport": {"cost": [[0, 500], [500, 0]], "time": [[0, 12], [12, 0]]},
        "enterprises": [
            {"id": "E1", "site": "E1", "machines": [{"id": "M1", "services": ["milling"], **machine}]},
            {"id": "E2", "site": "E2", "machines": [{"id": "M2", "services": ["turning"], **machine}]},
        ],
        "jobs": [
            {
                "id": asked["job"],
                "plans": [{"id": "A", "operations": [milled, turned]}],
                **{name: value for name, value in said.items() if value is not None},
            }
        ],
    }


def shop(role: str) -> Callable[[], None]:
    """Registers what it can do, signs what it is asked for, works, and takes its money out."""
    own = joined(role, SHOPS[role][1])
    own.register(*SHOPS[role])
    account = own.session().address

    def turn() -> None:
        for asked in own.agreements(waiting=True):
            own.sign(asked.number)
        for agreement in own.agreements():
            for milestone in agreement.milestones:
                if milestone.member == account and agreement.status == "active" and milestone.stage == "agreed":
                    own.start(agreement.number, milestone.number)
                    own.deliver(agreement.number, milestone.number, "crate 12, measured")
        paid = own.money().settlement
        if paid:
            own.withdraw("settlement", paid)

    return turn


def customer() -> Callable[[], None]:
    """Orders one gearbox, signs, pays into escrow, accepts what comes, and rates it."""
    carl = joined("customer", "Carl")
    send("customer.account", carl.session().address)
    while carl.money().account < PURSE:
        time.sleep(0.2)
    carl.place_order(product=1, quantity=1, deposit=5_000, budget=90_000, job="J1")

    def turn() -> None:
        for asked in carl.agreements(waiting=True):
            carl.sign(asked.number)
        for agreement in carl.agreements():
            if agreement.lacks:
                carl.deposit("settlement", agreement.lacks)
            for milestone in agreement.milestones:
                if milestone.stage == "delivered":
                    carl.accept(agreement.number, [milestone.number], [950_000])

    return turn


def main() -> None:
    role = sys.argv[1] if len(sys.argv) == 2 else ""
    if role not in ("coordinator", "customer", *SHOPS):
        print(__doc__)
        return
    begin = {"coordinator": coordinator, "customer": customer}.get(role, lambda: shop(role))
    turn = begin()
    while True:
        turn()
        time.sleep(0.5)


if __name__ == "__main__":
    main()
