"""What tests of requests with keys may ask for."""

from tests.gateway import account, bench, buyer, yard

__all__ = ["account", "bench", "buyer", "yard"]
