using System.Globalization;
using System.Text.Json;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.PromQl.Parsing;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Status;

/// <summary><c>status/config</c>, <c>flags</c>, <c>runtimeinfo</c>, <c>buildinfo</c> and <c>walreplay</c>.</summary>
internal sealed class StatusApi(MetricsOptions options, StoreHost host, ConfigText config, TimeProvider time)
{
    /// <summary>
    /// The Prometheus whose API this is: clients such as Grafana look here for what they may ask.
    /// </summary>
    public const string ApiVersion = "3.5.0";

    private readonly long startedMs = time.GetUtcNow().ToUnixTimeMilliseconds();

    public Task ConfigAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("yaml"u8, config.Write());
        json.WriteEndObject();
    });

    public Task FlagsAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        json.WriteStartObject();
        foreach ((string name, string value) in options.Flags.OrderBy(flag => flag.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
    });

    public Task RuntimeAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        using StoreLease? lease = host.TryEnter();
        json.WriteStartObject();
        json.WriteDate("startTime", startedMs);
        json.WriteString("CWD"u8, options.DataDirectory);
        json.WriteString("hostname"u8, Environment.MachineName);
        json.WriteDate("serverTime", time.GetUtcNow().ToUnixTimeMilliseconds());
        json.WriteBoolean("reloadConfigSuccess"u8, config.IsLastReloadGood);
        json.WriteDate("lastConfigTime", config.LastReloadUnixMs);
        json.WriteNumber("corruptionCount"u8, lease?.Store.Recovery.Losses.Count ?? 0);
        // Go's words for what .NET has in its own way: threads that run code, and processors.
        json.WriteNumber("goroutineCount"u8, ThreadCount());
        json.WriteNumber("GOMAXPROCS"u8, Environment.ProcessorCount);
        json.WriteNumber("GOMEMLIMIT"u8, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        json.WriteString("GOGC"u8, ""u8);
        json.WriteString("GODEBUG"u8, ""u8);
        json.WriteString("storageRetention"u8, Retention());
        json.WriteEndObject();
    });

    public Task BuildAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("version"u8, ApiVersion);
        json.WriteString("revision"u8, "flyball-" + options.Version);
        json.WriteString("branch"u8, "flyball"u8);
        json.WriteString("buildUser"u8, ""u8);
        json.WriteString("buildDate"u8, ""u8);
        json.WriteString("goVersion"u8, ""u8);
        json.WriteEndObject();
    });

    /// <summary>Segments of the WAL that are read before the store is open; known only when they are.</summary>
    public Task ReplayAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        using StoreLease? lease = host.TryEnter();
        int segments = lease?.Store.Recovery.WalSegments ?? 1;
        json.WriteStartObject();
        json.WriteNumber("min"u8, 0);
        json.WriteNumber("max"u8, segments);
        json.WriteNumber("current"u8, lease is null ? 0 : segments);
        json.WriteEndObject();
    });

    /// <summary>What Prometheus' page shows across its top: so far that a reload failed.</summary>
    public Task NotificationsAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        json.WriteStartArray();
        if (!config.IsLastReloadGood)
        {
            json.WriteStartObject();
            json.WriteString("text"u8, "Configuration reload has failed."u8);
            json.WriteDate("date", config.LastReloadUnixMs);
            json.WriteBoolean("active"u8, true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public Task FeaturesAsync(HttpContext context) => AnswerStream.SendAsync(context, WriteFeatures);

    private void WriteFeatures(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("api"u8);
        json.WriteBoolean("admin"u8, options.AdminApi);
        json.WriteBoolean("remote_write_receiver"u8, true);
        json.WriteEndObject();
        json.WriteStartObject("promql"u8);
        json.WriteBoolean("at_modifier"u8, true);
        json.WriteBoolean("negative_offset"u8, true);
        json.WriteBoolean("experimental_functions"u8, options.ExperimentalPromQl);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static int ThreadCount()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    private string Retention()
    {
        string duration = Durations.Format((long)options.Retention.TotalMilliseconds);
        return options.RetentionBytes == 0
            ? duration
            : string.Create(CultureInfo.InvariantCulture, $"{duration} or {options.RetentionBytes}B");
    }
}
