using System.Net.Sockets;
using System.Text.Json;
using Flyball.Cli.Connecting;
using Flyball.Cli.Output;

namespace Flyball.Cli.Doctor;

/// <summary>
/// The server: whether it answers, whether its clock is ours, what its nodes say; or whether its ports are free.
/// </summary>
internal static class ServerChecks
{
    private static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromSeconds(2);

    private static readonly (int Port, string Door)[] Doors =
        [(7070, "API"), (8080, "gateway"), (7071, "control"), (4317, "OTLP gRPC"), (4318, "OTLP HTTP")];

    public static async Task<IReadOnlyList<Finding>> RunAsync(ApiClient client, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        try
        {
            using HttpResponseMessage version = await client.StreamAsync(
                HttpMethod.Get, "/version", null, cancellation);
            findings.Add(new Finding("server", FindingLevel.Good, $"answers at {client.Context.Api}"));
            findings.Add(Clock(version.Headers.Date));
            await NodesAsync(client, findings, cancellation);
        }
        catch (CommandFailure failure) when (failure.ExitCode == ExitCodes.Unreachable)
        {
            findings.Add(new Finding("server", FindingLevel.Note, $"none answers at {client.Context.Api}"));
            findings.AddRange(Doors.Select(door => PortFree(door.Port, door.Door)));
        }
        catch (CommandFailure failure) when (failure.ExitCode == ExitCodes.Denied)
        {
            findings.Add(new Finding("server", FindingLevel.Problem, failure.Message,
                "Give the token with --token, FLYBALL_TOKEN or --data."));
        }

        return findings;
    }

    private static Finding Clock(DateTimeOffset? theirs)
    {
        if (theirs is not { } date) return new Finding("clock", FindingLevel.Note, "the server does not say its time");
        TimeSpan difference = (TimeProvider.System.GetUtcNow() - date).Duration();
        return difference <= ClockDifferenceMax
            ? new Finding("clock", FindingLevel.Good, "within two seconds of the server's")
            : new Finding("clock", FindingLevel.Problem, $"{difference.TotalSeconds:0} s away from the server's",
                "Let chrony or systemd-timesyncd set both.");
    }

    private static async Task NodesAsync(ApiClient client, List<Finding> findings, CancellationToken cancellation)
    {
        using JsonDocument nodes = await client.GetAsync("/nodes", cancellation);
        foreach (JsonElement node in nodes.RootElement.Items())
        {
            string state = Words.State(node.Text("state"));
            findings.Add(state == "ready"
                ? new Finding($"node {node.Text("id")}", FindingLevel.Good, state)
                : new Finding($"node {node.Text("id")}", FindingLevel.Problem, state,
                    "Is its agent running, and does it reach the control door?"));
            findings.AddRange(node.Items("drivers").Where(driver => !driver.Flag("healthy"))
                .Select(driver => new Finding($"node {node.Text("id")}", FindingLevel.Note,
                    $"driver {driver.Text("name")}: {driver.Text("message")}")));
        }
    }

    private static Finding PortFree(int port, string door)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, port));
            return new Finding($"port {port}", FindingLevel.Good, $"free for the {door} door");
        }
        catch (SocketException)
        {
            return new Finding($"port {port}", FindingLevel.Note, $"taken; the {door} door wants it",
                "Give that door another address (see 'flyball server --help').");
        }
    }
}
