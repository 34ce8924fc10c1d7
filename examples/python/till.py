#!/usr/bin/env python3
"""The adapter between poscert and a till in Python (client-protocol.md): put your own client in place of `pos_client`.

driver `process`: `python3 till.py` speaks JSON-RPC, one object a line, on stdin and stdout; stderr is its log.
driver `oneshot`: the same command is started once per command, with the method in POSCERT_METHOD.
"""
import http.server, json, os, sys, threading
sys.dont_write_bytecode = True                                      # leave no __pycache__ beside the example
from pos_client import Client, GaveUp, Refused, log

COMMANDS = ["createPointOfSale", "deletePointOfSale", "awaitCheckin", "initiatePayment", "preparePayment", "awaitPairing", "readyPayment",
            "awaitPayment", "capturePayment", "cancelPayment", "initiateRefund", "awaitRefund", "captureRefund", "cancelRefund", "recover", "settle"]
till = None

def listen():
    """Check-in notifications: answered 200 at once; who it is, `awaitCheckin` asks of the API."""
    class Callback(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        def log_message(self, *_): log("notification: a customer has checked in")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Callback)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/check-in"

def handle(method, params, session=None):
    """A command's result. Raises Refused, GaveUp, KeyError for a missing parameter, NotImplementedError."""
    global till
    if method == "initialize":
        till = Client(params)
        return {"protocol": 1, "name": "Python example till", "version": till.version, "commands": COMMANDS,
                "behaviours": ["cancelsOnRestart"]}
    if method == "shutdown": return {}
    if method not in COMMANDS: raise NotImplementedError(method)
    till = till or Client(session)
    return getattr(till, method)(params)

def error_of(problem):
    code = {Refused: 1, GaveUp: 2, KeyError: -32602, NotImplementedError: -32601}.get(type(problem), -32603)
    data = {"reason": str(problem), **({"apiCode": problem.code} if getattr(problem, "code", None) else {})}
    return {"code": code, "message": f"{problem} is missing" if code == -32602 else str(problem) or repr(problem), "data": data}

def oneshot(method):
    try: result, code = handle(method, json.load(sys.stdin), json.loads(os.environ.get("POSCERT_SESSION") or "{}")), 0
    except Exception as problem:
        result = error_of(problem)
        code = {1: 10, 2: 11, -32601: 12}.get(result.pop("code"), 1)
    print(json.dumps(result))
    return code

def serve():
    for line in sys.stdin.buffer:                                   # bytes: these lines end at \n and nowhere else
        request = json.loads(line)
        method, answer = request["method"], {"jsonrpc": "2.0", "id": request.get("id")}
        try:
            answer["result"] = handle(method, request.get("params", {}))
            if method == "initialize": answer["result"]["callbackUrl"] = listen()
        except Exception as problem: answer["error"] = error_of(problem)
        print(json.dumps(answer), flush=True)                       # stdout belongs to the protocol: log to stderr
        if method == "shutdown": return 0
    return 0

if __name__ == "__main__":
    one = os.environ.get("POSCERT_METHOD")
    sys.exit(oneshot(one) if one else serve())
