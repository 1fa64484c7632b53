"""The EPUBs as reading engines show them: measured, followed link by link, pictured."""
