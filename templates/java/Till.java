/*
 * The adapter between poscert and your till: a start in Java 17 with nothing but the JDK. `java Till.java` runs it as it stands.
 *
 * poscert starts it and writes one JSON object a line on its standard input: the command. The answer is one JSON object a line on its standard
 * output; everything else that you want to say goes to standard error. What is here onboards a point of sale, enough for the first cases to
 * pass. Put your own client in its place, command by command; the names in NOT_YET are still to be written. A complete one: examples/java in the
 * package of poscert.
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
import java.util.StringJoiner;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class Till {
    /** Add each command that you write. */
    static final List<String> COMMANDS = List.of("createPointOfSale", "deletePointOfSale", "recover");

    static final Map<String, String> NOT_YET = new LinkedHashMap<>();

    static {
        // The JDK would otherwise repeat a request by itself where a kept connection has gone: retries are ours to count.
        System.setProperty("jdk.httpclient.keepalive.timeout", "0");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
        NOT_YET.put("awaitCheckin", "poll GET /pointofsales/{posId}/checkin until a user is checked in");
        NOT_YET.put("initiatePayment", "POST /payments; cancel what blocks the PoS when the answer is 409 1301");
        NOT_YET.put("awaitPayment", "poll GET /payments/{paymentId} until it is Reserved or has ended");
        NOT_YET.put("capturePayment", "POST /payments/{paymentId}/capture, never more than the amount");
        NOT_YET.put("cancelPayment", "POST /payments/{paymentId}/cancel");
        NOT_YET.put("preparePayment", "POST /payments/prepare");
        NOT_YET.put("awaitPairing", "poll GET /payments/{paymentId} until it is Paired or has ended");
        NOT_YET.put("readyPayment", "POST /payments/{paymentId}/ready");
        NOT_YET.put("initiateRefund", "POST /refunds");
        NOT_YET.put("awaitRefund", "poll GET /refunds/{refundId} until it is Reserved or has ended");
        NOT_YET.put("captureRefund", "POST /refunds/{refundId}/capture");
        NOT_YET.put("cancelRefund", "POST /refunds/{refundId}/cancel");
        NOT_YET.put("settle", "finish the captures and cancels that never got through");
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
                    answer.put("result", Json.of("protocol", 1, "name", "Adapter in Java", "version", till.version,
                        "commands", COMMANDS, "behaviours", List.of()));
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
        return switch (method) {
            case "createPointOfSale" -> till.createPointOfSale(p);
            case "deletePointOfSale" -> till.deletePointOfSale(p);
            case "recover" -> till.recover();
            default -> throw new UnsupportedOperationException(
                method + " is not written yet: " + NOT_YET.getOrDefault(method, "the protocol does not know it"));
        };
    }

    static Map<String, Object> errorOf(Exception problem) {
        int code = problem instanceof Refused ? 1
            : problem instanceof GaveUp ? 2
            : problem instanceof UnsupportedOperationException ? -32601
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

/** One request without a usable answer: repeat it, same key, same body. */
class Lost extends Exception {
    Lost(String reason) {
        super(reason);
    }
}

/** A small client of the API. What must outlive a power cut stands in one file. */
class PosClient {
    static final double READ_TIMEOUT = seconds("TILL_READ_TIMEOUT", 0.5); // for a GET, as documented
    static final double WRITE_TIMEOUT = seconds("TILL_WRITE_TIMEOUT", 2); // for a POST or DELETE, as documented
    static final double RETRY_DELAY = seconds("TILL_RETRY_DELAY", 0.25);
    static final int RETRIES = 2;
    static final List<String> POS_MEMBERS =
        List.of("merchantPosId", "name", "supportedBeaconTypes", "beaconId", "callbackAlias", "requirePaymentBeforeCheckin");

    final String version;
    private final Map<String, Object> session;
    private final Map<String, Object> api;
    private final Path file;
    private final HttpClient http;
    private Map<String, Object> state = Json.of("token", null, "pos", Json.of());

    PosClient(Map<String, Object> session) throws Exception {
        this.session = session;
        api = Json.object(session.get("api"));
        version = (String) api.getOrDefault("systemVersion", "1.0.0"); // better: the version of your client, asked of itself
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
        if (status < 200 || status >= 300) throw new Lost("HTTP " + status);
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
                Thread.sleep((long) (1000 * RETRY_DELAY * Math.pow(2, repetition)));
            }
        }
    }

    private Map<String, Object> get(String path, String need) throws Exception {
        return call("GET", path, null, null, need);
    }

    private List<Object> ids(String path, String list) throws Exception {
        return Json.list(get(path, list).get(list));
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
        try {
            call("DELETE", "/pointofsales/" + posId, null, null, null);
        } catch (Refused no) {
            if (no.status != 404) throw no; // gone already: as good
        }
        Json.object(state.get("pos")).values().removeIf(pos -> posId.equals(Json.object(pos).get("posId")));
        save();
        return Json.of();
    }

    /** What the till does when it starts: finds its PoS, or creates it again. */
    Map<String, Object> recover() throws Exception {
        var result = Json.of();
        var all = Json.object(state.get("pos"));
        for (var name : List.copyOf(all.keySet())) {
            var pos = Json.object(all.get(name));
            var found = findPos(name);
            if (found != null) {
                pos.put("posId", found);
                beacon(pos);
            } else {
                if (pos.remove("posId") != null) pos.put("key", UUID.randomUUID().toString());
                sendPos(pos);
            }
            result.put("posId", pos.get("posId"));
        }
        save();
        return result;
    }

    // ---- small change ----

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
