"""A broker which comes back gets its queues and its guests again, once, and only when it takes a login."""

from pathlib import Path
from typing import cast

import pytest

from deploy import guests
from deploy.broker import Definitions, ForeignNode, PrivateBroker
from deploy.levels import Seat, seats
from deploy.refit import Refitting, WentAgain
from deploy.supervisor import Supervisor
from services.plumbing.settings import Settings


class Programs:
    """How often each program was started again."""

    def __init__(self) -> None:
        self.counts = {"broker": 0, "broker-150400": 0}

    def restarts(self) -> dict[str, int]:
        return self.counts


class Node:
    """A broker that remembers what was done to it."""

    def __init__(self) -> None:
        self.ready: bool | None = True
        self.done: list[str] = []
        self.breaks = False

    def is_ready(self) -> bool:
        if self.ready is None:
            raise ForeignNode("its user is not there yet")
        return self.ready

    def admit(self, definitions: Definitions) -> None:
        self.done += [str(user["name"]) for user in definitions["users"]]

    def settle(self) -> None:
        if self.breaks:
            raise ConnectionError("it went again")
        self.done.append("settled")


def a_run(folder: Path) -> tuple[Refitting, Programs, Node, Node, list[str]]:
    """A banner and its city, each with a broker; the city has the banner as a guest."""
    chain = seats(Settings(var=folder, authority="150424"), 2)
    city = next(seat for seat in chain if seat.code == "150400")
    guests.put(city.keys, guests.invite("150424", city.vhost)[0])
    programs, own, upper, declared = Programs(), Node(), Node(), list[str]()
    nodes = {"150424": cast(PrivateBroker, own), "150400": cast(PrivateBroker, upper)}

    def declare(seat: Seat) -> None:
        declared.append(seat.code)

    return Refitting(chain, nodes, cast(Supervisor, programs), declare), programs, own, upper, declared


def test_a_broker_that_never_went_is_left_alone(tmp_path: Path) -> None:
    refitting, _, own, upper, declared = a_run(tmp_path)
    assert (refitting.look(), declared, own.done, upper.done) == ([], [], [], [])


def test_the_broker_that_came_back_gets_its_queues_and_guests_once(tmp_path: Path) -> None:
    refitting, programs, own, upper, declared = a_run(tmp_path)
    programs.counts["broker-150400"] = 1
    assert refitting.look() == ["150400"]
    assert (declared, own.done, upper.done) == (["150400"], [], ["up.150424", "settled"])
    assert refitting.look() == []


def test_one_that_goes_again_meanwhile_is_tried_anew(tmp_path: Path) -> None:
    refitting, programs, own, _, _ = a_run(tmp_path)
    programs.counts["broker"] = 1
    own.breaks = True
    with pytest.raises(WentAgain):
        refitting.look()
    own.breaks = False
    assert refitting.look() == ["150424"]


def test_nothing_is_declared_before_it_takes_our_login(tmp_path: Path) -> None:
    refitting, programs, own, _, declared = a_run(tmp_path)
    programs.counts["broker"] = 1
    for state in (False, None):
        own.ready = state
        assert (refitting.look(), declared) == ([], [])
    own.ready = True
    assert refitting.look() == ["150424"]
    assert own.done == ["settled"]  # it has no lower authorities
