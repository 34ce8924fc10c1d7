"""A small MobilePay PoS V10 client in Python's standard library alone: what stands in for your own.

Its methods are named after the commands of poscert's client protocol, so that till.py stays short. Money is counted in øre and cent.
"""
import base64, http.client, json, os, random, ssl, sys, time, urllib.parse, uuid

READ_TIMEOUT = float(os.environ.get("TILL_READ_TIMEOUT", "0.5"))    # seconds for a GET, as documented
WRITE_TIMEOUT = float(os.environ.get("TILL_WRITE_TIMEOUT", "2"))    # seconds for a POST or DELETE, as documented
RETRY_DELAY = float(os.environ.get("TILL_RETRY_DELAY", "0.25"))
RETRIES = 2                                                         # advised; more than 5 are forbidden
VERSION = "1.0.0"                                                   # of this till, where the configuration declares none
ACTIVE = {"Prepared", "Paired", "Initiated", "IssuedToUser"}        # these block the PoS for the next payment
CANCELLED = {"CancelledByUser", "CancelledByClient", "CancelledByMobilePay", "ExpiredAndCancelled"}
PAID = {"Captured", "ExpiredAndCaptured"}
KNOWN = ACTIVE | CANCELLED | PAID | {"Reserved"}

class Refused(Exception):                                           # it can't be done: tell the cashier
    def __init__(self, reason, code=None, status=None):
        super().__init__(reason)
        self.code, self.status = code, status
class GaveUp(Exception): pass                                       # retries are spent, the outcome is unknown
class Lost(Exception): retry_after = 0.0                            # one request without a usable answer

class Client:
    def __init__(self, session):
        self.session, self.api = session, session["api"]
        self.version = self.api.get("systemVersion") or VERSION
        self.file = os.path.join(session["stateDir"], "till.json")
        self.state = {"token": None, "pos": {}, "deals": {}, "polls": {}}
        if os.path.exists(self.file):
            with open(self.file, encoding="utf-8") as file: self.state.update(json.load(file))

    def save(self):
        """Whole or not at all, and on the disk when it returns: a power cut must not take a decision away."""
        os.makedirs(self.session["stateDir"], exist_ok=True)
        with open(os.open(self.file + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(self.state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self.file + ".new", self.file)

    # ---- HTTP: one request, then with a token, then with retries, then at the pace that the backend sets ----
    def send(self, method, url, headers, body):
        """One request; no redirect is followed, so the token goes nowhere else. Raises Lost."""
        where, end = urllib.parse.urlsplit(url), time.monotonic() + (READ_TIMEOUT if method == "GET" else WRITE_TIMEOUT)
        left = lambda: max(0.001, end - time.monotonic())           # for the whole answer, not for each of its bytes
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=left())
        if where.scheme == "https":
            trust = ssl.create_default_context(cafile=self.api.get("ca"))
            connection = http.client.HTTPSConnection(where.hostname, where.port, timeout=left(), context=trust)
        try:
            connection.connect()
            sock, text = connection.sock, b""
            sock.settimeout(left())
            connection.request(method, where.path + ("?" + where.query if where.query else ""), body, headers)
            answer = connection.getresponse()
            while chunk := answer.read1(65536):
                text += chunk
                if time.monotonic() > end: raise Lost("the answer takes too long")
                sock.settimeout(left())
            if answer.length: raise Lost("the answer breaks off")
            return answer.status, answer.headers, text
        except (OSError, http.client.HTTPException) as error:
            raise Lost(repr(error)) from None
        finally:
            connection.close()

    def token(self):
        held = self.state["token"]
        if held and time.time() < held["until"]: return held["text"]
        basic = base64.b64encode(f"{self.api['clientId']}:{self.api['clientSecret']}".encode()).decode()
        headers = {"Authorization": "Basic " + basic, "Content-Type": "application/x-www-form-urlencoded"}
        url = self.api["authBaseUrl"] + "/connect/token"
        status, _, text = self.send("POST", url, headers, "grant_type=client_credentials")
        if 400 <= status < 500: raise Refused(f"no token: HTTP {status}; check id and secret", status=status)
        body = parse(text)
        if status != 200 or not body.get("access_token"): raise Lost(f"HTTP {status} without a token")
        life = body.get("expires_in", 0)
        self.state["token"] = {"text": body["access_token"], "until": time.time() + max(life / 2, life - 600)}
        self.save()
        return self.state["token"]["text"]

    def attempt(self, method, path, body=None, key=None, need=None):
        for last in (False, True):
            token = self.token()
            headers = {"Authorization": "Bearer " + token, "X-MobilePay-Client-System-Version": self.version,
                       "X-MobilePay-Merchant-VAT-Number": self.api["merchantVat"]}
            if key: headers["X-MobilePay-Idempotency-Key"] = key
            if body is not None: headers["Content-Type"] = "application/json"
            text = None if body is None else json.dumps(body)
            status, answered, text = self.send(method, self.api["baseUrl"] + path, headers, text)
            if status != 401: break
            self.state["token"] = None                              # one new token and the same request again, same key
        if 400 <= status < 500:
            try: error = parse(text)
            except Lost: error = {}                                 # a proxy's page instead of the API's own words
            raise Refused(f"HTTP {status} {error.get('message') or ''}", str(error.get("code") or "") or None, status)
        if not 200 <= status < 300:
            lost = Lost(f"HTTP {status}")
            after = answered.get("Retry-After", "")
            lost.retry_after = min(float(after), 10) if after.isdigit() else 0.0
            raise lost
        result = parse(text)
        if need and need not in result: raise Lost(f"no {need} in the answer")
        return result

    def call(self, method, path, body=None, key=None, need=None):
        """Repeats after network errors and 5xx, with the same key and body; never after a 4xx. Raises Refused, GaveUp."""
        for repetition in range(RETRIES + 1):
            try: return self.attempt(method, path, body, key, need)
            except Lost as lost:
                log(f"{method} {path}: {lost}")
                if repetition == RETRIES: raise GaveUp(str(lost)) from None
                time.sleep(max(lost.retry_after, RETRY_DELAY * 2 ** repetition * (1 + random.random() / 2)))

    def poll(self, path):
        """Asks once, not before the last delay is over; None if no answer came. The delay is kept on disk for a restart."""
        not_before, delay = self.state["polls"].get(path, (0, 1.0))
        time.sleep(min(max(0.0, not_before - time.time()), max(delay, 10)))
        body, rest = None, 0.0
        try: body = self.attempt("GET", path)
        except Lost as lost:
            log(f"GET {path}: {lost}")
            rest = lost.retry_after
        if body: delay = body.get("pollDelayInMs", delay * 1000) / 1000
        self.state["polls"][path] = (time.time() + max(delay + 0.01, rest), delay)
        self.save()
        return body

    def look(self, path):
        for _ in range(RETRIES + 1):
            if body := self.poll(path): return body
        raise GaveUp(f"{path} could not be read")

    # ---- Deals: payments and refunds, each remembered before its first request is sent ----
    def deal(self, kind, deal_id):
        for deal in self.state["deals"].values():
            if deal["kind"] == kind and (deal["id"] or "").lower() == deal_id.lower(): return deal
        return self.remember({"kind": kind, "id": deal_id, "posId": None})[1]

    def remember(self, deal):
        key = str(uuid.uuid4())
        self.state["deals"][key] = {"id": None, "at": time.time(), "state": None, "amount": None, "decision": None, **deal}
        self.save()
        return key, self.state["deals"][key]

    def observe(self, deal, body):
        deal["state"] = body.get("status") if body.get("status") in KNOWN else "Unknown"
        deal["partial"] = body.get("partialCapturePossible") is True
        if body.get("amount") is not None: deal["amount"] = minor(body["amount"])
        deal["currency"] = body.get("currencyCode") or deal.get("currency")
        self.save()
        return deal["state"]

    def present(self, deal): return self.observe(deal, self.look(path_of(deal)))

    def follow(self, deal, done):
        """Polls until `done`, the end, or patience is over. Six polls without an answer cancel a payment: nobody knows of it."""
        until, silent = time.monotonic() + 2 * self.session["patienceMs"] / 1000, 0
        while silent < 6:
            body = self.poll(path_of(deal))
            silent = 0 if body else silent + 1
            if body and (self.observe(deal, body) in CANCELLED | PAID or done(body) or time.monotonic() > until): return body
        if deal["kind"] == "refunds": raise GaveUp("six polls without an answer")
        return {"status": self.decide(deal, "cancel")}

    def decide(self, deal, what, amount=None):
        """Keeps the decision first, carries it out, and asks what is true when it was refused (409) or not answered."""
        deal["decision"] = [what, amount]
        self.save()
        try:
            self.call("POST", f"{path_of(deal)}/{what}", None if amount is None else {"amount": amount / 100})
            deal["state"] = "Captured" if what == "capture" else "CancelledByClient"
        except (Refused, GaveUp) as problem:
            if isinstance(problem, Refused) and problem.status != 409: raise
            body = self.look(path_of(deal)) if isinstance(problem, Refused) else self.poll(path_of(deal))
            wanted = PAID if what == "capture" else CANCELLED
            if not body or self.observe(deal, body) not in wanted or getattr(problem, "code", None) == "1307": raise
        self.save()
        return deal["state"]

    def start_payment(self, path, body):
        key, deal = self.remember({"kind": "payments", "posId": body["posId"], "orderId": body["orderId"]})
        for _ in range(3):
            try:
                deal["id"] = self.call("POST", path, body, key, "paymentId")["paymentId"]
                self.save()
                return {"paymentId": deal["id"], "orderId": body["orderId"]}
            except GaveUp:                                          # it may stand all the same: find it and cancel it
                self.withdraw(deal)
                raise
            except Refused as no:
                if no.code != "1301": self.drop(key, no)
            try: self.clean_up(body["posId"])                       # 1301: another payment blocks this PoS
            except (Refused, GaveUp) as problem: self.drop(key, problem)
        self.drop(key, Refused("this PoS is blocked by another payment", "1301"))

    def drop(self, key, problem):
        del self.state["deals"][key]                                # it never came to be
        self.save()
        raise problem

    def clean_up(self, pos_id):
        for payment_id in self.call("GET", "/payments?" + urllib.parse.urlencode({"posId": pos_id}), need="paymentIds")["paymentIds"]:
            deal = self.deal("payments", payment_id)
            if self.present(deal) not in ACTIVE: continue           # Reserved ones don't block, and are somebody's money
            try: self.decide(deal, "cancel")
            except Refused as no:
                if no.code != "1300": raise                         # 1300: it has ended by itself meanwhile

    def withdraw(self, deal):
        """A creating POST whose answer stayed lost: looks for what came of it and cancels that. `settle` tries again."""
        deal["decision"] = ["cancel", None]
        self.save()
        try:
            if self.find(deal) and self.present(deal) in ACTIVE | {"Reserved"}: self.decide(deal, "cancel")
        except (Refused, GaveUp) as problem: log(f"left for settle: {problem}")
        if not deal["id"] and time.time() - deal["at"] > 60:        # by now it would have arrived
            self.state["deals"] = {key: other for key, other in self.state["deals"].items() if other is not deal}
            self.save()

    def find(self, deal):
        names = ["posId", "orderId"] if deal["kind"] == "payments" else ["paymentId"]
        query = urllib.parse.urlencode({name: deal[name] for name in names})
        list_name = deal["kind"][:-1] + "Ids"
        claimed = {other["id"] for other in self.state["deals"].values()}
        for found in self.call("GET", f"/{deal['kind']}?{query}", need=list_name)[list_name]:
            if found in claimed: continue
            body = self.look(f"/{deal['kind']}/{found}")
            if body.get("refundOrderId") == deal.get("refundOrderId"):
                deal["id"] = found
                self.save()
        return deal["id"]

    def unfinished(self, kind):
        return [deal for deal in self.state["deals"].values() if deal["kind"] == kind and deal["state"] not in CANCELLED | PAID]

    def finish(self, deal):
        """One more try at what was decided; the state last seen, if it fails again."""
        try:
            if not deal["id"]: self.withdraw(deal)
            if not deal["id"]: return
            if self.present(deal) == "Reserved" or (deal["state"] not in CANCELLED | PAID and deal["decision"][0] == "cancel"):
                self.decide(deal, *deal["decision"])
        except (Refused, GaveUp) as problem: log(f"still hanging: {problem}")

    # ---- The commands of the client protocol ----
    def createPointOfSale(self, p):
        store, given = self.session["store"], {name: p[name] for name in POS_MEMBERS if p.get(name) is not None}
        ids = self.call("GET", "/stores?" + urllib.parse.urlencode(store), need="storeIds")["storeIds"]
        if len(ids) != 1: raise Refused(f"{len(ids)} stores fit")
        name = p.get("merchantPosId") or "till-" + uuid.uuid4().hex[:12]
        body = {"merchantPosId": name, "name": p.get("name") or "Till " + name[-4:], "storeId": ids[0], **given}
        return self.send_pos({"body": body, "key": str(uuid.uuid4()), "posId": None})

    def send_pos(self, pos):
        name = pos["body"]["merchantPosId"]
        self.state["pos"][name] = pos
        self.save()
        try: pos["posId"] = self.call("POST", "/pointofsales", pos["body"], pos["key"], "posId")["posId"]
        except GaveUp:
            pos["posId"] = self.find_pos(name)                      # its answers were lost, but it may stand
            if not pos["posId"]: raise
        except Refused as no:
            if no.status == 409: self.find_pos(name)                # taken: ask what stands there
            del self.state["pos"][name]
            self.save()
            raise
        self.save()
        return {"posId": pos["posId"], "merchantPosId": name, **self.beacon(pos)}

    def beacon(self, pos):
        if pos["body"].get("beaconId"): return {"beaconId": pos["body"]["beaconId"]}
        return {"beaconId": self.call("GET", f"/pointofsales/{pos['posId']}", need="beaconId")["beaconId"]}

    def find_pos(self, name):
        query = urllib.parse.urlencode({"merchantPosId": name})
        return next(iter(self.call("GET", "/pointofsales?" + query, need="posIds")["posIds"]), None)

    def deletePointOfSale(self, p):
        if any(deal["posId"] == p["posId"] for deal in self.unfinished("payments")): self.clean_up(p["posId"])
        try: self.call("DELETE", f"/pointofsales/{p['posId']}")
        except Refused as no:
            if no.status != 404: raise                              # gone already: as good
        self.state["pos"] = {name: pos for name, pos in self.state["pos"].items() if pos["posId"] != p["posId"]}
        self.save()
        return {}

    def awaitCheckin(self, p):
        until, silent = time.monotonic() + 2 * self.session["patienceMs"] / 1000, 0
        while silent < 6:
            body = self.poll(f"/pointofsales/{p['posId']}/checkin")
            silent = 0 if body else silent + 1
            if body and (body.get("isUserCheckedIn") or time.monotonic() > until):
                return {"isUserCheckedIn": body.get("isUserCheckedIn") is True, **loyalty(body)}
        raise GaveUp("six polls without an answer")

    def initiatePayment(self, p):
        return self.start_payment("/payments", {"posId": p["posId"], "orderId": p.get("orderId") or str(uuid.uuid4()), **charge(p)})

    def preparePayment(self, p):
        return self.start_payment("/payments/prepare", {"posId": p["posId"], "orderId": p.get("orderId") or str(uuid.uuid4())})

    def awaitPairing(self, p):
        deal, paired = self.deal("payments", p["paymentId"]), {"Paired", "IssuedToUser", "Reserved"}
        body = self.follow(deal, lambda b: b.get("status") in paired and (not p.get("loyalty") or b.get("loyaltyIds") is not None))
        return {"state": deal["state"], **loyalty(body)}

    def readyPayment(self, p):
        try: self.call("POST", f"/payments/{p['paymentId']}/ready", charge(p))
        except Refused as no:
            if no.status == 409: self.present(self.deal("payments", p["paymentId"]))
            raise
        return {}

    def awaitPayment(self, p):
        deal = self.deal("payments", p["paymentId"])
        if deal["state"] not in CANCELLED | PAID: self.follow(deal, lambda body: body.get("status") == "Reserved")
        return {"state": deal["state"], **({"partialCapturePossible": deal["partial"]} if deal["state"] == "Reserved" else {})}

    def capturePayment(self, p):
        deal, amount = self.deal("payments", p["paymentId"]), minor(p["amount"])
        if deal["state"] != "Captured" and (deal["state"] != "Reserved" or deal["decision"]): self.present(deal)
        if deal["state"] == "Captured" and deal.get("captured", amount) == amount: return {"state": "Captured"}
        if deal["state"] != "Reserved": raise Refused(f"it is {deal['state']}")    # never before Reserved was seen
        if amount > deal["amount"]: raise Refused("more than was reserved")
        if amount < deal["amount"] and not deal["partial"]: return {"state": self.decide(deal, "cancel")}
        deal["captured"] = amount
        return {"state": self.decide(deal, "capture", amount)}

    def cancelPayment(self, p): return self.cancel("payments", p["paymentId"])
    def cancelRefund(self, p): return self.cancel("refunds", p["refundId"])

    def cancel(self, kind, deal_id):
        deal = self.deal(kind, deal_id)
        if deal["state"] in PAID: raise Refused("the money has moved")
        return {"state": deal["state"] if deal["state"] in CANCELLED else self.decide(deal, "cancel")}

    def initiateRefund(self, p):
        query = urllib.parse.urlencode({"orderId": p.get("orderId"), "state": "Captured"})
        ids = [p["paymentId"]] if p.get("paymentId") else self.call("GET", "/payments?" + query, need="paymentIds")["paymentIds"]
        if len(ids) != 1: raise Refused(f"{len(ids)} captured payments fit")
        payment, amount, order = self.deal("payments", ids[0]), minor(p["amount"]), p.get("refundOrderId") or str(uuid.uuid4())
        if payment["state"] != "Captured" and self.present(payment) != "Captured": raise Refused("only what was captured is refunded")
        earlier = sum(deal["amount"] or 0 for deal in self.state["deals"].values()
                      if deal.get("paymentId") == ids[0] and deal["state"] not in CANCELLED)
        if earlier + amount > payment.get("captured", payment["amount"]): raise Refused("more than was captured")
        if (payment.get("currency") or p["currencyCode"]) != p["currencyCode"]: raise Refused("paid in another currency")
        body = {"paymentId": ids[0], "refundOrderId": order, "amount": amount / 100, "currencyCode": p["currencyCode"]}
        key, deal = self.remember({"kind": "refunds", "posId": payment["posId"], "amount": amount, **{n: body[n] for n in ("paymentId", "refundOrderId")}})
        try: deal["id"] = self.call("POST", "/refunds", body, key, "refundId")["refundId"]
        except Refused as no:
            if no.status == 409: self.present(payment)              # a conflict: ask what is true
            self.drop(key, no)
        except GaveUp:
            deal["decision"] = ["cancel", None]                     # should it turn up later: 24 h on it would be paid out
            if not self.find(deal): raise
            deal["decision"] = None
        self.save()
        return {"refundId": deal["id"], "refundOrderId": order}

    def awaitRefund(self, p):
        deal = self.deal("refunds", p["refundId"])
        if deal["state"] not in CANCELLED | PAID: self.follow(deal, lambda body: body.get("status") == "Reserved")
        return {"state": deal["state"]}

    def captureRefund(self, p):
        deal = self.deal("refunds", p["refundId"])
        state = deal["state"] if deal["state"] == "Reserved" else self.awaitRefund(p)["state"]
        if state in PAID: return {"state": state}
        if state != "Reserved": raise Refused(f"it is {state}")
        return {"state": self.decide(deal, "capture")}

    def recover(self, p):
        """What the till does when it starts: its PoS, then what a power cut has left. This till cancels what was still open."""
        result = {"payments": [], "refunds": []}
        for name, pos in list(self.state["pos"].items()):
            found = self.find_pos(name)
            if found: pos["posId"] = found
            else: self.send_pos({**pos, "posId": None, "key": str(uuid.uuid4())} if pos["posId"] else pos)
            self.beacon(self.state["pos"][name])                    # one that MobilePay made is asked for at every start
            if len(self.state["pos"]) == 1: result["posId"] = self.state["pos"][name]["posId"]
        self.save()
        for deal in self.unfinished("payments") + self.unfinished("refunds"):
            try: state = self.present(deal) if deal["id"] else None
            except (Refused, GaveUp): state = deal["state"]
            forgotten = not deal["id"] or (deal["kind"] == "payments" and state in ACTIVE)
            if forgotten and not deal["decision"]: deal["decision"] = ["cancel", None]
            if deal["decision"]: self.finish(deal)
            if deal["id"]: result[deal["kind"]].append(told(deal))
        return result

    def settle(self, p):
        """The scheduled job: finishes what was decided and never got through; it decides nothing by itself."""
        result = {"payments": [], "refunds": []}
        for kind, told_ones in result.items():
            for deal in [deal for deal in self.unfinished(kind) if deal["decision"]]:
                self.finish(deal)
                if deal["id"]: told_ones.append(told(deal))
        return result

POS_MEMBERS = ("merchantPosId", "name", "supportedBeaconTypes", "beaconId", "callbackAlias", "requirePaymentBeforeCheckin")

def path_of(deal): return f"/{deal['kind']}/{deal['id']}"
def told(deal): return {deal["kind"][:-1] + "Id": deal["id"], "state": deal["state"] or "Unknown"}
def minor(amount): return round(amount * 100)                       # money is counted in øre and cent
def loyalty(body): return {"loyaltyIds": body["loyaltyIds"]} if body.get("loyaltyIds") is not None else {}
def log(text): print(text, file=sys.stderr, flush=True)

def parse(text):
    try: body = json.loads(text) if text.strip() else {}
    except ValueError: raise Lost("the answer is no JSON") from None
    if not isinstance(body, dict): raise Lost("the answer is no object")
    return body

def charge(p):
    given = {name: p[name] for name in ("plannedCaptureDelay", "merchantPaymentLabel", "restrictions") if p.get(name) is not None}
    return {"amount": minor(p["amount"]) / 100, "currencyCode": p["currencyCode"], "plannedCaptureDelay": "None", **given}
