"""Scenario files: front matter, variants, source bundles, and the library that ships with the package."""
