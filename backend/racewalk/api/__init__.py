"""The server: REST for scenarios, a WebSocket per session, and the built page.

app        all of it together
settings   what whoever runs it may set
snapshot   what a page is shown
messages   the verbs and answers of a session
schema     that, for the types of the page
scenarios  REST
diff       two variants side by side, over REST
building   the variant that a request is about
links      short links, over REST
link_store where these are kept
session    the WebSocket: messages in and out, searches beside them
search     what a page asks of a search, and the result
walk       one open scenario, and what each verb does to it
offline    a run inside a file that is read without a server
views      from models and histories to messages
service    what all requests share
pace       how fast a client may send, and how much it may have
turns      whose request is worked on next
security   who may talk to it, and what a browser may do with its answers
problems   the one error shape
page       the built page, as files
"""
