"""Silent superiors: a case handed up whose arrival nobody above has acknowledged in time."""

from services.contracts.clocks import LightChanged
from services.contracts.vocabulary import ClockKind
from services.reporting.red_clocks import EVIDENCE, red
from services.reporting.rules import Detector, FindingSubject, Rule, at

RULE = Rule(
    name="not-acknowledged",
    title="Not acknowledged by the superior",
    about_kind=FindingSubject.CASE,
    template="Case {about} was to be taken in by the superior by {due_on}, and has not been.",
    source="DOMAIN 7: not acknowledged by superior; plan, four (two) 3: forwarding within 7 working days",
    what="A case handed up whose arrival nobody above acknowledges in time.",
    law="Plan, four (two) 3: forwarding within seven working days",
    evidence=EVIDENCE,
)
DETECTOR = Detector(RULE, (at(LightChanged, red(ClockKind.FORWARD)),))
