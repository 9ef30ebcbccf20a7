using System.Globalization;
using System.Text.Json;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Blocks;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Status;

/// <summary><c>status/tsdb</c>: where series come from; <c>status/tsdb/blocks</c>: what is on disk.</summary>
internal sealed class TsdbApi(QueryRunner runner)
{
    private const int EntriesByDefault = 10;
    private const int EntriesMax = 10_000;

    public async Task CardinalityAsync(HttpContext context)
    {
        int limit = Limit(context);
        CardinalityReport report = await runner.ReadAsync(
            (store, _) => Cardinality.Count(store.Parts.Head, limit), context.RequestAborted);
        await AnswerStream.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartObject("headStats"u8);
            json.WriteNumber("numSeries"u8, report.SeriesCount);
            json.WriteNumber("numLabelPairs"u8, report.LabelPairCount);
            json.WriteNumber("chunkCount"u8, report.ChunkCount);
            json.WriteNumber("minTime"u8, report.MinMs);
            json.WriteNumber("maxTime"u8, report.MaxMs);
            json.WriteEndObject();
            Write(json, "seriesCountByMetricName", report.SeriesByMetric);
            Write(json, "labelValueCountByLabelName", report.ValuesByLabel);
            Write(json, "memoryInBytesByLabelName", report.BytesByLabel);
            Write(json, "seriesCountByLabelValuePair", report.SeriesByPair);
            json.WriteEndObject();
        });
    }

    public async Task BlocksAsync(HttpContext context)
    {
        Block[] blocks = await runner.ReadAsync(
            (store, _) => store.Parts.Blocks.All.ToArray(), context.RequestAborted);
        await AnswerStream.SendAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("blocks"u8);
            foreach (Block block in blocks) Write(json, block);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private static int Limit(HttpContext context)
    {
        string text = context.Request.Query["limit"].ToString();
        if (text.Length == 0) return EntriesByDefault;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) || limit < 1)
            throw new ApiRefusal(ApiErrorKind.BadData, "limit must be a positive number");
        return limit <= EntriesMax
            ? limit
            : throw new ApiRefusal(ApiErrorKind.BadData, $"limit must not exceed {EntriesMax}");
    }

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyList<CardinalityEntry> entries)
    {
        json.WriteStartArray(name);
        foreach (CardinalityEntry entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, entry.Name);
            json.WriteNumber("value"u8, entry.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Block block)
    {
        json.WriteStartObject();
        json.WriteString("ulid"u8, block.Number.ToString("D8", CultureInfo.InvariantCulture));
        json.WriteNumber("minTime"u8, block.Meta.MinMs);
        json.WriteNumber("maxTime"u8, block.Meta.EndMs);
        json.WriteStartObject("stats"u8);
        json.WriteNumber("numSeries"u8, block.Meta.SeriesCount);
        json.WriteNumber("numTombstones"u8, block.Tombstones.Count);
        json.WriteNumber("numBytes"u8, block.SizeBytes);
        json.WriteEndObject();
        json.WriteStartObject("compaction"u8);
        json.WriteNumber("level"u8, block.Meta.Level);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
