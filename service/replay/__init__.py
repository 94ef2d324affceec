"""Replay: what a draft would have done with the latest closed cases and all open ones, from what is recorded.

For the page that shows it:

    report = replay.run(session, draft, actor=me, now=now, progress=tell, stop=asked_to_stop)
    report.counts         # {"fails": 0, "stops": 2, "other": 31, "unclear": 0, "same": 967}
    report.cases          # CaseVerdict: worst first; case_id is None where `me` may not know of the case
    replay.one(session, draft, case_id, actor=me, now=now)    # the same for one case, with both paths

`session` is a read session: nothing is changed. What people wrote is opened in memory for the forms of the
draft to check, one case at a time; sentences hold names from the drawing and never an answer.
"""

from service.replay.running import LAST, MAX_LAST, MAX_LISTED, CaseVerdict, Progress, Report, one, run
from workflows.replay import KINDS, Kind

__all__ = [
    "KINDS",
    "LAST",
    "MAX_LAST",
    "MAX_LISTED",
    "CaseVerdict",
    "Kind",
    "Progress",
    "Report",
    "one",
    "run",
]
