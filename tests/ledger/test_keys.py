"""One secret, all accounts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hanse.errors import EnvironmentFault, InputError
from hanse.ledger.entries import Request
from hanse.ledger.keys import KeyRing, external_account


def test_a_role_has_the_same_account_in_every_run(tmp_path: Path) -> None:
    first = KeyRing(tmp_path / "secret").address("member:E1")
    assert KeyRing(tmp_path / "secret").address("member:E1") == first


def test_two_roles_and_two_secrets_have_different_accounts(tmp_path: Path) -> None:
    one, other = KeyRing(tmp_path / "one"), KeyRing(tmp_path / "other")
    assert len({one.address("a"), one.address("b"), other.address("a"), other.address("b")}) == 4


def test_derivation_is_fixed_so_that_old_data_stays_usable(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("11" * 32)
    path.chmod(0o600)
    assert KeyRing(path).address("treasury") == "0x9F390FfeD22dF18Ab4004204f6F169346368f5C9"


def test_the_secret_is_for_its_owner_only_and_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    ring = KeyRing(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().strip() not in repr(ring) + str(ring)
    assert list(tmp_path.iterdir()) == [path]


def test_a_request_shows_no_key(keys: KeyRing) -> None:
    account = keys.account("customer")
    shown = repr(Request("order", account, None, b"")) + repr(account)
    assert bytes(account.key).hex() not in shown


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_secret_others_may_read_is_refused(tmp_path: Path) -> None:
    KeyRing(tmp_path / "secret")
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(EnvironmentFault, match="others may read"):
        KeyRing(tmp_path / "secret")


@pytest.mark.parametrize("text", ["", "11" * 31, "not hexadecimal", "é"])
def test_a_damaged_secret_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret").write_text(text, encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(EnvironmentFault):
        KeyRing(tmp_path / "secret")
    assert (tmp_path / "secret").read_text(encoding="utf-8") == text


def test_a_role_without_a_name_is_refused(keys: KeyRing) -> None:
    with pytest.raises(InputError):
        keys.account("")


@pytest.mark.parametrize("key", ["", "0x12", "zz" * 32, "00" * 32])
def test_a_bad_private_key_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(InputError) as caught:
        external_account(key, "HANSE_FUNDER_KEY")
    assert not key or key not in str(caught.value)
