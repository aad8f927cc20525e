"""Decides nothing: one line for everything that intake takes, hears and answers."""

from pathlib import Path

from services.contracts.cases import CaseWithdrawn, CatalogueAdopted
from services.contracts.catalogues import (
    AdoptCatalogue,
    CatalogueArrived,
    CataloguePublished,
    PublicationAdopted,
    PublishCatalogue,
)
from services.contracts.clocks import ClockStopped, LightChanged
from services.contracts.commands import AdoptMatter, EnterCases, MoveProject, ReceiveCase, RegisterProject, TakeStep
from services.contracts.forwarding import (
    CaseForwarded,
    CaseHandedBack,
    CaseWithdrawalAsked,
    ForwardAcknowledged,
    ForwardDecided,
    ForwardMoved,
    ForwardReturned,
    SuperiorNamed,
)
from services.contracts.links import EntriesLost
from services.intake import deemed_acceptance, entries, handlers, matters, subordinates, superior, views
from services.intake.catalogues import adoption, publication
from services.intake.catalogues import views as lists
from services.intake.store import metadata
from services.plumbing.switchboard import Switchboard, Tick

BOARD = Switchboard(
    name="intake",
    metadata=metadata,
    commands={
        RegisterProject: handlers.register_project,
        MoveProject: handlers.move_project,
        AdoptMatter: handlers.adopt_matter,
        PublishCatalogue: publication.publish,
        AdoptCatalogue: adoption.adopt,
        ReceiveCase: handlers.receive_case,
        TakeStep: handlers.take_step,
        EnterCases: entries.enter_cases,
    },
    hears=("clock", "superior", "loss", "below:case", "above:forward", "above:catalogue", "below:catalogue"),
    facts={
        LightChanged: deemed_acceptance.light_changed,
        ClockStopped: deemed_acceptance.clock_stopped,
        SuperiorNamed: superior.superior_named,
        EntriesLost: superior.record_lost,
        CaseForwarded: subordinates.forwarded,
        CaseWithdrawn: subordinates.withdrawn,
        CaseWithdrawalAsked: subordinates.withdrawn,
        CaseHandedBack: subordinates.handed_back,
        ForwardAcknowledged: superior.acknowledged,
        ForwardMoved: superior.moved,
        ForwardReturned: superior.returned,
        ForwardDecided: superior.decided,
        CataloguePublished: adoption.published_above,
        CatalogueArrived: publication.arrived_below,
        PublicationAdopted: publication.adopted_below,
        CatalogueAdopted: publication.applied_below,
    },
    questions={
        "project": views.project,
        "projects": views.project_page,
        "matters": views.matters,
        "publications": lists.publications,
        "differences": lists.differences_now,
        "adoptions": lists.adoptions,
        "list_changes": lists.list_changes,
        "case": views.case,
        "cases": views.case_page,
    },
    ticks=[Tick(3600, matters.seed)],
    migrations=str(Path(__file__).parent / "migrations"),
)
