using Flyball.Contracts;
using Flyball.Simulation.Clusters;
using Flyball.Simulation.Tasks;

namespace Flyball.Simulation.Users;

/// <summary>What users ask for, one call of the API at a time. They remember their manifests, as users do.</summary>
internal sealed class UserScript(SimulatedCluster cluster, Random random)
{
    private readonly SortedDictionary<string, string> images = new(StringComparer.Ordinal);
    private int builds;

    private IReadOnlyList<App> Apps => cluster.Topology.Apps;

    /// <summary>Applies every project, each service with a new image that works.</summary>
    public void ApplyAll()
    {
        foreach (App app in Apps) images[app.Name] = Image(TaskBehaviour.Good);
        foreach (string project in Apps.Select(app => app.Project).Distinct()) ApplyProject(project);
    }

    /// <summary>Starts what was stopped and takes manual scales back to what the cluster has room for.</summary>
    public void StartAll()
    {
        foreach (App app in Apps)
        {
            cluster.Servers[0].Call(api => api.StartAsync(app.Name));
            if (cluster.Store.Current.Find(Kinds.Scale.Key(app.Name)) is not null) Scale(app, app.Replicas);
        }
    }

    public void RemoveAll()
    {
        foreach (App app in Apps) Remove(app);
    }

    public void Apply(App app, string behaviour)
    {
        Say($"apply {app.Name} {behaviour}");
        images[app.Name] = Image(behaviour);
        ApplyProject(app.Project);
    }

    /// <summary>The manifest as it was.</summary>
    public void ApplyAgain(App app)
    {
        Say($"apply {app.Name} again");
        ApplyProject(app.Project);
    }

    public void Scale(App app, int replicas)
    {
        Say($"scale {app.Name}={replicas}");
        cluster.Servers[0].Call(api => api.ScaleAsync(app.Name, replicas));
    }

    public void Restart(App app)
    {
        Say($"restart {app.Name}");
        cluster.Servers[0].Call(api => api.RestartAsync(app.Name));
    }

    public void Stop(App app)
    {
        Say($"stop {app.Name}");
        cluster.Servers[0].Call(api => api.StopAsync(app.Name));
    }

    public void Start(App app)
    {
        Say($"start {app.Name}");
        cluster.Servers[0].Call(api => api.StartAsync(app.Name));
    }

    public void Remove(App app)
    {
        Say($"rm {app.Name}");
        cluster.Servers[0].Call(api => api.RemoveAsync(app.Name));
    }

    /// <summary>Does something every few seconds.</summary>
    public async Task ActAsync(TimeSpan duration)
    {
        DateTimeOffset end = cluster.Time.GetUtcNow() + duration;
        while (cluster.Time.GetUtcNow() < end)
        {
            await Task.Delay(TimeSpan.FromSeconds(0.5 + (7 * random.NextDouble())), cluster.Time);
            ActOnce(Apps[random.Next(Apps.Count)]);
        }
    }

    private void ActOnce(App app)
    {
        switch (random.Next(20))
        {
            case < 7: Apply(app, TaskBehaviour.Good); break;
            case < 10: Apply(app, TaskBehaviour.Broken[random.Next(TaskBehaviour.Broken.Length)]); break;
            case < 14: Scale(app, random.Next(app.ReplicasMax + 1)); break;
            case < 16: Restart(app); break;
            case 16: Stop(app); break;
            case < 19: Start(app); break;
            default: Remove(app); break;
        }
    }

    private void ApplyProject(string project)
    {
        App[] services = [.. Apps.Where(app => app.Project == project)];
        cluster.Servers[0].Call(
            api => api.ApplyAsync(project, [.. services.Select(app => app.With(images[app.Name]))]));
    }

    private string Image(string behaviour) => $"{behaviour}:{++builds}";

    private void Say(string what) => cluster.Trace.Add("user", what);
}
