"""The commands of `./rada`, one file a group."""
