using System.Globalization;
using System.Net;
using Flyball.Base.Codecs;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Targets;

namespace Flyball.Metrics.Scraping.Http;

/// <summary>Asks a target for its metrics.</summary>
internal sealed class TargetFetcher(ScrapeOptions options, TimeProvider time)
{
    /// <param name="target">Who is asked, with the client of its job.</param>
    /// <param name="body">Cleared, then filled with the unpacked body.</param>
    /// <param name="cancellation">The server stops.</param>
    public async Task<FetchResult> FetchAsync(ScrapeTarget target, ByteBuffer body, CancellationToken cancellation)
    {
        TargetSpec spec = target.Spec;
        using CancellationTokenSource timeout = new(spec.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using HttpRequestMessage request = Request(spec);
            await HttpRequests.AuthorizeAsync(request, spec.Job.Http, linked.Token);
            using HttpResponseMessage response = await target.Client.SendAsync(request, linked.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return FetchResult.Failed(
                    $"the target answers {(int)response.StatusCode} {response.ReasonPhrase ?? ""}".TrimEnd());
            string? type = response.Content.Headers.TryGetValues("Content-Type", out IEnumerable<string>? types)
                ? types.FirstOrDefault()
                : null;
            if (ScrapeProtocols.FormatOf(type, spec.Job.Fallback) is not { } format)
                return FetchResult.Failed(
                    $"the content type {type ?? "(none)"} is no exposition format; set fallback_scrape_protocol");
            string? problem = await BodyReader.ReadAsync(response, body, BytesMax(spec.Job), linked.Token);
            return problem is null ? new FetchResult(format, null) : FetchResult.Failed(problem);
        }
        catch (Exception e) when (HttpRequests.IsFailure(e, cancellation))
        {
            return FetchResult.Failed(
                timeout.IsCancellationRequested
                    ? $"the target does not answer within {spec.Timeout.TotalSeconds} s"
                    : Describe(e));
        }
    }

    private long BytesMax(ScrapeJob job) =>
        job.Limits.BodyBytes > 0 ? Math.Min(job.Limits.BodyBytes, options.BodyBytesMax) : options.BodyBytesMax;

    private static HttpRequestMessage Request(TargetSpec spec)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, spec.Url);
        request.Headers.TryAddWithoutValidation("Accept", ScrapeProtocols.Accept(spec.Job.Protocols));
        request.Headers.TryAddWithoutValidation(
            "Accept-Encoding", spec.Job.AllowsCompression ? "gzip" : "identity");
        request.Headers.TryAddWithoutValidation(
            "X-Prometheus-Scrape-Timeout-Seconds", spec.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        return request;
    }

    /// <summary>The innermost message says what happened; the outer ones only where.</summary>
    private static string Describe(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception.Message;
    }
}
