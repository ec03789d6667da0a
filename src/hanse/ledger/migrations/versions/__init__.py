"""One module a step, in order: `revision`, `down_revision`, `STATEMENTS`, `upgrade`."""
