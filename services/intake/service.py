"""The switchboard of intake: one line for everything that it takes, hears and answers."""

from pathlib import Path

from services.contracts.cases import CaseDelivered, CaseWithdrawn, CatalogueAdopted, CorrectionCompleted
from services.contracts.catalogues import (
    AdoptCatalogue,
    AdoptMatter,
    CatalogueArrived,
    CataloguePublished,
    PublicationAdopted,
    PublishCatalogue,
)
from services.contracts.clocks import ClockMoved, ClockStarted, ClockStopped, LightChanged
from services.contracts.commands import (
    ConfirmLines,
    EnterCases,
    MoveProject,
    ReceiveCase,
    RegisterProject,
    TakeStep,
)
from services.contracts.corrections import CorrectEntry
from services.contracts.forwarding import (
    CaseDeliveredBelow,
    CaseForwarded,
    CaseHandedBack,
    CaseWithdrawalAsked,
    ForwardAcknowledged,
    ForwardDecided,
    ForwardMoved,
    ForwardReturned,
    ForwardStood,
    SuperiorNamed,
)
from services.contracts.late_entries import JudgeLateEntry
from services.contracts.links import EntriesLost
from services.contracts.offices import AppointOfficer, CloseDepartment, DismissOfficer, HandOver, SetDepartment
from services.intake import (
    cases,
    confirmations,
    corrections,
    deemed_acceptance,
    entries,
    late_entries,
    lights,
    matters,
    offers,
    projects,
    promises,
    standing,
    subordinates,
    superior,
    views,
)
from services.intake.catalogues import adoption, amendment, publication
from services.intake.catalogues import views as lists
from services.intake.offices import departments, officers
from services.intake.offices import views as offices
from services.intake.tables import metadata
from services.plumbing.switchboard import Switchboard, Tick, on

BOARD = Switchboard(
    name="intake",
    metadata=metadata,
    commands={
        RegisterProject: projects.register_project,
        MoveProject: projects.move_project,
        AdoptMatter: amendment.adopt_matter,
        PublishCatalogue: publication.publish,
        AdoptCatalogue: adoption.adopt,
        ReceiveCase: cases.receive_case,
        TakeStep: cases.take_step,
        EnterCases: entries.enter_cases,
        ConfirmLines: confirmations.confirm,
        SetDepartment: departments.set_department,
        CloseDepartment: departments.close_department,
        AppointOfficer: officers.appoint,
        DismissOfficer: officers.dismiss,
        HandOver: officers.hand_over,
        JudgeLateEntry: late_entries.judge,
        CorrectEntry: corrections.correct,
    },
    hears=("clock", "superior", "loss", "below:case", "above:forward", "above:catalogue", "below:catalogue"),
    facts=dict(
        [
            on(LightChanged, lights.changed),
            on(ClockStopped, deemed_acceptance.clock_stopped),
            on(ClockStarted, standing.clock_started),
            on(ClockMoved, standing.clock_moved),
            on(SuperiorNamed, superior.superior_named),
            on(EntriesLost, superior.record_lost),
            on(CaseForwarded, subordinates.forwarded),
            on(CaseWithdrawn, subordinates.withdrawn),
            on(CaseWithdrawalAsked, subordinates.withdrawn),
            on(CorrectionCompleted, subordinates.corrected),
            on(CaseDelivered, subordinates.delivered),
            on(CaseDeliveredBelow, subordinates.delivered),
            on(CaseHandedBack, subordinates.handed_back),
            on(ForwardAcknowledged, superior.acknowledged),
            on(ForwardMoved, superior.moved),
            on(ForwardStood, superior.stood),
            on(ForwardReturned, superior.returned),
            on(ForwardDecided, superior.decided),
            on(CataloguePublished, adoption.published_above),
            on(CatalogueArrived, publication.arrived_below),
            on(PublicationAdopted, publication.adopted_below),
            on(CatalogueAdopted, publication.applied_below),
        ]
    ),
    questions={
        "project": views.project,
        "projects": views.project_page,
        "matters": lists.matters,
        "matter": lists.matter,
        "receivable": views.receivable,
        "promises": promises.promises,
        "publications": lists.publications,
        "differences": lists.differences_now,
        "adoptions": lists.adoptions,
        "list_changes": lists.list_changes,
        "departments": offices.departments,
        "officers": offices.officers,
        "case": views.case,
        "steps": offers.steps,
        "cases": views.case_page,
        "confirmations": confirmations.confirmations,
    },
    ticks=[Tick(3600, matters.seed)],
    migrations=str(Path(__file__).parent / "migrations"),
)
