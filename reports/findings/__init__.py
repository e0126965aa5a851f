"""Findings: everything computed from a run, each thing once, in numbers and never in words.

A file holds one noun: its type, whose fields are what cells.json tells of it, and what makes it.
"""
