"""The adapter between poscert and your till: a start in Python's standard library alone.

poscert starts it and writes one JSON object a line on its standard input: the command. The answer is one JSON object a line on its standard
output; everything else that you want to say goes to standard error. What is here onboards a point of sale, enough for the first cases to pass.
Put your own client in its place, command by command; the names in NOT_YET are still to be written. A complete one: examples/python in the
package of poscert.
"""
import base64, http.client, json, os, ssl, sys, time, urllib.parse, uuid

READ_TIMEOUT = float(os.environ.get("TILL_READ_TIMEOUT", "0.5"))    # seconds for a GET, as documented
WRITE_TIMEOUT = float(os.environ.get("TILL_WRITE_TIMEOUT", "2"))    # seconds for a POST or DELETE, as documented
RETRY_DELAY = float(os.environ.get("TILL_RETRY_DELAY", "0.25"))
RETRIES = 2

NOT_YET = {
    "awaitCheckin": "poll GET /pointofsales/{posId}/checkin until a user is checked in",
    "initiatePayment": "POST /payments; cancel what blocks the PoS when the answer is 409 1301",
    "awaitPayment": "poll GET /payments/{paymentId} until it is Reserved or has ended",
    "capturePayment": "POST /payments/{paymentId}/capture, never more than the amount",
    "cancelPayment": "POST /payments/{paymentId}/cancel",
    "preparePayment": "POST /payments/prepare",
    "awaitPairing": "poll GET /payments/{paymentId} until it is Paired or has ended",
    "readyPayment": "POST /payments/{paymentId}/ready",
    "initiateRefund": "POST /refunds",
    "awaitRefund": "poll GET /refunds/{refundId} until it is Reserved or has ended",
    "captureRefund": "POST /refunds/{refundId}/capture",
    "cancelRefund": "POST /refunds/{refundId}/cancel",
    "settle": "finish the captures and cancels that never got through",
}


class Refused(Exception):
    """It can't be done: the API said no (4xx), or the till knows better."""

    def __init__(self, reason, code=None, status=None):
        super().__init__(reason)
        self.code, self.status = code, status


class GaveUp(Exception):
    """Retries are spent, the outcome is unknown."""


class NoAnswer(Exception):
    """One request without a usable answer: repeat it, same key, same body."""


class Till:
    def __init__(self, session):
        self.api, self.store = session["api"], session["store"]
        self.file = os.path.join(session["stateDir"], "till.json")
        self.state = {"token": None, "until": 0, "pos": {}}         # what must outlive a power cut
        if os.path.exists(self.file):
            with open(self.file, encoding="utf-8") as file:
                self.state = json.load(file)

    def save(self):
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            json.dump(self.state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.file + ".new", self.file)

    # ---- talking to the API ----
    def send(self, method, url, headers, body):
        where = urllib.parse.urlsplit(url)
        timeout = READ_TIMEOUT if method == "GET" else WRITE_TIMEOUT
        if where.scheme == "https":
            trust = ssl.create_default_context(cafile=self.api.get("ca"))
            connection = http.client.HTTPSConnection(where.hostname, where.port, timeout=timeout, context=trust)
        else:
            connection = http.client.HTTPConnection(where.hostname, where.port, timeout=timeout)
        try:
            connection.request(method, where.path + ("?" + where.query if where.query else ""), body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(repr(error)) from None
        finally:
            connection.close()

    def token(self):
        if self.state["token"] and time.time() < self.state["until"]:
            return self.state["token"]
        basic = base64.b64encode(f"{self.api['clientId']}:{self.api['clientSecret']}".encode()).decode()
        headers = {"Authorization": "Basic " + basic, "Content-Type": "application/x-www-form-urlencoded"}
        url = self.api["authBaseUrl"] + "/connect/token"
        status, text = self.send("POST", url, headers, "grant_type=client_credentials")
        if 400 <= status < 500:
            raise Refused(f"no token: HTTP {status}", status=status)
        if status != 200:
            raise NoAnswer(f"no token: HTTP {status}")
        body = json_of(text)
        self.state["token"], self.state["until"] = body["access_token"], time.time() + body["expires_in"] / 2
        self.save()
        return self.state["token"]

    def once(self, method, path, body, key):
        status, text = 401, ""
        for _ in range(2):                                          # a refused token is renewed once
            headers = {
                "Authorization": "Bearer " + self.token(),
                "X-MobilePay-Client-System-Version": self.api.get("systemVersion", "1.0.0"),
                "X-MobilePay-Merchant-VAT-Number": self.api["merchantVat"],
            }
            if key:
                headers["X-MobilePay-Idempotency-Key"] = key
            if body is not None:
                headers["Content-Type"] = "application/json"
            text = None if body is None else json.dumps(body)
            status, text = self.send(method, self.api["baseUrl"] + path, headers, text)
            if status != 401:
                break
            self.state["token"] = None
        if 400 <= status < 500:
            error = json_of(text)
            raise Refused(f"HTTP {status} {error.get('message', '')}", error.get("code"), status)
        if not 200 <= status < 300:
            raise NoAnswer(f"HTTP {status}")
        return json_of(text)

    def call(self, method, path, body=None, key=None):
        """Repeats after network errors and 5xx, with the same key and body; never after a 4xx."""
        for repetition in range(RETRIES + 1):
            try:
                return self.once(method, path, body, key)
            except NoAnswer as error:
                log(f"{method} {path}: {error}")
                if repetition == RETRIES:
                    raise GaveUp(str(error)) from None
                time.sleep(RETRY_DELAY * 2 ** repetition)

    # ---- the commands ----
    def createPointOfSale(self, p):
        stores = self.call("GET", "/stores?" + urllib.parse.urlencode(self.store))["storeIds"]
        if len(stores) != 1:
            raise Refused(f"{len(stores)} stores fit")
        name = p.get("merchantPosId") or "till-" + uuid.uuid4().hex[:12]
        given = {member: value for member, value in p.items() if member != "lane"}
        body = {**given, "merchantPosId": name, "name": p.get("name") or "Till " + name[-4:], "storeId": stores[0]}
        return self.send_pos({"body": body, "key": str(uuid.uuid4()), "posId": None})

    def send_pos(self, pos):
        name = pos["body"]["merchantPosId"]
        self.state["pos"][name] = pos
        self.save()                                                 # key and body first: a retry after a power cut is the same request
        try:
            pos["posId"] = self.call("POST", "/pointofsales", pos["body"], pos["key"])["posId"]
        except GaveUp:
            pos["posId"] = self.find_pos(name)                      # the answers were lost, but it may stand
            if not pos["posId"]:
                raise
        except Refused as no:
            if no.status == 409:
                self.find_pos(name)                                 # taken: ask what stands there
            del self.state["pos"][name]
            self.save()
            raise
        self.save()
        return {"posId": pos["posId"], "merchantPosId": name, "beaconId": self.beacon(pos)}

    def find_pos(self, name):
        found = self.call("GET", "/pointofsales?" + urllib.parse.urlencode({"merchantPosId": name}))["posIds"]
        return found[0] if found else None

    def beacon(self, pos):
        return pos["body"].get("beaconId") or self.call("GET", "/pointofsales/" + pos["posId"])["beaconId"]

    def deletePointOfSale(self, p):
        try:
            self.call("DELETE", "/pointofsales/" + p["posId"])
        except Refused as no:
            if no.status != 404:
                raise
        self.state["pos"] = {name: pos for name, pos in self.state["pos"].items() if pos["posId"] != p["posId"]}
        self.save()
        return {}

    def recover(self, p):
        """What the till does when it starts: finds its PoS, or creates it again."""
        result = {}
        for name, pos in list(self.state["pos"].items()):
            found = self.find_pos(name)
            if found:
                pos["posId"] = found
                self.beacon(pos)
            else:
                self.send_pos({**pos, "posId": None, "key": str(uuid.uuid4())} if pos["posId"] else pos)
            result["posId"] = self.state["pos"][name]["posId"]
        self.save()
        return result


def json_of(text):
    try:
        body = json.loads(text or "{}")
    except ValueError:
        raise NoAnswer("the answer is no JSON") from None
    return body


def log(text):
    print(text, file=sys.stderr, flush=True)


# ---- the client protocol ----
COMMANDS = ["createPointOfSale", "deletePointOfSale", "recover"]    # add each command that you write
till = None


def handle(method, params):
    global till
    if method == "initialize":
        till = Till(params)
        version = params["api"].get("systemVersion", "1.0.0")       # better: the version of your client, asked of itself
        return {"protocol": 1, "name": "Adapter in Python", "version": version, "commands": COMMANDS, "behaviours": []}
    if method == "shutdown":
        return {}
    if method not in COMMANDS:
        raise NotImplementedError(f"{method} is not written yet: {NOT_YET.get(method, 'the protocol does not know it')}")
    return getattr(till, method)(params)


def error_of(problem):
    codes = {Refused: 1, GaveUp: 2, KeyError: -32602, NotImplementedError: -32601}
    api_code = getattr(problem, "code", None)
    data = {"reason": str(problem), **({"apiCode": str(api_code)} if api_code else {})}
    return {"code": codes.get(type(problem), -32603), "message": str(problem) or repr(problem), "data": data}


def serve():
    for line in sys.stdin.buffer:                                   # bytes: these lines end at \n and nowhere else
        request = json.loads(line)
        answer = {"jsonrpc": "2.0", "id": request["id"]}
        try:
            answer["result"] = handle(request["method"], request.get("params", {}))
        except Exception as problem:
            answer["error"] = error_of(problem)
        print(json.dumps(answer), flush=True)                       # without flush the answer stays in a buffer
        if request["method"] == "shutdown":
            return


serve()
