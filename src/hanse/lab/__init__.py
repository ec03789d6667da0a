"""The laboratory: what would happen. `floor/` plays a shop floor with everything that goes wrong on one."""
