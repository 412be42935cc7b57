"""`racewalk serve`: the server, and the page in it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from errno import EADDRINUSE
from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0 takes a free one.")] = 8000,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
) -> None:
    """Serve the page. Ctrl-C stops it.

    Settings come from environment variables RACEWALK_...; backend/HOSTING.md in the source has all of them.
    """
    import uvicorn
    from pydantic import ValidationError

    from racewalk.api.app import create_app
    from racewalk.api.link_store import LinksNotKept, LinkStore
    from racewalk.api.settings import Settings, unknown_settings

    try:
        settings = Settings()
    except ValidationError as error:
        for problem in error.errors():
            print(f"error: RACEWALK_{str(problem['loc'][0]).upper()}: {problem['msg']}", file=sys.stderr)
        raise typer.Exit(2) from None
    try:
        if settings.short_links and settings.data_dir is not None:
            LinkStore(settings.data_dir, settings.links, settings.links_bytes).close()
    except LinksNotKept as error:
        print(f"error: RACEWALK_DATA_DIR: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    try:
        listening = _listen(host, port)
    except OSError as error:
        print(f"error: cannot listen on {host} port {port}: {error.strerror or error}", file=sys.stderr)
        if error.errno == EADDRINUSE:
            print("hint: it may run already; --port 0 takes a free port", file=sys.stderr)
        raise typer.Exit(2) from None
    address = _address(host, listening.getsockname()[1]) + settings.root_path + "/"
    print(f"Racewalk listens on {address} (Ctrl-C stops it)", flush=True)
    for unknown in unknown_settings(os.environ):
        print(f"warning: {unknown}", file=sys.stderr)
    if open_browser:
        import webbrowser

        webbrowser.open(address)  # the socket listens already: the browser waits for the server
    app = create_app(settings)

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """Sessions and searches end at once, rather than when it has waited long enough for them."""
            async with asyncio.TaskGroup() as both:
                both.create_task(super().shutdown(sockets))  # tells the browsers first
                both.create_task(app.state.service.stop())

    config = uvicorn.Config(
        app,
        log_level="warning",
        ws_max_size=2 * settings.message_bytes,  # somewhat too large ones get an answer that says so
        ws_per_message_deflate=False,  # differences are small; compressing costs a third of the throughput
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, made here so that its port is known before the server runs."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _address(host: str, port: int) -> str:
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"
