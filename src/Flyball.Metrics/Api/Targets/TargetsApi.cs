using System.Globalization;
using System.Text.Json;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Targets;

/// <summary><c>targets</c>, <c>targets/metadata</c> and <c>scrape_pools</c>.</summary>
internal sealed class TargetsApi(ITargetView view)
{
    public Task ListAsync(HttpContext context)
    {
        string pool = context.Request.Query["scrapePool"].ToString();
        string state = context.Request.Query["state"].ToString().ToLowerInvariant();
        bool IsWanted(string name) => pool.Length == 0 || name == pool;
        return AnswerStream.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("activeTargets"u8);
            if (state is "" or "any" or "active")
                foreach (TargetStatus target in view.Active.Where(target => IsWanted(target.Pool))) Write(json, target);
            json.WriteEndArray();
            json.WriteStartArray("droppedTargets"u8);
            bool showDropped = state is "" or "any" or "dropped";
            if (showDropped)
            {
                foreach (DroppedTarget target in view.Dropped.Where(target => IsWanted(target.Pool)))
                    Write(json, target);
            }

            json.WriteEndArray();
            WriteCounts(json, showDropped ? view.DroppedCounts : null);
            json.WriteEndObject();
        });
    }

    public Task PoolsAsync(HttpContext context) => AnswerStream.SendAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("scrapePools"u8);
        foreach (string pool in view.Pools.Order(StringComparer.Ordinal)) json.WriteStringValue(pool);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    public async Task MetadataAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        int limit = -1;
        if (parameters.Text("limit") is { Length: > 0 } text
            && !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out limit))
        {
            throw new ApiRefusal(ApiErrorKind.BadData, "limit must be a number");
        }

        IReadOnlyList<LabelMatcher> matchers = [];
        if (parameters.Text("match_target") is { Length: > 0 } selector)
        {
            matchers = ExprParser.ParseSelector(selector, out string? error)
                ?? throw ApiRefusal.Parameter("match_target", error!);
        }

        string metric = parameters.Text("metric");
        IEnumerable<(TargetStatus Target, MetricMetadata Entry)> found =
            from target in view.Active
            where matchers.All(matcher => matcher.Matches(target.Labels.Get(matcher.Name)))
            from entry in target.Metadata
            where metric.Length == 0 || entry.Name == metric
            select (target, entry);
        if (limit >= 0) found = found.Take(limit);
        await AnswerStream.SendAsync(context, json =>
        {
            json.WriteStartArray();
            foreach ((TargetStatus target, MetricMetadata entry) in found)
                Write(json, target, entry, withName: metric.Length == 0);
            json.WriteEndArray();
        });
    }

    private static void WriteCounts(Utf8JsonWriter json, IReadOnlyDictionary<string, int>? counts)
    {
        if (counts is null)
        {
            json.WriteNull("droppedTargetCounts"u8);
            return;
        }

        json.WriteStartObject("droppedTargetCounts"u8);
        foreach ((string pool, int count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteNumber(pool, count);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TargetStatus target)
    {
        json.WriteStartObject();
        json.WritePropertyName("discoveredLabels"u8);
        json.WriteLabels(target.DiscoveredLabels);
        json.WritePropertyName("labels"u8);
        json.WriteLabels(target.Labels);
        json.WriteString("scrapePool"u8, target.Pool);
        json.WriteString("scrapeUrl"u8, target.ScrapeUrl);
        json.WriteString("globalUrl"u8, target.ScrapeUrl);
        json.WriteString("lastError"u8, target.LastError);
        json.WriteDate("lastScrape", target.LastScrapeUnixMs);
        json.WriteNumber("lastScrapeDuration"u8, target.LastScrapeDuration.TotalSeconds);
        json.WriteString("health"u8, target.Health switch
        {
            TargetHealth.Up => "up",
            TargetHealth.Down => "down",
            _ => "unknown",
        });
        json.WriteString("scrapeInterval"u8, Durations.Format((long)target.Interval.TotalMilliseconds));
        json.WriteString("scrapeTimeout"u8, Durations.Format((long)target.Timeout.TotalMilliseconds));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DroppedTarget target)
    {
        json.WriteStartObject();
        json.WritePropertyName("discoveredLabels"u8);
        json.WriteLabels(target.DiscoveredLabels);
        json.WriteString("scrapePool"u8, target.Pool);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TargetStatus target, MetricMetadata entry, bool withName)
    {
        json.WriteStartObject();
        json.WritePropertyName("target"u8);
        json.WriteLabels(target.Labels);
        if (withName) json.WriteString("metric"u8, entry.Name);
        json.WriteString("type"u8, entry.Type);
        json.WriteString("help"u8, entry.Help);
        json.WriteString("unit"u8, entry.Unit);
        json.WriteEndObject();
    }
}
