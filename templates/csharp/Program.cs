// The adapter between poscert and your till: a start in C# on .NET 8 with nothing but the framework.
//
// poscert starts it and writes one JSON object a line on its standard input: the command. The answer is one JSON object a line on its standard
// output; everything else that you want to say goes to standard error. What is here and in PosClient.cs onboards a point of sale, enough for the
// first cases to pass. Put your own client in its place, command by command; the names in notYet are still to be written. A complete one:
// examples/csharp in the package of poscert. Build it before each run, so that no word of the compiler gets onto standard output:
//   dotnet build adapter -c Release -o adapter/out
using System.Text;

var commands = new[] { "createPointOfSale", "deletePointOfSale", "recover" }; // add each command that you write
var notYet = new Dictionary<string, string>
{
    ["awaitCheckin"] = "poll GET /pointofsales/{posId}/checkin until a user is checked in",
    ["initiatePayment"] = "POST /payments; cancel what blocks the PoS when the answer is 409 1301",
    ["awaitPayment"] = "poll GET /payments/{paymentId} until it is Reserved or has ended",
    ["capturePayment"] = "POST /payments/{paymentId}/capture, never more than the amount",
    ["cancelPayment"] = "POST /payments/{paymentId}/cancel",
    ["preparePayment"] = "POST /payments/prepare",
    ["awaitPairing"] = "poll GET /payments/{paymentId} until it is Paired or has ended",
    ["readyPayment"] = "POST /payments/{paymentId}/ready",
    ["initiateRefund"] = "POST /refunds",
    ["awaitRefund"] = "poll GET /refunds/{refundId} until it is Reserved or has ended",
    ["captureRefund"] = "POST /refunds/{refundId}/capture",
    ["cancelRefund"] = "POST /refunds/{refundId}/cancel",
    ["settle"] = "finish the captures and cancels that never got through",
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
            ["name"] = "Adapter in C#",
            ["version"] = till.Version,
            ["commands"] = commands,
            ["behaviours"] = Array.Empty<string>(),
        };
    }
    if (method == "shutdown") return new();
    if (till is null) throw new InvalidOperationException("initialize comes first");
    return method switch
    {
        "createPointOfSale" => await till.CreatePointOfSale(p),
        "deletePointOfSale" => await till.DeletePointOfSale(p),
        "recover" => await till.Recover(),
        _ => throw new NotSupportedException($"{method} is not written yet: {notYet.GetValueOrDefault(method, "the protocol does not know it")}"),
    };
}

Dictionary<string, object?> ErrorOf(Exception problem)
{
    var code = problem switch
    {
        Refused => 1,
        GaveUp => 2,
        NotSupportedException => -32601,
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
