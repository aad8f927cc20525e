"""Overlong pauses: a special procedure that goes past the length told to the applicant."""

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import ClockKind
from services.reporting.red_clocks import EVIDENCE, red
from services.reporting.rules import Detector, FindingSubject, Rule, at

RULE = Rule(
    name="overlong-pause",
    title="Pause longer than told",
    about_kind=FindingSubject.CASE,
    template="The special procedure of case {about} was to be over on {due_on} and is not.",
    source="DOMAIN 7: pause longer than its ground allows; Licensing Law 45: the time needed is told in writing",
    what="A special procedure that goes past the length told to the applicant.",
    law="Licensing Law, article 45: the time needed is told in writing",
    evidence=EVIDENCE,
)
DETECTOR = Detector(RULE, (at(LightChanged, red(ClockKind.SPECIAL_PROCEDURE)),))
