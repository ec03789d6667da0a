"""How a league comes to be: its contracts are deployed, or found at an address; and who pays for gas.

Deploying is some sixty transactions under fixed keys, so one that was interrupted goes on where it stopped. The address
book comes last: once it exists, everything it names exists and fits.
"""

from __future__ import annotations

import os
from pathlib import Path

from eth_utils.address import is_address, to_checksum_address

from hanse.errors import ChainFault, EnvironmentFault, InputError
from hanse.governance.rules import DAY, Rules
from hanse.ledger.chain import Call, Chain
from hanse.ledger.contracts import NAMES, contract, role
from hanse.ledger.council import GOVERNED
from hanse.ledger.entries import Request
from hanse.ledger.keys import KeyRing, external_account
from hanse.ledger.league import ADMIN, ARBITER, COORDINATOR, NOTARY, SECOND_ARBITER, TREASURY, Addresses, League
from hanse.ledger.outbox import Outbox
from hanse.ledger.signing import created_address
from hanse.units import MILLION

FUNDER_VARIABLE = "HANSE_FUNDER_KEY"
PARTS = (
    "token",
    "registry",
    "catalogue",
    "orders",
    "matching",
    "blocks",
    "rounds",
    "challenge",
    "agreements",
    "settlement",
    "offers",
    "anchors",
    "identities",
    "communities",
    "council",
    "charter",
    "versions",
    "designs",
    "quotations",
)
"""What the address book names, in its order."""

NOBODY = "0x" + "00" * 20
"""In the place of the judge of a league without one."""

LEAGUE_RULES, LEAGUE_TIMELOCK = Rules("certified", quorum=MILLION // 4), 2 * DAY
"""How a league decides until it decides otherwise: a day to read, three to vote, a quarter has to take part, and two
days pass before anything is done."""

TOP_UP = 10
"""An account that runs short gets this many times what it lacks now, so that not every transaction needs two."""


def found_league(name: str, chain: Chain, outbox: Outbox, keys: KeyRing) -> League:
    """Deploys the contracts and gives the league's own roles their rights. Raises ChainFault."""
    admin = keys.account(ADMIN)

    def deploy(contract_name: str, *arguments: object) -> str:
        data = contract(contract_name).creation(*arguments)
        entry = outbox.submit(Request(f"league/deploy/{contract_name}", admin, None, data))
        return to_checksum_address(created_address(entry.sender, entry.nonce))

    def grant(contract_name: str, at: str, right: str, to: str, which: str = "") -> None:
        data = contract(contract_name).encode("grantRole", role(right), to)
        outbox.submit(Request(f"league/grant/{contract_name}/{right}{which}", admin, at, data))

    with outbox.batch():
        token = deploy("LeagueToken", f"{name} cent", "HNS", admin.address)
        registry = deploy("MemberRegistry", admin.address)
        orders = deploy("OrderBook", admin.address, token)
        catalogue = deploy("ProductCatalogue", admin.address, orders)
        matching = deploy("Matching", admin.address, registry, catalogue, orders)
        blocks = deploy("Blocks", admin.address, orders)
        rounds = deploy("Rounds", admin.address, token)
        challenge = deploy("Challenge", rounds) if "Challenge" in NAMES else NOBODY
        settlement = deploy("Settlement", admin.address, token, orders, keys.address(TREASURY))
        identities = deploy("Identities")
        agreements = deploy("Agreements", admin.address, settlement, rounds, identities)
        offers = deploy("Offers", admin.address, token, registry)
        anchors = deploy("Anchors")
        council = deploy("Council", admin.address, token, registry)
        communities = to_checksum_address(created_address(council, 1))  # its constructor makes it
        charter = deploy("Charter", admin.address, offers)
        versions = deploy("Versions", admin.address)
        designs = deploy("Designs", admin.address, token, orders, settlement)
        quotations = deploy("Quotations", admin.address, token, registry)
    offices = (
        token, registry, orders, catalogue, matching, blocks, rounds, settlement, agreements, offers, communities,
        council, charter, versions, designs, quotations,
    )  # fmt: skip
    with outbox.batch():
        grant("LeagueToken", token, "MINTER_ROLE", keys.address(TREASURY))
        grant("MemberRegistry", registry, "NOTARY_ROLE", keys.address(NOTARY))
        grant("ProductCatalogue", catalogue, "COORDINATOR_ROLE", keys.address(COORDINATOR))
        grant("OrderBook", orders, "CATALOGUE_ROLE", catalogue)
        grant("OrderBook", orders, "COORDINATOR_ROLE", keys.address(COORDINATOR))
        grant("OrderBook", orders, "SCHEDULER_ROLE", blocks)
        grant("Blocks", blocks, "COORDINATOR_ROLE", keys.address(COORDINATOR))
        grant("Rounds", rounds, "COORDINATOR_ROLE", keys.address(COORDINATOR))
        if challenge != NOBODY:
            data = contract("Rounds").encode("appoint", challenge)
            outbox.submit(Request("league/appoint/Rounds/judge", admin, rounds, data))
        grant("OrderBook", orders, "SETTLEMENT_ROLE", settlement)
        grant("Settlement", settlement, "AGREEMENTS_ROLE", agreements)
        grant("Settlement", settlement, "ARBITER_ROLE", keys.address(ARBITER))
        grant("Settlement", settlement, "ARBITER_ROLE", keys.address(SECOND_ARBITER), "/second")
        grant("Agreements", agreements, "COORDINATOR_ROLE", keys.address(COORDINATOR))
        grant("Offers", offers, "ARBITER_ROLE", keys.address(ARBITER))
        for follower, at in (("Rounds", rounds), ("Agreements", agreements), ("Offers", offers)):
            data = contract(follower).encode("follow", charter)
            outbox.submit(Request(f"league/follow/{follower}", admin, at, data))
        # Offices are identities': a key that was given up holds none.
        for holder, at in zip(GOVERNED, offices, strict=True):
            data = contract(holder).encode("recognise", identities)
            outbox.submit(Request(f"league/recognise/{holder}", admin, at, data))
        # The league itself is the first community: its certified members, as far as they wish to decide.
        data = contract("Communities").encode("found", _short(name), LEAGUE_RULES.words(), LEAGUE_TIMELOCK)
        outbox.submit(Request("league/found/Communities", admin, communities, data))
        grant("Designs", designs, "ARBITER_ROLE", keys.address(ARBITER))
        grant("Quotations", quotations, "ARBITER_ROLE", keys.address(ARBITER))
        parts = (token, registry, catalogue, orders, matching, blocks, rounds, challenge, agreements, settlement)
        later = (offers, anchors, identities, communities, council, charter, versions, designs, quotations)
        league = deploy("League", name, (*parts, *later))
    return attach_league(league, chain, outbox, keys)


def attach_league(address: str, chain: Chain, outbox: Outbox, keys: KeyRing) -> League:
    """The league whose address book is at `address`. Raises InputError for no address,
    ChainFault if no league is there."""
    if not is_address(address):
        raise InputError("a league's address is 0x and 40 hexadecimal digits", where=address[:80])
    address = to_checksum_address(address)
    book = contract("League")
    hint = "is it the right chain, and the address of the League contract?"
    if not chain.code(address):
        raise ChainFault("there is no contract at this address", where=address, hint=hint)

    def ask(function: str) -> str:
        return str(book.decode(function, chain.call(Call(address, address, book.encode(function)))))

    try:
        parts = [ask(part) for part in PARTS]
        name = ask("name")
    except ChainFault:
        raise ChainFault("the contract at this address is no league", where=address, hint=hint) from None
    for part in parts:
        if part != NOBODY and not chain.code(part):
            raise ChainFault("a part of the league has no contract", where=part, hint=hint)
    return League(name, Addresses(address, *parts), chain, outbox, keys)


def funder(chain: Chain, outbox: Outbox, key_file: Path | None = None) -> None:
    """Gives `outbox` a way to top up accounts that run short of gas money, from the account whose private key is in
    HANSE_FUNDER_KEY or in `key_file`. Without either, an account that runs short raises EnvironmentFault saying so."""
    where, key = FUNDER_VARIABLE, os.environ.get(FUNDER_VARIABLE, "")
    if not key and key_file is not None:
        where = str(key_file)
        try:
            key = key_file.read_text(encoding="ascii")
        except (OSError, ValueError):
            raise EnvironmentFault("the funder's key file cannot be read", where=where) from None
    payer = external_account(key, where) if key else None

    def top_up(address: str, needed: int) -> None:
        has = chain.balance(address)
        if has >= needed:
            return
        lack = f"{address} needs {_coins(needed)} for gas on this chain and has {_coins(has)}"
        if payer is None:
            raise EnvironmentFault(
                lack, where="gas money", hint=f"put the private key of an account with coins in {FUNDER_VARIABLE}"
            )
        if payer.address == address:
            raise ChainFault(f"the funder itself runs short: {lack}", where=where, hint="send coins to that address")
        # Numbered by what was sent before: a crash in between is finished by the replay, not repeated.
        prefix = f"fund/{address}/"
        request = Request(f"{prefix}{outbox.count(prefix)}", payer, address, b"", value=TOP_UP * needed - has)
        outbox.wait(outbox.submit(request))

    outbox.fund = top_up


def _short(name: str) -> str:
    """A league's name as its community's, which has 1 to 64 bytes."""
    return name.encode()[:64].decode(errors="ignore") or "League"


def _coins(wei: int) -> str:
    return f"{wei / 10**18:.9f}".rstrip("0").rstrip(".") + " coins"
