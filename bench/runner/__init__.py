"""What plans, starts, watches and collects processes."""
