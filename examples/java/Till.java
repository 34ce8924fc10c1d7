/*
 * A till in Java 17 with nothing but the JDK, and the adapter between it and poscert (docs/client-protocol.md): `java Till.java` speaks JSON-RPC,
 * one object a line, on stdin and stdout; stderr is its log. Put your own client in place of the class PosClient. Its methods are named after
 * the commands of the protocol. Money is counted in øre and cent. It polls for check-ins and has no callback.
 */
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Till {
    /** What a command can't do without; the names are those that `initialize` lists. */
    static final Map<String, List<String>> COMMANDS = new LinkedHashMap<>();

    static {
        // The JDK would otherwise repeat a request by itself where a kept connection has gone: retries are ours to count.
        System.setProperty("jdk.httpclient.keepalive.timeout", "0");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
        COMMANDS.put("createPointOfSale", List.of("supportedBeaconTypes"));
        COMMANDS.put("deletePointOfSale", List.of("posId"));
        COMMANDS.put("awaitCheckin", List.of("posId"));
        COMMANDS.put("initiatePayment", List.of("posId", "amount", "currencyCode"));
        COMMANDS.put("preparePayment", List.of("posId"));
        COMMANDS.put("awaitPairing", List.of("paymentId"));
        COMMANDS.put("readyPayment", List.of("paymentId", "amount", "currencyCode"));
        COMMANDS.put("awaitPayment", List.of("paymentId"));
        COMMANDS.put("capturePayment", List.of("paymentId", "amount"));
        COMMANDS.put("cancelPayment", List.of("paymentId"));
        COMMANDS.put("initiateRefund", List.of("amount", "currencyCode"));
        COMMANDS.put("awaitRefund", List.of("refundId"));
        COMMANDS.put("captureRefund", List.of("refundId"));
        COMMANDS.put("cancelRefund", List.of("refundId"));
        COMMANDS.put("recover", List.of());
        COMMANDS.put("settle", List.of());
    }

    public static void main(String[] args) throws Exception {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PosClient till = null;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            var request = Json.object(Json.read(line));
            var method = (String) request.get("method");
            var params = request.get("params") == null ? Json.of() : Json.object(request.get("params"));
            var answer = Json.of("jsonrpc", "2.0", "id", request.get("id"));
            try {
                if (method.equals("initialize")) {
                    till = new PosClient(params);
                    answer.put("result", Json.of("protocol", 1, "name", "Java example till", "version", till.version,
                        "commands", List.copyOf(COMMANDS.keySet()), "behaviours", List.of("cancelsOnRestart")));
                } else {
                    answer.put("result", method.equals("shutdown") ? Json.of() : carryOut(till, method, params));
                }
            } catch (Exception problem) {
                answer.put("error", errorOf(problem));
            }
            out.println(Json.write(answer)); // stdout belongs to the protocol: log to stderr
            if (method.equals("shutdown")) break;
        }
        System.exit(0);
    }

    static Map<String, Object> carryOut(PosClient till, String method, Map<String, Object> p) throws Exception {
        if (!COMMANDS.containsKey(method)) throw new UnsupportedOperationException(method + " is not supported");
        for (var name : COMMANDS.get(method)) if (p.get(name) == null) throw new IllegalArgumentException(name + " is missing");
        return switch (method) {
            case "createPointOfSale" -> till.createPointOfSale(p);
            case "deletePointOfSale" -> till.deletePointOfSale(p);
            case "awaitCheckin" -> till.awaitCheckin(p);
            case "initiatePayment" -> till.initiatePayment(p);
            case "preparePayment" -> till.preparePayment(p);
            case "awaitPairing" -> till.awaitPairing(p);
            case "readyPayment" -> till.readyPayment(p);
            case "awaitPayment" -> till.await("payments", (String) p.get("paymentId"));
            case "capturePayment" -> till.capturePayment(p);
            case "cancelPayment" -> till.cancel("payments", (String) p.get("paymentId"));
            case "initiateRefund" -> till.initiateRefund(p);
            case "awaitRefund" -> till.await("refunds", (String) p.get("refundId"));
            case "captureRefund" -> till.captureRefund(p);
            case "cancelRefund" -> till.cancel("refunds", (String) p.get("refundId"));
            case "recover" -> till.recover();
            case "settle" -> till.settle();
            default -> throw new UnsupportedOperationException(method + " is not supported");
        };
    }

    static Map<String, Object> errorOf(Exception problem) {
        int code = problem instanceof Refused ? 1
            : problem instanceof GaveUp ? 2
            : problem instanceof UnsupportedOperationException ? -32601
            : problem instanceof IllegalArgumentException ? -32602
            : -32603;
        var reason = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        var data = Json.of("reason", reason);
        if (problem instanceof Refused no && no.code != null) data.put("apiCode", no.code);
        return Json.of("code", code, "message", reason, "data", data);
    }
}

/** It can't be done: tell the cashier. */
class Refused extends Exception {
    final String code;
    final int status;

    Refused(String reason, String code, int status) {
        super(reason);
        this.code = code;
        this.status = status;
    }

    Refused(String reason) {
        this(reason, null, 0);
    }
}

/** Retries are spent, the outcome is unknown. */
class GaveUp extends Exception {
    GaveUp(String reason) {
        super(reason);
    }
}

/** One request without a usable answer. */
class Lost extends Exception {
    final double retryAfter;

    Lost(String reason, double retryAfter) {
        super(reason);
        this.retryAfter = retryAfter;
    }

    Lost(String reason) {
        this(reason, 0);
    }
}

/** A small client of the API. What must outlive a power cut stands in one file. */
class PosClient {
    static final double READ_TIMEOUT = seconds("TILL_READ_TIMEOUT", 0.5); // for a GET, as documented
    static final double WRITE_TIMEOUT = seconds("TILL_WRITE_TIMEOUT", 2); // for a POST or DELETE, as documented
    static final double RETRY_DELAY = seconds("TILL_RETRY_DELAY", 0.25);
    static final int RETRIES = 2; // advised; more than 5 are forbidden
    static final Set<String> ACTIVE = Set.of("Prepared", "Paired", "Initiated", "IssuedToUser"); // these block the PoS for the next payment
    static final Set<String> CANCELLED = Set.of("CancelledByUser", "CancelledByClient", "CancelledByMobilePay", "ExpiredAndCancelled");
    static final Set<String> PAID = Set.of("Captured", "ExpiredAndCaptured");
    static final List<String> POS_MEMBERS =
        List.of("merchantPosId", "name", "supportedBeaconTypes", "beaconId", "callbackAlias", "requirePaymentBeforeCheckin");

    final String version;
    private final Map<String, Object> session;
    private final Map<String, Object> api;
    private final Path file;
    private final HttpClient http;
    private Map<String, Object> state = Json.of("token", null, "pos", Json.of(), "deals", Json.of(), "polls", Json.of());

    PosClient(Map<String, Object> session) throws Exception {
        this.session = session;
        api = Json.object(session.get("api"));
        version = (String) api.getOrDefault("systemVersion", "1.0.0");
        file = Path.of((String) session.get("stateDir"), "till.json");
        if (Files.exists(file)) state = Json.object(Json.read(Files.readString(file)));
        var builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).followRedirects(HttpClient.Redirect.NEVER);
        http = (api.get("ca") instanceof String path ? builder.sslContext(trusting(path)) : builder).build();
    }

    static double seconds(String name, double otherwise) {
        var text = System.getenv(name);
        return text == null ? otherwise : Double.parseDouble(text);
    }

    static void log(String text) {
        System.err.println(text);
    }

    static SSLContext trusting(String pem) throws Exception {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var bytes = new FileInputStream(pem)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(bytes))
                trusted.setCertificateEntry("ca" + trusted.size(), certificate);
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    /** Whole or not at all, and on the disk when it returns: a power cut must not take a decision away. */
    private void save() throws IOException {
        var next = file.resolveSibling("till.json.new");
        try (var channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (var bytes = ByteBuffer.wrap(Json.write(state).getBytes(StandardCharsets.UTF_8)); bytes.hasRemaining(); ) channel.write(bytes);
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    // ---- HTTP: one request, then with a token, then with retries, then at the pace that the backend sets ----

    /** One request; the time is for the whole answer. */
    private HttpResponse<String> send(String method, String url, Map<String, String> headers, String body) throws Lost, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url))
            .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        var answer = http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
        try {
            return answer.get((long) (1e6 * (method.equals("GET") ? READ_TIMEOUT : WRITE_TIMEOUT)), TimeUnit.MICROSECONDS);
        } catch (TimeoutException late) {
            answer.cancel(true);
            throw new Lost("no answer in time");
        } catch (ExecutionException broken) {
            throw new Lost(String.valueOf(broken.getCause()));
        }
    }

    private String token() throws Exception {
        if (state.get("token") != null) {
            var held = Json.object(state.get("token"));
            if (System.currentTimeMillis() < number(held.get("until"))) return (String) held.get("text");
        }
        var basic = Base64.getEncoder().encodeToString((api.get("clientId") + ":" + api.get("clientSecret")).getBytes(StandardCharsets.UTF_8));
        var headers = Map.of("Authorization", "Basic " + basic, "Content-Type", "application/x-www-form-urlencoded");
        var answer = send("POST", api.get("authBaseUrl") + "/connect/token", headers, "grant_type=client_credentials");
        int status = answer.statusCode();
        if (status >= 400 && status < 500) throw new Refused("no token: HTTP " + status + "; check id and secret", null, status);
        var body = parsed(answer.body());
        if (status != 200 || !(body.get("access_token") instanceof String text)) throw new Lost("HTTP " + status + " without a token");
        double life = body.get("expires_in") instanceof Number given ? given.doubleValue() : 0;
        state.put("token", Json.of("text", text, "until", System.currentTimeMillis() + (long) (1000 * Math.max(life / 2, life - 600))));
        save();
        return text;
    }

    private Map<String, Object> attempt(String method, String path, Map<String, Object> body, String key, String need) throws Exception {
        HttpResponse<String> answer = null;
        for (int turn = 0; turn < 2; turn++) {
            var headers = new LinkedHashMap<String, String>();
            headers.put("Authorization", "Bearer " + token());
            headers.put("X-MobilePay-Client-System-Version", version);
            headers.put("X-MobilePay-Merchant-VAT-Number", (String) api.get("merchantVat"));
            if (key != null) headers.put("X-MobilePay-Idempotency-Key", key);
            if (body != null) headers.put("Content-Type", "application/json");
            answer = send(method, api.get("baseUrl") + path, headers, body == null ? null : Json.write(body));
            if (answer.statusCode() != 401) break;
            state.put("token", null); // one new token and the same request again, same key
        }
        int status = answer.statusCode();
        if (status >= 400 && status < 500) {
            Map<String, Object> error = Json.of();
            try {
                error = parsed(answer.body());
            } catch (Lost page) {
                // a proxy's page instead of the API's own words
            }
            var code = error.get("code") == null ? null : String.valueOf(error.get("code"));
            throw new Refused("HTTP " + status + " " + error.getOrDefault("message", ""), code, status);
        }
        if (status < 200 || status >= 300) {
            var after = answer.headers().firstValue("Retry-After").filter(text -> text.matches("\\d{1,4}")).map(Double::valueOf).orElse(0.0);
            throw new Lost("HTTP " + status, Math.min(after, 10));
        }
        var result = parsed(answer.body());
        if (need != null && result.get(need) == null) throw new Lost("no " + need + " in the answer");
        return result;
    }

    /** Repeats after network errors and 5xx, with the same key and body; never after a 4xx. Throws Refused, GaveUp. */
    private Map<String, Object> call(String method, String path, Map<String, Object> body, String key, String need) throws Exception {
        for (int repetition = 0; ; repetition++) {
            try {
                return attempt(method, path, body, key, need);
            } catch (Lost lost) {
                log(method + " " + path + ": " + lost.getMessage());
                if (repetition == RETRIES) throw new GaveUp(lost.getMessage());
                double rest = RETRY_DELAY * Math.pow(2, repetition) * (1 + ThreadLocalRandom.current().nextDouble() / 2);
                Thread.sleep((long) (1000 * Math.max(lost.retryAfter, rest)));
            }
        }
    }

    private Map<String, Object> get(String path, String need) throws Exception {
        return call("GET", path, null, null, need);
    }

    private List<Object> ids(String path, String list) throws Exception {
        return Json.list(get(path, list).get(list));
    }

    /** Asks once, not before the last delay is over; null if no answer came. The delay is kept on disk for a restart. */
    private Map<String, Object> poll(String path) throws Exception {
        var polls = Json.object(state.get("polls"));
        var last = polls.get(path) == null ? List.<Object>of(0, 1000) : Json.list(polls.get(path));
        double delay = number(last.get(1));
        Thread.sleep((long) Math.min(Math.max(0, number(last.get(0)) - System.currentTimeMillis()), Math.max(delay, 10_000)));
        Map<String, Object> body = null;
        double rest = 0;
        try {
            body = attempt("GET", path, null, null, null);
            if (body.get("pollDelayInMs") instanceof Number asked) delay = asked.doubleValue();
        } catch (Lost lost) {
            log("GET " + path + ": " + lost.getMessage());
            rest = 1000 * lost.retryAfter;
        }
        polls.put(path, List.of(System.currentTimeMillis() + (long) Math.max(delay + 10, rest), (long) delay));
        save();
        return body;
    }

    private Map<String, Object> look(String path) throws Exception {
        for (int turn = 0; turn <= RETRIES; turn++) {
            var body = poll(path);
            if (body != null) return body;
        }
        throw new GaveUp(path + " could not be read");
    }

    // ---- Deals: payments and refunds, each remembered under its key before its first request is sent ----

    private Map<String, Object> deals() {
        return Json.object(state.get("deals"));
    }

    private List<Map<String, Object>> dealList() {
        var list = new ArrayList<Map<String, Object>>();
        for (var deal : deals().values()) list.add(Json.object(deal));
        return list;
    }

    private Map<String, Object> deal(String kind, String id) throws Exception {
        for (var deal : dealList()) if (deal.get("kind").equals(kind) && id.equalsIgnoreCase((String) deal.get("id"))) return deal;
        return remember(Json.of("kind", kind, "id", id));
    }

    private Map<String, Object> remember(Map<String, Object> deal) throws Exception {
        deal.put("key", UUID.randomUUID().toString());
        deal.put("at", System.currentTimeMillis());
        deals().put((String) deal.get("key"), deal);
        save();
        return deal;
    }

    private static String path(Map<String, Object> deal) {
        return "/" + deal.get("kind") + "/" + deal.get("id");
    }

    private static boolean ended(Object state) {
        return state != null && (CANCELLED.contains(state) || PAID.contains(state));
    }

    private static boolean active(Object state) {
        return state != null && ACTIVE.contains(state);
    }

    private String observe(Map<String, Object> deal, Map<String, Object> body) throws Exception {
        var status = body.get("status");
        deal.put("state", ended(status) || active(status) || "Reserved".equals(status) ? status : "Unknown");
        deal.put("partial", Boolean.TRUE.equals(body.get("partialCapturePossible")));
        if (body.get("amount") != null) deal.put("amount", minor(body.get("amount")));
        if (body.get("currencyCode") != null) deal.put("currency", body.get("currencyCode"));
        save();
        return (String) deal.get("state");
    }

    private String present(Map<String, Object> deal) throws Exception {
        return observe(deal, look(path(deal)));
    }

    /** Polls until `done`, the end, or patience is over. Six polls without an answer cancel a payment: nobody knows of it. */
    private Map<String, Object> follow(Map<String, Object> deal, Predicate<Map<String, Object>> done) throws Exception {
        double until = System.currentTimeMillis() + 2 * number(session.get("patienceMs"));
        for (int silent = 0; silent < 6; ) {
            var body = poll(path(deal));
            silent = body == null ? silent + 1 : 0;
            if (body != null && (ended(observe(deal, body)) || done.test(body) || System.currentTimeMillis() > until)) return body;
        }
        if (deal.get("kind").equals("refunds")) throw new GaveUp("six polls without an answer");
        return Json.of("status", decide(deal, "cancel", null));
    }

    /** Keeps the decision first, carries it out, and asks what is true when it was refused (409) or not answered. */
    private String decide(Map<String, Object> deal, String what, Long amount) throws Exception {
        deal.put("decision", Json.of("what", what, "amount", amount));
        save();
        try {
            call("POST", path(deal) + "/" + what, amount == null ? null : Json.of("amount", major(amount)), null, null);
            deal.put("state", what.equals("capture") ? "Captured" : "CancelledByClient");
        } catch (Refused no) {
            if (no.status != 409) throw no;
            if (!decided(deal, what, look(path(deal))) || "1307".equals(no.code)) throw no;
        } catch (GaveUp problem) {
            if (!decided(deal, what, poll(path(deal)))) throw problem;
        }
        save();
        return (String) deal.get("state");
    }

    private boolean decided(Map<String, Object> deal, String what, Map<String, Object> body) throws Exception {
        return body != null && (what.equals("capture") ? PAID : CANCELLED).contains(observe(deal, body));
    }

    private Map<String, Object> startPayment(String path, Map<String, Object> body) throws Exception {
        var deal = remember(Json.of("kind", "payments", "posId", body.get("posId"), "orderId", body.get("orderId")));
        for (int turn = 0; turn < 3; turn++) {
            try {
                deal.put("id", call("POST", path, body, (String) deal.get("key"), "paymentId").get("paymentId"));
                save();
                return Json.of("paymentId", deal.get("id"), "orderId", body.get("orderId"));
            } catch (GaveUp problem) {
                withdraw(deal); // it may stand all the same: find it and cancel it
                throw problem;
            } catch (Refused no) {
                if (!"1301".equals(no.code)) throw dropped(deal, no);
            }
            try {
                cleanUp((String) body.get("posId")); // 1301: another payment blocks this PoS
            } catch (Refused | GaveUp problem) {
                throw dropped(deal, problem);
            }
        }
        throw dropped(deal, new Refused("this PoS is blocked by another payment", "1301", 409));
    }

    /** It never came to be. */
    private Exception dropped(Map<String, Object> deal, Exception problem) throws Exception {
        deals().remove(deal.get("key"));
        save();
        return problem;
    }

    private void cleanUp(String posId) throws Exception {
        for (var id : ids("/payments?" + query("posId", posId), "paymentIds")) {
            var deal = deal("payments", (String) id);
            if (!active(present(deal))) continue; // Reserved ones don't block, and are somebody's money
            try {
                decide(deal, "cancel", null);
            } catch (Refused no) {
                if (!"1300".equals(no.code)) throw no; // 1300: it has ended by itself meanwhile
            }
        }
    }

    /** A creating POST whose answer stayed lost: looks for what came of it and cancels that. `settle` tries again. */
    private void withdraw(Map<String, Object> deal) throws Exception {
        deal.put("decision", Json.of("what", "cancel", "amount", null));
        save();
        try {
            if (find(deal)) {
                var state = present(deal);
                if (active(state) || state.equals("Reserved")) decide(deal, "cancel", null);
            }
        } catch (Refused | GaveUp problem) {
            log("left for settle: " + problem.getMessage());
        }
        // After a minute it would have arrived.
        if (deal.get("id") == null && System.currentTimeMillis() - number(deal.get("at")) > 60_000) {
            deals().remove(deal.get("key"));
            save();
        }
    }

    private boolean find(Map<String, Object> deal) throws Exception {
        var kind = (String) deal.get("kind");
        var query = kind.equals("payments")
            ? query("posId", deal.get("posId"), "orderId", deal.get("orderId"))
            : query("paymentId", deal.get("paymentId"));
        var claimed = new ArrayList<Object>();
        for (var other : dealList()) claimed.add(other.get("id"));
        for (var id : ids("/" + kind + "?" + query, kind.substring(0, kind.length() - 1) + "Ids")) {
            if (claimed.contains(id)) continue;
            var order = look("/" + kind + "/" + id).get("refundOrderId");
            if (order == null ? deal.get("refundOrderId") != null : !order.equals(deal.get("refundOrderId"))) continue;
            deal.put("id", id);
            save();
        }
        return deal.get("id") != null;
    }

    private List<Map<String, Object>> unfinished(String kind) {
        var list = dealList();
        list.removeIf(deal -> !deal.get("kind").equals(kind) || ended(deal.get("state")));
        return list;
    }

    /** One more try at what was decided; the state last seen, if it fails again. */
    private void finish(Map<String, Object> deal) throws Exception {
        try {
            if (deal.get("id") == null) withdraw(deal);
            if (deal.get("id") == null) return;
            var state = present(deal);
            var decision = Json.object(deal.get("decision"));
            var what = (String) decision.get("what");
            if (state.equals("Reserved") || (!ended(state) && what.equals("cancel")))
                decide(deal, what, decision.get("amount") == null ? null : (long) number(decision.get("amount")));
        } catch (Refused | GaveUp problem) {
            log("still hanging: " + problem.getMessage());
        }
    }

    private void tell(Map<String, Object> deal, Map<String, Object> result) {
        if (deal.get("id") == null) return;
        var kind = (String) deal.get("kind");
        var state = deal.get("state") == null ? "Unknown" : deal.get("state");
        Json.list(result.get(kind)).add(Json.of(kind.substring(0, kind.length() - 1) + "Id", deal.get("id"), "state", state));
    }

    // ---- The commands of the client protocol ----

    Map<String, Object> createPointOfSale(Map<String, Object> p) throws Exception {
        var store = Json.object(session.get("store"));
        var stores = ids("/stores?" + query("merchantBrandId", store.get("merchantBrandId"), "merchantLocationId", store.get("merchantLocationId")), "storeIds");
        if (stores.size() != 1) throw new Refused(stores.size() + " stores fit");
        var name = p.get("merchantPosId") instanceof String given ? given : "till-" + UUID.randomUUID().toString().substring(0, 13);
        var body = Json.of("merchantPosId", name, "name", "Till " + name.substring(Math.max(0, name.length() - 4)), "storeId", stores.get(0));
        for (var member : POS_MEMBERS) if (p.get(member) != null) body.put(member, p.get(member));
        return sendPos(Json.of("body", body, "key", UUID.randomUUID().toString()));
    }

    private Map<String, Object> sendPos(Map<String, Object> pos) throws Exception {
        var all = Json.object(state.get("pos"));
        var body = Json.object(pos.get("body"));
        var name = (String) body.get("merchantPosId");
        all.put(name, pos);
        save();
        try {
            pos.put("posId", call("POST", "/pointofsales", body, (String) pos.get("key"), "posId").get("posId"));
        } catch (GaveUp problem) {
            pos.put("posId", findPos(name)); // its answers were lost, but it may stand
            if (pos.get("posId") == null) throw problem;
        } catch (Refused no) {
            if (no.status == 409) findPos(name); // taken: ask what stands there
            all.remove(name);
            save();
            throw no;
        }
        save();
        return Json.of("posId", pos.get("posId"), "merchantPosId", name, "beaconId", beacon(pos));
    }

    private Object beacon(Map<String, Object> pos) throws Exception {
        var own = Json.object(pos.get("body")).get("beaconId");
        return own != null ? own : get("/pointofsales/" + pos.get("posId"), "beaconId").get("beaconId");
    }

    private Object findPos(String name) throws Exception {
        var found = ids("/pointofsales?" + query("merchantPosId", name), "posIds");
        return found.isEmpty() ? null : found.get(0);
    }

    Map<String, Object> deletePointOfSale(Map<String, Object> p) throws Exception {
        var posId = (String) p.get("posId");
        for (var deal : unfinished("payments"))
            if (posId.equals(deal.get("posId"))) {
                cleanUp(posId);
                break;
            }
        try {
            call("DELETE", "/pointofsales/" + posId, null, null, null);
        } catch (Refused no) {
            if (no.status != 404) throw no; // gone already: as good
        }
        Json.object(state.get("pos")).values().removeIf(pos -> posId.equals(Json.object(pos).get("posId")));
        save();
        return Json.of();
    }

    Map<String, Object> awaitCheckin(Map<String, Object> p) throws Exception {
        double until = System.currentTimeMillis() + 2 * number(session.get("patienceMs"));
        for (int silent = 0; silent < 6; ) {
            var body = poll("/pointofsales/" + p.get("posId") + "/checkin");
            silent = body == null ? silent + 1 : 0;
            if (body == null) continue;
            boolean there = Boolean.TRUE.equals(body.get("isUserCheckedIn"));
            if (there || System.currentTimeMillis() > until) return withLoyalty(Json.of("isUserCheckedIn", there), body);
        }
        throw new GaveUp("six polls without an answer");
    }

    private static Map<String, Object> withLoyalty(Map<String, Object> result, Map<String, Object> body) {
        if (body.get("loyaltyIds") != null) result.put("loyaltyIds", body.get("loyaltyIds"));
        return result;
    }

    Map<String, Object> initiatePayment(Map<String, Object> p) throws Exception {
        var body = Json.of("posId", p.get("posId"), "orderId", or(p.get("orderId")));
        body.putAll(charge(p));
        return startPayment("/payments", body);
    }

    Map<String, Object> preparePayment(Map<String, Object> p) throws Exception {
        return startPayment("/payments/prepare", Json.of("posId", p.get("posId"), "orderId", or(p.get("orderId"))));
    }

    Map<String, Object> awaitPairing(Map<String, Object> p) throws Exception {
        var deal = deal("payments", (String) p.get("paymentId"));
        boolean loyalty = Boolean.TRUE.equals(p.get("loyalty"));
        var body = follow(deal, seen -> List.of("Paired", "IssuedToUser", "Reserved").contains(String.valueOf(seen.get("status")))
            && (!loyalty || seen.get("loyaltyIds") != null));
        return withLoyalty(Json.of("state", deal.get("state")), body);
    }

    Map<String, Object> readyPayment(Map<String, Object> p) throws Exception {
        try {
            call("POST", "/payments/" + p.get("paymentId") + "/ready", charge(p), null, null);
        } catch (Refused no) {
            if (no.status == 409) present(deal("payments", (String) p.get("paymentId")));
            throw no;
        }
        return Json.of();
    }

    Map<String, Object> await(String kind, String id) throws Exception {
        var deal = deal(kind, id);
        if (!ended(deal.get("state"))) follow(deal, body -> "Reserved".equals(body.get("status")));
        var result = Json.of("state", deal.get("state"));
        if (kind.equals("payments") && "Reserved".equals(deal.get("state"))) result.put("partialCapturePossible", deal.get("partial"));
        return result;
    }

    Map<String, Object> capturePayment(Map<String, Object> p) throws Exception {
        var deal = deal("payments", (String) p.get("paymentId"));
        long amount = minor(p.get("amount"));
        boolean fresh = "Reserved".equals(deal.get("state")) && deal.get("decision") == null;
        if (!"Captured".equals(deal.get("state")) && !fresh) present(deal);
        if ("Captured".equals(deal.get("state")) && (deal.get("captured") == null || number(deal.get("captured")) == amount)) return Json.of("state", "Captured");
        if (!"Reserved".equals(deal.get("state"))) throw new Refused("it is " + deal.get("state")); // never before Reserved was seen
        long reserved = (long) number(deal.get("amount"));
        if (amount > reserved) throw new Refused("more than was reserved");
        if (amount < reserved && !Boolean.TRUE.equals(deal.get("partial"))) return Json.of("state", decide(deal, "cancel", null));
        deal.put("captured", amount);
        return Json.of("state", decide(deal, "capture", amount));
    }

    Map<String, Object> cancel(String kind, String id) throws Exception {
        var deal = deal(kind, id);
        var now = deal.get("state");
        if (now != null && PAID.contains(now)) throw new Refused("the money has moved");
        return Json.of("state", now != null && CANCELLED.contains(now) ? now : decide(deal, "cancel", null));
    }

    Map<String, Object> initiateRefund(Map<String, Object> p) throws Exception {
        List<Object> found = p.get("paymentId") != null
            ? List.of(p.get("paymentId"))
            : ids("/payments?" + query("orderId", p.get("orderId"), "state", "Captured"), "paymentIds");
        if (found.size() != 1) throw new Refused(found.size() + " captured payments fit");
        var paymentId = (String) found.get(0);
        var payment = deal("payments", paymentId);
        if (!"Captured".equals(payment.get("state")) && !present(payment).equals("Captured")) throw new Refused("only what was captured is refunded");
        long amount = minor(p.get("amount"));
        long earlier = 0;
        for (var deal : dealList())
            if (paymentId.equals(deal.get("paymentId")) && !CANCELLED.contains(String.valueOf(deal.get("state")))) earlier += (long) number(deal.get("amount"));
        if (earlier + amount > number(payment.get(payment.get("captured") == null ? "amount" : "captured"))) throw new Refused("more than was captured");
        if (payment.get("currency") != null && !payment.get("currency").equals(p.get("currencyCode"))) throw new Refused("paid in another currency");
        var order = or(p.get("refundOrderId"));
        var deal = remember(Json.of("kind", "refunds", "posId", payment.get("posId"), "amount", amount, "paymentId", paymentId, "refundOrderId", order));
        try {
            var body = Json.of("paymentId", paymentId, "refundOrderId", order, "amount", major(amount), "currencyCode", p.get("currencyCode"));
            deal.put("id", call("POST", "/refunds", body, (String) deal.get("key"), "refundId").get("refundId"));
        } catch (Refused no) {
            if (no.status == 409) present(payment); // a conflict: ask what is true
            throw dropped(deal, no);
        } catch (GaveUp problem) {
            deal.put("decision", Json.of("what", "cancel", "amount", null)); // should it turn up later: 24 h on it would be paid out
            if (!find(deal)) throw problem;
            deal.remove("decision");
        }
        save();
        return Json.of("refundId", deal.get("id"), "refundOrderId", order);
    }

    Map<String, Object> captureRefund(Map<String, Object> p) throws Exception {
        var deal = deal("refunds", (String) p.get("refundId"));
        var now = "Reserved".equals(deal.get("state")) ? "Reserved" : (String) await("refunds", (String) p.get("refundId")).get("state");
        if (PAID.contains(now)) return Json.of("state", now);
        if (!now.equals("Reserved")) throw new Refused("it is " + now);
        return Json.of("state", decide(deal, "capture", null));
    }

    /** What the till does when it starts: its PoS, then what a power cut has left. This till cancels what was still open. */
    Map<String, Object> recover() throws Exception {
        var result = Json.of("payments", new ArrayList<>(), "refunds", new ArrayList<>());
        var all = Json.object(state.get("pos"));
        for (var name : List.copyOf(all.keySet())) {
            var pos = Json.object(all.get(name));
            var found = findPos(name);
            if (found != null) pos.put("posId", found);
            else {
                if (pos.remove("posId") != null) pos.put("key", UUID.randomUUID().toString());
                sendPos(pos);
            }
            beacon(pos); // one that MobilePay made is asked for at every start
            if (all.size() == 1) result.put("posId", pos.get("posId"));
        }
        save();
        var open = unfinished("payments");
        open.addAll(unfinished("refunds"));
        for (var deal : open) {
            Object seen = deal.get("state");
            try {
                if (deal.get("id") != null) seen = present(deal);
            } catch (Refused | GaveUp problem) {
                log("not to be read: " + problem.getMessage());
            }
            boolean forgotten = deal.get("id") == null || (deal.get("kind").equals("payments") && active(seen));
            if (forgotten && deal.get("decision") == null) deal.put("decision", Json.of("what", "cancel", "amount", null));
            if (deal.get("decision") != null) finish(deal);
            tell(deal, result);
        }
        return result;
    }

    /** The scheduled job: finishes what was decided and never got through; it decides nothing by itself. */
    Map<String, Object> settle() throws Exception {
        var result = Json.of("payments", new ArrayList<>(), "refunds", new ArrayList<>());
        for (var kind : List.of("payments", "refunds"))
            for (var deal : unfinished(kind))
                if (deal.get("decision") != null) {
                    finish(deal);
                    tell(deal, result);
                }
        return result;
    }

    // ---- small change ----

    private static Map<String, Object> charge(Map<String, Object> p) {
        var body = Json.of("amount", major(minor(p.get("amount"))), "currencyCode", p.get("currencyCode"), "plannedCaptureDelay", "None");
        for (var member : List.of("plannedCaptureDelay", "merchantPaymentLabel", "restrictions")) if (p.get(member) != null) body.put(member, p.get(member));
        return body;
    }

    private static Object or(Object given) {
        return given != null ? given : UUID.randomUUID().toString();
    }

    private static long minor(Object amount) {
        return new BigDecimal(String.valueOf(amount)).movePointRight(2).longValueExact();
    }

    private static BigDecimal major(long minor) {
        return BigDecimal.valueOf(minor, 2);
    }

    private static double number(Object value) {
        return value instanceof Number number ? number.doubleValue() : 0;
    }

    private static String query(Object... pairs) {
        var joined = new StringJoiner("&");
        for (int i = 0; i < pairs.length; i += 2) joined.add(pairs[i] + "=" + URLEncoder.encode(String.valueOf(pairs[i + 1]), StandardCharsets.UTF_8));
        return joined.toString();
    }

    private static Map<String, Object> parsed(String text) throws Lost {
        try {
            return text.isBlank() ? Json.of() : Json.object(Json.read(text));
        } catch (IllegalArgumentException | ClassCastException no) {
            throw new Lost("the answer is no JSON object");
        }
    }
}

/** As much JSON as is needed: objects are maps in their order, numbers BigDecimal. */
final class Json {
    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Map<String, Object> of(Object... pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
        return map;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    /** Throws IllegalArgumentException where the text is no JSON. */
    static Object read(String text) {
        var reader = new Json(text);
        var value = reader.value();
        reader.space();
        if (reader.at < text.length()) throw reader.wrong();
        return value;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON at character " + at);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private boolean takes(char wanted) {
        space();
        if (at >= text.length() || text.charAt(at) != wanted) return false;
        at++;
        return true;
    }

    private Object value() {
        space();
        if (takes('{')) {
            var map = new LinkedHashMap<String, Object>();
            if (takes('}')) return map;
            do {
                if (!takes('"')) throw wrong();
                var name = string();
                if (!takes(':')) throw wrong();
                map.put(name, value());
            } while (takes(','));
            if (!takes('}')) throw wrong();
            return map;
        }
        if (takes('[')) {
            var items = new ArrayList<>();
            if (takes(']')) return items;
            do items.add(value());
            while (takes(','));
            if (!takes(']')) throw wrong();
            return items;
        }
        if (takes('"')) return string();
        int from = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) at++;
        return switch (text.substring(from, at)) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> new BigDecimal(text.substring(from, at)); // a NumberFormatException is an IllegalArgumentException
        };
    }

    private String string() {
        var read = new StringBuilder();
        while (at < text.length()) {
            char next = text.charAt(at++);
            if (next == '"') return read.toString();
            if (next != '\\') {
                read.append(next);
                continue;
            }
            if (at >= text.length()) break;
            char escaped = text.charAt(at++);
            switch (escaped) {
                case 'n' -> read.append('\n');
                case 't' -> read.append('\t');
                case 'r' -> read.append('\r');
                case 'b' -> read.append('\b');
                case 'f' -> read.append('\f');
                case 'u' -> {
                    if (at + 4 > text.length()) throw wrong();
                    read.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
                    at += 4;
                }
                default -> read.append(escaped);
            }
        }
        throw wrong();
    }

    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            var joined = new StringJoiner(",", "{", "}");
            map.forEach((name, member) -> joined.add(quoted(String.valueOf(name)) + ":" + write(member)));
            return joined.toString();
        }
        if (value instanceof List<?> items) {
            var joined = new StringJoiner(",", "[", "]");
            for (var item : items) joined.add(write(item));
            return joined.toString();
        }
        if (value instanceof BigDecimal number) return number.toPlainString();
        return value == null || value instanceof Number || value instanceof Boolean ? String.valueOf(value) : quoted((String) value);
    }

    private static String quoted(String text) {
        var written = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            if (one == '"' || one == '\\') written.append('\\').append(one);
            else if (one < 0x20) written.append(String.format("\\u%04x", (int) one));
            else written.append(one);
        }
        return written.append('"').toString();
    }
}
