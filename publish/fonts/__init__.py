"""Faces by role: found, proved to have every character, subset, renamed, cached.

The roles and families are in styles/fonts.toml.  fontTools and HarfBuzz are known to this room
only, and are imported when they are first needed.  Turned faces, which vertical editions alone
need, are in ``turned``.
"""

from publish.fonts.coverage import covered, covers, missing
from publish.fonts.faces import Face, FaceSet
from publish.fonts.resolver import Standing, resolve, survey
from publish.fonts.subsets import css, fingerprint, subset, subset_file, terms

__all__ = [
    "Face",
    "FaceSet",
    "Standing",
    "covered",
    "covers",
    "css",
    "fingerprint",
    "missing",
    "resolve",
    "subset",
    "subset_file",
    "survey",
    "terms",
]
