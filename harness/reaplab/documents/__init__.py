"""What texts and slides show, held against what the programs do."""
