// A small MobilePay PoS V10 client in C# on .NET 8 with nothing but the framework: what stands in for your own. Its methods are named after the
// commands of poscert's client protocol, so that Program.cs stays short. Money is counted in øre and cent.
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

/// <summary>One request without a usable answer.</summary>
sealed class Lost : Exception
{
    public double RetryAfter { get; }

    public Lost(string reason, double retryAfter = 0) : base(reason)
    {
        RetryAfter = retryAfter;
    }
}

sealed class PosClient
{
    static readonly double ReadTimeout = Seconds("TILL_READ_TIMEOUT", 0.5); // for a GET, as documented
    static readonly double WriteTimeout = Seconds("TILL_WRITE_TIMEOUT", 2); // for a POST or DELETE, as documented
    static readonly double RetryDelay = Seconds("TILL_RETRY_DELAY", 0.25);
    const int Retries = 2; // advised; more than 5 are forbidden
    static readonly string[] Active = { "Prepared", "Paired", "Initiated", "IssuedToUser" }; // these block the PoS for the next payment
    static readonly string[] Cancelled = { "CancelledByUser", "CancelledByClient", "CancelledByMobilePay", "ExpiredAndCancelled" };
    static readonly string[] Paid = { "Captured", "ExpiredAndCaptured" };
    static readonly string[] PosMembers =
        { "merchantPosId", "name", "supportedBeaconTypes", "beaconId", "callbackAlias", "requirePaymentBeforeCheckin" };
    static readonly string[] ChargeMembers = { "plannedCaptureDelay", "merchantPaymentLabel", "restrictions" };

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
        Version = api.Text("systemVersion") ?? "1.0.0";
        file = Path.Combine(session.Text("stateDir")!, "till.json");
        state = File.Exists(file)
            ? Json.Object(Json.Read(File.ReadAllText(file)))
            : new()
            {
                ["token"] = null,
                ["pos"] = new Dictionary<string, object?>(),
                ["deals"] = new Dictionary<string, object?>(),
                ["polls"] = new Dictionary<string, object?>(),
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
    async Task<(int Status, string Text, string? After)> Send(string method, string url, Dictionary<string, string> headers, string? body, string? type)
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
            var text = await answer.Content.ReadAsStringAsync(limit.Token);
            var after = answer.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
            return ((int)answer.StatusCode, text, after);
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
        var (status, text, _) = await Send("POST", url, headers, "grant_type=client_credentials", "application/x-www-form-urlencoded");
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
        string? after = null;
        for (var turn = 0; turn < 2; turn++)
        {
            var headers = new Dictionary<string, string>
            {
                ["Authorization"] = "Bearer " + await Token(),
                ["X-MobilePay-Client-System-Version"] = Version,
                ["X-MobilePay-Merchant-VAT-Number"] = api.Text("merchantVat")!,
            };
            if (key is not null) headers["X-MobilePay-Idempotency-Key"] = key;
            (status, text, after) = await Send(method, api.Text("baseUrl") + path, headers, body is null ? null : Json.Write(body), "application/json");
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
        if (status is < 200 or >= 300)
            throw new Lost($"HTTP {status}", int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? Math.Min(seconds, 10) : 0);
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
                var rest = RetryDelay * Math.Pow(2, repetition) * (1 + Random.Shared.NextDouble() / 2);
                await Task.Delay(TimeSpan.FromSeconds(Math.Max(lost.RetryAfter, rest)));
            }
        }
    }

    async Task<List<string>> Ids(string path, string list) =>
        Json.List((await Call("GET", path, need: list)).Get(list)).Select(id => (string)id!).ToList();

    /// <summary>Asks once, not before the last delay is over; null if no answer came. The delay is kept on disk for a restart.</summary>
    async Task<Dictionary<string, object?>?> Poll(string path)
    {
        var polls = Json.Object(state["polls"]);
        var last = polls.Get(path) as Dictionary<string, object?> ?? new();
        var delay = (double)last.Number("delay", 1000);
        var wait = Math.Min(Math.Max(0, (double)last.Number("notBefore") - Now), Math.Max(delay, 10_000));
        await Task.Delay(TimeSpan.FromMilliseconds(wait));
        Dictionary<string, object?>? body = null;
        double rest = 0;
        try
        {
            body = await Attempt("GET", path);
            delay = (double)body.Number("pollDelayInMs", (decimal)delay);
        }
        catch (Lost lost)
        {
            Log($"GET {path}: {lost.Message}");
            rest = 1000 * lost.RetryAfter;
        }
        polls[path] = new Dictionary<string, object?>
        {
            ["notBefore"] = (decimal)Math.Ceiling(Now + Math.Max(delay + 10, rest)),
            ["delay"] = (decimal)delay,
        };
        Save();
        return body;
    }

    async Task<Dictionary<string, object?>> Look(string path)
    {
        for (var turn = 0; turn <= Retries; turn++)
            if (await Poll(path) is { } body) return body;
        throw new GaveUp($"{path} could not be read");
    }

    // ---- Deals: payments and refunds, each remembered under its key before its first request is sent ----

    Dictionary<string, object?> Deals => Json.Object(state["deals"]);

    List<Dictionary<string, object?>> DealList() => Deals.Values.Select(Json.Object).ToList();

    Dictionary<string, object?> Deal(string kind, string id) =>
        DealList().Find(deal => deal.Text("kind") == kind && string.Equals(deal.Text("id"), id, StringComparison.OrdinalIgnoreCase))
        ?? Remember(new() { ["kind"] = kind, ["id"] = id });

    Dictionary<string, object?> Remember(Dictionary<string, object?> deal)
    {
        var key = Guid.NewGuid().ToString();
        deal["key"] = key;
        deal["at"] = (decimal)Math.Round(Now);
        Deals[key] = deal;
        Save();
        return deal;
    }

    static string PathOf(Dictionary<string, object?> deal) => $"/{deal.Text("kind")}/{deal.Text("id")}";

    static bool IsActive(string? status) => Active.Contains(status);

    static bool IsEnded(string? status) => Cancelled.Contains(status) || Paid.Contains(status);

    string Observe(Dictionary<string, object?> deal, Dictionary<string, object?> body)
    {
        var status = body.Text("status");
        deal["state"] = IsActive(status) || IsEnded(status) || status == "Reserved" ? status : "Unknown";
        deal["partial"] = body.Get("partialCapturePossible") is true;
        if (body.Get("amount") is decimal amount) deal["amount"] = (decimal)Minor(amount);
        if (body.Text("currencyCode") is { } currency) deal["currency"] = currency;
        Save();
        return deal.Text("state")!;
    }

    async Task<string> Present(Dictionary<string, object?> deal) => Observe(deal, await Look(PathOf(deal)));

    /// <summary>Polls until done, the end, or patience is over. Six polls without an answer cancel a payment: nobody knows of it.</summary>
    async Task<Dictionary<string, object?>> Follow(Dictionary<string, object?> deal, Func<Dictionary<string, object?>, bool> done)
    {
        var until = Now + 2 * (double)session.Number("patienceMs");
        for (var silent = 0; silent < 6;)
        {
            var body = await Poll(PathOf(deal));
            silent = body is null ? silent + 1 : 0;
            if (body is not null && (IsEnded(Observe(deal, body)) || done(body) || Now > until)) return body;
        }
        if (deal.Text("kind") == "refunds") throw new GaveUp("six polls without an answer");
        return new() { ["status"] = await Decide(deal, "cancel") };
    }

    /// <summary>Keeps the decision first, carries it out, and asks what is true when it was refused (409) or not answered.</summary>
    async Task<string> Decide(Dictionary<string, object?> deal, string what, long? amount = null)
    {
        deal["decision"] = new Dictionary<string, object?> { ["what"] = what, ["amount"] = amount is { } kept ? (decimal)kept : null };
        Save();
        try
        {
            var body = amount is { } minor ? new Dictionary<string, object?> { ["amount"] = Major(minor) } : null;
            await Call("POST", $"{PathOf(deal)}/{what}", body);
            deal["state"] = what == "capture" ? "Captured" : "CancelledByClient";
        }
        catch (Refused no) when (no.Status == 409)
        {
            if (!IsDecided(deal, what, await Look(PathOf(deal))) || no.Code == "1307") throw;
        }
        catch (GaveUp)
        {
            if (await Poll(PathOf(deal)) is not { } body || !IsDecided(deal, what, body)) throw;
        }
        Save();
        return deal.Text("state")!;
    }

    bool IsDecided(Dictionary<string, object?> deal, string what, Dictionary<string, object?> body) =>
        (what == "capture" ? Paid : Cancelled).Contains(Observe(deal, body));

    async Task<Dictionary<string, object?>> StartPayment(string path, Dictionary<string, object?> body)
    {
        var deal = Remember(new() { ["kind"] = "payments", ["posId"] = body.Get("posId"), ["orderId"] = body.Get("orderId") });
        for (var turn = 0; turn < 3; turn++)
        {
            try
            {
                deal["id"] = (await Call("POST", path, body, deal.Text("key"), "paymentId")).Text("paymentId");
                Save();
                return new() { ["paymentId"] = deal.Get("id"), ["orderId"] = body.Get("orderId") };
            }
            catch (GaveUp)
            {
                await Withdraw(deal); // it may stand all the same: find it and cancel it
                throw;
            }
            catch (Refused no)
            {
                if (no.Code != "1301")
                {
                    Drop(deal);
                    throw;
                }
            }
            try
            {
                await CleanUp(body.Text("posId")!); // 1301: another payment blocks this PoS
            }
            catch (Exception problem) when (problem is Refused or GaveUp)
            {
                Drop(deal);
                throw;
            }
        }
        Drop(deal);
        throw new Refused("this PoS is blocked by another payment", "1301", 409);
    }

    /// <summary>It never came to be.</summary>
    void Drop(Dictionary<string, object?> deal)
    {
        Deals.Remove(deal.Text("key")!);
        Save();
    }

    async Task CleanUp(string posId)
    {
        foreach (var id in await Ids("/payments?" + Query(("posId", posId)), "paymentIds"))
        {
            var deal = Deal("payments", id);
            if (!IsActive(await Present(deal))) continue; // Reserved ones don't block, and are somebody's money
            try
            {
                await Decide(deal, "cancel");
            }
            catch (Refused no) when (no.Code == "1300")
            {
                // it has ended by itself meanwhile
            }
        }
    }

    /// <summary>A creating POST whose answer stayed lost: looks for what came of it and cancels that. Settle tries again.</summary>
    async Task Withdraw(Dictionary<string, object?> deal)
    {
        deal["decision"] = new Dictionary<string, object?> { ["what"] = "cancel", ["amount"] = null };
        Save();
        try
        {
            if (await Find(deal))
            {
                var seen = await Present(deal);
                if (IsActive(seen) || seen == "Reserved") await Decide(deal, "cancel");
            }
        }
        catch (Exception problem) when (problem is Refused or GaveUp)
        {
            Log($"left for settle: {problem.Message}");
        }
        if (deal.Get("id") is null && Now - (double)deal.Number("at") > 60_000) Drop(deal); // by now it would have arrived
    }

    async Task<bool> Find(Dictionary<string, object?> deal)
    {
        var kind = deal.Text("kind")!;
        var query = kind == "payments"
            ? Query(("posId", deal.Text("posId")), ("orderId", deal.Text("orderId")))
            : Query(("paymentId", deal.Text("paymentId")));
        var claimed = DealList().Select(other => other.Text("id")).ToList();
        foreach (var id in await Ids($"/{kind}?{query}", kind.TrimEnd('s') + "Ids"))
        {
            if (claimed.Contains(id)) continue;
            if ((await Look($"/{kind}/{id}")).Text("refundOrderId") != deal.Text("refundOrderId")) continue;
            deal["id"] = id;
            Save();
        }
        return deal.Get("id") is not null;
    }

    List<Dictionary<string, object?>> Unfinished(string kind) =>
        DealList().Where(deal => deal.Text("kind") == kind && !IsEnded(deal.Text("state"))).ToList();

    /// <summary>One more try at what was decided; the state last seen, if it fails again.</summary>
    async Task Finish(Dictionary<string, object?> deal)
    {
        try
        {
            if (deal.Get("id") is null) await Withdraw(deal);
            if (deal.Get("id") is null) return;
            var seen = await Present(deal);
            var decision = Json.Object(deal.Get("decision"));
            var what = decision.Text("what")!;
            if (seen == "Reserved" || (!IsEnded(seen) && what == "cancel"))
                await Decide(deal, what, decision.Get("amount") is null ? null : (long)decision.Number("amount"));
        }
        catch (Exception problem) when (problem is Refused or GaveUp)
        {
            Log($"still hanging: {problem.Message}");
        }
    }

    static void Tell(Dictionary<string, object?> deal, Dictionary<string, object?> result)
    {
        if (deal.Text("id") is not { } id) return;
        var kind = deal.Text("kind")!;
        Json.List(result[kind]).Add(new Dictionary<string, object?> { [kind.TrimEnd('s') + "Id"] = id, ["state"] = deal.Text("state") ?? "Unknown" });
    }

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
        if (Unfinished("payments").Any(deal => deal.Text("posId") == posId)) await CleanUp(posId);
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

    public async Task<Dictionary<string, object?>> AwaitCheckin(Dictionary<string, object?> p)
    {
        var until = Now + 2 * (double)session.Number("patienceMs");
        for (var silent = 0; silent < 6;)
        {
            var body = await Poll($"/pointofsales/{p.Text("posId")}/checkin");
            silent = body is null ? silent + 1 : 0;
            if (body is null) continue;
            var there = body.Get("isUserCheckedIn") is true;
            if (there || Now > until) return WithLoyalty(new() { ["isUserCheckedIn"] = there }, body);
        }
        throw new GaveUp("six polls without an answer");
    }

    static Dictionary<string, object?> WithLoyalty(Dictionary<string, object?> result, Dictionary<string, object?> body)
    {
        if (body.Get("loyaltyIds") is { } ids) result["loyaltyIds"] = ids;
        return result;
    }

    public Task<Dictionary<string, object?>> InitiatePayment(Dictionary<string, object?> p)
    {
        var body = new Dictionary<string, object?> { ["posId"] = p.Get("posId"), ["orderId"] = p.Text("orderId") ?? Guid.NewGuid().ToString() };
        foreach (var (name, value) in Charge(p)) body[name] = value;
        return StartPayment("/payments", body);
    }

    public Task<Dictionary<string, object?>> PreparePayment(Dictionary<string, object?> p) =>
        StartPayment("/payments/prepare", new() { ["posId"] = p.Get("posId"), ["orderId"] = p.Text("orderId") ?? Guid.NewGuid().ToString() });

    public async Task<Dictionary<string, object?>> AwaitPairing(Dictionary<string, object?> p)
    {
        var deal = Deal("payments", p.Text("paymentId")!);
        var loyalty = p.Get("loyalty") is true;
        var body = await Follow(deal, seen =>
            seen.Text("status") is "Paired" or "IssuedToUser" or "Reserved" && (!loyalty || seen.Get("loyaltyIds") is not null));
        return WithLoyalty(new() { ["state"] = deal.Get("state") }, body);
    }

    public async Task<Dictionary<string, object?>> ReadyPayment(Dictionary<string, object?> p)
    {
        try
        {
            await Call("POST", $"/payments/{p.Text("paymentId")}/ready", Charge(p));
        }
        catch (Refused no)
        {
            if (no.Status == 409) await Present(Deal("payments", p.Text("paymentId")!));
            throw;
        }
        return new();
    }

    public async Task<Dictionary<string, object?>> Await(string kind, string id)
    {
        var deal = Deal(kind, id);
        if (!IsEnded(deal.Text("state"))) await Follow(deal, body => body.Text("status") == "Reserved");
        var result = new Dictionary<string, object?> { ["state"] = deal.Get("state") };
        if (kind == "payments" && deal.Text("state") == "Reserved") result["partialCapturePossible"] = deal.Get("partial");
        return result;
    }

    public async Task<Dictionary<string, object?>> CapturePayment(Dictionary<string, object?> p)
    {
        var deal = Deal("payments", p.Text("paymentId")!);
        var amount = Minor(p.Number("amount"));
        var fresh = deal.Text("state") == "Reserved" && deal.Get("decision") is null;
        if (deal.Text("state") != "Captured" && !fresh) await Present(deal);
        if (deal.Text("state") == "Captured" && deal.Number("captured", amount) == amount) return new() { ["state"] = "Captured" };
        if (deal.Text("state") != "Reserved") throw new Refused($"it is {deal.Text("state")}"); // never before Reserved was seen
        if (amount > deal.Number("amount")) throw new Refused("more than was reserved");
        if (amount < deal.Number("amount") && deal.Get("partial") is not true) return new() { ["state"] = await Decide(deal, "cancel") };
        deal["captured"] = (decimal)amount;
        return new() { ["state"] = await Decide(deal, "capture", amount) };
    }

    public async Task<Dictionary<string, object?>> Cancel(string kind, string id)
    {
        var deal = Deal(kind, id);
        var seen = deal.Text("state");
        if (Paid.Contains(seen)) throw new Refused("the money has moved");
        return new() { ["state"] = Cancelled.Contains(seen) ? seen : await Decide(deal, "cancel") };
    }

    public async Task<Dictionary<string, object?>> InitiateRefund(Dictionary<string, object?> p)
    {
        var found = p.Text("paymentId") is { } given
            ? new List<string> { given }
            : await Ids("/payments?" + Query(("orderId", p.Text("orderId")), ("state", "Captured")), "paymentIds");
        if (found.Count != 1) throw new Refused($"{found.Count} captured payments fit");
        var paymentId = found[0];
        var payment = Deal("payments", paymentId);
        if (payment.Text("state") != "Captured" && await Present(payment) != "Captured") throw new Refused("only what was captured is refunded");
        var amount = Minor(p.Number("amount"));
        var earlier = DealList().Where(other => other.Text("paymentId") == paymentId && !Cancelled.Contains(other.Text("state"))).Sum(other => other.Number("amount"));
        if (earlier + amount > payment.Number("captured", payment.Number("amount"))) throw new Refused("more than was captured");
        if (payment.Text("currency") is { } currency && currency != p.Text("currencyCode")) throw new Refused("paid in another currency");
        var order = p.Text("refundOrderId") ?? Guid.NewGuid().ToString();
        var deal = Remember(new()
        {
            ["kind"] = "refunds",
            ["posId"] = payment.Get("posId"),
            ["amount"] = (decimal)amount,
            ["paymentId"] = paymentId,
            ["refundOrderId"] = order,
        });
        try
        {
            var body = new Dictionary<string, object?>
            {
                ["paymentId"] = paymentId,
                ["refundOrderId"] = order,
                ["amount"] = Major(amount),
                ["currencyCode"] = p.Get("currencyCode"),
            };
            deal["id"] = (await Call("POST", "/refunds", body, deal.Text("key"), "refundId")).Text("refundId");
        }
        catch (Refused no)
        {
            if (no.Status == 409) await Present(payment); // a conflict: ask what is true
            Drop(deal);
            throw;
        }
        catch (GaveUp)
        {
            deal["decision"] = new Dictionary<string, object?> { ["what"] = "cancel", ["amount"] = null }; // should it turn up later: 24 h on it would be paid out
            if (!await Find(deal)) throw;
            deal.Remove("decision");
        }
        Save();
        return new() { ["refundId"] = deal.Get("id"), ["refundOrderId"] = order };
    }

    public async Task<Dictionary<string, object?>> CaptureRefund(Dictionary<string, object?> p)
    {
        var deal = Deal("refunds", p.Text("refundId")!);
        if (deal.Text("state") != "Reserved") await Await("refunds", p.Text("refundId")!);
        var seen = deal.Text("state");
        if (Paid.Contains(seen)) return new() { ["state"] = seen };
        if (seen != "Reserved") throw new Refused($"it is {seen}");
        return new() { ["state"] = await Decide(deal, "capture") };
    }

    /// <summary>What the till does when it starts: its PoS, then what a power cut has left. This till cancels what was still open.</summary>
    public async Task<Dictionary<string, object?>> Recover()
    {
        var result = new Dictionary<string, object?> { ["payments"] = new List<object?>(), ["refunds"] = new List<object?>() };
        var all = Json.Object(state["pos"]);
        foreach (var name in all.Keys.ToList())
        {
            var pos = Json.Object(all[name]);
            if (await FindPos(name) is { } found) pos["posId"] = found;
            else
            {
                if (pos.Remove("posId")) pos["key"] = Guid.NewGuid().ToString();
                await SendPos(pos);
            }
            await Beacon(pos); // one that MobilePay made is asked for at every start
            if (all.Count == 1) result["posId"] = pos.Get("posId");
        }
        Save();
        foreach (var deal in Unfinished("payments").Concat(Unfinished("refunds")).ToList())
        {
            var seen = deal.Text("state");
            try
            {
                if (deal.Get("id") is not null) seen = await Present(deal);
            }
            catch (Exception problem) when (problem is Refused or GaveUp)
            {
                Log($"not to be read: {problem.Message}");
            }
            var forgotten = deal.Get("id") is null || (deal.Text("kind") == "payments" && IsActive(seen));
            if (forgotten && deal.Get("decision") is null) deal["decision"] = new Dictionary<string, object?> { ["what"] = "cancel", ["amount"] = null };
            if (deal.Get("decision") is not null) await Finish(deal);
            Tell(deal, result);
        }
        return result;
    }

    /// <summary>The scheduled job: finishes what was decided and never got through; it decides nothing by itself.</summary>
    public async Task<Dictionary<string, object?>> Settle()
    {
        var result = new Dictionary<string, object?> { ["payments"] = new List<object?>(), ["refunds"] = new List<object?>() };
        foreach (var deal in Unfinished("payments").Concat(Unfinished("refunds")).Where(deal => deal.Get("decision") is not null).ToList())
        {
            await Finish(deal);
            Tell(deal, result);
        }
        return result;
    }

    // ---- small change ----

    static Dictionary<string, object?> Charge(Dictionary<string, object?> p)
    {
        var body = new Dictionary<string, object?>
        {
            ["amount"] = Major(Minor(p.Number("amount"))),
            ["currencyCode"] = p.Get("currencyCode"),
            ["plannedCaptureDelay"] = "None",
        };
        Take(p, ChargeMembers, body);
        return body;
    }

    static void Take(Dictionary<string, object?> from, string[] names, Dictionary<string, object?> to)
    {
        foreach (var name in names)
            if (from.Get(name) is { } value) to[name] = value;
    }

    static long Minor(decimal amount) => (long)Math.Round(amount * 100);

    static decimal Major(long minor) => minor / 100m;

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
