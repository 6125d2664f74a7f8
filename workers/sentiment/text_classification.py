"""TEXT_CLASSIFICATION: what a text is about, or how it feels, in one of the caller's options.

The caller's options decide how it is answered, as with SENTIMENT_ANALYSIS. It differs by its queue
alone: neither type waits for the other's backlog.
"""

from workers.sentiment.answering import answered_type

TEXT_CLASSIFICATION = answered_type("TEXT_CLASSIFICATION", queue="classification")
