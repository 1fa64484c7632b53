"""The types that every stage shares: book, edition, manifest, artefacts."""
