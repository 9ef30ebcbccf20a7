using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Diagnostics;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>
/// <c>healthcheck</c>: Compose's <c>CMD</c>, <c>CMD-SHELL</c> and <c>NONE</c>, and <c>["HTTP", "/path", "port"]</c> and
/// <c>["TCP", "port"]</c>, whose ports may be left out.
/// </summary>
internal static class HealthSection
{
    private static readonly string[] Kinds = ["CMD", "CMD-SHELL", "NONE", "HTTP", "TCP"];
    private static readonly HealthCheckSpec Defaults = new() { Kind = HealthCheckKind.Tcp };

    /// <summary>
    /// What requests wait for where nothing else says when an instance is ready: a program that has begun and does not
    /// listen yet would refuse the very first ones.
    /// </summary>
    private static readonly HealthCheckSpec FirstAnswer =
        new() { Kind = HealthCheckKind.Tcp, StartPeriod = TimeSpan.FromMinutes(1) };

    public static HealthCheckSpec? Read(ServiceScope scope, PortList ports)
    {
        Field field = scope.Field["healthcheck"];
        if (field["disable"].Flag() == true) return null;
        HealthCheckSpec? check = ReadTest(scope, field, ports);
        if (check is null && !field.Exists && IsWoken(scope)) return FirstAnswer;
        if (check is null || !field.Exists) return check;
        TimeSpan interval = Positive(field["interval"]) ?? Defaults.Interval;
        return check with
        {
            Interval = interval,
            Timeout = Positive(field["timeout"]) ?? Defaults.Timeout,
            // As in Docker, 0 means the default.
            Retries = field["retries"].Int(0, 1_000) is > 0 and var retries ? retries : Defaults.Retries,
            StartPeriod = field["start_period"].Duration() ?? Defaults.StartPeriod,
            StartInterval = Positive(field["start_interval"]) ?? Defaults.StartInterval,
        };
    }

    private static HealthCheckSpec? ReadTest(ServiceScope scope, Field field, PortList ports)
    {
        Field test = field["test"];
        if (!test.Exists) return Own(scope, field);
        if (test.IsScalar) return test.Word() is { } line ? Of(HealthCheckKind.Shell, line) : null;
        List<string> words = [.. test.Items().Select(item => item.Text() ?? "")];
        if (words.Count == 0) return Own(scope, field);
        string[] rest = [.. words.Skip(1)];
        switch (words[0])
        {
            case "NONE":
                return null;
            case "CMD" when rest.Length > 0:
                return Of(HealthCheckKind.Command, rest);
            case "CMD-SHELL" when rest.Length == 1:
                return Of(HealthCheckKind.Shell, rest);
            case "HTTP" when rest.Length is 1 or 2 && rest[0].StartsWith('/'):
                string? httpPort = ports.Resolve(test, rest.ElementAtOrDefault(1), scope.IsProcess);
                return Of(HealthCheckKind.Http, rest[0]) with { Port = httpPort };
            case "TCP" when rest.Length is 0 or 1:
                string? tcpPort = ports.Resolve(test, rest.ElementAtOrDefault(0), scope.IsProcess);
                return Of(HealthCheckKind.Tcp) with { Port = tcpPort };
        }
        test.Error(Complaint(words[0]), Kinds.Contains(words[0]) ? null : Nearest.Hint(words[0], Kinds));
        return null;
    }

    private static string Complaint(string kind) => kind switch
    {
        "CMD" => "CMD needs a program: [CMD, program, argument]",
        "CMD-SHELL" => "CMD-SHELL takes one line: [CMD-SHELL, \"line\"]",
        "HTTP" => "HTTP takes a path and a port: [HTTP, /healthz] or [HTTP, /healthz, \"8080\"]",
        "TCP" => "TCP takes at most a port: [TCP, \"5432\"]",
        _ => $"'{kind}' is not one of {string.Join(", ", Kinds)}",
    };

    // Without a test of its own a container may still have its image's HEALTHCHECK: it is asked for when timings are
    // given for it, or when another service waits for this one to be healthy.
    private static HealthCheckSpec? Own(ServiceScope scope, Field field)
    {
        bool asks = field.Exists || scope.Awaited.Contains(DependencyCondition.Healthy);
        if (!asks) return null;
        if (!scope.IsProcess) return Of(HealthCheckKind.Container);
        if (field.Exists) field.Error("a process needs a test", "test: [HTTP, /healthz]");
        return null;
    }

    private static bool IsWoken(ServiceScope scope) =>
        scope.Field[RouteKeys.Root].Exists
        && scope.Field[ScaleKeys.Root]["min"] is { Exists: true, IsScalar: true } least && least.Text() == "0";

    private static HealthCheckSpec Of(HealthCheckKind kind, params string[] test) => new() { Kind = kind, Test = test };

    private static TimeSpan? Positive(Field field)
    {
        // As in Docker, 0 means the default.
        TimeSpan? duration = field.Duration();
        return duration == TimeSpan.Zero ? null : duration;
    }
}
