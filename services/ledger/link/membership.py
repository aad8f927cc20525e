"""Membership of levels: invited by a secret that is used once, joined by a key, suspended, removed."""

import hashlib
import hmac

from services.contracts.envelope import Envelope
from services.contracts.forwarding import SuperiorNamed
from services.contracts.links import (
    AuthorityJoined,
    AuthorityKeyChanged,
    AuthorityStandingChanged,
    Hello,
    Rejected,
    Welcome,
)
from services.ledger import own_entries
from services.ledger.canonical import canonical_bytes
from services.ledger.link import pages, refusals, store
from services.ledger.link.keys import BadKey, SigningKey, Verifier, name_of
from services.ledger.link.mail import post
from services.ledger.link.messages import Became, TakenFromBelow
from services.ledger.link.states import LinkState, UpState
from services.ledger.link.store import CHILD, SUPERIOR, Link, Origin
from services.plumbing.errors import Conflict, NotFound, Problem
from services.plumbing.switchboard import Office


def hash_of(secret: str) -> str:
    """What is kept of an invitation's secret, in hex, and what a hello is proved with."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _proof(secret_hash: str, public_key: str) -> str:
    return hmac.new(secret_hash.encode(), public_key.encode(), hashlib.sha256).hexdigest()


# --- the superior's side ---------------------------------------------------------------------------------------------


def invite(office: Office, code: str, name: str, level: str, secret: str, amqp_user: str) -> None:
    """An authority may join with this secret; again for one that has lost its key. Raises Conflict."""
    known = store.link(office.connection, code)
    if code == office.authority or (known is not None and known.relation == SUPERIOR):
        raise Conflict(Problem("code", "{code} cannot be below {own}.", {"code": code, "own": office.authority}))
    fresh = Link(code, CHILD, name, level, LinkState.INVITED, hash_of(secret), amqp_user)
    if known is not None and known.state is not LinkState.REMOVED:
        fresh.joined_at, fresh.last_contact = known.joined_at, known.last_contact
    store.write_link(office.connection, fresh)


def take_hello(office: Office, key: SigningKey, hello: Hello, sender: str, name: str, level: str) -> TakenFromBelow:
    """An invited authority shows its key: from now on its ledger is taken, and mail lies ready for it."""
    connection, now = office.connection, office.now.timestamp()
    link = store.link(connection, sender)
    if link is None or link.relation != CHILD or hello.code != sender:
        return _rejected("nobody of this code was invited")
    if not hmac.compare_digest(_proof(link.secret_hash, hello.public_key), hello.proof):
        return _rejected("the invitation is another one, or was withdrawn")
    try:
        given = Verifier.read(hello.public_key)
    except BadKey as wrong:
        return _rejected(str(wrong))
    if given.name != name_of(sender):
        return _rejected("the key is not in this authority's name")
    welcome = Welcome.model_validate(
        {"code": office.authority, "name": name, "level": level, "public_key": key.public_text}
    )
    answer = canonical_bytes(welcome.model_dump(mode="json"))
    if link.state is not LinkState.INVITED:
        known = store.keys_of(connection, sender)
        if link.state is LinkState.JOINED and known and any(one == given for _, one in known):
            return TakenFromBelow(Became.REPEATED, answer, origin=sender)
        return _rejected("the invitation was used already")
    link.stands(LinkState.JOINED)
    link.name, link.level = hello.name, hello.level
    # Who was given a new password or key joined when he first did.
    link.joined_at, link.last_contact = link.joined_at or now, now
    store.write_link(connection, link)
    one = store.origin(connection, sender) or Origin(sender)
    one.via, one.name, one.level = sender, hello.name, hello.level
    store.write_origin(connection, one)
    store.add_key(connection, sender, hello.public_key, now)
    joined = AuthorityJoined(
        code=sender, name=hello.name, level=hello.level, public_key=given.text, via=office.authority
    )
    own_entries.say_aloud(office, joined)
    post.catch_up(office, sender)
    return TakenFromBelow(Became.TAKEN, answer, origin=sender)


def _rejected(why: str) -> TakenFromBelow:
    return TakenFromBelow(Became.REFUSED, canonical_bytes(Rejected(why=why).model_dump(mode="json")), why)


def suspend(office: Office, code: str, reason: str, person: str) -> None:
    """Nothing is taken from this child and nothing sent to it until it is resumed. Raises NotFound, Conflict."""
    _stand(office, code, LinkState.SUSPENDED, reason, person)


def resume(office: Office, code: str, reason: str, person: str) -> None:
    """A suspended child is taken on again where it stood. Raises NotFound, Conflict."""
    _stand(office, code, LinkState.JOINED, reason, person)


def remove(office: Office, code: str, reason: str, person: str) -> None:
    """The child belongs here no more; what it said stays. Raises NotFound, Conflict."""
    _stand(office, code, LinkState.REMOVED, reason, person)


def _stand(office: Office, code: str, standing: LinkState, reason: str, person: str) -> None:
    link = store.link(office.connection, code)
    if link is None or link.relation != CHILD:
        raise NotFound(Problem("code", "{code} is no child of this authority.", {"code": code}))
    former = link.state
    if standing is former or not link.stands(standing, by_person=True):
        raise Conflict(Problem("code", "{code} is {state}.", {"code": code, "state": former.value}))
    if standing is LinkState.REMOVED:
        link.secret_hash = ""
    store.write_link(office.connection, link)
    event = AuthorityStandingChanged.model_validate(
        {"code": code, "standing": standing.value, "reason": reason, "person": person}
    )
    own_entries.say_aloud(office, event)


def set_key(office: Office, code: str, public_key: str) -> None:
    """An operator says which key another authority signs with from now on. Raises BadKey, NotFound."""
    if store.link(office.connection, code) is None and store.origin(office.connection, code) is None:
        raise NotFound(Problem("code", "{code} is not known here.", {"code": code}))
    if Verifier.read(public_key).name != name_of(code):
        raise BadKey("the key is not in this authority's name")
    store.add_key(office.connection, code, public_key, office.now.timestamp())
    link = store.link(office.connection, code)
    if link is not None and link.is_joined_child:  # whoever is above us learns it from our ledger
        joined = {"code": code, "name": link.name, "level": link.level, "public_key": public_key}
        own_entries.say_aloud(office, AuthorityJoined.model_validate(joined | {"via": office.authority}))


# --- the child's side ------------------------------------------------------------------------------------------------


def hello(key: SigningKey, name: str, level: str, secret: str) -> bytes:
    """What an invited authority sends first."""
    proof = _proof(hash_of(secret), key.public_text)
    message = Hello.model_validate(
        {"code": key.code, "name": name, "level": level, "public_key": key.public_text, "proof": proof}
    )
    return canonical_bytes(message.model_dump(mode="json"))


def remember_superior(office: Office, welcome: Welcome) -> None:
    """A person has confirmed the superior: from now on our ledger goes there. Raises BadKey, Conflict."""
    connection, now = office.connection, office.now.timestamp()
    former = store.superior(connection)
    known = store.link(connection, welcome.code)
    if welcome.code == office.authority or (
        known is not None and known.relation == CHILD and known.state is not LinkState.REMOVED
    ):
        raise Conflict(Problem("code", "{code} cannot be above this authority.", {"code": welcome.code}))
    if former is not None and former.code != welcome.code:
        raise Conflict(Problem("code", "This authority has joined {code} already.", {"code": former.code}))
    if Verifier.read(welcome.public_key).name != name_of(welcome.code):
        raise BadKey("the key is not in the superior's name")
    since = now if former is None else former.joined_at or now
    row = Link(welcome.code, SUPERIOR, welcome.name, welcome.level, LinkState.JOINED, joined_at=since, last_contact=now)
    store.write_link(connection, row)
    store.add_key(connection, welcome.code, welcome.public_key, now)
    if (own := store.origin(connection, office.authority)) is not None:  # he knows our key of today
        refusals.let_go_on(office, own, "this authority has joined again")
        store.write_origin(connection, own)
    if former is None or former.name != welcome.name:
        _name_superior(office, welcome.code, welcome.name)


def _name_superior(office: Office, code: str, name: str) -> None:
    """Tell the own services to whom matters of a higher level are forwarded; empty: to nobody any more."""
    own_entries.say_aloud(office, SuperiorNamed(superior=code, name=name))


def leave(office: Office) -> None:
    """This authority's ledger goes up no more; a new superior is told everything from the beginning."""
    link = store.superior(office.connection)
    if link is None:
        return
    link.stands(LinkState.REMOVED, by_person=True)
    store.write_link(office.connection, link)
    _name_superior(office, "", "")
    for one in store.all_origins(office.connection):
        one.receipted = 0
        one.stands_above(UpState.OK, by_person=one.is_refused)
        store.write_origin(office.connection, one)


def change_key(office: Office, former: SigningKey, new: SigningKey) -> None:
    """Say that another key signs from the next checkpoint on; everything up to there is signed by the former now.

    In one transaction, before the key file is replaced: whoever reads in order knows the new key when it is needed.
    """
    # It may have been away, and another one in its place.
    store.add_key(office.connection, office.authority, former.public_text, office.now.timestamp())
    event = AuthorityKeyChanged(code=office.authority, public_key=new.public_text, previous_key=former.public_text)
    body = own_entries.say_aloud(office, event)
    post.file(office, [(Envelope.parse(body), body)])
    post.sign_all(office, former)
    size = -1
    while size < (size := pages.cut(office, former).size):
        continue
    store.add_key(office.connection, office.authority, new.public_text, office.now.timestamp())


def replace_key(office: Office, new: SigningKey, person: str, reason: str) -> None:
    """The key is lost for good: a named person states that another one signs from now on.

    What was signed stays signed. The neighbours believe the new key when a person there has set it by hand.
    """
    known = store.keys_of(office.connection, office.authority)
    if not known:  # nothing was ever signed
        store.add_key(office.connection, office.authority, new.public_text, office.now.timestamp())
        return
    said = {"code": office.authority, "public_key": new.public_text, "previous_key": known[0][1].text}
    event = AuthorityKeyChanged.model_validate(said | {"person": person, "reason": reason})
    body = own_entries.say_aloud(office, event)
    store.add_key(office.connection, office.authority, new.public_text, office.now.timestamp())
    post.file(office, [(Envelope.parse(body), body)])
