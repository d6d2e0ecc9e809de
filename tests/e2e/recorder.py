"""A server that writes down each line it receives, byte for byte, and answers every request with an empty result.

    recorder.py FILE [options]      beside FILE it leaves FILE.pid, FILE.env (as JSON) and, once its input ends, FILE.eof

A tools/call with the argument `seconds` is answered after that time, whether it was cancelled or not; before that it writes
the lines of the argument `say`, and with `mute` it is not answered at all. A subscriptions/listen stays open.
"""

import argparse
import json
import os
import sys
import threading
import time

options = argparse.ArgumentParser()
options.add_argument("file")
options.add_argument("--exit-after", type=int, default=0, help="exit on the line of this number instead of answering it")
options.add_argument("--code", type=int, default=0, help="exit code for that")
options.add_argument("--partial", action="store_true", help="write the beginning of an answer before that")
options.add_argument("--mute", action="append", default=["subscriptions/listen"], help="do not answer requests of this method")
options.add_argument("--stderr", help="say this on start")
options.add_argument("--stubborn", action="store_true", help="ignore SIGTERM and the end of the input")
options = options.parse_args()
output = threading.Lock()


def environment():
    """What was inherited, without what Python itself adds."""
    try:
        with open("/proc/self/environ", "rb") as file:
            return dict(pair.split("=", 1) for pair in file.read().decode().split("\0") if pair)
    except OSError:
        return {name: value for name, value in os.environ.items() if name != "LC_CTYPE"}


def leave(suffix, text):
    with open(options.file + suffix + "~", "w") as file:
        file.write(text)
    os.rename(options.file + suffix + "~", options.file + suffix)


def say(data):
    with output:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def answer(message):
    if isinstance(message, list):
        for item in message:
            answer(item)
        return
    if not isinstance(message, dict) or "id" not in message or "method" not in message:
        return
    params = message.get("params", {})
    result = {}
    if message["method"] == "initialize":
        about = {"name": "recorder", "version": "1"}
        result = {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}, "serverInfo": about}
    arguments = params.get("arguments", {})
    say("".join(line + "\n" for line in arguments.get("say", [])).encode())
    time.sleep(arguments.get("seconds", 0))
    if message["method"] in options.mute or arguments.get("mute"):
        return
    if "length" in arguments:
        result = {"content": [{"type": "text", "text": "x" * arguments["length"]}]}
    say(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}).encode() + b"\n")


def main():
    if options.stubborn:
        import signal

        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    leave(".env", json.dumps(environment()))
    leave(".pid", str(os.getpid()))
    if options.stderr:
        print(options.stderr, file=sys.stderr, flush=True)
    with open(options.file, "ab", buffering=0) as file:
        for number, line in enumerate(sys.stdin.buffer, 1):
            file.write(line)
            if number == options.exit_after:
                if options.partial:
                    say(b'{"jsonrpc":"2.0","id":2,"resu')
                os._exit(options.code)
            threading.Thread(target=answer, args=[json.loads(line)]).start()
    leave(".eof", "")
    while options.stubborn:
        time.sleep(1)


if __name__ == "__main__":
    main()
