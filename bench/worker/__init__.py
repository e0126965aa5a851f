"""What runs inside one measured process."""
