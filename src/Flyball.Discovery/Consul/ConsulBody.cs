using System.Text.Json;

namespace Flyball.Discovery.Consul;

/// <summary>
/// An object of a request's body. Names are matched as Consul does: in any case, with or without underscores. What
/// does not fit is told with its name.
/// </summary>
internal readonly struct ConsulBody
{
    private readonly JsonElement element;
    private readonly string path;

    /// <exception cref="ConsulException">It is not an object.</exception>
    public ConsulBody(JsonElement element, string path = "")
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new ConsulException(400, path.Length == 0
                ? "Request decode failed: the body must be a JSON object"
                : $"Request decode failed: {path} must be an object");
        }

        this.element = element;
        this.path = path;
    }

    public string Text(string name) => Find(name) switch
    {
        null => "",
        { ValueKind: JsonValueKind.String } text => text.GetString()!,
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => throw Wrong(name, "a string"),
    };

    public int Number(string name, int least, int most)
    {
        if (Find(name) is not { } found) return 0;
        bool isNumber = found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out _);
        int number = isNumber ? found.GetInt32()
            : found.ValueKind == JsonValueKind.String && int.TryParse(found.GetString(), out int parsed) ? parsed
            : throw Wrong(name, "a whole number");
        return number >= least && number <= most ? number : throw Wrong(name, $"from {least} to {most}");
    }

    public bool Flag(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.String } text when bool.TryParse(text.GetString(), out bool flag) => flag,
        _ => throw Wrong(name, "true or false"),
    };

    /// <summary>
    /// A Go duration, or a number of nanoseconds; null when absent, empty or zero. What is shorter than a tick is one:
    /// it was given.
    /// </summary>
    public TimeSpan? Duration(string name) => Nanoseconds(name) is { } given && given > 0
        ? TimeSpan.FromTicks(Math.Max(1, given / TimeSpan.NanosecondsPerTick)) : null;

    /// <summary>A Go duration, or a number, in nanoseconds; 0 when empty, null when absent.</summary>
    public long? Nanoseconds(string name)
    {
        if (Find(name) is not { } found) return null;
        long? value = found.ValueKind switch
        {
            JsonValueKind.Number when found.TryGetInt64(out long number) => number,
            JsonValueKind.String when found.GetString()!.Length == 0 => 0,
            JsonValueKind.String => GoDuration.ParseNanoseconds(found.GetString()!),
            _ => null,
        };
        return value >= 0 ? value : throw Wrong(name, "a duration such as \"10s\"");
    }

    public string[] Texts(string name)
    {
        if (Find(name) is not { } found) return [];
        if (found.ValueKind != JsonValueKind.Array) throw Wrong(name, "a list of strings");
        var texts = new List<string>();
        foreach (JsonElement one in found.EnumerateArray())
            texts.Add(one.ValueKind == JsonValueKind.String ? one.GetString()!
                : throw Wrong(name, "a list of strings"));
        return [.. texts];
    }

    public SortedDictionary<string, string>? Map(string name)
    {
        if (Find(name) is not { } found) return null;
        if (found.ValueKind != JsonValueKind.Object) throw Wrong(name, "an object of strings");
        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty one in found.EnumerateObject())
        {
            map[one.Name] = one.Value.ValueKind switch
            {
                JsonValueKind.String => one.Value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => one.Value.GetRawText(),
                _ => throw Wrong($"{name}.{one.Name}", "a string"),
            };
        }

        return map.Count == 0 ? null : map;
    }

    public ConsulBody? Child(string name) => Find(name) is { } found ? new ConsulBody(found, PathOf(name)) : null;

    public IEnumerable<ConsulBody> Children(string name)
    {
        if (Find(name) is not { } found) return [];
        if (found.ValueKind != JsonValueKind.Array) throw Wrong(name, "a list of objects");
        string at = PathOf(name);
        return [.. found.EnumerateArray().Select((one, i) => new ConsulBody(one, $"{at}[{i}]"))];
    }

    public IEnumerable<JsonProperty> Properties() => element.EnumerateObject();

    public bool Has(string name) => Find(name) is not null;

    public ConsulException Wrong(string name, string wanted) =>
        new(400, $"Request decode failed: {PathOf(name)} must be {wanted}");

    /// <summary>The field's name, from the body down.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    private JsonElement? Find(string name)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (IsSame(property.Name, name))
                return property.Value.ValueKind == JsonValueKind.Null ? null : property.Value;
        }

        return null;
    }

    private static bool IsSame(string given, string name)
    {
        if (given.Equals(name, StringComparison.OrdinalIgnoreCase)) return true;
        int at = 0;
        foreach (char c in given)
        {
            if (c == '_') continue;
            if (at == name.Length || char.ToLowerInvariant(c) != char.ToLowerInvariant(name[at])) return false;
            at++;
        }

        return at == name.Length;
    }
}
