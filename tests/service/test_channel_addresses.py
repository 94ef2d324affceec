"""Which addresses name one account, and which only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import channels
from service.channels import addresses, public
from service.errors import NotFound
from service.store import Database
from tests.service.test_channels import KIM, NOW, TODAY, WHOLE, a_channel


@pytest.mark.parametrize(
    "same",
    [
        "facebook.com/Exempel",
        "http://WWW.Facebook.com/exempel/",
        "https://m.facebook.com/exempel?ref=page&fbclid=1",
        "https://sv-se.facebook.com/exempel#om",
        "https://www.fb.com/exempel",
        "https://www.facebook.com:443/exempel",
        "https://facebook.com/%65xempel",
    ],
)
def test_two_ways_to_write_one_account_are_one(same: str) -> None:
    assert addresses.key(same) == "facebook.com/exempel"


LOOK_ALIKES = [
    "https://facebook.com.evil.example/exempel",
    "https://facebook.com@evil.example/exempel",
    "https://faceb\u043eok.com/exempel",
    "https://facebook.com/ex\u0435mpel",
    "https://faceboo\u212a.com/exempel",
    "https://facebook.com/e\u200bxempel",
    "https://facebook.com/exempel\uff0e",
    "https://facebook.com\\exempel",
    "https://facebook.com/annat/../exempel",
    "https://facebook.com%2Fexempel",
    "https://facebook.com:8443/exempel",
    "ftp://facebook.com/exempel",
    "https://xn--facebok-y0a.com/exempel",
    "https://facebook.co/exempel",
    "https://facebook.com/exempe1",
]


def test_what_only_looks_like_the_account_is_never_genuine(database: Database) -> None:
    a_channel(database, url="https://www.facebook.com/exempel")
    with database.read() as session:
        assert public.verify(session, "facebook.com/exempel").answer == "yes"
        for other in LOOK_ALIKES:
            assert public.verify(session, other).answer in ("no", "unreadable"), other


def test_an_accounts_posts_lead_to_it_and_a_number_names_its_profile(database: Database) -> None:
    channel = a_channel(database, url="https://www.facebook.com/exempel")
    other = a_channel(database, url="https://facebook.com/profile.php?id=17", name="Badet på Facebook")
    with database.read() as session:
        found = public.verify(session, "https://facebook.com/exempel/posts/99?x=1")
        assert found.channel is not None and found.channel.id == channel
        found = public.verify(session, "https://m.facebook.com/profile.php?v=info&id=17")
        assert found.channel is not None and found.channel.id == other
        assert public.verify(session, "https://facebook.com/profile.php?id=18").answer == "no"
        assert public.verify(session, "https://facebook.com/").answer == "no"


_HOSTS = st.sampled_from(["facebook.com", "x.com", "exempel.se", "youtube.com"])
_NAMES = st.text("abcdefghijklmnopqrstuvwxyzåäö0123456789.-_", min_size=1, max_size=20).filter(
    lambda name: name.strip(".") == name
)


@given(_HOSTS, _NAMES, st.booleans(), st.booleans(), st.booleans())
def test_a_key_is_the_same_however_the_address_is_written(
    host: str, name: str, www: bool, slash: bool, upper: bool
) -> None:
    plain = f"https://{host}/{name}"
    written = f"http://{'www.' if www else ''}{host.upper() if upper else host}/{name}{'/' * slash}"
    assert addresses.key(written) == addresses.key(plain)
    assert addresses.key(addresses.key(plain)) == addresses.key(plain)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    try:
        found = addresses.key(f"https://exempel.se/{text}")
    except channels.NoAddress:
        return
    assert found.startswith("exempel.se")


def test_a_closed_channel_is_told_from_one_that_never_was(database: Database) -> None:
    channel = a_channel(database)
    with database.write() as session:
        channels.begin_closing(session, channel, actor=KIM, now=NOW)
        channels.close(session, channel, actor=KIM, now=NOW)
    with database.read() as session:
        found = public.verify(session, str(WHOLE["url"]))
        assert found.answer == "closed" and found.channel is not None
        assert found.channel.closed_on == TODAY


def test_a_channel_that_is_not_in_use_yet_is_not_public(database: Database) -> None:
    channel = a_channel(database, state="onboarding")
    with database.read() as session:
        assert public.listing(session).channels == ()
        assert public.verify(session, str(WHOLE["url"])).answer == "no"
        with pytest.raises(NotFound):
            public.channel(session, channel)
