"""The protocol under fire: kills, freezes and wipes, judged by the fold of the journal."""
