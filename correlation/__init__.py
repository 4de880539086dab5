"""The pure core: a fold of the journal into the picture of a port and the alerts it calls for."""
