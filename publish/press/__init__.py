"""PDF -> PDF: standards, colours, imposition.  Empty until the press work is built."""
