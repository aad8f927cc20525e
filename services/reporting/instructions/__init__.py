"""Official messages: reminders, supervision letters and tasks, from their number to their closing.

An authority sends them to an authority below or to a department of its own. They travel in the letter box; whoever they
are addressed to says that they arrived, signs, and answers, and both sides keep the same record of it.
"""
