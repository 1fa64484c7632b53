"""PDF -> PDF: standards, colours, imposition."""
