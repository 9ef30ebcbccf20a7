using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Flyball.Cli.Commands;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Doctor;

/// <summary>
/// What somebody else needs to see to help: the findings and the server's lists. Values of environments, configs,
/// secrets and build arguments, command lines, and what tasks wrote are replaced before anything is written.
/// </summary>
internal static partial class SupportBundle
{
    private static readonly string[] Lists =
    [
        "/version", "/nodes", "/workloads", "/allocations", "/endpoints", "/routes", "/certificates", "/gateways",
        "/usage", "/journal/events?newest=true&limit=1000", "/journal/decisions?newest=true&limit=1000",
    ];

    private static readonly HashSet<string> SecretObjects = new(StringComparer.OrdinalIgnoreCase)
        { "environment", "args", "labels" };

    private static readonly HashSet<string> SecretValues = new(StringComparer.OrdinalIgnoreCase)
        { "contentBase64", "token", "command", "entrypoint", "test", "runs" };

    public static async Task WriteAsync(
        string path, List<Finding> findings, ApiClient client, CancellationToken cancellation)
    {
        await using FileStream file = File.Create(path);
        await using var zip = new GZipStream(file, CompressionLevel.Optimal);
        await using var tar = new TarWriter(zip);
        await AddAsync(
            tar, "findings.json", JsonSerializer.Serialize(findings, FindingJson.Default.ListFinding), cancellation);
        await AddAsync(tar, "client-version.txt", VersionCommand.Own, cancellation);
        foreach (string list in Lists)
        {
            string name = list.TrimStart('/').Split('?')[0].Replace('/', '-') + ".json";
            try
            {
                using JsonDocument answer = await client.GetAsync(list, cancellation);
                JsonNode? node = JsonNode.Parse(answer.RootElement.GetRawText());
                Redact(node);
                await AddAsync(tar, name, node?.ToJsonString() ?? "null", cancellation);
            }
            catch (CommandFailure failure)
            {
                // A server that does not answer is what the bundle is for: say so in its place.
                await AddAsync(tar, name + ".error.txt", failure.Message, cancellation);
            }
        }
    }

    /// <summary>Replaces secret values in place.</summary>
    internal static void Redact(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray array:
                for (int i = 0; i < array.Count; i++)
                    if (WithoutOutput(array[i]) is { } item) array[i] = item;
                    else Redact(array[i]);
                break;
            case JsonObject obj:
                foreach ((string name, JsonNode? value) in obj.ToArray())
                {
                    if (SecretValues.Contains(name) && value is not null) obj[name] = Hidden(value);
                    else if (SecretObjects.Contains(name) && value is JsonObject map)
                        foreach ((string key, JsonNode? inner) in map.ToArray()) map[key] = Hidden(inner);
                    else if (WithoutOutput(value) is { } text) obj[name] = text;
                    else Redact(value);
                }

                break;
        }
    }

    /// <summary>Messages about an exit quote the task's last line. Null when the value is no such message.</summary>
    private static string? WithoutOutput(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String && QuotedOutput().IsMatch(value.GetValue<string>())
            ? QuotedOutput().Replace(value.GetValue<string>(), "$1 (output left out)")
            : null;

    /// <summary>As the agent words exits, failed probes and builds.</summary>
    [GeneratedRegex(
        @"(The task (?:exited|was|ended)[^:]*:|the command exited with code \d+:|exit code \d+[:,]|Last output:).*",
        RegexOptions.Singleline)]
    private static partial Regex QuotedOutput();

    private static string Hidden(JsonNode? value) =>
        FormattableString.Invariant($"({value?.ToString().Length ?? 0} characters)");

    private static async Task AddAsync(TarWriter tar, string name, string text, CancellationToken cancellation)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "flyball-support/" + name)
            { DataStream = content }, cancellation);
    }
}
