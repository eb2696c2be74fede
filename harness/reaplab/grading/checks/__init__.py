"""What a lab may ask of a submission: checks, and the ideas and questions they test."""
