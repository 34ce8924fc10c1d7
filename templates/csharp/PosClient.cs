// What talks to the API: put your own client in its place. Enough to onboard a point of sale.
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

/// <summary>It can't be done: tell the cashier.</summary>
sealed class Refused : Exception
{
    public string? Code { get; }
    public int Status { get; }

    public Refused(string reason, string? code = null, int status = 0) : base(reason)
    {
        Code = code;
        Status = status;
    }
}

/// <summary>Retries are spent, the outcome is unknown.</summary>
sealed class GaveUp : Exception
{
    public GaveUp(string reason) : base(reason) { }
}

/// <summary>One request without a usable answer: repeat it, same key, same body.</summary>
sealed class Lost : Exception
{
    public Lost(string reason) : base(reason) { }
}

sealed class PosClient
{
    static readonly double ReadTimeout = Seconds("TILL_READ_TIMEOUT", 0.5); // for a GET, as documented
    static readonly double WriteTimeout = Seconds("TILL_WRITE_TIMEOUT", 2); // for a POST or DELETE, as documented
    static readonly double RetryDelay = Seconds("TILL_RETRY_DELAY", 0.25);
    const int Retries = 2;
    static readonly string[] PosMembers =
        { "merchantPosId", "name", "supportedBeaconTypes", "beaconId", "callbackAlias", "requirePaymentBeforeCheckin" };

    public string Version { get; }

    readonly Dictionary<string, object?> session;
    readonly Dictionary<string, object?> api;
    readonly string file;
    readonly HttpClient http;
    readonly Dictionary<string, object?> state;

    public PosClient(Dictionary<string, object?> session)
    {
        this.session = session;
        api = Json.Object(session.Get("api"));
        Version = api.Text("systemVersion") ?? "1.0.0"; // better: the version of your client, asked of itself
        file = Path.Combine(session.Text("stateDir")!, "till.json");
        state = File.Exists(file)
            ? Json.Object(Json.Read(File.ReadAllText(file)))
            : new()
            {
                ["token"] = null,
                ["pos"] = new Dictionary<string, object?>(),
            };
        // A connection of its own for each request, so that no request is repeated behind our back; no redirect, so the token goes nowhere else.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
        };
        if (api.Text("ca") is { } ca)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                (errors & SslPolicyErrors.RemoteCertificateNameMismatch) == 0 && IsTrusted(certificate, ca);
        http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    static double Seconds(string name, double otherwise) =>
        Environment.GetEnvironmentVariable(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    static void Log(string text) => Console.Error.WriteLine(text);

    static bool IsTrusted(X509Certificate? certificate, string ca)
    {
        if (certificate is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(ca);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }

    /// <summary>Whole or not at all, and on the disk when it returns: a power cut must not take a decision away.</summary>
    void Save()
    {
        using (var stream = new FileStream(file + ".new", FileMode.Create))
        {
            stream.Write(Encoding.UTF8.GetBytes(Json.Write(state)));
            stream.Flush(flushToDisk: true);
        }
        File.Move(file + ".new", file, overwrite: true);
    }

    static double Now => (DateTime.UtcNow - DateTime.UnixEpoch).TotalMilliseconds;

    // ---- HTTP: one request, then with a token, then with retries, then at the pace that the backend sets ----

    /// <summary>One request; the time is for the whole answer. Throws Lost.</summary>
    async Task<(int Status, string Text)> Send(string method, string url, Dictionary<string, string> headers, string? body, string? type)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), url);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
        {
            request.Content = new StringContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type!);
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(method == "GET" ? ReadTimeout : WriteTimeout));
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(limit.Token));
        }
        catch (OperationCanceledException)
        {
            throw new Lost("no answer in time");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException)
        {
            throw new Lost(problem.Message);
        }
    }

    async Task<string> Token()
    {
        if (state.Get("token") is Dictionary<string, object?> held && Now < (double)held.Number("until")) return held.Text("text")!;
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{api.Text("clientId")}:{api.Text("clientSecret")}"));
        var headers = new Dictionary<string, string> { ["Authorization"] = "Basic " + basic };
        var url = api.Text("authBaseUrl") + "/connect/token";
        var (status, text) = await Send("POST", url, headers, "grant_type=client_credentials", "application/x-www-form-urlencoded");
        if (status is >= 400 and < 500) throw new Refused($"no token: HTTP {status}; check id and secret", null, status);
        var body = Parsed(text);
        if (status != 200 || body.Text("access_token") is not { } token) throw new Lost($"HTTP {status} without a token");
        var life = (double)body.Number("expires_in");
        state["token"] = new Dictionary<string, object?>
        {
            ["text"] = token,
            ["until"] = (decimal)Math.Round(Now + 1000 * Math.Max(life / 2, life - 600)),
        };
        Save();
        return token;
    }

    async Task<Dictionary<string, object?>> Attempt(string method, string path, Dictionary<string, object?>? body = null, string? key = null, string? need = null)
    {
        int status = 0;
        string text = "";
        for (var turn = 0; turn < 2; turn++)
        {
            var headers = new Dictionary<string, string>
            {
                ["Authorization"] = "Bearer " + await Token(),
                ["X-MobilePay-Client-System-Version"] = Version,
                ["X-MobilePay-Merchant-VAT-Number"] = api.Text("merchantVat")!,
            };
            if (key is not null) headers["X-MobilePay-Idempotency-Key"] = key;
            (status, text) = await Send(method, api.Text("baseUrl") + path, headers, body is null ? null : Json.Write(body), "application/json");
            if (status != 401) break;
            state["token"] = null; // one new token and the same request again, same key
        }
        if (status is >= 400 and < 500)
        {
            var error = new Dictionary<string, object?>();
            try
            {
                error = Parsed(text);
            }
            catch (Lost)
            {
                // a proxy's page instead of the API's own words
            }
            var code = error.Get("code") is { } given ? Convert.ToString(given, CultureInfo.InvariantCulture) : null;
            throw new Refused($"HTTP {status} {error.Text("message")}", code, status);
        }
        if (status is < 200 or >= 300) throw new Lost($"HTTP {status}");
        var result = Parsed(text);
        if (need is not null && result.Get(need) is null) throw new Lost($"no {need} in the answer");
        return result;
    }

    /// <summary>Repeats after network errors and 5xx, with the same key and body; never after a 4xx. Throws Refused, GaveUp.</summary>
    async Task<Dictionary<string, object?>> Call(string method, string path, Dictionary<string, object?>? body = null, string? key = null, string? need = null)
    {
        for (var repetition = 0; ; repetition++)
        {
            try
            {
                return await Attempt(method, path, body, key, need);
            }
            catch (Lost lost)
            {
                Log($"{method} {path}: {lost.Message}");
                if (repetition == Retries) throw new GaveUp(lost.Message);
                await Task.Delay(TimeSpan.FromSeconds(RetryDelay * Math.Pow(2, repetition)));
            }
        }
    }

    async Task<List<string>> Ids(string path, string list) =>
        Json.List((await Call("GET", path, need: list)).Get(list)).Select(id => (string)id!).ToList();

    // ---- The commands of the client protocol ----

    public async Task<Dictionary<string, object?>> CreatePointOfSale(Dictionary<string, object?> p)
    {
        var store = Json.Object(session.Get("store"));
        var query = Query(("merchantBrandId", store.Text("merchantBrandId")), ("merchantLocationId", store.Text("merchantLocationId")));
        var stores = await Ids("/stores?" + query, "storeIds");
        if (stores.Count != 1) throw new Refused($"{stores.Count} stores fit");
        var name = p.Text("merchantPosId") ?? "till-" + Guid.NewGuid().ToString("N")[..12];
        var body = new Dictionary<string, object?> { ["merchantPosId"] = name, ["name"] = "Till " + name[Math.Max(0, name.Length - 4)..], ["storeId"] = stores[0] };
        Take(p, PosMembers, body);
        return await SendPos(new() { ["body"] = body, ["key"] = Guid.NewGuid().ToString() });
    }

    async Task<Dictionary<string, object?>> SendPos(Dictionary<string, object?> pos)
    {
        var all = Json.Object(state["pos"]);
        var body = Json.Object(pos.Get("body"));
        var name = body.Text("merchantPosId")!;
        all[name] = pos;
        Save();
        try
        {
            pos["posId"] = (await Call("POST", "/pointofsales", body, pos.Text("key"), "posId")).Text("posId");
        }
        catch (GaveUp)
        {
            pos["posId"] = await FindPos(name); // its answers were lost, but it may stand
            if (pos.Get("posId") is null) throw;
        }
        catch (Refused no)
        {
            if (no.Status == 409) await FindPos(name); // taken: ask what stands there
            all.Remove(name);
            Save();
            throw;
        }
        Save();
        return new() { ["posId"] = pos.Get("posId"), ["merchantPosId"] = name, ["beaconId"] = await Beacon(pos) };
    }

    async Task<string> Beacon(Dictionary<string, object?> pos) =>
        Json.Object(pos.Get("body")).Text("beaconId") ?? (await Call("GET", $"/pointofsales/{pos.Text("posId")}", need: "beaconId")).Text("beaconId")!;

    async Task<string?> FindPos(string name) => (await Ids("/pointofsales?" + Query(("merchantPosId", name)), "posIds")).FirstOrDefault();

    public async Task<Dictionary<string, object?>> DeletePointOfSale(Dictionary<string, object?> p)
    {
        var posId = p.Text("posId")!;
        try
        {
            await Call("DELETE", "/pointofsales/" + posId);
        }
        catch (Refused no) when (no.Status == 404)
        {
            // gone already: as good
        }
        var all = Json.Object(state["pos"]);
        foreach (var name in all.Keys.ToList())
            if (Json.Object(all[name]).Text("posId") == posId) all.Remove(name);
        Save();
        return new();
    }

    /// <summary>What the till does when it starts: finds its PoS, or creates it again.</summary>
    public async Task<Dictionary<string, object?>> Recover()
    {
        var result = new Dictionary<string, object?>();
        var all = Json.Object(state["pos"]);
        foreach (var name in all.Keys.ToList())
        {
            var pos = Json.Object(all[name]);
            if (await FindPos(name) is { } found)
            {
                pos["posId"] = found;
                await Beacon(pos);
            }
            else
            {
                if (pos.Remove("posId")) pos["key"] = Guid.NewGuid().ToString();
                await SendPos(pos);
            }
            result["posId"] = pos.Get("posId");
        }
        Save();
        return result;
    }

    // ---- small change ----

    static void Take(Dictionary<string, object?> from, string[] names, Dictionary<string, object?> to)
    {
        foreach (var name in names)
            if (from.Get(name) is { } value) to[name] = value;
    }

    static string Query(params (string Name, string? Value)[] pairs) =>
        string.Join("&", pairs.Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value ?? "")}"));

    static Dictionary<string, object?> Parsed(string text)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(text)) return new();
            return Json.Read(text) as Dictionary<string, object?> ?? throw new Lost("the answer is no object");
        }
        catch (JsonException)
        {
            throw new Lost("the answer is no JSON");
        }
    }
}
