using System.Globalization;
using Flyball.Metrics.Api.Answers;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Hosting;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Listings;

/// <summary><c>metadata</c>: type, help and unit of metrics, as senders and targets told them.</summary>
internal sealed class MetadataApi(StoreHost host)
{
    public async Task ListAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        int limit = Count(parameters, "limit");
        int perMetric = Count(parameters, "limit_per_metric");
        string metric = parameters.Text("metric");
        using StoreLease lease = host.TryEnter() ?? throw ApiRefusal.Unavailable(host.DescribeAbsence());
        IReadOnlyList<MetricMetadata> all;
        lock (lease.Store.Parts.Head.Gate) all = lease.Store.Parts.Metadata.All();
        IEnumerable<IGrouping<string, MetricMetadata>> metrics = all
            .Where(entry => metric.Length == 0 || entry.Name == metric)
            .GroupBy(entry => entry.Name, StringComparer.Ordinal);
        if (limit >= 0) metrics = metrics.Take(limit);
        await AnswerStream.SendAsync(context, json =>
        {
            json.WriteStartObject();
            foreach (IGrouping<string, MetricMetadata> one in metrics)
            {
                json.WriteStartArray(one.Key);
                foreach (MetricMetadata entry in perMetric > 0 ? one.Take(perMetric) : one)
                {
                    json.WriteStartObject();
                    json.WriteString("type"u8, entry.Type);
                    json.WriteString("help"u8, entry.Help);
                    json.WriteString("unit"u8, entry.Unit);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Here 0 means none, unlike the limit of series and labels.</summary>
    private static int Count(ApiParameters parameters, string name)
    {
        string text = parameters.Text(name);
        if (text.Length == 0) return -1;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count)
            ? count
            : throw new ApiRefusal(ApiErrorKind.BadData, $"{name} must be a number");
    }
}
