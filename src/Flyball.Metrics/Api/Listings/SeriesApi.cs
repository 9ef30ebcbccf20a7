using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Listings;

/// <summary><c>series</c>: the label sets that match.</summary>
internal sealed class SeriesApi(QueryRunner runner)
{
    public async Task ListAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        if (parameters.Texts("match[]").Count == 0)
            throw new ApiRefusal(ApiErrorKind.BadData, "no match[] parameter provided");
        ListingRequest request = ListingRequest.Read(parameters);
        List<Labels> found = await runner.ReadAsync(
            (store, cancellation) => Read(store, request, cancellation), context.RequestAborted);
        bool isCut = request.Limit > 0 && found.Count > request.Limit;
        await using AnswerStream answer = AnswerStream.Begin(context);
        answer.Json.WriteStartArray();
        foreach (Labels labels in found.Take(isCut ? request.Limit : found.Count))
        {
            answer.Json.WriteLabels(labels);
            await answer.FlushIfLargeAsync();
        }

        answer.Json.WriteEndArray();
        await answer.EndAsync(isCut ? [ListingRequest.Truncated] : [], []);
    }

    private static List<Labels> Read(TimeSeriesStore store, ListingRequest request, CancellationToken cancellation)
    {
        using ISeriesSource source = store.Open(request.MinMs, request.MaxMs);
        var found = new HashSet<Labels>();
        foreach (SeriesQuery query in request.Queries())
        {
            foreach (ISeries series in source.Select(query, cancellation)) found.Add(series.Labels);
            cancellation.ThrowIfCancellationRequested();
        }

        return [.. found.Order()];
    }
}
