using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Listings;

/// <summary><c>labels</c> and <c>label/NAME/values</c>.</summary>
internal sealed class LabelsApi(QueryRunner runner)
{
    public Task NamesAsync(HttpContext context) =>
        ListAsync(context, (source, query, cancellation) => source.LabelNames(query, cancellation));

    public Task ValuesAsync(HttpContext context)
    {
        string name = EscapedNames.Read((string)context.Request.RouteValues["name"]!);
        if (!LabelNames.IsValid(name))
            throw new ApiRefusal(ApiErrorKind.BadData, $"invalid label name: {Quoting.Quote(name)}");
        return ListAsync(context, (source, query, cancellation) => source.LabelValues(name, query, cancellation));
    }

    private async Task ListAsync(
        HttpContext context,
        Func<ISeriesSource, SeriesQuery, CancellationToken, IReadOnlyList<string>> read)
    {
        ListingRequest request = ListingRequest.Read(await ApiParameters.ReadAsync(context));
        string[] found = await runner.ReadAsync(
            (store, cancellation) =>
            {
                using ISeriesSource source = store.Open(request.MinMs, request.MaxMs);
                // Series cannot be counted instead of labels: thousands of series may share their labels.
                IEnumerable<SeriesQuery> queries = request.Queries().Select(query => query with { SeriesLimit = 0 });
                string[] all = [.. queries.SelectMany(query => read(source, query, cancellation)).Distinct()];
                Array.Sort(all, ByteOrder.Instance);
                return all;
            },
            context.RequestAborted);
        bool isCut = request.Limit > 0 && found.Length > request.Limit;
        await using AnswerStream answer = AnswerStream.Begin(context);
        answer.Json.WriteStartArray();
        foreach (string text in found.AsSpan(0, isCut ? request.Limit : found.Length).ToArray())
        {
            answer.Json.WriteStringValue(text);
            await answer.FlushIfLargeAsync();
        }

        answer.Json.WriteEndArray();
        await answer.EndAsync(isCut ? [ListingRequest.Truncated] : [], []);
    }
}
