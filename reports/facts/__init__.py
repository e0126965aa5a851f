"""What a run was measured on and with."""
