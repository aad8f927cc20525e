"""The switchboard of complaints: one line for everything that it hears, is asked and does."""

from pathlib import Path

from services.complaints import handlers, views
from services.complaints.facts import FACTS, close
from services.complaints.referrals import confidant
from services.complaints.store import metadata
from services.contracts.complaint_orders import RegisterComplaint, ShowPerson, TakeComplaintStep
from services.plumbing.switchboard import Switchboard

BOARD = Switchboard(
    name="complaints",
    metadata=metadata,
    commands={
        RegisterComplaint: handlers.register,
        TakeComplaintStep: handlers.take_step,
        ShowPerson: handlers.show_person,
    },
    hears=(
        *("project", "case", "clock", "department"),
        *("above:referral", "below:referral", "below:confidant", "superior", "authority", "below:authority"),
    ),
    facts=FACTS,
    settle=close,
    questions={
        "complaint": views.complaint,
        "complaints": views.complaints,
        "counts": views.counts,
    },
    opening=confidant.open_store,
    migrations=str(Path(__file__).parent / "migrations"),
)
