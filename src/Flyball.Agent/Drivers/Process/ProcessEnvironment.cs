using System.Net;
using Flyball.Agent.Telemetry;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers.Process;

/// <summary>
/// A process task's whole environment. Of the agent's own only what programs need to run at all is handed on, so that
/// the agent's secrets and settings stay with the agent.
/// </summary>
internal static class ProcessEnvironment
{
    /// <summary>The variable by which a start is found again in /proc.</summary>
    public const string StartMark = "FLYBALL_START";

    private static readonly string[] HandedOn =
        ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "JAVA_HOME",
            "NODE_PATH"];

    private static readonly string[] HandedOnPrefixes = ["LC_", "DOTNET_", "SSL_CERT_", "NUGET_"];

    /// <param name="own">The agent's environment.</param>
    public static SortedDictionary<string, string> Build(
        TaskContext task, int attempt, IEnumerable<KeyValuePair<string, string>> own, IPEndPoint? telemetry,
        ILinkEnvironment links)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, string value) in own)
        {
            if (HandedOn.Contains(key)
                || Array.Exists(HandedOnPrefixes, p => key.StartsWith(p, StringComparison.Ordinal)))
                environment[key] = value;
        }

        environment.TryAdd("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        TaskEnvironment.AddIdentity(environment, task);
        TaskEnvironment.AddTelemetry(environment, task, TelemetryAddress.OnTheNode(telemetry));
        SortedDictionary<string, string> ports = PortVariables.Of(task.Ports);
        foreach ((string key, string value) in ports) environment[key] = value;
        if (task.FindPort(null) is { Protocol: "tcp" } first) environment["ASPNETCORE_URLS"] = Url(first);
        links.AddTo(environment, task.Project, task.Spec.Links);
        TaskEnvironment.AddManifest(environment, task.Spec, ports);
        environment[StartMark] = task.Nonce(attempt);
        return environment;
    }

    private static string Url(BoundPort port) => FormattableString.Invariant($"http://{port.Address}:{port.Port}");
}
