using System.Text.Json;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Syntax;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Queries;

/// <summary>Writes a query's result.</summary>
/// <param name="Result">A success.</param>
/// <param name="AtMs">The time of an instant query.</param>
/// <param name="Limit">Series at most; 0 for all.</param>
/// <param name="Stats">Timings to tell, or null.</param>
internal sealed record QueryAnswer(QueryResult Result, long AtMs, int Limit, QueryTimings? Stats)
{
    public static async Task SendAsync(HttpContext context, QueryAnswer answer)
    {
        bool isCut = answer.Limit > 0 && answer.Result.Series.Count > answer.Limit
            && answer.Result.Type is ExprType.Vector or ExprType.Matrix;
        await using AnswerStream stream = AnswerStream.Begin(context);
        stream.Json.WriteStartObject();
        stream.Json.WriteString("resultType"u8, TypeName(answer.Result.Type));
        stream.Json.WritePropertyName("result"u8);
        await answer.WriteResultAsync(stream, isCut ? answer.Limit : answer.Result.Series.Count);
        if (answer.Stats is { } stats) WriteStats(stream.Json, stats, answer.Result);
        stream.Json.WriteEndObject();
        string[] warnings = isCut
            ? [.. answer.Result.Warnings, "results truncated due to limit"]
            : [.. answer.Result.Warnings];
        await stream.EndAsync(warnings, answer.Result.Infos);
    }

    private static string TypeName(ExprType type) => type switch
    {
        ExprType.Scalar => "scalar",
        ExprType.Vector => "vector",
        ExprType.Matrix => "matrix",
        _ => "string",
    };

    private async ValueTask WriteResultAsync(AnswerStream stream, int count)
    {
        switch (Result.Type)
        {
            case ExprType.String:
                stream.Json.WriteText(AtMs, Result.Text);
                return;
            case ExprType.Scalar:
                stream.Json.WriteSample(Result.Series[0].TimesMs[0], Result.Series[0].Samples[0]);
                return;
        }

        stream.Json.WriteStartArray();
        for (int index = 0; index < count; index++)
        {
            if (Result.Type == ExprType.Vector) WriteInstant(stream.Json, Result.Series[index]);
            else await WriteRangeAsync(stream, Result.Series[index]);
            await stream.FlushIfLargeAsync();
        }

        stream.Json.WriteEndArray();
    }

    private static void WriteInstant(Utf8JsonWriter json, ResultSeries series)
    {
        json.WriteStartObject();
        json.WritePropertyName("metric"u8);
        json.WriteLabels(series.Labels);
        json.WritePropertyName(series.Samples[0].Histogram is null ? "value"u8 : "histogram"u8);
        json.WriteSample(series.TimesMs[0], series.Samples[0]);
        json.WriteEndObject();
    }

    private static async ValueTask WriteRangeAsync(AnswerStream stream, ResultSeries series)
    {
        Utf8JsonWriter json = stream.Json;
        json.WriteStartObject();
        json.WritePropertyName("metric"u8);
        json.WriteLabels(series.Labels);
        await WritePointsAsync(stream, series, areHistograms: false);
        await WritePointsAsync(stream, series, areHistograms: true);
        json.WriteEndObject();
    }

    /// <summary>A series' floats or its histograms; a property only when there are any.</summary>
    private static async ValueTask WritePointsAsync(AnswerStream stream, ResultSeries series, bool areHistograms)
    {
        const int BetweenFlushes = 1024;
        Utf8JsonWriter json = stream.Json;
        bool isOpen = false;
        for (int index = 0; index < series.Samples.Length; index++)
        {
            Sample sample = series.Samples[index];
            if (sample.Histogram is null == areHistograms) continue;
            if (!isOpen) json.WriteStartArray(areHistograms ? "histograms" : "values");
            isOpen = true;
            json.WriteSample(series.TimesMs[index], sample);
            if (index % BetweenFlushes == BetweenFlushes - 1) await stream.FlushIfLargeAsync();
        }

        if (isOpen) json.WriteEndArray();
    }

    private static void WriteStats(Utf8JsonWriter json, QueryTimings timings, QueryResult result)
    {
        json.WriteStartObject("stats"u8);
        json.WriteStartObject("timings"u8);
        json.WriteNumber("evalTotalTime"u8, timings.Evaluated.TotalSeconds);
        json.WriteNumber("resultSortTime"u8, 0);
        json.WriteNumber("queryPreparationTime"u8, 0);
        json.WriteNumber("innerEvalTime"u8, timings.Evaluated.TotalSeconds);
        json.WriteNumber("execQueueTime"u8, timings.Waited.TotalSeconds);
        json.WriteNumber("execTotalTime"u8, (timings.Waited + timings.Evaluated).TotalSeconds);
        json.WriteEndObject();
        json.WriteStartObject("samples"u8);
        json.WriteNumber("totalQueryableSamples"u8, result.ReadSamples);
        json.WriteNumber("peakSamples"u8, result.PeakSamples);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
