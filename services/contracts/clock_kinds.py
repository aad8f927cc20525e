"""Kinds of clocks: words of the vocabulary, through which everybody reads them."""

from services.contracts.word import Word


class ClockKind(Word):
    """The obligations that are counted; what starts and stops each stands in timer/rules.py."""

    ONE_TIME_NOTICE = "one_time_notice", "One-time notice"
    DECISION = "decision", "Decision within the promised limit"
    CORRECTION = "correction", "Correction by the applicant"
    SPECIAL_PROCEDURE = "special_procedure", "Planned length of the special procedure"
    DELIVERY = "delivery", "Delivery of the permit"
    DEFICIENCY = "deficiency", "Material that may come later"
    COMMITMENT_CHECK = "commitment_check", "Check of the commitment"
    FORWARD = "forward", "Forwarding to the superior"
    PRELIMINARY_REVIEW = "preliminary_review", "Examination by the lower authority"
    STATUTORY_DECISION = "statutory_decision", "Decision within the statutory limit"
    HEARING_REQUEST = "hearing_request", "Asking for a hearing"
    HEARING = "hearing", "Holding the hearing"
    PUBLICATION = "publication", "Publication of the decision"
    REPORT_BACK = "report_back", "Answer of the regulator"
    FIRST_RETURN_CALL = "first_return_call", "Call about the first return"
    PROJECT_APPROVAL = "project_approval", "Everything approved for the project"
    WHOLE_PROCESS = "whole_process", "Whole process of the project"
    COMPLAINT_PLAN = "complaint_plan", "Plan for handling it"
    COMPLAINT_DISPATCH = "complaint_dispatch", "Dispatch"
    COMPLAINT_SIGN = "complaint_sign", "Signing for it"
    COMPLAINT_ANSWER = "complaint_answer", "Answer"
    COMPLAINT_REVISIT = "complaint_revisit", "Revisit"
    COMPLAINT_CLOSE = "complaint_close", "Closing"
    INSTRUCTION_SIGN = "instruction_sign", "Signing for the letter"
    INSTRUCTION_ANSWER = "instruction_answer", "Answer to the letter"
    CATALOGUE_DRIFT = "catalogue_drift", "Adoption of the list above"
