"""The process that sends notices, beside the one that writes them."""
