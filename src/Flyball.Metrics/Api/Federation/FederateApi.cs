using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Api.Queries;
using Flyball.Metrics.Api.Requests;
using Flyball.Metrics.Model;
using Flyball.Metrics.PromQl.Evaluation;
using Flyball.Metrics.Querying;
using Flyball.Metrics.Storage;
using Microsoft.AspNetCore.Http;

namespace Flyball.Metrics.Api.Federation;

/// <summary><c>/federate</c>: the newest sample of every series that matches, in a form that can be scraped.</summary>
internal sealed class FederateApi(MetricsOptions options, QueryRunner runner, TimeProvider time)
{
    private const string Instance = "instance";

    /// <summary>Characters that are gathered before the socket gets them.</summary>
    private const int PieceLength = 32 * 1024;

    private readonly (string Name, string Value)[] added =
    [
        .. options.ExternalLabels.Select(label => (label.Key, label.Value))
            // A federated series without an instance must not get the federating target's.
            .Concat(options.ExternalLabels.ContainsKey(Instance) ? [] : [(Instance, "")])
            .OrderBy(label => label.Item1, StringComparer.Ordinal),
    ];

    public async Task SendAsync(HttpContext context)
    {
        ApiParameters parameters = await ApiParameters.ReadAsync(context);
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors = parameters.Selectors();
        var format = FederationFormat.Negotiate(context.Request.Headers.Accept.ToString());
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        List<FederatedSample> samples = await runner.ReadAsync(
            (store, cancellation) => Read(store, selectors, now, cancellation), context.RequestAborted);
        context.Response.ContentType = format.ContentType;
        if (format.IsProtobuf) await SendProtobufAsync(context, samples, format);
        else await SendTextAsync(context, samples, format);
    }

    private async Task SendProtobufAsync(HttpContext context, List<FederatedSample> samples, FederationFormat format)
    {
        var output = new ByteBuffer(PieceLength);
        var writer = new ProtobufFederation(output, format, added);
        string name = "";
        foreach (FederatedSample sample in samples)
        {
            if (sample.Labels.MetricName != name)
            {
                name = sample.Labels.MetricName;
                writer.End();
                if (output.Length >= PieceLength) await FlushAsync(context, output);
            }

            writer.Write(sample);
        }

        writer.End();
        await FlushAsync(context, output);
    }

    private async Task SendTextAsync(HttpContext context, List<FederatedSample> samples, FederationFormat format)
    {
        var text = new StringBuilder();
        var writer = new FederationWriter(text, format, added);
        foreach (FederatedSample sample in samples)
        {
            writer.Write(sample);
            if (text.Length >= PieceLength) await FlushAsync(context, text);
        }

        writer.End();
        await FlushAsync(context, text);
    }

    private static async Task FlushAsync(HttpContext context, StringBuilder text)
    {
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, context.Response.BodyWriter);
        text.Clear();
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static async Task FlushAsync(HttpContext context, ByteBuffer output)
    {
        await context.Response.BodyWriter.WriteAsync(output.WrittenMemory, context.RequestAborted);
        output.Clear();
    }

    private List<FederatedSample> Read(
        TimeSeriesStore store, IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long now,
        CancellationToken cancellation)
    {
        long min = now - (long)options.Lookback.TotalMilliseconds;
        using ISeriesSource source = store.Open(min, now);
        var found = new Dictionary<Labels, FederatedSample>();
        ISampleIterator? iterator = null;
        foreach (IReadOnlyList<LabelMatcher> matchers in selectors)
        {
            foreach (ISeries series in source.Select(new SeriesQuery(min, now, matchers), cancellation))
            {
                cancellation.ThrowIfCancellationRequested();
                if (found.ContainsKey(series.Labels)) continue;
                iterator = series.Iterate(iterator);
                if (Last(series.Labels, iterator) is { } last) found.Add(series.Labels, last);
            }
        }

        return [.. found.Values.OrderBy(sample => sample.Labels.MetricName, ByteOrder.Instance)
            .ThenBy(sample => sample.Labels)];
    }

    /// <summary>The newest sample; none when it says that the series has ended.</summary>
    private static FederatedSample? Last(Labels labels, ISampleIterator iterator)
    {
        FederatedSample? last = null;
        while (iterator.Next() is var kind and not SampleKind.None)
        {
            last = kind == SampleKind.Float
                ? new FederatedSample(labels, iterator.TimestampMs, new Sample(iterator.Value))
                : new FederatedSample(labels, iterator.TimestampMs, new Sample(0, iterator.Histogram));
        }

        bool hasEnded = last is { } sample
            && (sample.Value.Histogram?.IsStale ?? SpecialValues.IsStale(sample.Value.Value));
        return hasEnded ? null : last;
    }
}
