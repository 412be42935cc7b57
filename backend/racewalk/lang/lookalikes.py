"""Characters that look like ASCII and are not: typographic quotes, dashes, full-width signs, foreign letters."""

from __future__ import annotations

import unicodedata

QUOTES = frozenset("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02")

INVISIBLE = frozenset("\u00a0\u00ad\u2028\u2029\u202f\u205f\u2060\u3000\ufeff") | {
    chr(code) for code in range(0x2000, 0x200E)
}

_SIGNS = {
    "\u2032": "'",
    "\u00b4": "'",
    "\u2010": "-",
    "\u2011": "-",
    "\u2012": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2212": "-",
    "\u00d7": "*",
    "\u2217": "*",
    "\u22c5": "*",
    "\u00f7": "/",
    "\u2044": "/",
    "\u037e": ";",
    "\u2260": "!=",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2192": "->",
    "\u21d2": "->",
    "\u2026": "...",
    "\u2227": "&&",
    "\u2228": "||",
    "\u00ac": "!",
    "\u2223": "|",
    "\u00a6": "|",
}

# Cyrillic and Greek letters that a reader takes for Latin ones.
_LETTERS = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
        "\u03bf\u03bd\u03b9\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "aeopcyxijsABEKMHOPCTXoviABEZHIKMNOPTYX",
        strict=True,
    )
)


def ascii_for(char: str) -> str | None:
    """The ASCII that a reader takes the character for, if any."""
    if char in _SIGNS:
        return _SIGNS[char]
    if char in _LETTERS:
        return _LETTERS[char]
    plain = unicodedata.normalize("NFKC", char)
    if plain != char and len(plain) == 1 and plain.isascii() and plain.isprintable() and plain != " ":
        return plain
    return None
