using System.Collections.Concurrent;
using System.Net;
using Flyball.Discovery.Sidecar.Configuring;
using Flyball.Discovery.Sidecar.Relaying;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Using;

/// <summary>
/// The local ports and the services they lead to. Ports that ask the same share a follower. One caller at a time;
/// followers tell of changes on their own tasks.
/// </summary>
internal sealed class UsedServices(
    CatalogueClient catalogue, RelayLoop[] loops, BackEndKeeper keeper, TimeProvider time, Random random,
    ILogger logger) : IAsyncDisposable
{
    private readonly Dictionary<string, ServiceFollower> followers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<UsePort, ServiceFollower> leads = new();
    private readonly Lock telling = new();
    private volatile UsedService[] all = [];

    public IReadOnlyList<UsedService> All => all;

    /// <summary>
    /// Opens what is new, closes what is gone (connections that stand go on), and changes the rest in place. All or
    /// nothing: when a port cannot be had, everything stays as it was.
    /// </summary>
    /// <exception cref="SidecarPortException">A port is taken, or may not be had.</exception>
    public async Task ApplyAsync(IReadOnlyList<UseSpec> wanted)
    {
        Dictionary<IPEndPoint, UsedService> before = all.ToDictionary(one => one.Port.Spec.Listen);
        Dictionary<IPEndPoint, (UsePort Port, RelayDoor Door)> fresh = await OpenAsync(
            wanted.Where(one => !before.ContainsKey(one.Listen)));
        var after = new List<UsedService>();
        foreach (UseSpec spec in wanted)
        {
            (UsePort port, RelayDoor door) = before.Remove(spec.Listen, out UsedService? known)
                ? (known.Port, known.Door) : fresh[spec.Listen];
            port.Spec = spec;
            ServiceFollower follower = FollowerOf(spec.Query);
            if (!leads.TryGetValue(port, out ServiceFollower? led) || led != follower) Lead(port, follower);
            after.Add(new UsedService(port, door, follower));
        }

        all = [.. after];
        foreach (UsedService gone in before.Values)
        {
            await gone.Door.CloseAsync();
            leads.TryRemove(gone.Port, out _);
        }

        await ForgetAsync([.. after.Select(one => one.Follower)]);
        keeper.Keep(followers.Keys);
    }

    /// <summary>Accepts no more.</summary>
    public async Task CloseDoorsAsync()
    {
        foreach (UsedService one in all) await one.Door.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServiceFollower follower in followers.Values) await follower.DisposeAsync();
        followers.Clear();
    }

    private async Task<Dictionary<IPEndPoint, (UsePort Port, RelayDoor Door)>> OpenAsync(IEnumerable<UseSpec> specs)
    {
        var opened = new Dictionary<IPEndPoint, (UsePort Port, RelayDoor Door)>();
        foreach (UseSpec spec in specs)
        {
            var port = new UsePort(spec, loops, new BackEndSet(time, random));
            // Before the door: the first connection finds what is known.
            port.Apply(FollowerOf(spec.Query).Places);
            try
            {
                opened.Add(spec.Listen, (port, await RelayDoor.OpenAsync(loops, port, logger)));
            }
            catch (IOException e)
            {
                foreach ((UsePort _, RelayDoor door) in opened.Values) await door.CloseAsync();
                await ForgetAsync([.. all.Select(one => one.Follower)]);
                throw new SidecarPortException(
                    $"use: {spec.Listen} for {spec.Service} cannot be had: {e.Message}.", e);
            }
        }

        return opened;
    }

    private ServiceFollower FollowerOf(string query)
    {
        if (followers.TryGetValue(query, out ServiceFollower? known)) return known;
        var fresh = new ServiceFollower(query, keeper.Find(query), catalogue, time, random, logger);
        fresh.Changed = Spread;
        followers.Add(query, fresh);
        fresh.Start();
        return fresh;
    }

    /// <summary>The port has the follower's back ends from now on, whichever of both speaks first.</summary>
    private void Lead(UsePort port, ServiceFollower follower)
    {
        lock (telling)
        {
            leads[port] = follower;
            port.Apply(follower.Places);
        }
    }

    private void Spread(ServiceFollower follower)
    {
        lock (telling)
        {
            foreach ((UsePort port, ServiceFollower led) in leads)
            {
                if (led == follower) port.Apply(follower.Places);
            }
        }

        keeper.Know(follower);
    }

    private async Task ForgetAsync(HashSet<ServiceFollower> used)
    {
        foreach ((string query, ServiceFollower follower) in followers.ToArray())
        {
            if (used.Contains(follower)) continue;
            followers.Remove(query);
            await follower.DisposeAsync();
        }
    }
}
