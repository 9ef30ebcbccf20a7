using System.Globalization;
using System.Net.Sockets;
using Flyball.Agent.Drivers;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Health;

/// <summary>Real connections. Each probe opens its own: a kept connection would say nothing of new ones.</summary>
internal sealed class NetworkProbe : INetworkProbe, IDisposable
{
    private readonly HttpMessageInvoker http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
    });

    public async ValueTask<ProbeResult> GetAsync(BoundPort port, string path, CancellationToken cancellation)
    {
        string slash = path.StartsWith('/') ? "" : "/";
        using var request = new HttpRequestMessage(
            HttpMethod.Get, string.Create(
                CultureInfo.InvariantCulture, $"http://{Reachable(port.Address)}:{port.Port}{slash}{path}"));
        request.Headers.UserAgent.ParseAdd("flyball-health/1");
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(request, cancellation);
            int status = (int)answer.StatusCode;
            return status is >= 200 and < 400 ? ProbeResult.Ok : new ProbeResult(
                false, $"GET {path} answered {status}");
        }
        catch (HttpRequestException e)
        {
            return new ProbeResult(false, $"GET {path} on port {port.Port}: {e.InnerException?.Message ?? e.Message}");
        }
    }

    public async ValueTask<ProbeResult> ConnectAsync(BoundPort port, CancellationToken cancellation)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(Reachable(port.Address), port.Port, cancellation);
            return ProbeResult.Ok;
        }
        catch (SocketException e)
        {
            return new ProbeResult(false, $"connecting to port {port.Port}: {e.Message}");
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>What is bound to every address is probed on loopback.</summary>
    private static string Reachable(string address) => address is "0.0.0.0" or "::" ? "127.0.0.1" : address;
}
