"""Typeset e-books and print books in Chinese, from one manuscript."""

from __future__ import annotations

__version__ = "0.1.0"
