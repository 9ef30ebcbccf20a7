using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Services;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Projects;

/// <summary>Who waits for whom: names that do not exist and circles are errors.</summary>
internal sealed class DependencyGraph
{
    private readonly SortedDictionary<string, List<(Dependency Dependency, Field Field)>> _edges = new(
        StringComparer.Ordinal);

    private readonly Dictionary<string, SortedSet<DependencyCondition>> _awaited = new(StringComparer.Ordinal);

    public DependencyGraph(SortedDictionary<string, Field> active, SortedSet<string> inactive)
    {
        foreach ((string name, Field service) in active)
        {
            List<(Dependency Dependency, Field Field)> edges = [];
            foreach ((Dependency dependency, Field field) in DependencySection.Read(service))
            {
                if (active.ContainsKey(dependency.Service)) Add(edges, dependency, field);
                else if (dependency.Required) TellMissing(dependency.Service, field, active.Keys, inactive);
            }
            _edges[name] = edges;
        }
        TellCircles();
    }

    public IReadOnlyList<Dependency> Of(string service) => [.. _edges[service].Select(edge => edge.Dependency)];

    /// <summary>What others wait for in this service.</summary>
    public IReadOnlyCollection<DependencyCondition> Awaited(string service) =>
        _awaited.TryGetValue(service, out SortedSet<DependencyCondition>? conditions) ? conditions : [];

    /// <summary>Warns of containers that wait for a process: they do not find it by name.</summary>
    public void TellUnreachable(IReadOnlyDictionary<string, ServiceDraft> drafts)
    {
        foreach ((string name, List<(Dependency Dependency, Field Field)> edges) in _edges)
        foreach ((Dependency dependency, Field field) in edges)
        {
            TaskSpec other = drafts[dependency.Service].Workload.Task;
            bool isContainer = drafts[name].Workload.Task.Driver == ServiceScope.DockerDriver;
            bool completes = dependency.Condition == DependencyCondition.CompletedSuccessfully;
            if (isContainer && other.Driver == ServiceScope.ProcessDriver)
                field.Warn($"'{dependency.Service}' is a process: containers reach it through a route only");
            if (completes && other.Restart.Condition == RestartCondition.Any)
                field.Warn($"'{dependency.Service}' is always restarted and never completes", "restart: on-failure");
        }
    }

    private void Add(List<(Dependency, Field)> edges, Dependency dependency, Field field)
    {
        edges.Add((dependency, field));
        if (!_awaited.TryGetValue(dependency.Service, out SortedSet<DependencyCondition>? conditions))
            _awaited[dependency.Service] = conditions = [];
        conditions.Add(dependency.Condition);
    }

    private static void TellMissing(string name, Field field, IEnumerable<string> active, SortedSet<string> inactive)
    {
        if (inactive.Contains(name))
            field.Error(
                $"the service '{name}' is in no active profile", "activate its profile, or set required: false");
        else field.Error($"there is no service '{name}'", field.Hint(name, active));
    }

    // Depth first with an explicit stack: a chain may be as long as the project.
    private void TellCircles()
    {
        SortedSet<string> done = new(StringComparer.Ordinal);
        foreach (string start in _edges.Keys)
        {
            List<string> path = [start];
            Stack<int> next = new([0]);
            while (path.Count > 0)
            {
                string service = path[^1];
                int index = next.Pop();
                if (done.Contains(service) || index == _edges[service].Count)
                {
                    done.Add(service);
                    path.RemoveAt(path.Count - 1);
                    continue;
                }
                next.Push(index + 1);
                (Dependency dependency, Field field) = _edges[service][index];
                int circle = path.IndexOf(dependency.Service);
                if (circle >= 0)
                    field.Error(
                        "services wait for each other in a circle: " + string.Join(
                            " → ", path.Skip(circle).Append(dependency.Service)));
                else if (!done.Contains(dependency.Service))
                {
                    path.Add(dependency.Service);
                    next.Push(0);
                }
            }
        }
    }
}
