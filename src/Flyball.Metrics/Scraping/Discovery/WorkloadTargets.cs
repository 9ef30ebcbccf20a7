using System.Globalization;
using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Discovery;
using Flyball.Contracts.Scheduling;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>
/// The running instances of workloads that ask to be scraped by labels of their containers, in the words that are usual
/// elsewhere: <c>prometheus.io/scrape</c>, <c>/port</c>, <c>/path</c>, <c>/scheme</c>, <c>/interval</c>.
/// </summary>
internal static class WorkloadTargets
{
    private const string ScrapeLabel = "prometheus.io/scrape";
    private const string PortLabel = "prometheus.io/port";
    private const string PathLabel = "prometheus.io/path";
    private const string SchemeLabel = "prometheus.io/scheme";
    private const string IntervalLabel = "prometheus.io/interval";

    /// <summary>One group of all targets. An endpoint that drains is none any more.</summary>
    public static TargetGroup Find(ResourceSnapshot snapshot)
    {
        var tasks = new Dictionary<string, TaskSpec?>(StringComparer.Ordinal);
        var targets = new List<Labels>();
        foreach (StoredResource resource in snapshot.List(Kinds.Endpoint.Name))
        {
            // What outside clients registered has no version with labels; there may be very many of them.
            if (Endpoint.IsRegistered(resource.Key.Name)) continue;
            Endpoint endpoint = resource.Decode(Kinds.Endpoint);
            if (endpoint.Draining || endpoint.Protocol != "tcp") continue;
            string version = WorkloadVersion.NameOf(endpoint.Service, endpoint.Version);
            if (!tasks.TryGetValue(version, out TaskSpec? task))
            {
                task = snapshot.Get(Kinds.Version, version, resource.Key.Namespace)?.Value.Task;
                tasks.Add(version, task);
            }

            if (task is not null && IsWanted(task, endpoint)) targets.Add(TargetOf(task, endpoint));
        }

        return new TargetGroup(Labels.Empty, targets);
    }

    private static bool IsWanted(TaskSpec task, Endpoint endpoint)
    {
        if (!task.Labels.TryGetValue(ScrapeLabel, out string? scrape)
            || !scrape.Equals("true", StringComparison.OrdinalIgnoreCase))
            return false;
        if (!task.Labels.TryGetValue(PortLabel, out string? port) || port.Length == 0)
            return task.Ports.Count == 0 || task.Ports[0].Name == endpoint.Port;
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            return endpoint.Port == port;
        PortSpec? declared = task.Ports.FirstOrDefault(one => one.ContainerPort == number && one.Protocol == "tcp");
        return declared is null ? endpoint.PortNumber == number : declared.Name == endpoint.Port;
    }

    private static Labels TargetOf(TaskSpec task, Endpoint endpoint)
    {
        string host = endpoint.Address.Contains(':', StringComparison.Ordinal)
            ? $"[{endpoint.Address}]"
            : endpoint.Address;
        var labels = new LabelsBuilder();
        labels.Set("__address__", string.Create(CultureInfo.InvariantCulture, $"{host}:{endpoint.PortNumber}"));
        labels.Set("job", $"{WorkloadName.Project(endpoint.Service)}/{WorkloadName.Service(endpoint.Service)}");
        labels.Set("workload", endpoint.Service);
        labels.Set("version", endpoint.Version.ToString(CultureInfo.InvariantCulture));
        labels.Set("allocation", endpoint.Allocation);
        labels.Set("node", endpoint.Node);
        labels.Set("__metrics_path__", task.Labels.GetValueOrDefault(PathLabel, ""));
        labels.Set("__scheme__", task.Labels.GetValueOrDefault(SchemeLabel, ""));
        labels.Set("__scrape_interval__", task.Labels.GetValueOrDefault(IntervalLabel, ""));
        foreach ((string name, string value) in task.Labels)
            labels.Set("__meta_flyball_label_" + LabelText.Sanitise(name), value);
        labels.Set("__meta_flyball_port_name", endpoint.Port);
        return labels.ToLabels();
    }
}
