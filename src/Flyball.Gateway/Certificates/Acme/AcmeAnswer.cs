using System.Text.Json;

namespace Flyball.Gateway.Certificates.Acme;

/// <summary>What an ACME server answered: a body, where what it speaks of is, and when to ask again.</summary>
internal sealed record AcmeAnswer(string Body, string? Location, TimeSpan? RetryAfter)
{
    private static readonly JsonDocumentOptions Limits = new() { MaxDepth = 16 };

    /// <exception cref="AcmeException">It is no JSON object.</exception>
    public JsonElement Json()
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Body, Limits);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new AcmeException("The ACME server's answer is no JSON object.");
    }

    /// <exception cref="AcmeException">The member is not there.</exception>
    public static string Text(JsonElement element, string member) =>
        TextOrNull(element, member)
            ?? throw new AcmeException($"The ACME server's answer has no '{member}'.");

    public static string? TextOrNull(JsonElement element, string member) =>
        element.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static IEnumerable<JsonElement> Items(JsonElement element, string member) =>
        element.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];
}
