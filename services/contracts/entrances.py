"""Entrances: the words for who came in, how, why not, why it ended, and what the record of it holds."""

from services.contracts.vocabulary import Word


class AccountState(Word):
    """Whether an account opens the door."""

    ACTIVE = "active", "In use"
    LOCKED = "locked", "Locked"


class Entrance(Word):
    """How somebody came in, or tried to."""

    PASSWORD = "password", "Password"
    PROVIDER = "provider", "Unified sign-in"
    TOKEN = "token", "Token"


class SessionEnd(Word):
    """Why a session ended before its time."""

    SIGNED_OUT = "signed-out", "Signed out"
    ANEW = "signed-in-anew", "Signed in anew"
    POST = "post-changed", "Went to another post"
    PASSWORD = "password-changed", "Password changed"
    OWN_WISH = "ended-by-oneself", "Ended by the person"
    ADMINISTRATOR = "ended-by-administrator", "Ended by the administrator"
    LOCKED = "account-locked", "Account locked"
    POST_ENDED = "post-ended", "Post ended"
    REVOKED = "token-revoked", "Token revoked"


class Occasion(Word):
    """What stands in the record of who came in and what private persons were shown to whom."""

    SIGNED_IN = "signed-in", "Signed in"
    TURNED_AWAY = "turned-away", "Sign-in refused"
    SESSION_ENDED = "session-ended", "Session ended"
    PERSON_SHOWN = "person-shown", "Complainant shown"
    ACCOUNT_MADE = "account-made", "Account created"
    ACCOUNT_CHANGED = "account-changed", "Account changed"
    PASSWORD_SET = "password-set", "Password set"
    POST_GIVEN = "post-given", "Post given"
    POST_ENDED = "post-ended", "Post ended"
    TOKEN_ISSUED = "token-issued", "Token issued"
    TOKEN_REVOKED = "token-revoked", "Token revoked"
    RECORD_READ = "record-read", "This record read"


class Rejection(Word):
    """Why a sign-in was refused; the one who tried is not told."""

    UNKNOWN = "unknown-account", "No such account"
    WRONG = "wrong-password", "Wrong password"
    NO_PASSWORD = "no-password", "Account without a password"
    EXPIRED = "initial-password-expired", "Initial password expired"
    LOCKED = "account-locked", "Account locked"
    NO_POST = "no-post", "No post at present"
    TOO_OFTEN = "too-often", "Tried too often"
    BAD_TOKEN = "bad-token", "Token not valid"
    SWITCHED_OFF = "switched-off", "This way in is switched off"
    PROVIDER = "provider-refused", "Unified sign-in refused"
