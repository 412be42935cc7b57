"""The server: REST for scenarios, a WebSocket per session, and the built page."""
