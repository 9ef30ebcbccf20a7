using System.Globalization;
using Flyball.Agent.Telemetry;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers;

/// <summary>
/// The variables that every task gets whatever runs it: who it is, its ports, and where telemetry goes.
/// </summary>
internal static class TaskEnvironment
{
    private const string AttributesVariable = "OTEL_RESOURCE_ATTRIBUTES";

    /// <summary>An exporter sends these with each request; the telemetry door stamps by the one of ours.</summary>
    private const string HeadersVariable = "OTEL_EXPORTER_OTLP_HEADERS";

    public static void AddIdentity(SortedDictionary<string, string> environment, TaskContext task)
    {
        Allocation allocation = task.Allocation;
        environment["FLYBALL_ALLOCATION"] = allocation.Id;
        environment["FLYBALL_WORKLOAD"] = allocation.Workload;
        environment["FLYBALL_PROJECT"] = task.Project;
        environment["FLYBALL_SERVICE"] = task.Service;
        environment["FLYBALL_VERSION"] = allocation.Version.ToString(CultureInfo.InvariantCulture);
        environment["FLYBALL_INDEX"] = allocation.Index.ToString(CultureInfo.InvariantCulture);
        environment["FLYBALL_NODE"] = allocation.Node;
    }

    /// <param name="endpoint">The address of the telemetry door as the task sees it; null when it cannot reach
    /// one.</param>
    public static void AddTelemetry(SortedDictionary<string, string> environment, TaskContext task, string? endpoint)
    {
        environment["OTEL_SERVICE_NAME"] = task.Service;
        environment[AttributesVariable] = string.Create(
            CultureInfo.InvariantCulture,
            $"service.name={task.Service},service.namespace={task.Project},"
            + $"service.version={task.Allocation.Version},service.instance.id={task.Allocation.Id}");
        if (endpoint is null) return;
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
        environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        environment[HeadersVariable] = $"{TelemetryStamps.AllocationHeader}={task.Allocation.Id}";
    }

    /// <summary>
    /// The manifest's own variables win; its resource attributes and headers are added to ours, so that both
    /// are seen.
    /// </summary>
    public static void AddManifest(
        SortedDictionary<string, string> environment, TaskSpec spec, IReadOnlyDictionary<string, string> ports)
    {
        foreach ((string key, string value) in spec.Environment)
        {
            string expanded = PortVariables.Expand(value, ports);
            environment[key] = key is AttributesVariable or HeadersVariable
                && environment.TryGetValue(key, out string? ours)
                ? $"{ours},{expanded}"
                : expanded;
        }
    }
}
