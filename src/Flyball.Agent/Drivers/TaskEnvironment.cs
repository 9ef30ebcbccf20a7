using System.Globalization;
using Flyball.Contracts.Scheduling;

namespace Flyball.Agent.Drivers;

/// <summary>
/// The variables that every task gets whatever runs it: who it is, its ports, and where telemetry goes.
/// </summary>
internal static class TaskEnvironment
{
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
        environment["OTEL_RESOURCE_ATTRIBUTES"] = string.Create(
            CultureInfo.InvariantCulture,
            $"service.name={task.Service},service.namespace={task.Project},"
            + $"service.version={task.Allocation.Version},service.instance.id={task.Allocation.Id}");
        if (endpoint is null) return;
        environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = endpoint;
        environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
    }

    /// <summary>
    /// The manifest's own variables win; its resource attributes are added to ours, so that both are seen.
    /// </summary>
    public static void AddManifest(
        SortedDictionary<string, string> environment, TaskSpec spec, IReadOnlyDictionary<string, string> ports)
    {
        foreach ((string key, string value) in spec.Environment)
        {
            string expanded = PortVariables.Expand(value, ports);
            environment[key] = key == "OTEL_RESOURCE_ATTRIBUTES" && environment.TryGetValue(key, out string? ours)
                ? $"{ours},{expanded}"
                : expanded;
        }
    }
}
