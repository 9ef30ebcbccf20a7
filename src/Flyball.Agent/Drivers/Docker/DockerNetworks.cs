using Docker.DotNet;
using Docker.DotNet.Models;

namespace Flyball.Agent.Drivers.Docker;

/// <summary>
/// The projects' networks: made when the first allocation needs one, removed after the last. Those that were there
/// before, without our label, are used and left alone.
/// </summary>
internal sealed class DockerNetworks(DockerEngine engine, BridgeDoors doors) : IDisposable
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly SortedDictionary<string, SortedSet<string>> usersOf = new(StringComparer.Ordinal);

    /// <summary>Makes what is missing; the telemetry door's address on the first network, when there is one.</summary>
    public async Task<string?> EnsureAsync(TaskContext task, CancellationToken cancellation)
    {
        if (task.Spec.NetworkMode == "host") return doors.LoopbackEndpoint;
        if (!ContainerPlan.UsesNetworks(task.Spec)) return null;
        string? telemetry = null;
        await gate.WaitAsync(cancellation);
        try
        {
            foreach (string name in ContainerPlan.Networks(task).Select(n => n.Network))
            {
                Use(name, task.Id);
                NetworkResponse network = await FindAsync(name, cancellation)
                    ?? await CreateAsync(name, task.Project, cancellation);
                telemetry ??= doors.Open(
                    network.IPAM?.Config?.FirstOrDefault(c => c.Gateway is { Length: > 0 })?.Gateway);
            }
        }
        finally
        {
            gate.Release();
        }

        return telemetry;
    }

    /// <summary>An allocation of an earlier agent uses its networks still.</summary>
    public void Keep(TaskContext task)
    {
        gate.Wait();
        try
        {
            if (!ContainerPlan.UsesNetworks(task.Spec)) return;
            foreach (string name in ContainerPlan.Networks(task).Select(n => n.Network)) Use(name, task.Id);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Removes the networks of ours that nobody uses any more.</summary>
    public async Task ReleaseAsync(TaskContext task, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            foreach ((string name, SortedSet<string> users) in usersOf.Where(u => u.Value.Contains(task.Id)).ToArray())
            {
                users.Remove(task.Id);
                if (users.Count > 0) continue;
                usersOf.Remove(name);
                NetworkResponse? network = await FindAsync(name, cancellation);
                if (network?.Labels is null || !network.Labels.ContainsKey(DockerLabels.Project)) continue;
                await TryDeleteAsync(network.ID, cancellation);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private void Use(string network, string allocation)
    {
        if (!usersOf.TryGetValue(network, out SortedSet<string>? users))
            usersOf[network] = users = new SortedSet<string>(StringComparer.Ordinal);
        users.Add(allocation);
    }

    /// <summary>By its exact name: the engine's filter also finds names that contain it.</summary>
    private async Task<NetworkResponse?> FindAsync(string name, CancellationToken cancellation)
    {
        IList<NetworkResponse> all = await engine.Calls.Networks.ListNetworksAsync(
            new NetworksListParameters(), cancellation);
        return all.FirstOrDefault(n => n.Name == name);
    }

    private async Task<NetworkResponse> CreateAsync(string name, string project, CancellationToken cancellation)
    {
        await engine.Calls.Networks.CreateNetworkAsync(
            new NetworksCreateParameters
            {
                Name = name,
                Driver = "bridge",
                Labels = new Dictionary<string, string> { [DockerLabels.Project] = project },
            },
            cancellation);
        return await FindAsync(name, cancellation)
            ?? throw new InvalidOperationException($"The engine made the network {name}, but does not list it.");
    }

    private async Task TryDeleteAsync(string id, CancellationToken cancellation)
    {
        try
        {
            await engine.Calls.Networks.DeleteNetworkAsync(id, cancellation);
        }
        catch (DockerApiException)
        {
            // Somebody else's container is on it: then it is theirs to keep.
        }
    }
}
