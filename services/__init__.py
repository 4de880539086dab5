"""The shells: each folder is one process, and none imports another."""
