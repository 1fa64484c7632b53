"""Chinese line composition.  Empty until the composer is built."""
