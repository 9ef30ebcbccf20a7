using System.Net.Sockets;
using System.Text.Json;
using Flyball.Cli.Connecting;

namespace Flyball.Cli.Doctor;

/// <summary>The container engine, asked over its socket.</summary>
internal static class EngineChecks
{
    public static async Task<IReadOnlyList<Finding>> RunAsync(string socket, CancellationToken cancellation)
    {
        if (!File.Exists(socket))
            return [new Finding("engine", FindingLevel.Note, $"no socket at {socket}",
                "Only the process driver is usable. Install docker.io for containers.")];
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                return new NetworkStream(connection, ownsSocket: true);
            },
        };
        using var http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using JsonDocument answer = JsonDocument.Parse(
                await http.GetStringAsync(new Uri("http://engine/version"), cancellation));
            return [new Finding("engine", FindingLevel.Good,
                $"version {answer.RootElement.Text("Version")}, API {answer.RootElement.Text("ApiVersion")}")];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TaskCanceledException)
        {
            return [new Finding("engine", FindingLevel.Problem,
                $"{socket} does not answer: {e.InnerException?.Message ?? e.Message}",
                "Is dockerd running, and may you use its socket (group docker)?")];
        }
    }
}
