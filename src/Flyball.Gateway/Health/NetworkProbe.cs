using System.Net;
using System.Net.Sockets;
using Flyball.Gateway.Routing;

namespace Flyball.Gateway.Health;

/// <summary>Probes by a TCP connection, or by getting a path over HTTP/1.1 on a connection of its own.</summary>
internal sealed class NetworkProbe(OutlierOptions options, TimeProvider time) : IEndpointProbe, IDisposable
{
    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // A pooled connection to a process that has since died would say nothing about the new one.
        PooledConnectionLifetime = TimeSpan.Zero,
        ConnectTimeout = options.ProbeTimeout,
    });

    public bool ProvesAnswers => options.ProbePath is not null;

    public async Task<bool> IsServingAsync(UpstreamEndpoint endpoint, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.ProbeTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        try
        {
            return options.ProbePath is { } path
                ? await GetAsync(endpoint, path, linked.Token)
                : await ConnectAsync(endpoint, linked.Token);
        }
        catch (Exception e) when (
            e is SocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return false;
        }
    }

    public void Dispose() => client.Dispose();

    private static async Task<bool> ConnectAsync(UpstreamEndpoint endpoint, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endpoint.Address, endpoint.PortNumber, cancellation);
        return true;
    }

    private async Task<bool> GetAsync(UpstreamEndpoint endpoint, string path, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint.UriPrefix + path)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage answer = await client.SendAsync(request, cancellation);
        return (int)answer.StatusCode < 500;
    }
}
