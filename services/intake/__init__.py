"""Intake: the library of projects, the catalogue of matters and the life of every case from receipt to delivery.

It takes what is asked of an authority about these and says what became of it. It hears clocks for one reason only:
papers about which nothing was told in time are accepted by law as of the day they came in (Licensing Law 32(4)).

What a higher level decides is forwarded: it hears its children about cases handed up (`below:case`) and its superior
about cases that it handed up itself (`above:forward`). Exactly one authority holds a case, and only the entries of the
one above who acts on it change who.
"""
