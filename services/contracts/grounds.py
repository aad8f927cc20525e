"""Grounds in law: for what a count stands still, why a permit ends, what follows where an undertaking is broken."""

from services.contracts.vocabulary import Word


class Consequence(Word):
    """What follows where an undertaking is broken, as the matter has it (DOMAIN 3, rules 8 and 9)."""

    REFUSE = "refuse", "The permit is refused"
    REVOKE = "revoke", "The permit is revoked"
    CREDIT_NOTE = "credit-note", "A credit note is made"


class EndGround(Word):
    """Why a permit ends: Licensing Law 69 for what is revoked, 8 for what is withdrawn, 70 for what is cancelled."""

    ABUSE = "abuse-of-office", "Abuse of office or neglect of duty"
    BEYOND_POWERS = "beyond-powers", "Decided beyond the authority's powers"
    AGAINST_PROCEDURE = "against-procedure", "Decided against the legal procedure"
    NOT_QUALIFIED = "not-qualified", "Granted to an applicant who does not qualify"
    DECEPTION = "deception", "Obtained by deception or bribery"
    BROKEN_UNDERTAKING = "broken-undertaking", "A commitment was not kept, or a missing material never came"
    OTHERWISE_REVOCABLE = "otherwise-revocable", "Another case in which it can be revoked by law"
    LAW_CHANGED = "law-changed", "The law that it rests on was changed or repealed"
    CIRCUMSTANCES_CHANGED = "circumstances-changed", "The facts that it rests on have changed greatly"
    EXPIRED = "expired", "Its term is over and was not extended"
    PERSON_GONE = "person-gone", "The person died or cannot act any more"
    ENTITY_ENDED = "entity-ended", "The legal person or organisation has ended"
    TAKEN_AWAY = "taken-away", "Revoked, withdrawn, or the licence taken away by law"
    FORCE_MAJEURE = "force-majeure", "Cannot be carried out because of force majeure"
    OTHERWISE_CANCELLED = "otherwise-cancelled", "Another case in which the law has it cancelled"


class Waiver(Word):
    """Why a case needs no approval, and what it rests on."""

    REGIONAL_ASSESSMENT = "regional-assessment", "A regional assessment covers it"
    COVERED = "covered-by", "Another approval covers it"
    NO_LICENCE = "no-licence", "The law asks for no licence"


class PauseGround(Word):
    """For what the legal count may stand still: the eight of Licensing Law 45, then those of other statutes."""

    HEARING = "hearing", "Hearing"
    TENDER = "tender", "Tender"
    AUCTION = "auction", "Auction"
    INSPECTION = "inspection", "Inspection"
    TESTING = "testing", "Testing"
    QUARANTINE = "quarantine", "Quarantine"
    APPRAISAL = "appraisal", "Expert appraisal"
    EXPERT_REVIEW = "expert-review", "Review by experts"
    COMMISSIONED_ASSESSMENT = "commissioned-assessment", "Commissioned assessment"
    TECHNICAL_REVIEW = "technical-review", "Technical review"
    OPINIONS = "department-opinions", "Opinions of other departments"
