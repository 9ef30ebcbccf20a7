using System.Text.Json;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.PromQl.Parsing;
using Flyball.Metrics.PromQl.Syntax;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Querying;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Listings;

/// <summary><c>query_exemplars</c>: the exemplars of every series that a query's selectors match.</summary>
internal sealed class ExemplarsApi(QueryRunner runner)
{
    public async Task ListAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        long min = parameters.TimeOrNull("start") ?? -ApiTimes.MaxMs;
        long max = parameters.TimeOrNull("end") ?? ApiTimes.MaxMs;
        if (max < min) throw new ApiRefusal(ApiErrorKind.BadData, "the end must not be before the start");
        IReadOnlyList<LabelMatcher>[] selectors = Selectors(parameters.Text("query"), runner.Standard);
        if (selectors.Length == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        IReadOnlyList<ExemplarSeries> found = await runner.ReadAsync(
            (store, _) => ExemplarReader.Select(store.Parts, new TimeRange(min, max), selectors),
            context.RequestAborted);
        await using AnswerStream answer = AnswerStream.Begin(context);
        answer.Json.WriteStartArray();
        foreach (ExemplarSeries series in found)
        {
            Write(answer.Json, series);
            await answer.FlushIfLargeAsync();
        }

        answer.Json.WriteEndArray();
        await answer.EndAsync([], []);
    }

    private static IReadOnlyList<LabelMatcher>[] Selectors(string query, QueryOptions options)
    {
        ParseResult parsed = ExprParser.Parse(query, options.Features);
        if (!parsed.IsSuccess) throw new ApiRefusal(ApiErrorKind.BadData, parsed.Error);
        return [.. All(parsed.Expr).OfType<VectorSelector>().Select(selector => selector.Matchers)];
    }

    private static IEnumerable<Expr> All(Expr expr) => expr.Children.SelectMany(All).Prepend(expr);

    private static void Write(Utf8JsonWriter json, ExemplarSeries series)
    {
        json.WriteStartObject();
        json.WritePropertyName("seriesLabels"u8);
        json.WriteLabels(series.Labels);
        json.WriteStartArray("exemplars"u8);
        foreach (BatchExemplar exemplar in series.Exemplars)
        {
            json.WriteStartObject();
            json.WritePropertyName("labels"u8);
            json.WriteLabels(exemplar.Labels);
            json.WritePropertyName("value"u8);
            json.WriteQuoted(exemplar.Value);
            json.WritePropertyName("timestamp"u8);
            json.WriteTime(exemplar.TimestampMs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
