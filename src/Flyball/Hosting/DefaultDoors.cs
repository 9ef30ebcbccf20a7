using System.Net;
using Flyball.Settings;

namespace Flyball.Hosting;

/// <summary>
/// Discovery's doors stand where a Consul or an etcd would: on a machine that has one already the server goes without
/// the door, and says so. Who names a door wants it, and is told at the start that it cannot be had.
/// </summary>
internal static class DefaultDoors
{
    /// <summary>The settings without the doors that nobody asked for and whose port is taken.</summary>
    /// <param name="settings">As they were read.</param>
    /// <param name="warn">Told once for each door that is left out.</param>
    public static ServerSettings LeaveOutTaken(ServerSettings settings, Action<string> warn)
    {
        foreach (Setting door in settings.DiscoveryDoorsUnset)
        {
            IPEndPoint? endPoint = DiscoverySettings.Of(settings.Discovery, door);
            string? problem = Doors.Problem(endPoint)
                ?? (door == DiscoverySettings.Dns ? Doors.UdpProblem(endPoint) : null);
            if (problem is null) continue;
            warn($"warning: {endPoint} cannot be used ({problem}): this server runs without it. Set {door.Flag} to "
                + "another address, or to none.");
            settings = settings with { Discovery = DiscoverySettings.Without(settings.Discovery, door) };
        }

        return settings;
    }
}
