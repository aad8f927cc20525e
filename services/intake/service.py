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
from services.intake import above, below, entering, handlers, hearing, matters, views
from services.intake.catalogues import adopting, publishing
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
        PublishCatalogue: publishing.publish,
        AdoptCatalogue: adopting.adopt,
        ReceiveCase: handlers.receive_case,
        TakeStep: handlers.take_step,
        EnterCases: entering.enter_cases,
    },
    hears=("clock", "superior", "loss", "below:case", "above:forward", "above:catalogue", "below:catalogue"),
    facts={
        LightChanged: hearing.light_changed,
        ClockStopped: hearing.clock_stopped,
        SuperiorNamed: above.superior_named,
        EntriesLost: above.record_lost,
        CaseForwarded: below.forwarded,
        CaseWithdrawn: below.withdrawn,
        CaseWithdrawalAsked: below.withdrawn,
        CaseHandedBack: below.handed_back,
        ForwardAcknowledged: above.acknowledged,
        ForwardMoved: above.moved,
        ForwardReturned: above.returned,
        ForwardDecided: above.decided,
        CataloguePublished: adopting.published_above,
        CatalogueArrived: publishing.arrived_below,
        PublicationAdopted: publishing.adopted_below,
        CatalogueAdopted: publishing.applied_below,
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
