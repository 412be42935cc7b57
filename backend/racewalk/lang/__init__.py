"""The dialect's front: text to a typed tree, with positions everywhere and diagnostics for people."""
