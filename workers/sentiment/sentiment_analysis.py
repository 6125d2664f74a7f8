"""SENTIMENT_ANALYSIS: how a text feels, in one of the caller's options."""

from workers.sentiment.answering import answered_type

SENTIMENT_ANALYSIS = answered_type("SENTIMENT_ANALYSIS", queue="sentiment")
