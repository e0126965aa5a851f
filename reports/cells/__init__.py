"""cells.json: everything computed from a run, as one JSON object. Each file holds some parts."""

from reports.cells.document import cells_json

__all__ = ["cells_json"]
