"""Event logs, and the lives of the children in them: data, story, page."""
