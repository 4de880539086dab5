"""The sentences of the alerts, one gettext catalogue a language."""
