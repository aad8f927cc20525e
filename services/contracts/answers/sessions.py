"""Sessions of the board as they are told: who has signed in."""

from services.contracts.answers.shape import Answer
from services.contracts.vocabulary import Role


class SignedIn(Answer):
    """Whom the token was issued to."""

    role: Role
    name: str
    department: str
