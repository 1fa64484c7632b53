"""Chinese line composition: pure functions on measured runs; knows no engine and no file."""
