"""The protocol under fire: kills, freezes and wipes on the real stack, judged by the fold of the journal."""
