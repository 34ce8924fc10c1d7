using System.Text.Json;

/// <summary>JSON as dictionaries and lists: objects are <c>Dictionary&lt;string, object?&gt;</c>, numbers decimal.</summary>
static class Json
{
    /// <summary>Throws JsonException where the text is no JSON.</summary>
    public static object? Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        return ValueOf(document.RootElement);
    }

    static object? ValueOf(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var members = new Dictionary<string, object?>();
                foreach (var member in element.EnumerateObject()) members[member.Name] = ValueOf(member.Value);
                return members;
            case JsonValueKind.Array:
                var items = new List<object?>();
                foreach (var item in element.EnumerateArray()) items.Add(ValueOf(item));
                return items;
            case JsonValueKind.String:
                return element.GetString();
            case JsonValueKind.Number:
                return element.GetDecimal();
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                return null;
        }
    }

    public static string Write(object? value) => JsonSerializer.Serialize(value);

    public static Dictionary<string, object?> Object(object? value) => (Dictionary<string, object?>)value!;

    public static List<object?> List(object? value) => (List<object?>)value!;

    /// <summary>A member, or null where it is missing.</summary>
    public static object? Get(this Dictionary<string, object?> members, string name) =>
        members.TryGetValue(name, out var value) ? value : null;

    /// <summary>A member as a text, or null where it is missing or none.</summary>
    public static string? Text(this Dictionary<string, object?> members, string name) => members.Get(name) as string;

    /// <summary>A member as a number, or <paramref name="otherwise"/>.</summary>
    public static decimal Number(this Dictionary<string, object?> members, string name, decimal otherwise = 0) =>
        members.Get(name) switch { decimal number => number, long number => number, int number => number, _ => otherwise };
}
