"""Reporting: the figures of a month, suspected breaches, and official messages.

It hears what happened to projects, cases, clocks, complaints and lines, and keeps it with the moments at which it
happened, so that the figures of a month can be told as of any moment. Frozen under a number they are the same for ever;
whether later facts changed the picture is said beside them. It counts no working days: that is timer's word.
"""
