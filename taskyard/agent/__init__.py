"""The reference agent: a remote server that does link tasks for a yard elsewhere.

It asks the gateway for tasks, does them by the same connectors as the yard's own workers, and
reports. It keeps nothing but reports that the gateway has not acknowledged yet, and those that the
gateway refused: they end in ``.refused``, are not sent again, and are for people to look at.
"""
