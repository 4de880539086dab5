"""The clearance edge: formalities, customs, holds, releases, papers."""
