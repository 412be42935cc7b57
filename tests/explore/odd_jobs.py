"""A worker process for tests: its jobs misbehave on request."""

import os
import signal
import sys
import time

from racewalk.explore.duty import JobRefused, Json, Send, serve

done: list[str] = []


def job(request: Json, send: Send) -> Json:
    match request["do"]:
        case "echo":
            return {"echo": request["text"], "pid": os.getpid()}
        case "progress":
            for number in range(3):
                send({"number": number})
            return {}
        case "count":  # how many of these this process has done
            done.append(request["text"])
            return {"count": len(done), "text": request["text"]}
        case "wait":
            send({"pid": os.getpid()})
            time.sleep(request["seconds"])
            return {"pid": os.getpid()}
        case "refuse":
            raise JobRefused("bad", "no such thing")
        case "sleep":
            send({"pid": os.getpid()})
            time.sleep(60)
        case "eat":
            return {"eaten": len([bytearray(1 << 20) for _ in range(1 << 12)])}
        case "die":
            os._exit(3)
        case "be killed":
            send({"pid": os.getpid()})
            os.kill(os.getpid(), signal.SIGKILL)
    return {}


if __name__ == "__main__":
    serve(job, int(sys.argv[1]))
