"""The command line with every command of it, as tests and other programs run it."""

from cli.application import application

app = application()
