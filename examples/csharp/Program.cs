// The adapter between poscert and a till in C# (docs/client-protocol.md): put your own client in place of PosClient.cs.
// `dotnet run --project .` speaks JSON-RPC, one object a line, on stdin and stdout; stderr is its log. It polls for check-ins and has no callback.
using System.Text;

// What a command can't do without; the names are those that `initialize` lists.
var commands = new Dictionary<string, string[]>
{
    ["createPointOfSale"] = new[] { "supportedBeaconTypes" },
    ["deletePointOfSale"] = new[] { "posId" },
    ["awaitCheckin"] = new[] { "posId" },
    ["initiatePayment"] = new[] { "posId", "amount", "currencyCode" },
    ["preparePayment"] = new[] { "posId" },
    ["awaitPairing"] = new[] { "paymentId" },
    ["readyPayment"] = new[] { "paymentId", "amount", "currencyCode" },
    ["awaitPayment"] = new[] { "paymentId" },
    ["capturePayment"] = new[] { "paymentId", "amount" },
    ["cancelPayment"] = new[] { "paymentId" },
    ["initiateRefund"] = new[] { "amount", "currencyCode" },
    ["awaitRefund"] = new[] { "refundId" },
    ["captureRefund"] = new[] { "refundId" },
    ["cancelRefund"] = new[] { "refundId" },
    ["recover"] = Array.Empty<string>(),
    ["settle"] = Array.Empty<string>(),
};
// Without a byte order mark, which is no JSON; lines end in \n on every system.
var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = true, NewLine = "\n" };
using var input = new StreamReader(Console.OpenStandardInput(), utf8);
PosClient? till = null;

async Task<Dictionary<string, object?>> CarryOut(string method, Dictionary<string, object?> p)
{
    if (method == "initialize")
    {
        till = new PosClient(p);
        return new()
        {
            ["protocol"] = 1,
            ["name"] = "C# example till",
            ["version"] = till.Version,
            ["commands"] = commands.Keys.ToList(),
            ["behaviours"] = new[] { "cancelsOnRestart" },
        };
    }
    if (method == "shutdown") return new();
    if (!commands.ContainsKey(method)) throw new NotSupportedException($"{method} is not supported");
    if (till is null) throw new InvalidOperationException("initialize comes first");
    foreach (var name in commands[method])
        if (p.Get(name) is null) throw new ArgumentException($"{name} is missing");
    return method switch
    {
        "createPointOfSale" => await till.CreatePointOfSale(p),
        "deletePointOfSale" => await till.DeletePointOfSale(p),
        "awaitCheckin" => await till.AwaitCheckin(p),
        "initiatePayment" => await till.InitiatePayment(p),
        "preparePayment" => await till.PreparePayment(p),
        "awaitPairing" => await till.AwaitPairing(p),
        "readyPayment" => await till.ReadyPayment(p),
        "awaitPayment" => await till.Await("payments", p.Text("paymentId")!),
        "capturePayment" => await till.CapturePayment(p),
        "cancelPayment" => await till.Cancel("payments", p.Text("paymentId")!),
        "initiateRefund" => await till.InitiateRefund(p),
        "awaitRefund" => await till.Await("refunds", p.Text("refundId")!),
        "captureRefund" => await till.CaptureRefund(p),
        "cancelRefund" => await till.Cancel("refunds", p.Text("refundId")!),
        "recover" => await till.Recover(),
        _ => await till.Settle(),
    };
}

Dictionary<string, object?> ErrorOf(Exception problem)
{
    var code = problem switch
    {
        Refused => 1,
        GaveUp => 2,
        NotSupportedException => -32601,
        ArgumentException => -32602,
        _ => -32603,
    };
    var data = new Dictionary<string, object?> { ["reason"] = problem.Message };
    if (problem is Refused { Code: not null } no) data["apiCode"] = no.Code;
    return new() { ["code"] = code, ["message"] = problem.Message, ["data"] = data };
}

while (await input.ReadLineAsync() is { } line)
{
    var request = Json.Object(Json.Read(line));
    var method = request.Text("method") ?? "";
    var answer = new Dictionary<string, object?> { ["jsonrpc"] = "2.0", ["id"] = request.Get("id") };
    try
    {
        answer["result"] = await CarryOut(method, request.Get("params") as Dictionary<string, object?> ?? new());
    }
    catch (Exception problem)
    {
        answer["error"] = ErrorOf(problem);
    }
    output.WriteLine(Json.Write(answer)); // stdout belongs to the protocol: log to stderr
    if (method == "shutdown") break;
}
