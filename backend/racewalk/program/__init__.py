"""Typed tree to Program: the layout of the state and the atomic steps with their labels and footprints."""
