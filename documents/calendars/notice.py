"""The State Council's notice of a year's holidays as pasted text: its days, held against its own weekdays and counts.

Every wording of 2016 to 2026 is read: 放假调休，共7天; 放假，与周末连休; 5月2日（星期一）补休; 放假1天，不调休; two
festivals in one paragraph; a holiday that begins in the December before. Also a notice that changes or extends one.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from documents.calendars.reading import HOLIDAY, WEEKDAYS, WORKDAY, Draughtsman, Extension, Reading, weekday_of
from services.contracts.drafts import CalendarForm
from services.plumbing.errors import Problem, Refused

_NAMES: Final = r"(?:元旦|春节|清明节?|国际劳动节|劳动节|端午节?|中秋节?|国庆节?)"
_SECTION: Final = re.compile(
    rf"(?:(?:^|(?<=[。:;]))(?:[一二三四五六七八九十]+、|\d+[、.]|\([一二三四五六七八九十\d]+\))"
    rf"([^、。:;,\d]{{2,12}}(?:[、和][^、。:;,\d]{{2,12}})*)|({_NAMES}(?:[、和]{_NAMES})*)):"
)
_TITLE: Final = re.compile(r"关于(\d{4})年部分节假日(?:安排|放假安排)的通知")
_CHANGE: Final = re.compile(rf"关于(?:调整|延长)(\d{{4}})年({_NAMES})(?:放?假期?|放假)(?:安排)?的通知")
_NUMBER: Final = re.compile(r"国办发(?:明电|电)?[〔\[(](\d{4})[〕\])](\d+)号")
_EXTENDED: Final = re.compile(
    rf"延长(?:(\d{{4}})年)?({_NAMES})假期至(?:(\d{{4}})年)?(\d{{1,2}})月(\d{{1,2}})日(?:\(([^()]*)\))?"
)
_DATE: Final = r"(?:(?P<y>\d{4})年)?(?:(?P<m>\d{1,2})月)?(?P<d>\d{1,2})日(?:\((?P<said>[^()]*)\))?"
_TOKEN: Final = re.compile(
    rf"(?P<date>{_DATE})|(?P<aside>\([^()]*\))|(?P<to>至|到|[-—–~])|(?P<since>起)"
    r"|(?P<count>(?:共|放假)(?P<n>\d+)天)|(?P<rest>放假|补休|公休)|(?P<work>上班|补班)|(?P<weekend>与周末连休)"
)
_WEEKDAY: Final = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天])")
#: No holiday of the State Council has been longer.
_LONGEST: Final = 15


@dataclass
class _Section:
    """One paragraph of the notice: a festival, or two that fall together."""

    name: str
    year: int
    taken: Draughtsman
    off: list[date] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    #: Of the sentence in work: days that wait for their verb, and the last year and month that were named.
    waiting: list[date] = field(default_factory=list)
    month: int = 0
    named_year: int | None = None
    ranges: bool = False

    def read(self, words: str) -> None:
        """The sentences of the paragraph, one after the other."""
        for sentence in filter(None, re.split(r"[。;]", words)):
            self.waiting, self.month, self.named_year, self.ranges = [], 0, None, False
            for token in _TOKEN.finditer(sentence):
                self._take(token)
            if self.waiting and "国务院" not in sentence:  # the day of its signature
                self.unused.append(sentence)

    def _take(self, token: "re.Match[str]") -> None:
        if token["date"]:
            self._date(token)
        elif token["to"]:
            self.ranges = bool(self.waiting)
        elif token["since"] or token["aside"]:
            self.waiting = self.waiting if token["aside"] else []
        elif token["count"]:
            if token["count"].startswith("放假"):
                self._say(HOLIDAY)
            self._counted(int(token["n"]))
        elif token["weekend"]:
            self._beside_a_weekend()
        else:
            self._say(HOLIDAY if token["rest"] else WORKDAY)

    def _date(self, token: "re.Match[str]") -> None:
        self.month = int(token["m"]) if token["m"] else self.month
        self.named_year = int(token["y"]) if token["y"] else self.named_year
        day = self._day(token)
        if day is None:
            return
        told = _WEEKDAY.search(token["said"] or "")
        if told is not None and WEEKDAYS.index(told[1].replace("天", "日")) != day.weekday():
            self._wrong("{words}: {day} is a {weekday}, not a {told}.", words=token["date"], day=day.isoformat(),
                        weekday=weekday_of(day), told=f"星期{told[1]}")  # fmt: skip
        if self.ranges and self.waiting:
            self._until(day, token["date"])
        else:
            self.waiting.append(day)
        self.ranges = False

    def _day(self, token: "re.Match[str]") -> date | None:
        """A day without its year is of the notice's; New Year's holiday may begin in the December before."""
        year = self.named_year or self.year
        if self.named_year is None and "元旦" in self.name and self.month == 12:
            year -= 1
        if self.ranges and self.waiting and not token["y"] and self.month < self.waiting[-1].month:
            year = self.waiting[-1].year + 1
        try:
            day = date(year, self.month, int(token["d"]))
        except ValueError:
            self._wrong("{words} is no day.", words=token["date"])
            return None
        return day

    def _until(self, last: date, words: str) -> None:
        first = self.waiting[-1]
        length = (last - first).days
        if not 0 < length < _LONGEST:
            self._wrong("{words}: from {first} to {last} is no holiday.", words=words, first=first.isoformat(),
                        last=last.isoformat())  # fmt: skip
            return
        self.waiting += [first + timedelta(days=number) for number in range(1, length + 1)]

    def _say(self, kind: str) -> None:
        for day in self.waiting:
            if day.year != self.year and (day.year, day.month) != (self.year - 1, 12):
                self._wrong("{words} is no day of {year}.", words=day.isoformat(), year=self.year)
            self.taken.put("text", day, kind, self.name)
        if kind == HOLIDAY:
            self.off += [day for day in self.waiting if day not in self.off]
        self.waiting = []

    def _counted(self, told: int) -> None:
        if told != len(self.off):
            self._wrong("{name}: {found} days off are named, and the notice says {told}.", name=self.name,
                        found=len(self.off), told=told)  # fmt: skip

    def _beside_a_weekend(self) -> None:
        near = {(day + timedelta(days=by)).weekday() for day in self.off for by in (-1, 0, 1)}
        if not near & {5, 6}:
            self._wrong("{name}: {days} does not lie beside a weekend.", name=self.name,
                        days="、".join(map(str, self.off)) or "—")  # fmt: skip

    def _wrong(self, template: str, **facts: object) -> None:
        self.taken.wrong("text", template, **facts)


def is_notice(text: str) -> bool:
    """Whether a text is written in sentences with days in them; a table begins with its titles."""
    titles = {one.strip('" ') for one in re.split(r"[,，;\t]", text.strip().splitlines()[0].lower())}
    return titles.isdisjoint({"日期", "date"}) and re.search(r"月\d{1,2}日", _plain(text)) is not None


def read(text: str, year: int | None = None) -> Reading:
    """What a notice says. `year` where its title does not say. Raises Refused with every contradiction."""
    plain, taken = _plain(text), Draughtsman()
    title, change = _TITLE.search(plain), _CHANGE.search(plain)
    said = int((title or change)[1]) if title or change else None  # type: ignore[index]  # one of them is there
    if said is not None and year is not None and said != year:
        taken.wrong("year", "The notice is of {said}, not of {year}.", said=said, year=year)
    year = said or year or _only_year(plain)
    if year is None:
        raise Refused(Problem("year", "Say of which year the notice is; its title does not stand in the text."))
    extends, unused = _extension(plain, year, taken), list[str]()
    if extends is None:
        for name, words in _sections(plain, change[2] if change else ""):
            section = _Section(name, year, taken)
            section.read(words)
            unused += section.unused
        if not taken.days and not taken.problems:
            taken.wrong("text", "No day off and no make-up day was found in this text.")
    taken.refuse()
    return Reading(
        form=CalendarForm.NOTICE,
        days=dict(sorted(taken.days.items())),
        festivals=taken.festivals,
        notice=_called(plain, title or change),
        known_until=date(year, 12, 31),
        extends=extends,
        unused=unused,
    )


def _plain(text: str) -> str:
    """Half-width digits and signs; no blanks and no line ends, which pasting puts anywhere."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("︰", ":")


def _only_year(plain: str) -> int | None:
    """The year of New Year's Day where the title was not pasted."""
    years = {int(found) for found in re.findall(r"(\d{4})年1月[1-3]日", plain)}
    return years.pop() if len(years) == 1 else None


def _sections(plain: str, of_title: str) -> Iterator[tuple[str, str]]:
    """Each paragraph's festival with its words; a notice about one holiday names it in the title alone."""
    found = list(_SECTION.finditer(plain))
    if not found and of_title:
        yield of_title, re.split(r"如下:", plain)[-1]
    for number, one in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(plain)
        yield one[1] or one[2], plain[one.end() : end]


def _extension(plain: str, year: int, taken: Draughtsman) -> Extension | None:
    found = _EXTENDED.search(plain)
    if found is None:
        return None
    try:
        until = date(int(found[3] or found[1] or year), int(found[4]), int(found[5]))
    except ValueError:
        taken.wrong("text", "{words} is no day.", words=found[0])
        return None
    told = _WEEKDAY.search(found[6] or "")
    if told is not None and WEEKDAYS.index(told[1].replace("天", "日")) != until.weekday():
        taken.wrong("text", "{words}: {day} is a {weekday}, not a {told}.", words=found[0], day=until.isoformat(),
                    weekday=weekday_of(until), told=f"星期{told[1]}")  # fmt: skip
    return Extension(found[2], until)


def _called(plain: str, title: "re.Match[str] | None") -> str:
    """Title and number, as far as they were pasted."""
    number = _NUMBER.search(plain)
    named = f"国务院办公厅{title[0]}" if title else ""
    if number is None:
        return named
    spelt = re.sub(r"[\[(](\d{4})[\])]", r"〔\1〕", number[0])
    return f"{named}（{spelt}）" if named else spelt
