"""Words of calendar drafts: in which form their days came in, and where a draft is."""

from services.contracts.vocabulary import Word


class CalendarForm(Word):
    """In which form the days of a calendar's draft came in."""

    NOTICE = "notice", "Text of the notice"
    HOLIDAY_CN = "holiday-cn", "holiday-cn data"
    TABLE = "table", "Table"
    DAYS = "days", "Days one by one"


class DraftState(Word):
    """Where the draft of a calendar is: it moves nothing before a second person has released it."""

    COUNTING = "counting", "Being counted"
    COUNTED = "counted", "Waits for a second person"
    RELEASING = "releasing", "Being released"
    RELEASED = "released", "Released"
    GIVEN_UP = "given-up", "Given up"
