"""Words of notices: what people can be told of, and by which way. Standard library only."""

from typing import Final

from services.contracts.vocabulary import Word


class NoticeKind(Word):
    """What a notice is about."""

    YELLOW = "yellow", "Due soon"
    RED = "red", "Overdue"
    RUNG = "rung", "Next step of the ladder"
    DRAFT = "draft", "A letter waits for a seal"
    LETTER = "letter", "A letter has arrived"
    ANSWER = "answer", "A letter was answered"


class NoticeChannel(Word):
    """By which way a notice leaves the house; in the inbox it stands in any case."""

    EMAIL = "email", "E-mail"
    WEBHOOK = "webhook", "Webhook"
    FILE = "file", "File for the office's message gateway"


#: To whoever supervises, where no person is named.
OFFICE: Final = "role:supervisor"
