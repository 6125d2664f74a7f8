"""The chores that move rows when their time has come: a plain loop over a timetable.

Any number of schedulers may run at once: every chore moves rows by guarded UPDATEs.
"""
