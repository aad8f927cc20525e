"""The services that make up an authority: the one list that knows all of them."""

from collections.abc import Sequence

from services.complaints.service import BOARD as COMPLAINTS
from services.intake.service import BOARD as INTAKE
from services.ledger.service import BOARD as LEDGER
from services.plumbing.switchboard import Switchboard
from services.reporting.service import BOARD as REPORTING
from services.timer.service import BOARD as TIMER

BOARDS: Sequence[Switchboard] = (INTAKE, TIMER, LEDGER, COMPLAINTS, REPORTING)
