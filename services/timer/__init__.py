"""When things are due and what light they show: calendars, limits and clocks.

It owns the calendars (which day is a working day, by which notice, and how far that is known), the one calculator of
time limits in the whole system (``deadlines``, and ``bulk`` for many at once), and the clocks that run against cases,
complaints, letters and tasks. It hears what happens to them, and says when a light changes. Nobody else counts days.
"""
