using System.Globalization;
using System.Net;
using System.Text;
using Flyball.Base.Codecs;
using Flyball.Contracts.Yaml;
using Flyball.Metrics.Scraping.Configuration;
using Flyball.Metrics.Scraping.Http;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Targets from an HTTP address that answers with a JSON list of groups.</summary>
internal sealed class HttpSource(Uri url, TimeSpan refreshInterval, HttpSettings settings) : ITargetSource
{
    /// <summary>Bytes of an answer.</summary>
    private const int AnswerBytesMax = YamlTree.CharactersMax;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    public async Task RunAsync(
        Action<IReadOnlyList<TargetGroup>> publish, DiscoveryRuntime runtime, CancellationToken cancellation)
    {
        using HttpMessageInvoker client = DiscoveryRuntime.Connect(settings);
        while (true)
        {
            (List<TargetGroup>? groups, string problem) = await AskAsync(client, runtime, cancellation);
            if (groups is not null) publish(groups);
            else runtime.Failed(url.ToString(), problem);
            await runtime.DelayAsync(refreshInterval, cancellation);
        }
    }

    private async Task<(List<TargetGroup>? Groups, string Problem)> AskAsync(
        HttpMessageInvoker client, DiscoveryRuntime runtime, CancellationToken cancellation)
    {
        using CancellationTokenSource timeout = new(Timeout, runtime.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.TryAddWithoutValidation("Accept", "application/json");
            request.Headers.TryAddWithoutValidation(
                "X-Prometheus-Refresh-Interval-Seconds",
                refreshInterval.TotalSeconds.ToString(CultureInfo.InvariantCulture));
            await HttpRequests.AuthorizeAsync(request, settings, linked.Token);
            using HttpResponseMessage response = await client.SendAsync(request, linked.Token);
            if (response.StatusCode != HttpStatusCode.OK) return (null, $"it answers {(int)response.StatusCode}");
            var body = new ByteBuffer(64 * 1024);
            string? problem = await BodyReader.ReadAsync(response, body, AnswerBytesMax, linked.Token);
            return problem is null ? Read(body) : (null, problem);
        }
        catch (Exception e) when (HttpRequests.IsFailure(e, cancellation))
        {
            return (null, timeout.IsCancellationRequested ? $"no answer within {Timeout.TotalSeconds} s" : e.Message);
        }
    }

    private (List<TargetGroup>? Groups, string Problem) Read(ByteBuffer body)
    {
        var problems = new YamlProblems(url.ToString());
        List<TargetGroup>? groups = TargetGroupReader.TryRead(Encoding.UTF8.GetString(body.Written), problems);
        if (groups is null) return (null, problems.ToString());
        return ([.. groups.Select(group => group with { Labels = group.Labels.With("__meta_url", url.ToString()) })],
            "");
    }
}
