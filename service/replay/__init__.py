"""Replay: what a draft would have done with the latest closed cases and all open ones, from what is recorded.

    report = replay.run(session, draft, actor=me, now=now, progress=tell, stop=asked_to_stop)
    report.counts         # {"fails": 0, "stops": 2, "other": 31, "unclear": 0, "same": 967}
    report.cases          # CaseVerdict: worst first
    replay.one(session, draft, case_id, actor=me, now=now)    # the same for one case, with both paths

`session` is a read session: nothing is changed. A case that `me` may not know of is not there, in a list or
in a number. What people wrote is opened in memory for the forms of the draft to check, one case at a time;
sentences hold names from the drawing and never an answer.

    trials.start(session, draft_row, actor=me, now=now)       # the same as background work
    trials.work(database, run_id, clock)                      # whoever works carries it out
    trials.tried(session, draft_row, actor=me, now=now)       # how the draft's present content stands
"""

from service.replay import trials
from service.replay.running import LAST, MAX_LAST, MAX_LISTED, CaseVerdict, Progress, Report, Run, one, run
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
    "Run",
    "one",
    "run",
    "trials",
]
