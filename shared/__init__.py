"""What the gateway, the workers and the scheduler have in common; imports none of them."""
