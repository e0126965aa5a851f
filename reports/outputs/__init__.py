"""What is written: page, tables, terminal, JSON, exports, files."""
