"""Job shops as a mixed-integer programme: slow, but every line of it can be read beside the model's specification."""
