using System.Buffers;
using System.Text.Json;
using Flyball.Discovery.Consul;

namespace Flyball.Discovery.Filtering;

/// <summary>
/// Judges items by their answer's own JSON, so that every field which a client sees can be asked for by its name there.
/// </summary>
internal sealed class JsonFilter(FilterNode filter)
{
    /// <summary>Objects with names of the user's: any name may be asked of them.</summary>
    private static readonly string[] Maps =
        ["Meta", "NodeMeta", "ServiceMeta", "TaggedAddresses", "ServiceTaggedAddresses", "Definition"];

    private readonly ArrayBufferWriter<byte> buffer = new(1_024);

    /// <exception cref="ConsulException">The filter asks for a field that there is not.</exception>
    public bool Matches(Action<Utf8JsonWriter> write)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, ConsulJson.Options(false))) write(json);
        using JsonDocument document = JsonDocument.Parse(buffer.WrittenMemory);
        return Is(filter, document.RootElement);
    }

    public void WriteIfMatching(Utf8JsonWriter target, Action<Utf8JsonWriter> write)
    {
        if (Matches(write)) target.WriteRawValue(buffer.WrittenSpan, skipInputValidation: true);
    }

    private static bool Is(FilterNode node, JsonElement item) => node switch
    {
        FilterNode.Combined { IsAnd: true } both => Is(both.Left, item) && Is(both.Right, item),
        FilterNode.Combined either => Is(either.Left, item) || Is(either.Right, item),
        FilterNode.Not not => !Is(not.Inner, item),
        FilterNode.Match match => Is(match, item, 0),
        _ => throw new InvalidOperationException("BUG: a filter of an unknown kind."),
    };

    /// <summary>Of a list any item may match.</summary>
    private static bool Is(FilterNode.Match match, JsonElement item, int depth)
    {
        for (int i = depth; i < match.Selector.Count; i++)
        {
            if (item.ValueKind == JsonValueKind.Array)
            {
                foreach (JsonElement one in item.EnumerateArray())
                    if (Is(match, one, i)) return true;
                return false;
            }

            string name = match.Selector[i];
            bool isMap = i > 0 && Maps.Contains(match.Selector[i - 1], StringComparer.Ordinal);
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out JsonElement inner))
            {
                if (!isMap) throw Invalid(match);
                return match.Operator is FilterOperator.NotEqual or FilterOperator.NotIn or FilterOperator.NotMatches
                    or FilterOperator.Empty;
            }

            item = inner;
        }

        return Compare(match, item);
    }

    private static bool Compare(FilterNode.Match match, JsonElement value) => match.Operator switch
    {
        FilterOperator.Equal => Text(value) == match.Value,
        FilterOperator.NotEqual => Text(value) != match.Value,
        FilterOperator.In => Contains(value, match.Value),
        FilterOperator.NotIn => !Contains(value, match.Value),
        FilterOperator.Empty => IsEmpty(value),
        FilterOperator.NotEmpty => !IsEmpty(value),
        FilterOperator.Matches => match.Pattern!.IsMatch(Text(value)),
        _ => !match.Pattern!.IsMatch(Text(value)),
    };

    private static bool Contains(JsonElement value, string text) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Any(one => Text(one) == text),
        JsonValueKind.Object => value.TryGetProperty(text, out _),
        _ => Text(value).Contains(text, StringComparison.Ordinal),
    };

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Null => true,
        _ => Text(value).Length == 0,
    };

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => value.GetRawText(),
    };

    private static ConsulException Invalid(FilterNode.Match match) => new(
        400, $"Failed to create boolean expression evaluator: Selector \"{string.Join('.', match.Selector)}\" is not "
            + $"valid");
}
