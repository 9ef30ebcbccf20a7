using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Scripts;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Api.Tests;

/// <summary>
/// Runs a golden script against a server: commands, <c>----</c>, what came of them. <c>load 1m</c> is followed by
/// series in promqltest's notation, <c>meta</c> by metadata, <c>exemplar</c> by exemplars; everything else is a
/// request. Answers are written anew with FLYBALL_UPDATE_GOLDENS=1.
/// </summary>
internal sealed class ApiScript(ApiServer server)
{
    private const string Separator = "----";

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task RunAsync(string name)
    {
        string path = Path.Combine(Folder(), name + ".golden");
        string expected = await File.ReadAllTextAsync(path);
        var actual = new StringBuilder();
        foreach (string block in expected.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string command = block.Split('\n' + Separator)[0].Trim('\n');
            if (actual.Length > 0) actual.Append('\n');
            actual.Append(command).Append('\n').Append(Separator).Append('\n');
            actual.Append((await ExecuteAsync(command.Split('\n'))).TrimEnd('\n')).Append('\n');
        }

        if (Environment.GetEnvironmentVariable("FLYBALL_UPDATE_GOLDENS") == "1")
            await File.WriteAllTextAsync(path, actual.ToString());
        else Assert.Equal(expected, actual.ToString());
    }

    private async Task<string> ExecuteAsync(string[] lines)
    {
        lines = [.. lines.Where(line => !line.StartsWith('#'))];
        string[] words = lines[0].Split(' ');
        switch (words[0])
        {
            case "load":
                await server.AppendAsync(batch => Load(batch, Durations.TryParse(words[1], out _)!.Value, lines[1..]));
                return "ok";
            case "meta":
                await server.AppendAsync(batch => batch.Metadata.Add(
                    new MetricMetadata(
                        words[1], words[2], string.Join(' ', words[4..]), words[3] == "-" ? "" : words[3])));
                return "ok";
            case "exemplar":
                await server.AppendAsync(batch =>
                {
                    batch.BeginSeries(SeriesDescription.Parse(words[1], 1).Labels);
                    batch.Exemplars.Add(new BatchExemplar(
                        long.Parse(words[2], CultureInfo.InvariantCulture),
                        double.Parse(words[3], CultureInfo.InvariantCulture),
                        Labels.Of(("trace_id", words[4]))));
                });
                return "ok";
            default:
                return await RequestAsync(words, lines[1..]);
        }
    }

    private static void Load(SampleBatch batch, long stepMs, string[] lines)
    {
        foreach (string line in lines)
        {
            (Labels labels, List<ScriptValue> values) = SeriesDescription.Parse(line.Trim(), 1);
            batch.BeginSeries(labels);
            for (int index = 0; index < values.Count; index++)
            {
                if (values[index].IsOmitted) continue;
                if (values[index].Histogram is { } histogram) batch.Add(index * stepMs, histogram);
                else batch.Add(index * stepMs, values[index].Value);
            }
        }
    }

    /// <summary>
    /// <c>GET path</c>, or <c>POST path</c> with a form on the next line; headers as <c>Name: value</c>.
    /// </summary>
    private async Task<string> RequestAsync(string[] words, string[] rest)
    {
        using var request = new HttpRequestMessage(new HttpMethod(words[0]), words[1]);
        foreach (string line in rest)
        {
            if (line.Split(": ") is [var name, var value]) request.Headers.TryAddWithoutValidation(name, value);
            else request.Content = new StringContent(line, Encoding.UTF8, "application/x-www-form-urlencoded");
        }

        using HttpResponseMessage response = await server.Http.SendAsync(request);
        string body = await response.Content.ReadAsStringAsync();
        string type = response.Content.Headers.ContentType?.ToString() ?? "";
        return $"{(int)response.StatusCode} {type}\n{(type == "application/json" ? Pretty(body) : body)}";
    }

    private static string Pretty(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return JsonSerializer.Serialize(document.RootElement, Indented);
    }

    private static string Folder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Goldens");
}
