using System.Net;
using System.Text;
using System.Text.Json;

namespace Flyball.Cli.Connecting;

/// <summary>Turns the API's refusals (RFC 9457) into words and exit codes.</summary>
internal static class Problems
{
    public static async Task<CommandFailure> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        string body = await response.Content.ReadAsStringAsync(cancellation);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return new CommandFailure(
                (response.RequestMessage?.Headers.Authorization is null
                    ? "This server wants a token: "
                    : "The token is not known to this server: ")
                + "say where its data directory is (--data), or give the token (--token, FLYBALL_TOKEN).",
                ExitCodes.Denied);
        return new CommandFailure(Describe(body)
            ?? $"The server answered {(int)response.StatusCode} {response.ReasonPhrase}.", response.StatusCode switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ExitCodes.Denied,
            HttpStatusCode.NotFound => ExitCodes.NotFound,
            _ => ExitCodes.Failed,
        });
    }

    private static string? Describe(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement problem = document.RootElement;
            if (problem.ValueKind != JsonValueKind.Object) return null;
            var text = new StringBuilder(problem.Text("detail") ?? problem.Text("title") ?? problem.Text("error"));
            if (problem.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Array)
                foreach (JsonElement error in errors.EnumerateArray())
                    text.AppendLine().Append("  ").Append(Diagnostic(error));
            return text.Length == 0 ? null : text.ToString();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary><c>file:line:column: key: message (suggestion)</c>, with what there is of it.</summary>
    public static string Diagnostic(JsonElement error)
    {
        var text = new StringBuilder();
        if (error.Text("file") is { } file) text.Append(file).Append(':');
        if (error.Number("line") is { } line and > 0) text.Append(line).Append(':');
        if (error.Number("column") is { } column and > 0) text.Append(column).Append(':');
        if (text.Length > 0) text.Append(' ');
        if ((error.Text("key") ?? error.Text("field")) is { Length: > 0 } key) text.Append(key).Append(": ");
        text.Append(error.Text("message"));
        if (error.Text("suggestion") is { Length: > 0 } suggestion)
            text.Append(" (").Append(suggestion).Append(')');
        return text.ToString();
    }
}
